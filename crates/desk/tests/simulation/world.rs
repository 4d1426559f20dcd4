//! People who press buttons at random, lose their connections at random, and a relay that dies at random.

use model::{
    AgentId, Answered, Audience, BodyDigest, ConnectionId, Context, ContextValue, ContextVariable, ConversationId,
    LinkHash, MessageText, Millis, Number, Presence, PresenceId, QueueId, SendKey, Seq, Timestamp, TokenHash, WidgetId,
};
use rejoin_desk::{AgentRequest, Input, Notice, PageSaid, RefusalReason, StartSaid};

use crate::customers::Stored;
use crate::random::Random;
use crate::reference::{Reference, State, Talk};

const LINKS_MAX: usize = 48;

/// What the people know: enough to press plausible buttons, and now and then a wrong one.
pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) now: Timestamp,
    /// Connections of browsers.
    pub(crate) browsers: Vec<ConnectionId>,
    /// Console windows.
    pub(crate) consoles: Vec<(ConnectionId, AgentId)>,
    /// Conversations that are or were.
    pub(crate) talks: Vec<ConversationId>,
    /// Browsers that hold a token.
    pub(crate) stored: Vec<Stored>,
    /// Links that people hold, with the widget that they lead to.
    pub(crate) links: Vec<(WidgetId, LinkHash)>,
    /// Sends that may be tried again: key, digest.
    sends: Vec<(SendKey, BodyDigest)>,
    pub(crate) text: MessageText,
    pub(crate) agents: u64,
    pub(crate) queues: u64,
    next: u128,
}

impl World {
    pub(crate) fn new(seed: u64, is_large: bool) -> Self {
        let (agents, queues) = if is_large { (200, 20) } else { (4, 2) };
        Self {
            agents,
            queues,
            random: Random::new(seed),
            now: Timestamp(1_000_000_000),
            browsers: Vec::new(),
            consoles: Vec::new(),
            talks: Vec::new(),
            stored: Vec::new(),
            links: Vec::new(),
            sends: Vec::new(),
            text: MessageText::new("words").unwrap(),
            next: 0,
        }
    }

    pub(crate) fn fresh(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    pub(crate) fn a_queue(&mut self) -> QueueId {
        QueueId::from_u128(1 + u128::from(self.random.below(self.queues)))
    }

    /// One of three; now and then none of them.
    pub(crate) fn a_presence(&mut self) -> PresenceId {
        PresenceId::from_u128(1 + u128::from(self.random.below(10) % 4))
    }

    /// What comes along with a start, mostly nothing.
    pub(crate) fn page_says(&mut self) -> Option<Box<StartSaid>> {
        if self.random.one_in(2) {
            return None;
        }
        let language = self.random.one_in(2).then(|| "de-AT".to_owned());
        let mut variables = Vec::new();
        if !self.random.one_in(3) {
            let value = match self.random.below(4) {
                0 => ContextValue::Text("gold".to_owned()),
                1 => ContextValue::Text("8".to_owned()),
                2 => ContextValue::Number(Number::new(self.random.below(12) as f64).unwrap()),
                _ => ContextValue::Text("other".to_owned()),
            };
            variables.push(ContextVariable { name: "plan".to_owned(), value });
        }
        let page = PageSaid { language, context: Context::new(variables).unwrap() };
        let answered =
            |value: &str| Answered { name: "plan".to_owned(), question: "Plan?".to_owned(), value: value.to_owned() };
        let answers = match self.random.below(6) {
            0 => vec![answered("gold")],
            1 => vec![answered("other")],
            _ => Vec::new(),
        };
        let refused = self.random.one_in(16).then_some(RefusalReason::AnswerMissing);
        Some(Box::new(StartSaid { page, answers, refused }))
    }

    /// Lets time pass: mostly little, often exactly to the next deadline or to just before or after it, sometimes long.
    pub(crate) fn pass_time(&mut self, wake_at: Option<Timestamp>) {
        let to_wake = wake_at.map_or(Millis(0), |at| at.since(self.now));
        let around_wake = match self.random.below(4) {
            0 => Millis(to_wake.0.saturating_sub(1)),
            1 => to_wake + Millis(self.random.below(1_000)),
            _ => to_wake,
        };
        let wait = match self.random.below(1_000) {
            0..600 => Millis(self.random.below(300)),
            600..840 => Millis(self.random.below(3_000)),
            840..950 if to_wake < Millis::seconds(90) => around_wake,
            840..985 => Millis::seconds(self.random.below(40)),
            985..997 => around_wake,
            997..999 => Millis::minutes(self.random.below(20)),
            _ => Millis::hours(self.random.below(30)),
        };
        // The shell keeps its clock: nothing long passes without a tick at each deadline.
        let longest = wake_at.map_or(wait, |at| at.since(self.now) + Millis(self.random.below(1_000)));
        self.now += wait.min(longest);
    }

    /// The shell closes what the desk tells it to close.
    pub(crate) fn hear(&mut self, notices: &[Notice]) {
        for notice in notices {
            if let Notice::Displace { connection } | Notice::SignedOut { connection } = notice {
                self.browsers.retain(|open| open != connection);
                self.consoles.retain(|(open, _)| open != connection);
            }
        }
    }

    /// Every connection died with the process.
    pub(crate) fn forget_connections(&mut self) {
        self.browsers.clear();
        self.consoles.clear();
    }

    /// What somebody does next. People see their screens: what is offered to them, what they have.
    pub(crate) fn act(&mut self, screens: &Reference) -> Input {
        match self.random.below(200) {
            0..20 => Input::Tick,
            20..110 => self.customer_acts(screens),
            110..199 => self.agent_acts(screens),
            _ => self.admin_acts(),
        }
    }

    /// A new send, or now and then an earlier one again, or with other words.
    pub(crate) fn send(&mut self) -> (SendKey, BodyDigest) {
        if let Some((key, digest)) = self.random.pick(&self.sends).copied().filter(|_| self.random.one_in(5)) {
            let other = self.random.one_in(6);
            return (key, if other { BodyDigest([9; 8]) } else { digest });
        }
        let send = (SendKey(self.fresh().to_be_bytes()), BodyDigest([1; 8]));
        if self.sends.len() > 64 {
            self.sends.remove(0);
        }
        self.sends.push(send);
        send
    }

    /// One of the conversations that `wanted` fits; now and then any, or one that never was.
    pub(crate) fn a_talk(&mut self, screens: &Reference, wanted: impl Fn(&Talk) -> bool) -> ConversationId {
        let nowhere = ConversationId::from_u128(u128::MAX);
        if self.random.one_in(60) {
            return nowhere;
        }
        if self.random.one_in(12) {
            return self.random.pick(&self.talks).copied().unwrap_or(nowhere);
        }
        let found: Vec<_> = screens.talks.iter().filter(|talk| wanted(talk)).map(|talk| talk.id).collect();
        self.random.pick(&found).copied().unwrap_or(nowhere)
    }

    pub(crate) fn position(&mut self) -> Seq {
        Seq(u32::try_from(self.random.below(30)).unwrap())
    }

    /// A close is heard at once, silence later.
    pub(crate) fn last_heard(&mut self) -> Timestamp {
        if self.random.one_in(2) { self.now } else { self.now - Millis(self.random.below(30_000)) }
    }

    fn agent_acts(&mut self, screens: &Reference) -> Input {
        let choice = self.random.below(400);
        if choice < 40 || self.consoles.is_empty() {
            let connection = ConnectionId::from_u128(self.fresh());
            let agent = AgentId::from_u128(1 + u128::from(self.random.below(self.agents)));
            self.consoles.push((connection, agent));
            return Input::ConnectAgent { connection, agent };
        }
        let Some((mut connection, agent)) = self.random.pick(&self.consoles).copied() else { return Input::Tick };
        if self.random.one_in(80) {
            connection = ConnectionId::from_u128(self.fresh());
        }
        let mine = |talk: &Talk| matches!(talk.state, State::Active(has) | State::WrapUp(Some(has)) if has == agent);
        match choice {
            40..76 => {
                self.consoles.retain(|(open, _)| *open != connection);
                Input::LoseConnection { connection, last_heard: self.last_heard() }
            }
            76 => Input::SignOut { agent },
            77..97 => Input::Follow { connection, conversation: self.a_talk(screens, |_| true) },
            97..101 => Input::Unfollow { connection, conversation: self.a_talk(screens, |_| true) },
            101..110 => {
                let caller = ConnectionId::from_u128(self.fresh());
                let agent = AgentId::from_u128(1 + u128::from(self.random.below(self.agents)));
                if self.random.one_in(3) {
                    let conversation = self.a_talk(screens, |talk| talk.state == State::Active(agent));
                    let (key, digest) = self.send();
                    let audience = if self.random.one_in(4) { Audience::Agents } else { Audience::Customer };
                    let text = self.text.clone();
                    return Input::SayFor { caller, agent, conversation, audience, key, digest, text };
                }
                let reads = |talk: &Talk| talk.state == State::Active(agent);
                let ask = match self.random.below(8) {
                    0 => AgentRequest::Read(self.a_talk(screens, reads), self.position()),
                    1 => AgentRequest::Type(self.a_talk(screens, reads)),
                    _ => self.request(screens, agent),
                };
                Input::AskFor { caller, agent, ask }
            }
            110..198 => {
                let beside = |talk: &Talk| mine(talk) || talk.beside.may_write(agent) || talk.beside.advises(agent);
                let conversation = self.a_talk(screens, beside);
                self.agent_says(connection, conversation)
            }
            198 => Input::WatchFloor { connection },
            199 => Input::LeaveFloor { connection },
            200..212 => Input::AgentTypes { connection, conversation: self.a_talk(screens, mine) },
            212..242 => {
                let conversation = self.a_talk(screens, mine);
                Input::AgentReads { connection, conversation, upto: self.position() }
            }
            _ => Input::Ask { connection, request: 7, ask: self.request(screens, agent) },
        }
    }

    fn agent_says(&mut self, connection: ConnectionId, conversation: ConversationId) -> Input {
        let (key, digest) = self.send();
        let audience = if self.random.one_in(4) { Audience::Agents } else { Audience::Customer };
        Input::AgentSays { connection, conversation, audience, key, digest, text: self.text.clone() }
    }

    fn request(&mut self, screens: &Reference, agent: AgentId) -> AgentRequest {
        let presences = [
            None,
            None,
            Some(Presence::Available),
            Some(Presence::Available),
            Some(Presence::Busy),
            Some(Presence::DoNotDisturb),
            Some(Presence::Away),
            Some(Presence::Offline),
            Some(Presence::Inactive),
        ];
        let offered = |talk: &Talk| talk.offer == Some(agent);
        let mine = |talk: &Talk| matches!(talk.state, State::Active(has) | State::WrapUp(Some(has)) if has == agent);
        if screens.talks.iter().any(|talk| talk.beside.is_asked(agent)) && self.random.one_in(2) {
            let talk = self.a_talk(screens, |talk| talk.beside.is_asked(agent));
            let declines = self.random.one_in(6);
            return if declines { AgentRequest::DeclineInvitation(talk) } else { AgentRequest::AcceptInvitation(talk) };
        }
        if screens.talks.iter().any(|talk| talk.beside.monitors.contains(&(agent, false))) && self.random.one_in(4) {
            return AgentRequest::Join(self.a_talk(screens, |talk| talk.beside.monitors(agent)));
        }
        let advisers = screens.talks.iter().filter(|talk| talk.state == State::Active(agent));
        let adviser = advisers.flat_map(|talk| &talk.beside.consultants).map(|(who, _)| *who).next();
        if let Some(adviser) = adviser.filter(|_| self.random.one_in(4)) {
            let advised = |talk: &Talk| talk.state == State::Active(agent) && talk.beside.advises(adviser);
            return AgentRequest::LetIn(self.a_talk(screens, advised), adviser);
        }
        if self.random.one_in(3) {
            return self.staff_request(screens, agent, &presences);
        }
        match self.random.below(40) {
            0..16 => AgentRequest::Accept(self.a_talk(screens, offered)),
            16..19 => AgentRequest::Decline(self.a_talk(screens, offered)),
            19 => AgentRequest::Pick(self.a_talk(screens, |talk| talk.state == State::Open)),
            20..23 => AgentRequest::End(self.a_talk(screens, |talk| talk.state == State::Active(agent))),
            23..29 => AgentRequest::Close(self.a_talk(screens, |talk| talk.state == State::WrapUp(Some(agent)))),
            29 => AgentRequest::Release(self.a_talk(screens, |talk| talk.state == State::Active(agent))),
            30 => AgentRequest::OfferLink(self.a_talk(screens, mine)),
            31..33 => {
                let talk = self.a_talk(screens, mine);
                AgentRequest::TakeLink(talk, self.new_link(screens, talk))
            }
            36 => AgentRequest::WhyWaiting(self.a_talk(screens, |talk| talk.state == State::Open)),
            33..36 => AgentRequest::ReleaseHold(self.a_talk(screens, |talk| mine(talk) && screens.is_held(talk.id))),
            37 => AgentRequest::SetCustomPresence(self.a_presence()),
            _ => AgentRequest::SetPresence(self.random.pick(&presences).copied().flatten()),
        }
    }

    /// What colleagues and supervisors ask for.
    fn staff_request(&mut self, screens: &Reference, agent: AgentId, presences: &[Option<Presence>]) -> AgentRequest {
        let active = |talk: &Talk| matches!(talk.state, State::Active(_));
        let mine = |talk: &Talk| talk.state == State::Active(agent);
        let open = |talk: &Talk| talk.state == State::Open;
        let asked = |talk: &Talk| talk.beside.is_asked(agent);
        let advised = |talk: &Talk| mine(talk) && !talk.beside.consultants.is_empty();
        let other = AgentId::from_u128(1 + u128::from(self.random.below(5)));
        let advisers = screens.talks.iter().filter(|talk| advised(talk)).flat_map(|talk| &talk.beside.consultants);
        let adviser = advisers.map(|(who, _)| *who).next().unwrap_or(other);
        let queue = QueueId::from_u128(1 + u128::from(self.random.below(40)) % 3);
        match self.random.below(60) {
            0..16 => AgentRequest::AcceptInvitation(self.a_talk(screens, asked)),
            16..19 => AgentRequest::DeclineInvitation(self.a_talk(screens, asked)),
            19..25 => AgentRequest::Consult(self.a_talk(screens, mine), other),
            25..28 => AgentRequest::ConsultQueue(self.a_talk(screens, mine), queue),
            28 => AgentRequest::EndConsult(self.a_talk(screens, advised), adviser),
            29..32 => AgentRequest::LetIn(self.a_talk(screens, advised), adviser),
            32 => AgentRequest::LeaveConsult(self.a_talk(screens, |talk| talk.beside.advises(agent))),
            33..38 => AgentRequest::TransferToAgent(self.a_talk(screens, mine), other),
            38 => AgentRequest::TransferToQueue(self.a_talk(screens, mine), queue),
            39..41 => AgentRequest::WithdrawInvitation(self.a_talk(screens, |talk| talk.beside.invited.is_some())),
            41..45 => AgentRequest::Monitor(self.a_talk(screens, |talk| !open(talk))),
            45 => AgentRequest::StopMonitoring(self.a_talk(screens, |talk| talk.beside.monitors(agent))),
            46..49 => AgentRequest::Join(self.a_talk(screens, |talk| talk.beside.monitors(agent))),
            49..51 => AgentRequest::AssignToAgent(self.a_talk(screens, open), other),
            51 => AgentRequest::AssignToQueue(self.a_talk(screens, open), queue),
            52..56 => AgentRequest::SupervisorTransfer(self.a_talk(screens, active), other),
            56 => AgentRequest::ForceClose(self.a_talk(screens, |_| true)),
            57 => AgentRequest::SetCustomPresenceOf(other, self.a_presence()),
            _ => AgentRequest::SetPresenceOf(other, self.random.pick(presences).copied().flatten()),
        }
    }

    /// The people forget what the relay has forgotten.
    pub(crate) fn forget(&mut self, is_known: impl Fn(ConversationId) -> bool, has_token: impl Fn(TokenHash) -> bool) {
        self.talks.retain(|id| is_known(*id));
        self.stored.retain(|browser| has_token(browser.token));
        while self.links.len() > LINKS_MAX {
            self.links.remove(0);
        }
    }
}
