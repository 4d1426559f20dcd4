//! A small relay without sockets: a desk in its commit loop, on a disk in memory.

use std::collections::VecDeque;

use desk::{AgentRequest, Configuration, Input, Notice, Record, Recorded};
use model::{
    AgentRules, BodyDigest, ConnectionId, ConversationId, CustomerId, MessageText, Millis, QueueId, QueueRules, Role,
    SendKey, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use rejoin_log::commit::{CommitLoop, Prepared, Settled};
use rejoin_log::{Log, MemoryDisk};

use crate::support::{NOON, agent, conversation, key};

pub(crate) const WIDGET: WidgetId = WidgetId::from_u128(1);
pub(crate) const WORKSTREAM: WorkstreamId = WorkstreamId::from_u128(2);
pub(crate) const QUEUE: QueueId = QueueId::from_u128(3);

pub(crate) fn connection(number: u128) -> ConnectionId {
    ConnectionId::from_u128(number)
}

pub(crate) fn token(number: u128) -> TokenHash {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(&number.to_be_bytes());
    TokenHash(hash)
}

fn digest(key: SendKey) -> BodyDigest {
    BodyDigest(*key.0.first_chunk().unwrap())
}

fn text(key: SendKey) -> MessageText {
    MessageText::new(format!("words of {key:?}")).unwrap()
}

pub(crate) fn start(customer: u128, at: ConnectionId, id: ConversationId, key: SendKey) -> Input {
    Input::Start {
        connection: at,
        conversation: id,
        customer: CustomerId::from_u128(customer),
        widget: WIDGET,
        token: token(customer),
        key,
        digest: digest(key),
        text: text(key),
        name: None,
        identity: None,
        said: None,
    }
}

pub(crate) fn say(at: ConnectionId, key: SendKey) -> Input {
    Input::Say { connection: at, key, digest: digest(key), text: text(key) }
}

pub(crate) fn agent_says(at: ConnectionId, id: ConversationId, key: SendKey) -> Input {
    Input::AgentSays {
        connection: at,
        conversation: id,
        audience: model::Audience::Customer,
        key,
        digest: digest(key),
        text: text(key),
    }
}

pub(crate) fn resume(at: ConnectionId, customer: u128) -> Input {
    let token = Some(token(customer));
    Input::Resume { connection: at, widget: WIDGET, token, arrival: None, identity: None, sign_in_is_unknown: false }
}

pub(crate) fn configuration(agents: u128) -> Vec<Input> {
    let mut inputs = vec![
        Configuration::Queue(QUEUE, QueueRules::DEFAULT),
        Configuration::Workstream(WORKSTREAM, WorkstreamRules::for_queue(QUEUE)),
        Configuration::Widget(WIDGET, WidgetRules::for_workstream(WORKSTREAM)),
    ];
    let rules = AgentRules { enabled: true, role: Role::Agent, capacity: Units(3), queues: vec![QUEUE] };
    inputs.extend((1..=agents).map(|number| Configuration::Agent(agent(number), rules.clone())));
    inputs.into_iter().map(Input::Configure).collect()
}

/// The relay's desk task without the relay.
pub(crate) struct Shop {
    pub(crate) disk: MemoryDisk,
    pub(crate) log: Log,
    pub(crate) commit: CommitLoop,
    pub(crate) now: Timestamp,
    pub(crate) queue: VecDeque<Input>,
    pub(crate) wake_at: Option<Timestamp>,
}

impl Shop {
    pub(crate) fn open(disk: &MemoryDisk, now: Timestamp) -> Self {
        let log = disk.open().unwrap();
        let commit = CommitLoop::new(log.opened.clone(), now);
        Self { disk: disk.clone(), log, commit, now, queue: VecDeque::new(), wake_at: Some(now) }
    }

    /// A shop with `agents` signed-in agents at noon; console `n` is connection `1000 + n`.
    pub(crate) fn with_agents(agents: u128) -> Self {
        let mut shop = Self::open(&MemoryDisk::new(), NOON);
        let mut inputs = configuration(agents);
        inputs.extend((1..=agents).map(connect_agent));
        shop.hear(inputs);
        shop
    }

    /// One turn of the loop.
    pub(crate) fn turn(&mut self) -> Settled {
        let settled = match self.commit.prepare(self.now, &mut self.queue) {
            Prepared::Deliver(settled) => settled,
            Prepared::Append(entries) => {
                let result = self.log.writer.append(&entries);
                self.commit.settle(self.now, result)
            }
            Prepared::Reopen(known) => {
                let result = self.log.writer.reopen(known);
                self.commit.reopened(self.now, result)
            }
        };
        self.wake_at = settled.wake_at;
        settled
    }

    /// Tells the desk all of it in as few turns as it takes, and gives what came of it.
    pub(crate) fn hear(&mut self, inputs: impl IntoIterator<Item = Input>) -> Settled {
        self.queue.extend(inputs);
        let mut all = self.turn();
        while !self.queue.is_empty() {
            merge(&mut all, self.turn());
        }
        all
    }

    /// Lets time pass, waking the loop whenever it wants to be woken.
    pub(crate) fn pass(&mut self, span: Millis) -> Settled {
        let end = self.now + span;
        let mut all = Settled::default();
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            merge(&mut all, self.turn());
        }
        self.now = end;
        all
    }

    /// The process is killed and started again after `span`.
    pub(crate) fn restart(&mut self, span: Millis) {
        *self = Self::open(&self.disk, self.now + span);
    }

    /// The record that the durable facts give.
    pub(crate) fn replay(&self) -> Record {
        let mut record = Record::default();
        for recorded in self.disk.facts() {
            record.apply(recorded.at, &recorded.fact);
        }
        record
    }

    /// A customer starts conversation `number` on connection `number`, and agent 1 accepts it.
    pub(crate) fn talk(&mut self, number: u128) -> ConversationId {
        let id = conversation(number);
        self.hear([start(number, connection(number), id, key(0))]);
        self.hear([Input::Ask { connection: connection(1001), request: 1, ask: AgentRequest::Accept(id) }]);
        id
    }
}

pub(crate) fn connect_agent(number: u128) -> Input {
    Input::ConnectAgent { connection: connection(1000 + number), agent: agent(number) }
}

pub(crate) fn merge(all: &mut Settled, next: Settled) {
    let mut entries: Vec<Recorded> = all.entries.to_vec();
    entries.extend_from_slice(&next.entries);
    all.entries = entries.into();
    all.notices.extend(next.notices);
    all.unsaved.extend(next.unsaved);
    all.refused.extend(next.refused);
    all.wake_at = next.wake_at;
    all.refresh |= next.refresh;
    all.fatal = all.fatal.take().or(next.fatal);
}

pub(crate) fn was_sent(settled: &Settled, wanted: SendKey) -> bool {
    settled
        .notices
        .iter()
        .any(|notice| matches!(notice, Notice::Sent { key, .. } | Notice::Started { key, .. } if *key == wanted))
}
