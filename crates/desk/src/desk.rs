//! The desk: record, live, and one way in.

use model::Timestamp;

use crate::index::{Deadline, Index};
use crate::input::{Configuration, Input};
use crate::live::Live;
use crate::outcome::Outcome;
use crate::record::{Record, Stage, WorkKind};
use crate::turn::Turn;
use crate::view::StageCounts;

/// The desk: `record` (the fold of facts) and `live` (connections, typing; dies with the process).
#[derive(Clone, Debug, Default)]
pub struct Desk {
    pub(crate) record: Record,
    pub(crate) live: Live,
    pub(crate) index: Index,
    pub(crate) now: Timestamp,
    pub(crate) version: u64,
}

impl Desk {
    /// A desk on what was replayed. The first input must be [`Input::StartRelay`].
    #[must_use]
    pub fn new(record: Record) -> Self {
        let index = Index::of(&record);
        Self { now: record.last_at, index, record, live: Live::default(), version: 0 }
    }

    /// The fold.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// When to come back with [`Input::Tick`]; `None` while nothing is going to be due.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.index.deadlines.first().map(|(at, _)| *at)
    }

    /// Whether a clock runs that an outage would have to move, so that the shell must log signs of life (product 3): somebody
    /// is connected, a deadline is coming, or a conversation is going on.
    #[must_use]
    pub fn is_clock_running(&self) -> bool {
        !self.live.connections.is_empty()
            || self.index.deadlines.iter().any(|(_, deadline)| !matches!(deadline, Deadline::Forget(_)))
            || self.record.conversations.values().any(|known| matches!(known.stage, Stage::Active { .. }))
    }

    /// How many conversations are where. Costs as much as there are agents and queues, however many conversations there are.
    #[must_use]
    pub fn stage_counts(&self) -> StageCounts {
        let open = self.index.queues.values().map(|queue| queue.waiting.len()).sum();
        let work = || self.record.agents.values().flat_map(|agent| agent.work.values());
        let count = |kind: WorkKind| work().filter(|work| work.kind == kind).count();
        let wrap_up = count(WorkKind::WrapUp) + count(WorkKind::Hold);
        StageCounts { open, active: count(WorkKind::Active), wrap_up }
    }

    /// Fires what is due at `now`, then handles the input, then fires what has become due by it. A `now` before that of the
    /// last call is taken as that one.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Outcome {
        let now = now.max(self.now).max(self.record.last_at);
        self.now = now;
        // Above every version of an earlier process whose clock was behind ours, and within 2^53.
        self.version = (self.version + 1).max(now.0 << 10);
        let mut turn = Turn::new(now);
        if !matches!(input, Input::StartRelay { .. } | Input::ResumeWrites { .. }) {
            self.fire(&mut turn);
        }
        self.take(&mut turn, input);
        self.fire(&mut turn);
        self.offer_all(&mut turn);
        self.tell_places(&mut turn);
        self.note_presences(&mut turn);
        let (facts, notices) = turn.finish(self);
        Outcome { facts, notices, wake_at: self.wake_at() }
    }

    fn take(&mut self, turn: &mut Turn, input: Input) {
        match input {
            Input::Tick => {}
            Input::StartRelay { down_since } => self.start_relay(turn, down_since),
            Input::ResumeWrites { down_since } => self.resume_writes(turn, down_since),
            Input::Configure(configuration) => self.configure(turn, configuration),
            Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown } => {
                let asking = crate::resume::Asking { connection, widget, token, identity, sign_in_is_unknown };
                self.resume(turn, &asking, arrival);
            }
            Input::Start {
                connection,
                conversation,
                customer,
                widget,
                token,
                key,
                digest,
                text,
                name,
                identity,
                said,
            } => {
                let start = crate::start::Start {
                    conversation,
                    customer,
                    widget,
                    token,
                    key,
                    digest,
                    text,
                    name,
                    identity,
                    said,
                };
                self.start(turn, connection, start);
            }
            Input::Continue { connection, token } => self.continue_at_prompt(turn, connection, token),
            Input::StartNew { connection } => self.start_anew(turn, connection),
            Input::ExtendPromise { connection } => self.extend_promise(turn, connection),
            Input::FollowArrival { connection, arrival } => self.follow_arrival(turn, connection, arrival),
            Input::Identify { connection, widget, identity } => self.identify(turn, connection, widget, identity),
            Input::MintLink { connection, link } => self.mint_link(turn, connection, link),
            Input::Say { connection, key, digest, text } => self.say(turn, connection, key, digest, text),
            Input::CustomerTypes { connection } => self.customer_types(turn, connection),
            Input::CustomerReads { connection, upto } => self.customer_reads(turn, connection, upto),
            Input::EndByCustomer { connection } => self.end_by_customer(turn, connection),
            Input::ConfirmWaiting { connection } => self.confirm_waiting(turn, connection),
            Input::LoseConnection { connection, last_heard } => self.lose_connection(turn, connection, last_heard),
            Input::ConnectAgent { connection, agent } => self.connect_agent(turn, connection, agent),
            Input::SignOut { agent } => self.sign_out(turn, agent),
            Input::Follow { connection, conversation } => self.follow(turn, connection, conversation),
            Input::Unfollow { connection, conversation } => self.unfollow(connection, conversation),
            Input::AgentSays { connection, conversation, audience, key, digest, text } => {
                let send = crate::say::AgentSend { conversation, audience, key, digest, text };
                self.agent_says(turn, connection, send);
            }
            Input::AgentTypes { connection, conversation } => self.agent_types(turn, connection, conversation),
            Input::AgentReads { connection, conversation, upto } => {
                self.agent_reads(turn, connection, conversation, upto);
            }
            Input::WatchFloor { connection } => self.watch_floor(turn, connection),
            Input::LeaveFloor { connection } => self.leave_floor(connection),
            Input::WatchColleagues { connection } => self.watch_colleagues(turn, connection),
            Input::LeaveColleagues { connection } => self.leave_colleagues(connection),
            Input::Ask { connection, request, ask } => self.ask(turn, connection, request, ask),
            Input::AskFor { caller, agent, ask } => self.ask_for(turn, caller, agent, ask),
            Input::SayFor { caller, agent, conversation, audience, key, digest, text } => {
                let send = crate::say::AgentSend { conversation, audience, key, digest, text };
                self.say_for(turn, caller, agent, send);
            }
        }
    }

    fn configure(&mut self, turn: &mut Turn, configuration: Configuration) {
        match configuration {
            Configuration::Agent(agent, rules) => self.configure_agent(turn, agent, rules),
            Configuration::Queue(queue, rules) => self.configure_queue(turn, queue, rules),
            Configuration::Workstream(workstream, rules) => self.configure_workstream(turn, workstream, rules),
            Configuration::Routing(workstream, routing) => self.configure_routing(turn, workstream, routing),
            Configuration::Widget(widget, rules) => self.configure_widget(turn, widget, rules),
            Configuration::Supervision(rights) => self.configure_supervision(turn, rights),
            Configuration::Presences(presences) => self.configure_presences(turn, &presences),
            Configuration::DefaultPresence(agent, begins_in) => self.configure_default_presence(turn, agent, begins_in),
            Configuration::Distribution(workstream, more) => self.configure_distribution(turn, workstream, more),
        }
    }
}
