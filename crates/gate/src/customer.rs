//! A customer's connection after its hello.

use std::sync::Arc;

use desk::{Input, Notice, PageSaid, Recorded};
use model::{
    Audience, ConnectionId, ConversationId, DisplayName, IdentityHash, LinkSecret, MessageText, Millis, ResumeToken,
    SendKey, Seq, Timestamp,
};
use wire::{
    ArrivalAnswer, CanResume, CloseCode, CustomerState, CustomerToRelay, Encoding, PromptState, Refusal, RefusalCode,
    RelayToCustomer, SignInAnswer, Welcome, limits,
};

use crate::asked::Asked;
use crate::bucket::Bucket;
use crate::cursor::{Cursor, Delivery, Hole, Page};
use crate::digest::{body_digest, token_hash};
use crate::entries::customer_entry;
use crate::heartbeat::Heartbeat;
use crate::hello::KnownWidget;
use crate::incoming::{Answer, Decoded, FreshIds, Incoming, Received, decode};
use crate::latest::Latest;
use crate::misbehavior::Misbehavior;
use crate::names::Names;
use crate::pre_chat::Asks;
use crate::refusal::refusal;
use crate::texts::Texts;

/// A customer's connection after its hello.
#[derive(Clone, Debug)]
pub struct CustomerGate {
    connection: ConnectionId,
    encoding: Encoding,
    widget: Arc<KnownWidget>,
    epoch: u64,
    /// What the hello showed, until it is answered for good.
    pub(crate) asked: Option<Box<Asked>>,
    /// What the desk was asked and has not answered.
    pub(crate) awaits: Awaits,
    pub(crate) identity: Option<IdentityHash>,
    pub(crate) sign_in: SignInAnswer,
    pub(crate) arrival: ArrivalAnswer,
    pub(crate) place: Place,
    state: Latest<CustomerState>,
    prompt: Option<Box<Latest<PromptState>>>,
    prompt_is_over: bool,
    /// Of a client that draws automated messages.
    pub(crate) texts: Option<Box<Texts>>,
    /// The state that was sent last.
    pub(crate) shown: Option<Box<CustomerState>>,
    /// What the widget asks before a conversation; `None` where nothing was ever asked on this connection.
    pub(crate) asks: Option<Box<Asks>>,
    /// The secret of a link that the desk was told of. One at a time.
    pub(crate) minting: Option<Box<LinkSecret>>,
    heartbeat: Heartbeat,
    frames: Bucket,
    sends: Bucket,
    pub(crate) mints: Bucket,
    pub(crate) sign_ins: Bucket,
}

/// What starts a conversation.
struct Started {
    key: SendKey,
    token: ResumeToken,
    text: MessageText,
    name: Option<DisplayName>,
    page: PageSaid,
    answers: Vec<model::Answer>,
}

/// What the desk was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaits {
    /// Nothing that a welcome answers.
    Nothing,
    /// What the hello showed.
    Hello,
    /// To go to the hello's arrival.
    Arrival,
}

/// Where the connection stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// It has no conversation.
    Nowhere,
    /// At the prompt of this one.
    AtPrompt(ConversationId),
    /// It has joined.
    Joined(Joined),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Joined {
    conversation: ConversationId,
    /// `None` until the first state has told the head.
    cursor: Option<Cursor>,
    after: Seq,
}

impl CustomerGate {
    pub(crate) fn new(
        connection: ConnectionId,
        encoding: Encoding,
        widget: Arc<KnownWidget>,
        epoch: u64,
        asked: Option<Asked>,
        now: Timestamp,
    ) -> Self {
        let (second, minute) = (Millis::seconds(1), Millis::minutes(1));
        let heartbeat = Heartbeat::for_customer(widget.disconnect_after, now);
        Self {
            connection,
            encoding,
            widget,
            epoch,
            awaits: if asked.is_some() { Awaits::Hello } else { Awaits::Nothing },
            asked: asked.map(Box::new),
            identity: None,
            sign_in: SignInAnswer::NotAsked,
            arrival: ArrivalAnswer::NotAsked,
            place: Place::Nowhere,
            state: Latest::default(),
            prompt: None,
            prompt_is_over: false,
            texts: None,
            shown: None,
            asks: None,
            minting: None,
            heartbeat,
            frames: Bucket::new(limits::CUSTOMER_FRAMES_BURST, limits::CUSTOMER_FRAMES_PER_SECOND, second, now),
            sends: Bucket::new(limits::CUSTOMER_SENDS_BURST, limits::CUSTOMER_SENDS_PER_MINUTE, minute, now),
            mints: Bucket::new(limits::MINTS_BURST, limits::MINTS_PER_MINUTE, minute, now),
            sign_ins: Bucket::new(limits::SIGN_INS_BURST, limits::SIGN_INS_PER_MINUTE, minute, now),
        }
    }

    pub(crate) fn is_signed_in(&mut self, identity: Option<IdentityHash>, answer: SignInAnswer) {
        self.identity = identity;
        self.sign_in = answer;
    }

    pub(crate) fn arrival_is(&mut self, answer: ArrivalAnswer) {
        self.arrival = answer;
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

    /// The widget that the page embeds, as it was known at the hello.
    #[must_use]
    pub fn widget(&self) -> &KnownWidget {
        &self.widget
    }

    /// The conversation that this connection has joined.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        self.joined().map(|joined| joined.conversation)
    }

    /// The conversation at whose prompt this connection stands: it is shown the prompt's state, and nothing else of it.
    #[must_use]
    pub const fn prompted(&self) -> Option<ConversationId> {
        match self.place {
            Place::AtPrompt(conversation) => Some(conversation),
            Place::Nowhere | Place::Joined(_) => None,
        }
    }

    const fn joined(&self) -> Option<&Joined> {
        match &self.place {
            Place::Joined(joined) => Some(joined),
            Place::Nowhere | Place::AtPrompt(_) => None,
        }
    }

    const fn joined_mut(&mut self) -> Option<&mut Joined> {
        match &mut self.place {
            Place::Joined(joined) => Some(joined),
            Place::Nowhere | Place::AtPrompt(_) => None,
        }
    }

    /// Takes one message.
    ///
    /// # Errors
    /// [`Misbehavior`]: the connection is to be closed.
    pub fn receive(
        &mut self,
        now: Timestamp,
        message: Incoming<'_>,
        fresh: FreshIds,
    ) -> Result<Received<RelayToCustomer>, Misbehavior> {
        self.heartbeat.heard(now);
        self.frames.take(now).map_err(|_| Misbehavior::TooManyFrames)?;
        let Decoded::Frame(frame) = decode(self.encoding, message)? else {
            return Ok(Received::UNKNOWN);
        };
        if let CustomerToRelay::Start { key, .. }
        | CustomerToRelay::StartWith { key, .. }
        | CustomerToRelay::StartAnswered { key, .. }
        | CustomerToRelay::Say { key, .. } = &frame
            && let Err(wait) = self.sends.take(now)
        {
            return Ok(Received::reply(too_many_sends(*key, wait)));
        }
        self.translate(now, frame, fresh)
    }

    fn translate(
        &mut self,
        now: Timestamp,
        frame: CustomerToRelay,
        fresh: FreshIds,
    ) -> Result<Received<RelayToCustomer>, Misbehavior> {
        let connection = self.connection;
        Ok(match frame {
            CustomerToRelay::Hello(_) | CustomerToRelay::HelloWith { .. } => return Err(Misbehavior::SecondHello),
            CustomerToRelay::Start { key, token, text, name } => {
                let page = PageSaid::default();
                self.start(Started { key, token, text, name, page, answers: Vec::new() }, &fresh)
            }
            CustomerToRelay::StartWith { key, token, text, name, language, context } => {
                let page = PageSaid { language, context };
                self.start(Started { key, token, text, name, page, answers: Vec::new() }, &fresh)
            }
            CustomerToRelay::StartAnswered { key, token, text, name, language, context, answers } => {
                let page = PageSaid { language, context };
                self.start(Started { key, token, text, name, page, answers: answers.list() }, &fresh)
            }
            CustomerToRelay::Say { key, text } => {
                Received::input(Input::Say { connection, key, digest: body_digest(&text), text })
            }
            CustomerToRelay::Typing => Received::input(Input::CustomerTypes { connection }),
            CustomerToRelay::Read { upto } => Received::input(Input::CustomerReads { connection, upto }),
            CustomerToRelay::End => Received::input(Input::EndByCustomer { connection }),
            CustomerToRelay::StillWaiting => Received::input(Input::ConfirmWaiting { connection }),
            CustomerToRelay::Fetch { after } => self.fetch(after),
            CustomerToRelay::Continue { token } => {
                Received::input(Input::Continue { connection, token: token_hash(&token) })
            }
            CustomerToRelay::StartNew => Received::input(Input::StartNew { connection }),
            CustomerToRelay::Extend => Received::input(Input::ExtendPromise { connection }),
            CustomerToRelay::GoToArrival => self.go_to_arrival(),
            CustomerToRelay::SignIn { jwt } => self.show_sign_in(now, jwt),
            CustomerToRelay::MintLink => self.mint_link(now, fresh.link),
            CustomerToRelay::MintHandover { site } => self.mint_handover(now, site, fresh.handover),
            CustomerToRelay::Beat { seq } => {
                self.beat(seq);
                if self.heartbeat.wants_answer() {
                    Received::reply(RelayToCustomer::Beat { now, head: self.head() })
                } else {
                    Received::NOTHING
                }
            }
        })
    }

    fn start(&self, start: Started, fresh: &FreshIds) -> Received<RelayToCustomer> {
        Received::input(Input::Start {
            connection: self.connection,
            conversation: fresh.conversation,
            customer: fresh.customer,
            widget: self.widget.id,
            token: token_hash(&start.token),
            key: start.key,
            digest: body_digest(&start.text),
            text: start.text,
            name: start.name,
            identity: self.identity,
            said: self.said_at_start(start.page, &start.answers),
        })
    }

    fn fetch(&mut self, after: Seq) -> Received<RelayToCustomer> {
        match self.joined_mut() {
            None => Received::reply(RelayToCustomer::Refused { refusal: Refusal::of(RefusalCode::NoConversation) }),
            Some(joined) => {
                joined.after = after;
                if let Some(cursor) = &mut joined.cursor {
                    cursor.rewind(after);
                }
                Received::NOTHING
            }
        }
    }

    /// A client that shows more than there is can't be right: it starts over (product 4.8).
    fn beat(&mut self, shown: Seq) {
        if let Some(cursor) = self.cursor()
            && shown > cursor.head()
        {
            cursor.rewind(shown);
        }
    }

    /// What a notice means for this connection. Notices for other connections and conversations mean nothing.
    pub fn notice(&mut self, now: Timestamp, notice: &Notice) -> Answer<RelayToCustomer> {
        match *notice {
            Notice::Resumed { connection, conversation } if connection == self.connection => {
                self.resumed(now, conversation)
            }
            Notice::CannotResume { connection, why } if connection == self.connection => self.cannot_resume(now, why),
            Notice::Prompted { connection, conversation } if connection == self.connection => {
                self.place = Place::AtPrompt(conversation);
                self.prompt = Some(Box::default());
                self.prompt_is_over = false;
                self.answered();
                Answer::Frame(self.welcome(now, CanResume::Prompt))
            }
            Notice::PromptOfAnother { connection, was_theirs } if connection == self.connection => {
                Answer::Frame(RelayToCustomer::PromptOfAnother { was_yours: was_theirs })
            }
            Notice::LinkDead { connection } if connection == self.connection => {
                self.arrival_answered(now, ArrivalAnswer::Dead)
            }
            Notice::SignedInAsSomeoneElse { connection } if connection == self.connection => {
                self.arrival_answered(now, ArrivalAnswer::SomeoneElses)
            }
            Notice::ArrivalWaits { connection } if connection == self.connection => {
                self.arrival = ArrivalAnswer::Waits;
                Answer::Nothing
            }
            Notice::Left { connection } if connection == self.connection => {
                self.place = Place::Nowhere;
                Answer::Frame(RelayToCustomer::Left)
            }
            Notice::LinkMinted { connection } if connection == self.connection => self.link_minted(),
            Notice::Started { connection, key, sent } if connection == self.connection => {
                if self.conversation() != Some(sent.conversation) {
                    self.join(sent.conversation, Seq::START);
                }
                Answer::Frame(RelayToCustomer::Started { key, seq: sent.seq })
            }
            Notice::Sent { connection, key, sent } if connection == self.connection => {
                Answer::Frame(RelayToCustomer::Accepted { key, seq: sent.seq })
            }
            Notice::NotSent { connection, key, reason, .. } if connection == self.connection => {
                Answer::Frame(RelayToCustomer::NotAccepted { key, refusal: refusal(reason) })
            }
            Notice::Refused { connection, reason, .. } if connection == self.connection => {
                self.was_refused();
                Answer::Frame(RelayToCustomer::Refused { refusal: refusal(reason) })
            }
            Notice::Displace { connection } if connection == self.connection => {
                Answer::Close(CloseCode::TooManyConnections)
            }
            Notice::Head { conversation, customer, .. } if Some(conversation) == self.conversation() => {
                self.announce(customer);
                Answer::Nothing
            }
            Notice::Resumed { .. }
            | Notice::CannotResume { .. }
            | Notice::Prompted { .. }
            | Notice::PromptOfAnother { .. }
            | Notice::LinkDead { .. }
            | Notice::SignedInAsSomeoneElse { .. }
            | Notice::ArrivalWaits { .. }
            | Notice::Left { .. }
            | Notice::LinkMinted { .. }
            | Notice::Started { .. }
            | Notice::Sent { .. }
            | Notice::NotSent { .. }
            | Notice::Refused { .. }
            | Notice::Displace { .. }
            | Notice::Head { .. }
            | Notice::Done { .. }
            | Notice::WhyWaiting { .. }
            | Notice::Following { .. }
            | Notice::Unfollowed { .. }
            | Notice::Changed(_)
            | Notice::SignedOut { .. }
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

    pub(crate) fn join(&mut self, conversation: ConversationId, after: Seq) {
        self.place = Place::Joined(Joined { conversation, cursor: None, after });
        self.state.reset();
        self.prompt = None;
        self.forget_waiting();
    }

    pub(crate) fn welcome(&self, now: Timestamp, resume: CanResume) -> RelayToCustomer {
        RelayToCustomer::Welcome(Welcome {
            epoch: self.epoch,
            now,
            heartbeat_every: self.heartbeat.every(),
            disconnect_after: self.widget.disconnect_after,
            resume,
            sign_in: self.sign_in,
            arrival: self.arrival,
            redirect: self.widget.redirect.clone(),
            sites: self.widget.sites.clone(),
            links: self.widget.links,
        })
    }

    /// The sequence has grown to `head`: the same as the desk's notice of it. Right after joining, entries are read once a head or
    /// a state was told.
    pub fn announce(&mut self, head: Seq) {
        if let Some(joined) = self.joined_mut() {
            match &mut joined.cursor {
                Some(cursor) => cursor.announce(head),
                None => joined.cursor = Some(Cursor::new(Audience::Customer, joined.after, head)),
            }
        }
    }

    /// The newest state of the conversation; it replaces one that still waits to be sent, and announces its head.
    pub fn put_state(&mut self, state: CustomerState) {
        self.announce(state.head);
        self.state.put(state.version, state);
    }

    /// The newest state of the prompt that this connection stands at; `None`: its conversation is over.
    pub fn put_prompt(&mut self, state: Option<PromptState>) {
        match (&mut self.prompt, state) {
            (Some(prompt), Some(state)) => prompt.put(state.version, state),
            (Some(_), None) => {
                self.prompt = None;
                self.prompt_is_over = true;
            }
            (None, _) => {}
        }
    }

    /// The state to send, if a newer one than the last sent waits: of the conversation, or of the prompt.
    pub fn take_state(&mut self) -> Option<RelayToCustomer> {
        match self.place {
            Place::Nowhere => None,
            Place::AtPrompt(_) if core::mem::take(&mut self.prompt_is_over) => Some(RelayToCustomer::PromptOver),
            Place::AtPrompt(_) => self.prompt.as_mut()?.take().map(RelayToCustomer::Prompt),
            Place::Joined(_) => match self.state.take().filter(|state| self.tells_more(state)) {
                Some(state) => Some(RelayToCustomer::State(state)),
                None => self.take_beside(),
            },
        }
    }

    /// What to read next from the log of the joined conversation.
    #[must_use]
    pub fn page(&self) -> Option<(ConversationId, Page)> {
        let joined = self.joined()?;
        Some((joined.conversation, joined.cursor?.page()?))
    }

    /// Turns the rows that [`CustomerGate::page`] asked for into a frame.
    ///
    /// # Errors
    /// [`Hole`]: close with [`CloseCode::Resync`].
    pub fn take_rows(&mut self, rows: &[Recorded], names: &dyn Names) -> Result<Option<RelayToCustomer>, Hole> {
        let Some(cursor) = self.cursor() else { return Ok(None) };
        let delivery = cursor.take(rows, |row| customer_entry(row, names))?;
        Ok(delivery.map(|delivery| match delivery {
            Delivery::Entries(entries) => RelayToCustomer::Entries { entries },
            Delivery::Snapshot(entries) => RelayToCustomer::Snapshot { entries },
        }))
    }

    /// The connection's place in the conversation, for a shell that sends from memory.
    pub fn cursor(&mut self) -> Option<&mut Cursor> {
        self.joined_mut()?.cursor.as_mut()
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

    /// When to call [`CustomerGate::tick`] at the latest.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        self.heartbeat.due()
    }

    /// A heartbeat, where one is due.
    ///
    /// # Errors
    /// [`Misbehavior::Silent`] where nothing was heard for too long.
    pub fn tick(&mut self, now: Timestamp) -> Result<Option<RelayToCustomer>, Misbehavior> {
        let due = self.heartbeat.tick(now)?;
        Ok(due.then(|| RelayToCustomer::Beat { now, head: self.head() }))
    }

    fn head(&self) -> Seq {
        self.joined().and_then(|joined| joined.cursor).map_or(Seq::START, |cursor| cursor.head())
    }
}

fn too_many_sends(key: SendKey, wait: Millis) -> RelayToCustomer {
    RelayToCustomer::NotAccepted { key, refusal: Refusal { code: RefusalCode::RateLimited, retry_after: Some(wait) } }
}
