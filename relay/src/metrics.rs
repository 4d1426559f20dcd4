//! What is counted, for `/metrics`.

use desk::{ConversationFact, Fact, Recorded, StageCounts};
use model::Millis;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// `{code="…"}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Code {
    code: String,
}

impl Code {
    pub(crate) fn new(code: &impl ToString) -> Self {
        Self { code: code.to_string() }
    }
}

/// `{kind="…"}`
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// Everything counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// Open sockets, by side.
    connections: Family<Kind, Gauge>,
    /// TCP connections turned away because there are too many.
    pub(crate) connections_refused: Counter,
    /// Conversations by state.
    stages: Family<Kind, Gauge>,
    /// Facts about conversations, by what happened.
    conversations: Family<Kind, Counter>,
    /// Messages made durable.
    messages: Family<Kind, Counter>,
    /// Refusals sent, by code.
    pub(crate) refusals: Family<Code, Counter>,
    /// Closes by the relay, by code.
    pub(crate) closes: Family<Code, Counter>,
    /// Frames of kinds that this relay does not know.
    pub(crate) unknown_frames: Counter,
    /// Customers who counted as disconnected, and for how long they had been away then.
    disconnects: Histogram,
    /// Connections that resumed a conversation.
    pub(crate) resumes: Counter,
    /// Panics that ended one connection.
    pub(crate) panics: Counter,
    /// Appends that failed.
    pub(crate) failed_appends: Counter,
    /// How long an append took.
    pub(crate) append_seconds: Histogram,
    /// Facts in one append.
    pub(crate) batch_facts: Histogram,
    /// Inputs in one batch.
    pub(crate) batch_inputs: Histogram,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("rejoin"),
            connections: Family::default(),
            connections_refused: Counter::default(),
            stages: Family::default(),
            conversations: Family::default(),
            messages: Family::default(),
            refusals: Family::default(),
            closes: Family::default(),
            unknown_frames: Counter::default(),
            disconnects: Histogram::new([5.0, 15.0, 60.0, 180.0, 600.0, 3_600.0, 86_400.0]),
            resumes: Counter::default(),
            panics: Counter::default(),
            failed_appends: Counter::default(),
            append_seconds: Histogram::new(exponential_buckets(0.000_05, 2.0, 16)),
            batch_facts: Histogram::new(exponential_buckets(1.0, 2.0, 12)),
            batch_inputs: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("connections", "Open sockets", self.connections.clone());
        registry.register("connections_refused", "Connections turned away", self.connections_refused.clone());
        registry.register("conversations", "Conversations that are not closed, by state", self.stages.clone());
        registry.register("conversation_facts", "What happened to conversations", self.conversations.clone());
        registry.register("messages", "Messages accepted", self.messages.clone());
        registry.register("refusals", "Refusals by code", self.refusals.clone());
        registry.register("closes", "Sockets closed by the relay, by code", self.closes.clone());
        registry.register("unknown_frames", "Frames of unknown kinds, ignored", self.unknown_frames.clone());
        registry.register("disconnect_away_seconds", "How long customers had been away", self.disconnects.clone());
        registry.register("resumes", "Connections that resumed a conversation", self.resumes.clone());
        registry.register("panics", "Panics that ended one connection", self.panics.clone());
        registry.register("failed_appends", "Appends that failed", self.failed_appends.clone());
        registry.register("append_seconds", "How long an append took", self.append_seconds.clone());
        registry.register("batch_facts", "Facts in one append", self.batch_facts.clone());
        registry.register("batch_inputs", "Inputs in one batch", self.batch_inputs.clone());
    }

    /// Counts what became durable.
    pub(crate) fn count_facts(&self, entries: &[Recorded]) {
        for recorded in entries {
            let Fact::Conversation { what, .. } = &recorded.fact else { continue };
            let kind = match what {
                ConversationFact::Said { by: desk::Author::Customer, .. } => {
                    self.messages.get_or_create(&Kind { kind: "customer" }).inc();
                    continue;
                }
                ConversationFact::Said { audience: model::Audience::Agents, .. } => {
                    self.messages.get_or_create(&Kind { kind: "internal" }).inc();
                    continue;
                }
                ConversationFact::Said { .. } => {
                    self.messages.get_or_create(&Kind { kind: "agent" }).inc();
                    continue;
                }
                ConversationFact::Started { .. } => "started",
                ConversationFact::AgentJoined { .. } => "joined",
                ConversationFact::OfferMade { .. } => "offered",
                ConversationFact::CustomerAway { .. } => "away",
                ConversationFact::CustomerBack => "back",
                ConversationFact::CustomerDisconnected => "disconnected",
                ConversationFact::EndedByAgent(_) | ConversationFact::EndedByCustomer => "ended",
                ConversationFact::Requeued => "requeued",
                ConversationFact::CustomerReturned { .. } => "returned",
                ConversationFact::PromiseEnded(_) => "promise-ended",
                ConversationFact::Closed(_) => "closed",
                ConversationFact::ReadByCustomer { .. }
                | ConversationFact::ReadByAgent { .. }
                | ConversationFact::OfferEnded { .. }
                | ConversationFact::WaitingConfirmed
                | ConversationFact::SessionEnded { .. }
                | ConversationFact::HoldEnded(_)
                | ConversationFact::PromiseExtended
                | ConversationFact::LinkMinted { .. }
                | ConversationFact::LinkOffered(_)
                | ConversationFact::TokenAdded { .. }
                | ConversationFact::CustomerIdentified(_)
                | ConversationFact::Forgotten => continue,
            };
            self.conversations.get_or_create(&Kind { kind }).inc();
        }
    }

    /// How many sockets are open.
    pub(crate) fn count_connections(&self, customers: usize, consoles: usize) {
        for (kind, count) in [("customer", customers), ("console", consoles)] {
            self.connections.get_or_create(&Kind { kind }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// How many conversations are where.
    pub(crate) fn count_stages(&self, counts: StageCounts) {
        for (kind, count) in [("open", counts.open), ("active", counts.active), ("wrap-up", counts.wrap_up)] {
            self.stages.get_or_create(&Kind { kind }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// A customer counted as disconnected.
    pub(crate) fn disconnected(&self, away_for: Millis) {
        self.disconnects.observe(away_for.0 as f64 / 1_000.0);
    }

    /// All of it, as OpenMetrics text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}
