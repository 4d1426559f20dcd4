//! A console's connection after its hello.

use std::collections::BTreeMap;

use desk::{AgentRequest, Input, Notice, Recorded, RefusalReason, WhyWaiting};
use model::{
    AgentId, Answered, Audience, ConnectionId, ConversationId, LinkSecret, MessageText, Millis, SendKey, Seq, Timestamp,
};
use wire::{
    Card, CloseCode, ColleaguesState, ConsoleToRelay, ConversationState, DeskState, Encoding, FloorAgent, FloorRow,
    PartsState, PresencesState, Refusal, RefusalCode, RelayToConsole, Request, RequestId, StaffState, limits,
};

use crate::agents_texts::AgentsTexts;
use crate::bucket::Bucket;
use crate::claims::said_before;
use crate::cursor::{Cursor, Delivery, Hole, Page};
use crate::digest::{body_digest, link_hash};
use crate::entries::agents_entry;
use crate::floor::Floor;
use crate::heartbeat::Heartbeat;
use crate::incoming::{Answer, Decoded, Incoming, Received, decode};
use crate::latest::{Changed, Latest};
use crate::link::{MintedLink, Portal, reconnect_url};
use crate::misbehavior::Misbehavior;
use crate::names::Names;
use crate::refusal::refusal;
use crate::rows::{Rows, Taken};
use crate::states::why_waiting;

/// The most links that one window asks for at once.
const TAKING_MAX: usize = 16;

/// Where a conversation's log has what its page said: right after `Started`.
const CLAIMS: Page = Page { after_position: 1, rows_max: 1 };

/// A console's connection after its hello.
#[derive(Clone, Debug)]
pub struct ConsoleGate {
    connection: ConnectionId,
    encoding: Encoding,
    agent: AgentId,
    /// Conversations that this window asked to open and the desk has not answered: after which position. Bounded like `followed`.
    asked: BTreeMap<ConversationId, Seq>,
    pub(crate) followed: BTreeMap<ConversationId, Followed>,
    /// Links that were asked for and are not known to be durable, by the request's number; at most [`TAKING_MAX`].
    taking: BTreeMap<u32, (ConversationId, LinkSecret)>,
    desk: Latest<DeskState>,
    staff: Changed<StaffState>,
    presences: Changed<PresencesState>,
    /// What is Open in the agent's queues, once the desk has told it.
    open: Option<Rows<ConversationId, Card>>,
    /// `Some` while this window watches it.
    floor: Option<Floor>,
    /// `Some` while this window wants to know.
    colleagues: Option<Latest<ColleaguesState>>,
    heartbeat: Heartbeat,
    frames: Bucket,
}

#[derive(Clone, Debug)]
pub(crate) struct Followed {
    after: Seq,
    /// `None` until the first state has told the head.
    cursor: Option<Cursor>,
    /// What the page said has not been sent, and the window doesn't have it.
    wants_claims: bool,
    pub(crate) texts: AgentsTexts,
    /// What the customer answered before, and is to be sent.
    answers: Vec<Answered>,
    state: Latest<ConversationState>,
    parts: Changed<PartsState>,
}

impl Followed {
    fn after(after: Seq) -> Self {
        // Claims leave before the first entry and never change: whoever has an entry has them.
        let wants_claims = after == Seq::START || after == Seq(u32::MAX);
        Self {
            after,
            cursor: None,
            wants_claims,
            texts: AgentsTexts::default(),
            answers: Vec::new(),
            state: Latest::default(),
            parts: Changed::default(),
        }
    }

    fn announce(&mut self, head: Seq) {
        match &mut self.cursor {
            Some(cursor) => cursor.announce(head),
            None => self.cursor = Some(Cursor::new(Audience::Agents, self.after, head)),
        }
    }
}

impl ConsoleGate {
    pub(crate) fn new(connection: ConnectionId, encoding: Encoding, agent: AgentId, now: Timestamp) -> Self {
        Self {
            connection,
            encoding,
            agent,
            asked: BTreeMap::new(),
            followed: BTreeMap::new(),
            taking: BTreeMap::new(),
            desk: Latest::default(),
            staff: Changed::default(),
            presences: Changed::default(),
            open: None,
            floor: None,
            colleagues: None,
            heartbeat: Heartbeat::new(now),
            frames: Bucket::new(
                limits::CONSOLE_FRAMES_BURST,
                limits::CONSOLE_FRAMES_PER_SECOND,
                Millis::seconds(1),
                now,
            ),
        }
    }

    /// The connection.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// How frames are written.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Who is signed in.
    #[must_use]
    pub const fn agent(&self) -> AgentId {
        self.agent
    }

    /// The conversations that this window follows.
    pub fn followed(&self) -> impl Iterator<Item = ConversationId> + '_ {
        self.followed.keys().copied()
    }

    /// Takes one message. `link` is a fresh secret, used where a reconnect link is taken.
    ///
    /// # Errors
    /// [`Misbehavior`]: the connection is to be closed.
    pub fn receive(
        &mut self,
        now: Timestamp,
        message: Incoming<'_>,
        link: LinkSecret,
    ) -> Result<Received<RelayToConsole>, Misbehavior> {
        self.heartbeat.heard(now);
        self.frames.take(now).map_err(|_| Misbehavior::TooManyFrames)?;
        match decode(self.encoding, message)? {
            Decoded::Frame(frame) => self.translate(now, frame, link),
            Decoded::Unknown => Ok(Received::UNKNOWN),
        }
    }

    fn translate(
        &mut self,
        now: Timestamp,
        frame: ConsoleToRelay,
        link: LinkSecret,
    ) -> Result<Received<RelayToConsole>, Misbehavior> {
        let connection = self.connection;
        Ok(match frame {
            ConsoleToRelay::Hello => return Err(Misbehavior::SecondHello),
            ConsoleToRelay::Ask { id, request: Request::TakeLink { conversation } } => {
                self.take_link(id, conversation, link)
            }
            ConsoleToRelay::Ask { id, request: ask } => match agent_request(&ask) {
                Some(ask) => Received::input(Input::Ask { connection, request: id.0, ask }),
                None => Received::NOTHING,
            },
            ConsoleToRelay::WatchFloor => Received::input(Input::WatchFloor { connection }),
            ConsoleToRelay::LeaveFloor => {
                self.floor = None;
                Received::input(Input::LeaveFloor { connection })
            }
            ConsoleToRelay::WatchColleagues => Received::input(Input::WatchColleagues { connection }),
            ConsoleToRelay::LeaveColleagues => {
                self.colleagues = None;
                Received::input(Input::LeaveColleagues { connection })
            }
            ConsoleToRelay::Say { conversation, key, text } => self.say(conversation, Audience::Customer, key, text),
            ConsoleToRelay::SayInternal { conversation, key, text } => {
                self.say(conversation, Audience::Agents, key, text)
            }
            ConsoleToRelay::Open { conversation, after } => self.open(conversation, after),
            ConsoleToRelay::Leave { conversation } => {
                self.asked.remove(&conversation);
                self.followed.remove(&conversation);
                Received::input(Input::Unfollow { connection, conversation })
            }
            ConsoleToRelay::Typing { conversation } => Received::input(Input::AgentTypes { connection, conversation }),
            ConsoleToRelay::Read { conversation, upto } => {
                Received::input(Input::AgentReads { connection, conversation, upto })
            }
            ConsoleToRelay::Beat if self.heartbeat.wants_answer() => Received::reply(RelayToConsole::Beat { now }),
            ConsoleToRelay::Beat => Received::NOTHING,
        })
    }

    fn say(
        &self,
        conversation: ConversationId,
        audience: Audience,
        key: SendKey,
        text: MessageText,
    ) -> Received<RelayToConsole> {
        let digest = body_digest(&text);
        Received::input(Input::AgentSays { connection: self.connection, conversation, audience, key, digest, text })
    }

    fn take_link(
        &mut self,
        id: RequestId,
        conversation: ConversationId,
        secret: LinkSecret,
    ) -> Received<RelayToConsole> {
        if self.taking.len() >= TAKING_MAX || self.taking.contains_key(&id.0) {
            let refusal = Refusal { code: RefusalCode::RateLimited, retry_after: Some(Millis::seconds(1)) };
            return Received::reply(RelayToConsole::Refused { id: Some(id), refusal });
        }
        let ask = AgentRequest::TakeLink(conversation, link_hash(&secret));
        self.taking.insert(id.0, (conversation, secret));
        Received::input(Input::Ask { connection: self.connection, request: id.0, ask })
    }

    /// The frame of a link that was taken; `None`: the Portal URL was taken away meanwhile.
    #[must_use]
    pub fn link(&self, minted: &MintedLink, portal: Option<&Portal>) -> RelayToConsole {
        match (portal, minted.request) {
            (Some(portal), Some(id)) => RelayToConsole::Link { id, url: reconnect_url(portal, &minted.secret) },
            (_, id) => RelayToConsole::Refused { id, refusal: Refusal::of(RefusalCode::NoPortal) },
        }
    }

    /// The answer to a request that was not written.
    pub fn not_taken(&mut self, request: u32, refusal: Refusal) -> RelayToConsole {
        self.taking.remove(&request);
        RelayToConsole::Refused { id: Some(RequestId(request)), refusal }
    }

    fn open(&mut self, conversation: ConversationId, after: Seq) -> Received<RelayToConsole> {
        if self.followed.len() >= limits::OPEN_PER_CONSOLE_MAX && !self.followed.contains_key(&conversation) {
            let refusal = Refusal::of(RefusalCode::TooManyOpen);
            return Received::reply(RelayToConsole::Refused { id: None, refusal });
        }
        self.asked.insert(conversation, after);
        if self.asked.len() > limits::OPEN_PER_CONSOLE_MAX {
            // Refused ones leave their line behind. Whose line is lost is sent from a snapshot, which is right at any position.
            self.asked.pop_first();
        }
        Received::input(Input::Follow { connection: self.connection, conversation })
    }

    /// What a notice means for this connection. Notices for other connections and conversations mean nothing.
    pub fn notice(&mut self, notice: &Notice) -> Answer<RelayToConsole> {
        match *notice {
            Notice::Following { connection, conversation } if connection == self.connection => {
                // A position from the future makes a snapshot.
                let after = self.asked.remove(&conversation).unwrap_or(Seq(u32::MAX));
                self.followed.insert(conversation, Followed::after(after));
                Answer::Nothing
            }
            Notice::Unfollowed { connection, conversation } if connection == self.connection => {
                self.followed.remove(&conversation);
                Answer::Frame(RelayToConsole::Unfollowed { conversation })
            }
            Notice::Sent { connection, key, sent } if connection == self.connection => {
                Answer::Frame(RelayToConsole::Accepted { conversation: sent.conversation, key, seq: sent.seq })
            }
            Notice::NotSent { connection, conversation, key, reason } if connection == self.connection => {
                let refusal = refusal(reason);
                Answer::Frame(match conversation {
                    Some(conversation) => RelayToConsole::NotAccepted { conversation, key, refusal },
                    None => RelayToConsole::Refused { id: None, refusal },
                })
            }
            Notice::Done { connection, request } if connection == self.connection => {
                let id = RequestId(request);
                match self.taking.remove(&request) {
                    Some((conversation, secret)) => {
                        Answer::Link(MintedLink { conversation, secret, request: Some(id) })
                    }
                    None => Answer::Frame(RelayToConsole::Done { id }),
                }
            }
            Notice::Refused { connection, request, reason } if connection == self.connection => {
                request.and_then(|request| self.taking.remove(&request));
                Answer::Frame(RelayToConsole::Refused { id: request.map(RequestId), refusal: refusal(reason) })
            }
            Notice::FloorOver { connection } if connection == self.connection => {
                self.floor = None;
                Answer::Frame(RelayToConsole::FloorOver)
            }
            Notice::ColleaguesWatched { connection } if connection == self.connection => {
                self.colleagues = Some(Latest::default());
                Answer::Nothing
            }
            Notice::Displace { connection } if connection == self.connection => {
                Answer::Close(CloseCode::TooManyConnections)
            }
            Notice::SignedOut { connection } if connection == self.connection => Answer::Close(CloseCode::SignedOut),
            Notice::Head { conversation, agents, .. } => {
                if let Some(followed) = self.followed.get_mut(&conversation) {
                    followed.announce(agents);
                }
                Answer::Nothing
            }
            // Answered with what the desk says when it is delivered: see `why_waiting`.
            Notice::WhyWaiting { .. }
            | Notice::Following { .. }
            | Notice::Unfollowed { .. }
            | Notice::Sent { .. }
            | Notice::NotSent { .. }
            | Notice::Done { .. }
            | Notice::Refused { .. }
            | Notice::Displace { .. }
            | Notice::SignedOut { .. }
            | Notice::Resumed { .. }
            | Notice::CannotResume { .. }
            | Notice::Prompted { .. }
            | Notice::PromptOfAnother { .. }
            | Notice::LinkDead { .. }
            | Notice::SignedInAsSomeoneElse { .. }
            | Notice::ArrivalWaits { .. }
            | Notice::Left { .. }
            | Notice::LinkMinted { .. }
            | Notice::Started { .. }
            | Notice::Changed(_)
            | Notice::Disconnected { .. }
            | Notice::Returned { .. }
            | Notice::HoldEnded { .. }
            | Notice::FloorOpened { .. }
            | Notice::FloorOver { .. }
            | Notice::ColleaguesWatched { .. }
            | Notice::InvitationEnded { .. }
            | Notice::PromiseEnded { .. } => Answer::Nothing,
        }
    }

    /// The newest desk of the agent; it replaces one that still waits to be sent.
    pub fn put_desk(&mut self, desk: DeskState) {
        self.desk.put(desk.version, desk);
    }

    /// The answer to the question why a customer is still waiting; `None`: they are not any more.
    #[must_use]
    pub fn why_waiting(&self, request: u32, why: Option<&WhyWaiting>, names: &dyn Names) -> RelayToConsole {
        let id = RequestId(request);
        match why {
            Some(why) => RelayToConsole::WhyWaiting { id, why: why_waiting(why, names) },
            None => RelayToConsole::Refused { id: Some(id), refusal: refusal(RefusalReason::WrongState) },
        }
    }

    /// The newest state of a conversation; it replaces one that still waits to be sent, and announces its head. Ignored where this
    /// window does not follow it.
    pub fn put_state(&mut self, state: ConversationState) {
        if let Some(followed) = self.followed.get_mut(&state.card.conversation) {
            followed.announce(state.head);
            followed.state.put(state.version, state);
        }
    }

    /// The newest of what the agent has beside their own conversations; sent where anything in it but the version is new.
    pub fn put_staff(&mut self, staff: StaffState) {
        let same = |old: &StaffState| StaffState { version: staff.version, ..old.clone() } == staff;
        if !self.staff.newest().is_some_and(same) {
            self.staff.put(staff.version, staff);
        }
    }

    /// The newest of the custom presences; sent where anything in it but the version is new. A window that knows of none is not told so.
    pub fn put_presences(&mut self, presences: PresencesState) {
        let none = PresencesState::default();
        let known = self.presences.newest().unwrap_or(&none);
        if (&known.presences, &known.agents) != (&presences.presences, &presences.agents) {
            self.presences.put(presences.version, presences);
        }
    }

    /// The newest of who takes part in a conversation; sent where anything in it but the version is new, and this window follows it.
    pub fn put_parts(&mut self, parts: PartsState) {
        let Some(followed) = self.followed.get_mut(&parts.conversation) else { return };
        let same = |old: &PartsState| PartsState { version: parts.version, ..old.clone() } == parts;
        if !followed.parts.newest().is_some_and(same) {
            followed.parts.put(parts.version, parts);
        }
    }

    /// All cards of what is Open in the agent's queues, in place of what this window has of it.
    pub fn put_open_cards(&mut self, cards: Vec<Card>) {
        self.open = Some(Rows::all(cards.into_iter().map(|card| (card.conversation, card))));
    }

    /// The newest of a card of what is Open; `None`: it is not any more. Ignored before all of them have been told.
    pub fn put_open_card(&mut self, conversation: ConversationId, card: Option<Card>) {
        if let Some(open) = &mut self.open {
            open.put(conversation, card);
        }
    }

    /// The whole floor, in place of what this window has of it.
    pub fn put_floor(&mut self, rows: Vec<FloorRow>, agents: Vec<FloorAgent>) {
        self.floor = Some(Floor::all(rows, agents));
    }

    /// The newest of a row of the floor; `None`: it is gone. Ignored where this window does not watch the floor.
    pub fn put_floor_row(&mut self, conversation: ConversationId, row: Option<FloorRow>) {
        if let Some(floor) = &mut self.floor {
            floor.put_row(conversation, row);
        }
    }

    /// The newest of an agent on the floor; `None`: they are gone.
    pub fn put_floor_agent(&mut self, agent: AgentId, row: Option<FloorAgent>) {
        if let Some(floor) = &mut self.floor {
            floor.put_agent(agent, row);
        }
    }

    /// The newest of the colleagues. Ignored where this window does not want to know.
    pub fn put_colleagues(&mut self, colleagues: ColleaguesState) {
        if let Some(latest) = &mut self.colleagues {
            latest.put(colleagues.version, colleagues);
        }
    }

    /// One state to send, if a newer one than the last sent waits.
    pub fn take_state(&mut self) -> Option<RelayToConsole> {
        if let Some(desk) = self.desk.take() {
            return Some(RelayToConsole::Desk(desk));
        }
        if let Some(staff) = self.staff.take() {
            return Some(RelayToConsole::Staff(staff));
        }
        if let Some(presences) = self.presences.take() {
            return Some(RelayToConsole::Presences(presences));
        }
        if let Some(Taken { starts_over, more, rows, gone }) = self.open.as_mut().and_then(Rows::take) {
            return Some(RelayToConsole::OpenRows { starts_over, more, rows, gone });
        }
        for (conversation, followed) in &mut self.followed {
            if !followed.answers.is_empty() {
                let answers = core::mem::take(&mut followed.answers);
                return Some(RelayToConsole::BeforeChat { conversation: *conversation, answers });
            }
            if let Some(state) = followed.state.take() {
                return Some(RelayToConsole::Conversation(state));
            }
            if let Some(parts) = followed.parts.take() {
                return Some(RelayToConsole::Parts(parts));
            }
        }
        if let Some(colleagues) = self.colleagues.as_mut().and_then(Latest::take) {
            return Some(RelayToConsole::Colleagues(colleagues));
        }
        self.floor.as_mut().and_then(Floor::take)
    }

    /// A followed conversation of which this window does not know what the page said, and the row of its log that has it: to be read
    /// and handed to [`ConsoleGate::take_claims`] before anything else of it is sent.
    #[must_use]
    pub fn claims_page(&self) -> Option<(ConversationId, Page)> {
        let (conversation, _) = self.followed.iter().find(|(_, followed)| followed.wants_claims)?;
        Some((*conversation, CLAIMS))
    }

    /// Turns the row that [`ConsoleGate::claims_page`] asked for into a frame; without it, nothing was said or it was erased. What the
    /// customer answered is among the states.
    pub fn take_claims(&mut self, conversation: ConversationId, rows: &[Recorded]) -> RelayToConsole {
        let (claims, answers) = said_before(conversation, rows);
        if let Some(followed) = self.followed.get_mut(&conversation) {
            followed.wants_claims = false;
            followed.answers = answers;
        }
        RelayToConsole::Claims(claims)
    }

    /// What to read next from the log of a followed conversation.
    #[must_use]
    pub fn page(&self) -> Option<(ConversationId, Page)> {
        self.followed.iter().find_map(|(conversation, followed)| Some((*conversation, followed.cursor?.page()?)))
    }

    /// Turns the rows that [`ConsoleGate::page`] asked for into a frame.
    ///
    /// # Errors
    /// [`Hole`]: close with [`CloseCode::Resync`].
    pub fn take_rows(
        &mut self,
        conversation: ConversationId,
        rows: &[Recorded],
        names: &dyn Names,
    ) -> Result<Option<RelayToConsole>, Hole> {
        let Some(cursor) = self.cursor(conversation) else { return Ok(None) };
        let delivery = cursor.take(rows, |row| agents_entry(row, names))?;
        Ok(delivery.map(|delivery| match delivery {
            Delivery::Entries(entries) => RelayToConsole::Entries { conversation, entries },
            Delivery::Snapshot(entries) => RelayToConsole::Snapshot { conversation, entries },
        }))
    }

    /// This window's place in a followed conversation, for a shell that sends from memory.
    pub fn cursor(&mut self, conversation: ConversationId) -> Option<&mut Cursor> {
        self.followed.get_mut(&conversation)?.cursor.as_mut()
    }

    /// How long without traffic until a beat.
    #[must_use]
    pub const fn heartbeat_every(&self) -> Millis {
        self.heartbeat.every()
    }

    /// The last sign of life: the last message read.
    #[must_use]
    pub const fn last_heard(&self) -> Timestamp {
        self.heartbeat.last_heard()
    }

    /// Something was written to the socket at `now`.
    pub fn sent(&mut self, now: Timestamp) {
        self.heartbeat.sent(now);
    }

    /// When to call [`ConsoleGate::tick`] at the latest.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        self.heartbeat.due()
    }

    /// A heartbeat, where one is due.
    ///
    /// # Errors
    /// [`Misbehavior::Silent`] where nothing was heard for too long.
    pub fn tick(&mut self, now: Timestamp) -> Result<Option<RelayToConsole>, Misbehavior> {
        let due = self.heartbeat.tick(now)?;
        Ok(due.then_some(RelayToConsole::Beat { now }))
    }
}

/// What a request means to the desk. `None` for one that needs a secret, `TakeLink`.
#[must_use]
pub fn agent_request(request: &Request) -> Option<AgentRequest> {
    Some(match *request {
        Request::Accept { conversation } => AgentRequest::Accept(conversation),
        Request::Decline { conversation } => AgentRequest::Decline(conversation),
        Request::Pick { conversation } => AgentRequest::Pick(conversation),
        Request::End { conversation } => AgentRequest::End(conversation),
        Request::Close { conversation } => AgentRequest::Close(conversation),
        Request::Release { conversation } => AgentRequest::Release(conversation),
        Request::SetPresence { presence } => AgentRequest::SetPresence(presence),
        Request::OfferLink { conversation } => AgentRequest::OfferLink(conversation),
        Request::ReleaseHold { conversation } => AgentRequest::ReleaseHold(conversation),
        Request::WhyWaiting { conversation } => AgentRequest::WhyWaiting(conversation),
        Request::Consult { conversation, agent } => AgentRequest::Consult(conversation, agent),
        Request::ConsultQueue { conversation, queue } => AgentRequest::ConsultQueue(conversation, queue),
        Request::EndConsult { conversation, agent } => AgentRequest::EndConsult(conversation, agent),
        Request::LetIn { conversation, agent } => AgentRequest::LetIn(conversation, agent),
        Request::LeaveConsult { conversation } => AgentRequest::LeaveConsult(conversation),
        Request::TransferToAgent { conversation, agent } => AgentRequest::TransferToAgent(conversation, agent),
        Request::TransferToQueue { conversation, queue } => AgentRequest::TransferToQueue(conversation, queue),
        Request::WithdrawInvitation { conversation } => AgentRequest::WithdrawInvitation(conversation),
        Request::AcceptInvitation { conversation } => AgentRequest::AcceptInvitation(conversation),
        Request::DeclineInvitation { conversation } => AgentRequest::DeclineInvitation(conversation),
        Request::Monitor { conversation } => AgentRequest::Monitor(conversation),
        Request::StopMonitoring { conversation } => AgentRequest::StopMonitoring(conversation),
        Request::Join { conversation } => AgentRequest::Join(conversation),
        Request::AssignToAgent { conversation, agent } => AgentRequest::AssignToAgent(conversation, agent),
        Request::AssignToQueue { conversation, queue } => AgentRequest::AssignToQueue(conversation, queue),
        Request::SupervisorTransfer { conversation, agent } => AgentRequest::SupervisorTransfer(conversation, agent),
        Request::ForceClose { conversation } => AgentRequest::ForceClose(conversation),
        Request::SetPresenceOf { agent, presence } => AgentRequest::SetPresenceOf(agent, presence),
        Request::SetCustomPresence { presence } => AgentRequest::SetCustomPresence(presence),
        Request::SetCustomPresenceOf { agent, presence } => AgentRequest::SetCustomPresenceOf(agent, presence),
        // Needs a secret: see `take_link`.
        Request::TakeLink { .. } => return None,
    })
}
