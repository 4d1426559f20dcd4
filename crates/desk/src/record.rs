//! The fold of facts: what it holds. How facts change it is in `fold`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::{
    AgentId, AgentRules, BodyDigest, CloseReason, ConversationId, CustomerId, Distribution, Millis, Presence,
    PresenceChoice, PresenceId, QueueId, QueueRules, ReconnectRules, Routing, SendKey, Seq, SupervisorRights,
    Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use serde::{Deserialize, Serialize};

use crate::fact::Author;
use crate::staff_side::StaffSide;
use crate::ways_back::WaysBack;

/// The version of the fold. A snapshot of a [`Record`] made by another version must be thrown away and the facts replayed.
pub const FOLD_VERSION: u32 = 7;

/// Everything that the facts say, and nothing else. Deadlines lie here as instants; `RelayStarted` and `WritesResumed` move them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub(crate) last_at: Timestamp,
    pub(crate) started_count: u32,
    pub(crate) assigned_count: u64,
    pub(crate) agents: BTreeMap<AgentId, AgentRecord>,
    pub(crate) queues: BTreeMap<QueueId, QueueRecord>,
    pub(crate) workstreams: BTreeMap<WorkstreamId, WorkstreamRules>,
    pub(crate) routings: BTreeMap<WorkstreamId, Routing>,
    pub(crate) widgets: BTreeMap<WidgetId, WidgetRules>,
    pub(crate) conversations: BTreeMap<ConversationId, Box<ConversationRecord>>,
    pub(crate) supervision: SupervisorRights,
    /// Custom presences with their bases.
    pub(crate) presences: BTreeMap<PresenceId, Presence>,
    pub(crate) distributions: BTreeMap<WorkstreamId, Distribution>,
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QueueRecord {
    pub(crate) rules: QueueRules,
    pub(crate) waits: Waits,
}

/// How long those waited who were accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waits {
    pub(crate) count: u32,
    /// Moving: the newest count most.
    pub(crate) average: Millis,
    pub(crate) last_at: Timestamp,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AgentRecord {
    pub(crate) rules: AgentRules,
    pub(crate) link: AgentLink,
    /// The presence that was set: by the agent, or `Inactive` by a missed offer.
    pub(crate) set: Option<Presence>,
    /// When they were last offered or picked something, counted over all agents; 0 = never.
    pub(crate) assigned: u64,
    /// Offers, sessions and blocks: the capacity ledger.
    pub(crate) work: BTreeMap<ConversationId, Work>,
    /// Conversations whose last session was theirs, closed and not yet forgotten, oldest first.
    pub(crate) closed: VecDeque<ConversationId>,
    /// Conversations that they are invited to, advise in, or read along in.
    pub(crate) beside: BTreeSet<ConversationId>,
    /// The supervisor who set the presence, where one did.
    pub(crate) set_by: Option<AgentId>,
    /// The custom presence of which `set` is the base.
    pub(crate) custom: Option<PresenceId>,
    /// In which they begin when they sign in.
    pub(crate) begins_in: Option<PresenceChoice>,
}

/// Whether an agent has a console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AgentLink {
    /// Signed out, or gone for longer than the grace.
    Gone,
    /// At least one console window is connected.
    Here,
    /// The last one was lost; the place is kept.
    Lost { since: Timestamp, told_at: Timestamp, gone_at: Timestamp },
}

/// One entry of an agent's ledger, keyed by its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Work {
    pub(crate) kind: WorkKind,
    /// What it takes; zero in a wrap-up that blocks nothing, or no longer.
    pub(crate) units: Units,
    /// When the units are freed, where that is a set time. While a hold runs, what the wrap-up rule alone would say.
    pub(crate) until: Option<Timestamp>,
    /// When the session began, or the offer was made.
    pub(crate) since: Timestamp,
    /// By how many units it went beyond the capacity when it was picked, or given by a supervisor.
    pub(crate) beyond: Units,
}

/// Why an agent has something in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum WorkKind {
    /// A running offer.
    Offer,
    /// A session while Active.
    Active,
    /// A session in wrap-up.
    WrapUp,
    /// A session in wrap-up whose units are kept for a customer who may come back.
    Hold,
    /// The session is over, a set block time is not.
    Block,
    /// A running invitation to take it over.
    Invitation,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ConversationRecord {
    pub(crate) customer: CustomerId,
    pub(crate) widget: WidgetId,
    pub(crate) workstream: WorkstreamId,
    pub(crate) queue: QueueId,
    /// That of the browser that started it.
    pub(crate) token: TokenHash,
    pub(crate) number: u32,
    pub(crate) cost: Units,
    pub(crate) disconnect_after: Millis,
    pub(crate) reconnect: Option<ReconnectRules>,
    /// When it first became Open: its place in the queue, for ever.
    pub(crate) opened_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) position: u32,
    pub(crate) customer_seq: Seq,
    pub(crate) agents_seq: Seq,
    pub(crate) stage: Stage,
    pub(crate) link: CustomerLink,
    /// Whose session it was last.
    pub(crate) last_agent: Option<AgentId>,
    /// The customer's read mark.
    pub(crate) read_by_customer: Seq,
    /// The last of the customer's own messages that its agent has read, in the customer's sequence.
    pub(crate) read_by_agent: Seq,
    /// Everybody on the staff side who had to do with it; grows only.
    pub(crate) staff: Vec<Staff>,
    /// The customer's messages, in order.
    pub(crate) customer_words: Vec<WordsAt>,
    /// The keys of all sends, sorted by author and key. Once closed, only the start's.
    pub(crate) keys: Vec<KeyRecord>,
    /// Boxed and mostly absent: most conversations never need another way back than their first token.
    pub(crate) ways_back: Option<Box<WaysBack>>,
    /// Boxed and mostly absent: most conversations have one agent and nobody beside them.
    pub(crate) staff_side: Option<Box<StaffSide>>,
}

/// Where a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    Open(Waiting),
    Active { agent: AgentId, since: Timestamp },
    WrapUp(WrapUp),
    Closed { at: Timestamp, reason: CloseReason, ended_at: Timestamp, forget_at: Timestamp },
}

/// Open, in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// When it came into the queue in which it is, moved by outages: its wait is counted from then.
    pub(crate) since: Timestamp,
    /// From then on a connected customer is asked "Still waiting?".
    pub(crate) ask_at: Timestamp,
    /// Then it is closed by itself.
    pub(crate) close_at: Timestamp,
    pub(crate) offer: Option<Offer>,
}

/// A running offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub(crate) agent: AgentId,
    pub(crate) made_at: Timestamp,
    pub(crate) until: Timestamp,
}

/// The talk is over, or the customer is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WrapUp {
    pub(crate) since: Timestamp,
    pub(crate) because: CloseReason,
    /// The session that still runs.
    pub(crate) session: Option<WrapUpSession>,
}

/// A session in wrap-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WrapUpSession {
    pub(crate) agent: AgentId,
    /// When it ends by itself.
    pub(crate) closes_at: Timestamp,
}

/// The customer's connection as far as facts say. Younger losses are in `live`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CustomerLink {
    /// Connected, or lost too recently for a fact.
    Here,
    /// May be away.
    Away { since: Timestamp, disconnected_at: Timestamp },
    /// Away for longer than the limit.
    Disconnected { since: Timestamp },
    /// The talk is over: no clock runs.
    Unwatched,
}

/// One agent's dealings with a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Staff {
    pub(crate) agent: AgentId,
    /// They have had it.
    pub(crate) took_part: bool,
    /// They gave it back to the queue, and have not had it since.
    pub(crate) gave_back: bool,
    /// Counted offers: declined, missed; and releases.
    pub(crate) tries: u8,
    /// Not offered to them again before.
    pub(crate) again_at: Timestamp,
    /// Their read mark, in the agents' sequence.
    pub(crate) read: Seq,
}

/// Where one message of the customer stands in both sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WordsAt {
    pub(crate) agents: Seq,
    pub(crate) customer: Seq,
}

/// The key of a send and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyRecord {
    /// 0 = the customer, else 1 + the index in `staff`.
    pub(crate) author: u16,
    pub(crate) key: SendKey,
    pub(crate) digest: BodyDigest,
    /// Only for colleagues.
    pub(crate) internal: bool,
    /// In the customer's sequence for a customer's send, in the agents' for an agent's.
    pub(crate) seq: Seq,
}

impl Record {
    /// When the last fact was written.
    #[must_use]
    pub fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// How many conversations are remembered, closed ones of the last 24 h included.
    #[must_use]
    pub fn conversation_count(&self) -> usize {
        self.conversations.len()
    }

    /// The last position of a conversation's facts. `None` once it is forgotten.
    #[must_use]
    pub fn position(&self, conversation: ConversationId) -> Option<u32> {
        self.conversations.get(&conversation).map(|found| found.position)
    }

    pub(crate) fn rules_of(&self, conversation: &ConversationRecord) -> WorkstreamRules {
        self.workstream_rules(conversation.workstream, conversation.queue)
    }

    /// How a conversation's workstream distributes beyond its rules.
    pub(crate) fn distribution_of(&self, conversation: &ConversationRecord) -> &Distribution {
        const DEFAULT: &Distribution = &Distribution::DEFAULT;
        self.distributions.get(&conversation.workstream).unwrap_or(DEFAULT)
    }

    pub(crate) fn workstream_rules(&self, workstream: WorkstreamId, queue: QueueId) -> WorkstreamRules {
        // A workstream is never taken away, but a record made by hand may lack it: the documented defaults then.
        self.workstreams.get(&workstream).cloned().unwrap_or_else(|| WorkstreamRules::for_queue(queue))
    }
}

impl AgentRecord {
    pub(crate) fn new(rules: AgentRules) -> Self {
        Self {
            rules,
            link: AgentLink::Gone,
            set: None,
            assigned: 0,
            work: BTreeMap::new(),
            closed: VecDeque::new(),
            beside: BTreeSet::new(),
            set_by: None,
            custom: None,
            begins_in: None,
        }
    }
}

impl ConversationRecord {
    /// Open or Active: the customer's clocks run.
    pub(crate) fn is_going(&self) -> bool {
        matches!(self.stage, Stage::Open(_) | Stage::Active { .. })
    }

    pub(crate) fn waiting(&self) -> Option<&Waiting> {
        if let Stage::Open(waiting) = &self.stage { Some(waiting) } else { None }
    }

    pub(crate) fn offer(&self) -> Option<Offer> {
        self.waiting().and_then(|waiting| waiting.offer)
    }

    /// Whose session runs, Active or in wrap-up.
    pub(crate) fn session_agent(&self) -> Option<AgentId> {
        match self.stage {
            Stage::Active { agent, .. } => Some(agent),
            Stage::WrapUp(wrap_up) => wrap_up.session.map(|session| session.agent),
            Stage::Open(_) | Stage::Closed { .. } => None,
        }
    }

    /// Who has it or is offered it.
    pub(crate) fn agent_concerned(&self) -> Option<AgentId> {
        self.session_agent().or_else(|| self.offer().map(|offer| offer.agent))
    }

    /// Who has it or is offered it, is invited, or takes part beside the primary.
    pub(crate) fn agents_concerned(&self) -> impl Iterator<Item = AgentId> + '_ {
        self.agent_concerned().into_iter().chain(self.beside())
    }

    pub(crate) fn staff(&self, agent: AgentId) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.agent == agent)
    }

    pub(crate) fn staff_mut(&mut self, agent: AgentId) -> &mut Staff {
        let index = self.staff.iter().position(|staff| staff.agent == agent).unwrap_or_else(|| {
            let (again_at, read) = (Timestamp::ZERO, Seq::START);
            self.staff.push(Staff { agent, took_part: false, gave_back: false, tries: 0, again_at, read });
            self.staff.len() - 1
        });
        &mut self.staff[index]
    }

    fn author(&self, author: Author) -> Option<u16> {
        match author {
            Author::Customer => Some(0),
            Author::Agent(agent) => {
                let index = self.staff.iter().position(|staff| staff.agent == agent)?;
                u16::try_from(index + 1).ok()
            }
        }
    }

    /// What was written under this key.
    pub(crate) fn key(&self, author: Author, key: SendKey) -> Option<KeyRecord> {
        let author = self.author(author)?;
        let found = self.keys.binary_search_by_key(&(author, key), |known| (known.author, known.key)).ok()?;
        Some(self.keys[found])
    }

    pub(crate) fn remember_key(&mut self, by: Author, key: SendKey, digest: BodyDigest, internal: bool, seq: Seq) {
        if let Author::Agent(agent) = by {
            self.staff_mut(agent);
        }
        let Some(author) = self.author(by) else { return };
        let place = self.keys.partition_point(|known| (known.author, known.key) < (author, key));
        make_room(&mut self.keys);
        self.keys.insert(place, KeyRecord { author, key, digest, internal, seq });
    }

    /// The position in the customer's sequence of the customer's last message at or before `read` in the agents' sequence.
    pub(crate) fn customer_words_until(&self, read: Seq) -> Seq {
        let count = self.customer_words.partition_point(|words| words.agents <= read);
        count.checked_sub(1).map_or(Seq::START, |last| self.customer_words[last].customer)
    }

    /// How many messages of the customer come after `read` in the agents' sequence.
    pub(crate) fn unread_after(&self, read: Seq) -> u32 {
        let read_count = self.customer_words.partition_point(|words| words.agents <= read);
        u32::try_from(self.customer_words.len() - read_count).unwrap_or(u32::MAX)
    }
}

/// Makes room for one more in a list that mostly stays short: doubling would leave up to half of it unused.
pub(crate) fn make_room<T>(list: &mut Vec<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact(4 + list.len() / 4);
    }
}
