//! What is counted, for `/metrics`.

use desk::{ConversationFact, Fact, Notice, Recorded, StageCounts};
use model::SessionEnd::{Transferred, TransferredBySupervisor};
use model::{HoldEnd, InvitationEnd, PromiseEnd, ReturnedBy};
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

fn count(family: &Family<Kind, Counter>, kind: &'static str) {
    family.get_or_create(&Kind { kind }).inc();
}

fn returned_by(how: ReturnedBy) -> &'static str {
    match how {
        ReturnedBy::Token => "token",
        ReturnedBy::Link => "link",
        ReturnedBy::Prompt => "prompt",
        ReturnedBy::SignIn => "sign-in",
        ReturnedBy::Handover => "handover",
    }
}

fn hold_end(why: HoldEnd) -> &'static str {
    match why {
        HoldEnd::Expired => "expired",
        HoldEnd::Released => "released",
        HoldEnd::SessionEnded(_) => "session-ended",
        HoldEnd::CustomerReturned => "customer-returned",
        HoldEnd::PromiseEnded(_) => "promise-ended",
    }
}

fn promise_end(why: PromiseEnd) -> &'static str {
    match why {
        PromiseEnd::LimitReached => "limit-reached",
        PromiseEnd::StartedNew => "started-new",
        PromiseEnd::EndedByCustomer => "ended-by-customer",
        PromiseEnd::ForceClosed => "force-closed",
    }
}

fn invitation_end(how: InvitationEnd) -> &'static str {
    match how {
        InvitationEnd::Accepted => "accepted",
        InvitationEnd::Declined => "declined",
        InvitationEnd::Missed => "missed",
        InvitationEnd::Withdrawn => "withdrawn",
    }
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
    /// Disconnected customers who came back, by how.
    returns: Family<Kind, Counter>,
    /// How long they had been away.
    return_away: Histogram,
    /// Holds that are over, by why.
    holds_ended: Family<Kind, Counter>,
    /// Promises that are over without a return, by why.
    promises_ended: Family<Kind, Counter>,
    /// Invitations to colleagues that are over, by how.
    invitations_ended: Family<Kind, Counter>,
    /// Dead links opened, by what the customer was told.
    dead_links: Family<Kind, Counter>,
    /// JWTs shown by customers, by the answer.
    customer_sign_ins: Family<Kind, Counter>,
    /// Customers' connections lost, by how.
    losses: Family<Kind, Counter>,
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
            returns: Family::default(),
            return_away: Histogram::new([15.0, 60.0, 180.0, 600.0, 3_600.0, 21_600.0, 86_400.0]),
            holds_ended: Family::default(),
            promises_ended: Family::default(),
            invitations_ended: Family::default(),
            dead_links: Family::default(),
            customer_sign_ins: Family::default(),
            losses: Family::default(),
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
        registry.register("returns", "Disconnected customers who came back, by how", self.returns.clone());
        registry.register("return_away_seconds", "How long who came back had been away", self.return_away.clone());
        registry.register("holds_ended", "Holds that are over, by why", self.holds_ended.clone());
        registry.register("promises_ended", "Promises over without a return, by why", self.promises_ended.clone());
        registry.register("invitations_ended", "Invitations over, by how", self.invitations_ended.clone());
        registry.register("dead_links", "Dead links opened, by what was told", self.dead_links.clone());
        registry.register("customer_sign_ins", "JWTs shown by customers, by answer", self.customer_sign_ins.clone());
        registry.register("customer_losses", "Customers' connections lost, by how", self.losses.clone());
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
                ConversationFact::Closed(_) => "closed",
                ConversationFact::Overflowed { .. } => "overflowed",
                ConversationFact::LinkOffered(_) => "link-offered",
                ConversationFact::LinkMinted { .. } => "link-minted",
                ConversationFact::TokenAdded { is_other_device: true, .. } => "other-device",
                ConversationFact::CustomerIdentified(_) => "signed-in",
                ConversationFact::PromiseExtended => "limit-extended",
                ConversationFact::ConsultBegan(_) => "consult",
                ConversationFact::SentToQueue { .. } => "sent-to-queue",
                ConversationFact::SessionEnded { reason: Transferred | TransferredBySupervisor, .. } => "transferred",
                ConversationFact::MonitoringBegan(_) => "monitored",
                ConversationFact::SupervisorJoined(_) => "supervisor-joined",
                ConversationFact::Assigned { .. } => "assigned",
                ConversationFact::ForceClosedBy(_) => "force-closed",
                // Counted by their reasons.
                ConversationFact::CustomerReturned { .. }
                | ConversationFact::HoldEnded(_)
                | ConversationFact::PromiseEnded(_)
                | ConversationFact::TokenAdded { is_other_device: false, .. }
                | ConversationFact::ReadByCustomer { .. }
                | ConversationFact::ReadByAgent { .. }
                | ConversationFact::OfferEnded { .. }
                | ConversationFact::WaitingConfirmed
                | ConversationFact::Invited { .. }
                | ConversationFact::InvitationEnded { .. }
                | ConversationFact::ConsultantLetIn { .. }
                | ConversationFact::ConsultEnded { .. }
                | ConversationFact::MonitoringEnded { .. }
                | ConversationFact::Routed { .. }
                | ConversationFact::SessionEnded { .. }
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

    /// Counts what the desk notes for that alone.
    pub(crate) fn note(&self, notice: &Notice) {
        if let Notice::Disconnected { away_for } = *notice {
            self.disconnects.observe(away_for.0 as f64 / 1_000.0);
        }
        if let Notice::Returned { how, away_for } = *notice {
            self.return_away.observe(away_for.0 as f64 / 1_000.0);
            count(&self.returns, returned_by(how));
        }
        if let Notice::HoldEnded { why } = *notice {
            count(&self.holds_ended, hold_end(why));
        }
        if let Notice::InvitationEnded { how, .. } = *notice {
            count(&self.invitations_ended, invitation_end(how));
        }
        if let Notice::PromiseEnded { why } = *notice {
            count(&self.promises_ended, promise_end(why));
        }
    }

    /// A link or hand-over that is good no more was opened; `is_redirected`: the browser is told to go elsewhere.
    pub(crate) fn dead_link(&self, is_redirected: bool) {
        count(&self.dead_links, if is_redirected { "redirected" } else { "told" });
    }

    /// A customer showed a JWT.
    pub(crate) fn customer_sign_in(&self, answer: &'static str) {
        count(&self.customer_sign_ins, answer);
    }

    /// A customer's connection is lost.
    pub(crate) fn loss(&self, how: &'static str) {
        count(&self.losses, how);
    }

    /// All of it, as OpenMetrics text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}
