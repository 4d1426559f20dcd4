//! The reference: the same rules written a second time, as simply as possible. Everything is found by looking at everything;
//! nothing is an index, nothing is a fold. Where desk and reference differ, one of them is wrong.

mod agents;
mod coming_back;
mod customers;
mod ends;
mod links;
mod offers;
mod overflow;
mod presences;
mod promise;
mod staff;
mod supervise;
mod time;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AgentId, AgentRules, Audience, BodyDigest, CloseReason, ConnectionId, ConversationId, Distribution, IdentityHash,
    LinkHash, Millis, Presence, PresenceChoice, PresenceId, QueueId, QueueRules, ReconnectRules, ReturnedBy, Routing,
    SendKey, Seq, SessionEnd, SupervisorRights, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId,
    WorkstreamRules, WrapUpRule,
};
use rejoin_desk::{Author, ConversationFact as What, Fact, Input, Notice, RefusalReason as No};

use coming_back::Shown;
pub(crate) use staff::Beside;

/// Clocks that end in something being written. Of one instant they fire in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clock {
    MayBeAway(ConversationId),
    Disconnect(ConversationId),
    Miss(ConversationId),
    /// Runs while somebody is invited.
    MissInvitation(ConversationId),
    AutoClose(ConversationId),
    /// Never runs by itself: it is worked out from how long a conversation has waited.
    Slow(ConversationId),
    AgentAway(AgentId),
    AgentGone(AgentId),
    Free(AgentId, ConversationId),
    /// Runs while the agent's place is kept.
    Hold(ConversationId),
    /// Runs while the customer may come back.
    Promise(ConversationId),
    EndWrapUp(ConversationId),
    Forget(ConversationId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Active(AgentId),
    WrapUp(Option<AgentId>),
    Closed,
}

/// A message as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) by: Author,
    pub(crate) key: SendKey,
    pub(crate) digest: BodyDigest,
    pub(crate) internal: bool,
    pub(crate) customer_seq: u32,
    pub(crate) agents_seq: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Talk {
    pub(crate) id: ConversationId,
    pub(crate) widget: WidgetId,
    pub(crate) stream: WorkstreamId,
    pub(crate) queue: QueueId,
    /// The first is that of the browser that started; with each, whether it opens without a sign-in.
    pub(crate) tokens: Vec<(TokenHash, bool)>,
    pub(crate) links: Vec<LinkHash>,
    pub(crate) identity: Option<IdentityHash>,
    pub(crate) reconnect: Option<ReconnectRules>,
    pub(crate) number: u32,
    pub(crate) cost: Units,
    pub(crate) limit: Millis,
    pub(crate) opened: Timestamp,
    pub(crate) state: State,
    pub(crate) because: CloseReason,
    pub(crate) offer: Option<AgentId>,
    pub(crate) ask_at: Timestamp,
    /// When it came into the queue in which it is.
    pub(crate) queued_at: Timestamp,
    pub(crate) wrap_up: WrapUpRule,
    /// The end of a set block time, while a hold hides it.
    pub(crate) hidden_block: Option<Timestamp>,
    pub(crate) extensions: u8,
    /// The last sign of life before they counted as disconnected.
    pub(crate) gone_since: Timestamp,
    pub(crate) returned_by: Option<ReturnedBy>,
    pub(crate) last_agent: Option<AgentId>,
    pub(crate) asked_first: Option<AgentId>,
    /// By how many units it took whom beyond their capacity, because they picked it or a supervisor gave it to them.
    pub(crate) beyond: BTreeMap<AgentId, i32>,
    pub(crate) gave_back: BTreeSet<AgentId>,
    pub(crate) facts: u32,
    pub(crate) customer_seq: u32,
    pub(crate) agents_seq: u32,
    pub(crate) lines: Vec<Line>,
    pub(crate) away_since: Option<Timestamp>,
    pub(crate) tries: BTreeMap<AgentId, (u8, Timestamp)>,
    pub(crate) took_part: BTreeSet<AgentId>,
    pub(crate) read_by_customer: u32,
    pub(crate) read_by: BTreeMap<AgentId, u32>,
    pub(crate) beside: Beside,
    pub(crate) transfers: u32,
    /// Live: the customer's connections, oldest first.
    pub(crate) windows: Vec<ConnectionId>,
    /// Live: the last sign of life on a lost connection.
    pub(crate) heard: Timestamp,
    /// Live: nobody has been connected since.
    pub(crate) dropped: Option<Timestamp>,
    /// Live.
    pub(crate) followers: Vec<ConnectionId>,
    /// Live: those of the windows that are in the browser that started it.
    pub(crate) starters: BTreeSet<ConnectionId>,
    /// Live: connections at the prompt, oldest first; with each, whether its browser holds a token.
    pub(crate) prompted: Vec<(ConnectionId, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    Out,
    In,
    Dropped,
}

/// A presence that was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) presence: Presence,
    /// The custom one of which that is the base.
    pub(crate) custom: Option<PresenceId>,
    pub(crate) by: Option<AgentId>,
}

impl Chosen {
    pub(crate) const fn plain(presence: Presence) -> Self {
        Self { presence, custom: None, by: None }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) rules: AgentRules,
    pub(crate) at: Where,
    pub(crate) set: Option<Chosen>,
    /// In which they begin when they sign in.
    pub(crate) begins_in: Option<PresenceChoice>,
    pub(crate) turn: u64,
    /// Live: console windows, oldest first.
    pub(crate) windows: Vec<ConnectionId>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Reference {
    pub(crate) now: Timestamp,
    pub(crate) last_fact: Timestamp,
    pub(crate) people: BTreeMap<AgentId, Person>,
    pub(crate) queues: BTreeMap<QueueId, QueueRules>,
    pub(crate) streams: BTreeMap<WorkstreamId, WorkstreamRules>,
    pub(crate) routings: BTreeMap<WorkstreamId, Routing>,
    pub(crate) distributions: BTreeMap<WorkstreamId, Distribution>,
    /// Custom presences with their bases.
    pub(crate) presences: BTreeMap<PresenceId, Presence>,
    /// How long those waited who were accepted for the first time, and when that was.
    pub(crate) waits: BTreeMap<QueueId, Vec<(Timestamp, Millis)>>,
    pub(crate) widgets: BTreeMap<WidgetId, WidgetRules>,
    pub(crate) talks: Vec<Talk>,
    pub(crate) clocks: Vec<(Timestamp, Clock)>,
    /// Live: who is signed in on a customer's connection that has joined or stands at a prompt.
    pub(crate) signed_in: BTreeMap<ConnectionId, IdentityHash>,
    /// Live: windows that watch the floor.
    pub(crate) floor: BTreeSet<ConnectionId>,
    pub(crate) rights: SupervisorRights,
    pub(crate) started: u32,
    pub(crate) turns: u64,
    pub(crate) facts: Vec<Fact>,
    pub(crate) replies: Vec<Notice>,
}

type Done = Result<(), No>;

impl Reference {
    pub(crate) fn step(&mut self, now: Timestamp, input: &Input) {
        self.now = now;
        self.facts.clear();
        self.replies.clear();
        if !matches!(input, Input::StartRelay { .. } | Input::ResumeWrites { .. }) {
            self.fire();
        }
        self.take(input);
        self.fire();
        self.make_offers();
    }

    pub(crate) fn find(&self, id: ConversationId) -> Option<usize> {
        self.talks.iter().position(|talk| talk.id == id)
    }

    pub(super) fn joined(&self, connection: ConnectionId) -> Option<usize> {
        self.talks.iter().position(|talk| talk.windows.contains(&connection))
    }

    pub(super) fn agent_of(&self, connection: ConnectionId) -> Option<AgentId> {
        self.people.iter().find(|(_, person)| person.windows.contains(&connection)).map(|(agent, _)| *agent)
    }

    pub(crate) fn used(&self, agent: AgentId) -> i32 {
        self.talks.iter().filter(|talk| self.takes_units(talk, agent)).map(|talk| talk.cost.0).sum()
    }

    /// By how much a conversation takes an agent beyond their capacity who gets it now.
    pub(super) fn goes_beyond(&self, index: usize, agent: AgentId) -> i32 {
        let talk = &self.talks[index];
        let others = self.used(agent) - if self.takes_units(talk, agent) { talk.cost.0 } else { 0 };
        (others + talk.cost.0 - self.people[&agent].rules.capacity.0).clamp(0, talk.cost.0)
    }

    /// Of the units in use, those that are beyond the capacity because somebody wanted it so.
    pub(crate) fn overridden(&self, agent: AgentId) -> i32 {
        let excess = (self.used(agent) - self.people[&agent].rules.capacity.0).max(0);
        let taken = self.talks.iter().filter(|talk| self.takes_units(talk, agent));
        excess.min(taken.map(|talk| talk.beyond.get(&agent).copied().unwrap_or(0)).sum())
    }

    fn takes_units(&self, talk: &Talk, agent: AgentId) -> bool {
        let is_theirs = match talk.state {
            State::Open => talk.offer == Some(agent),
            State::Active(has) => has == agent,
            State::WrapUp(Some(has)) => has == agent && (talk.wrap_up == WrapUpRule::Always || self.is_held(talk.id)),
            State::WrapUp(None) | State::Closed => false,
        };
        let reserves = |invited: staff::Invited| invited.kind != model::InvitationKind::Consult;
        let is_asked = talk.beside.invited.is_some_and(|invited| invited.to == agent && reserves(invited));
        let is_blocked = || self.clocks.iter().any(|(_, clock)| *clock == Clock::Free(agent, talk.id));
        is_theirs || is_asked || is_blocked()
    }

    pub(crate) fn presence(&self, agent: AgentId) -> Presence {
        let person = &self.people[&agent];
        let used = self.used(agent);
        match (person.at, person.set) {
            (Where::Out | Where::Dropped, _) => Presence::Offline,
            (Where::In, Some(set)) => set.presence,
            (Where::In, None) if used >= person.rules.capacity.0 => Presence::DoNotDisturb,
            (Where::In, None) if used > 0 => Presence::Busy,
            (Where::In, None) => Presence::Available,
        }
    }

    /// The custom presence that everybody sees an agent in.
    pub(crate) fn custom(&self, agent: AgentId) -> Option<PresenceId> {
        let person = &self.people[&agent];
        person.set.filter(|_| person.at == Where::In)?.custom
    }

    /// Whether an agent's presence is one in which conversations of this workstream are offered.
    pub(super) fn takes(&self, stream: WorkstreamId, agent: AgentId) -> bool {
        let named = self.distributions.get(&stream).map(|more| more.presences.as_slice()).unwrap_or_default();
        self.streams[&stream].allowed_presences.contains(&self.presence(agent))
            || self.custom(agent).is_some_and(|custom| named.contains(&custom))
    }

    /// Whether whoever comes back is offered to their previous agent first.
    pub(crate) fn asks_previous_first(&self, stream: WorkstreamId) -> bool {
        self.distributions.get(&stream).is_none_or(|more| more.previous_agent_first)
    }

    pub(crate) fn runs(&self, clock: Clock) -> bool {
        self.clocks.iter().any(|(_, running)| *running == clock)
    }

    pub(crate) fn end_of(&self, clock: Clock) -> Option<Timestamp> {
        self.clocks.iter().find(|(_, running)| *running == clock).map(|(at, _)| *at)
    }

    pub(crate) fn is_held(&self, id: ConversationId) -> bool {
        self.runs(Clock::Hold(id))
    }

    pub(crate) fn is_promised(&self, id: ConversationId) -> bool {
        self.runs(Clock::Promise(id))
    }

    /// Open, Active, or in wrap-up with a promise.
    pub(crate) fn is_live(&self, index: usize) -> bool {
        self.is_going(index) || self.is_promised(self.talks[index].id)
    }

    pub(super) fn rules(&self, index: usize) -> WorkstreamRules {
        self.streams[&self.talks[index].stream].clone()
    }

    pub(super) fn may_read(&self, agent: AgentId, index: usize) -> bool {
        let talk = &self.talks[index];
        let person = &self.people[&agent];
        let beside = &talk.beside;
        talk.took_part.contains(&agent)
            || talk.offer == Some(agent)
            || beside.is_asked(agent)
            || beside.advises(agent)
            || beside.monitors(agent)
            || (talk.state == State::Open && person.rules.enabled && person.rules.queues.contains(&talk.queue))
    }

    pub(super) fn write(&mut self, fact: Fact) {
        self.last_fact = self.now;
        self.facts.push(fact);
    }

    pub(super) fn note(&mut self, index: usize, what: What) {
        let talk = &mut self.talks[index];
        talk.facts += 1;
        talk.customer_seq += u32::from(what.is_for(Audience::Customer));
        talk.agents_seq += u32::from(what.is_for(Audience::Agents));
        let fact = Fact::Conversation {
            id: talk.id,
            position: talk.facts,
            customer_seq: Seq(talk.customer_seq),
            agents_seq: Seq(talk.agents_seq),
            what,
        };
        self.write(fact);
    }

    pub(super) fn stop(&mut self, clock: Clock) {
        self.clocks.retain(|(_, running)| *running != clock);
    }

    pub(super) fn run(&mut self, at: Timestamp, clock: Clock) {
        self.stop(clock);
        self.clocks.push((at, clock));
    }

    pub(super) fn refuse(&mut self, connection: ConnectionId, reason: No) {
        self.replies.push(Notice::Refused { connection, request: None, reason });
    }

    pub(super) fn take(&mut self, input: &Input) {
        match input {
            Input::Tick | Input::CustomerTypes { .. } | Input::AgentTypes { .. } => {}
            Input::StartRelay { down_since } => self.start_relay(*down_since),
            Input::ResumeWrites { down_since } => self.resume_writes(*down_since),
            Input::Configure(configuration) => self.configure(configuration),
            Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown } => {
                let shown = Shown {
                    connection: *connection,
                    widget: *widget,
                    token: *token,
                    identity: *identity,
                    is_unknown: *sign_in_is_unknown,
                };
                self.resume(shown, *arrival);
            }
            Input::Continue { connection, token } => self.press_continue(*connection, *token),
            Input::StartNew { connection } => self.press_start_new(*connection),
            Input::ExtendPromise { connection } => self.press_more_time(*connection),
            Input::FollowArrival { connection, arrival } => self.go_to_that_one(*connection, *arrival),
            Input::Identify { connection, widget, identity } => self.sign_in(*connection, *widget, *identity),
            Input::MintLink { connection, link } => self.copy_link(*connection, *link),
            Input::Start { .. } => self.start(input),
            Input::Say { connection, key, digest, .. } => {
                let index = self.joined(*connection);
                let conversation = index.map(|index| self.talks[index].id);
                let done = match index {
                    None => Err(No::NoConversation),
                    Some(index) => self.say(index, Author::Customer, false, *key, *digest),
                };
                self.answer(*connection, conversation, Audience::Customer, *key, done);
            }
            Input::CustomerReads { connection, upto } => match self.joined(*connection) {
                None => self.refuse(*connection, No::NoConversation),
                Some(index) => {
                    let talk = &mut self.talks[index];
                    let upto = upto.0.min(talk.customer_seq);
                    if upto > talk.read_by_customer {
                        talk.read_by_customer = upto;
                        self.note(index, What::ReadByCustomer { upto: Seq(upto) });
                    }
                }
            },
            Input::EndByCustomer { connection } => self.end_by_customer(*connection),
            Input::ConfirmWaiting { connection } => match self.joined(*connection) {
                None => self.refuse(*connection, No::NoConversation),
                Some(index) => match self.talks[index].state {
                    State::Open => {
                        if self.talks[index].ask_at <= self.now {
                            self.note(index, What::WaitingConfirmed);
                            self.wait(index);
                        }
                    }
                    State::Active(_) => {}
                    State::WrapUp(_) => self.refuse(*connection, No::ConversationEnded),
                    State::Closed => self.refuse(*connection, No::ConversationClosed),
                },
            },
            Input::LoseConnection { connection, last_heard } => self.lose(*connection, *last_heard),
            Input::ConnectAgent { connection, agent } => self.connect_agent(*connection, *agent),
            Input::SignOut { agent } => {
                if self.people[agent].at != Where::Out {
                    self.write(Fact::AgentSignedOut(*agent));
                    self.leave(*agent);
                    self.end_work(*agent, SessionEnd::AgentSignedOut);
                }
                self.close_windows(*agent);
            }
            Input::Follow { connection, conversation } => self.follow(*connection, *conversation),
            Input::Unfollow { connection, conversation } => {
                if let Some(index) = self.find(*conversation) {
                    self.talks[index].followers.retain(|follower| follower != connection);
                }
            }
            Input::AgentSays { connection, conversation, audience, key, digest, .. } => {
                let send = (*conversation, *audience, *key, *digest);
                self.agent_says(*connection, self.agent_of(*connection), send);
            }
            Input::SayFor { caller, agent, conversation, audience, key, digest, .. } => {
                let agent = Some(*agent).filter(|agent| self.people.get(agent).is_some_and(|one| one.rules.enabled));
                self.agent_says(*caller, agent, (*conversation, *audience, *key, *digest));
            }
            Input::AgentReads { connection, conversation, upto } => {
                self.agent_reads(*connection, *conversation, *upto);
            }
            Input::WatchFloor { connection } => self.watch_floor(*connection),
            Input::LeaveFloor { connection } => self.forget_floor(*connection),
            Input::WatchColleagues { .. } | Input::LeaveColleagues { .. } => {}
            Input::Ask { connection, request, ask } => {
                self.ask(*connection, *request, self.agent_of(*connection).ok_or(No::NotAllowed), *ask);
            }
            Input::AskFor { caller, agent, ask } => self.ask(*caller, 0, self.in_name_of(*agent, *ask), *ask),
        }
    }

    fn agent_says(
        &mut self,
        connection: ConnectionId,
        agent: Option<AgentId>,
        send: (ConversationId, Audience, SendKey, BodyDigest),
    ) {
        let (conversation, audience, key, digest) = send;
        let done = match (agent, self.find(conversation)) {
            (None, _) => Err(No::NotAllowed),
            (Some(_), None) => Err(No::NoConversation),
            (Some(agent), Some(index)) => {
                self.say(index, Author::Agent(agent), audience == Audience::Agents, key, digest)
            }
        };
        self.answer(connection, Some(conversation), Audience::Agents, key, done);
    }
}
