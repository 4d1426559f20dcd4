//! What happened. Past participles; durable; they outlive releases, so variants and fields are append-only.
//!
//! Facts hold ids, enums and numbers. Words lie beside them in a [`Body`], which replay never reads, so that erasing words is
//! deleting bodies.

use model::{
    AgentId, AgentRules, Answered, AssignmentMethod, Audience, BodyDigest, CloseReason, ConsultEnd, Context,
    ConversationId, CustomerId, DisplayName, Distribution, HoldEnd, IdentityHash, InvitationEnd, InvitationKind,
    LinkHash, MessageText, Millis, MonitorEnd, OfferEnd, OverflowCause, Presence, PresenceChoice, PresenceId,
    PromiseEnd, QueueId, QueueRules, ReconnectRules, ReturnedBy, Routing, SendKey, Seq, SessionEnd, SupervisorRights,
    Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use serde::{Deserialize, Serialize};

use crate::input::{PageSaid, answered_bytes};

/// A fact as it is appended: when, where, and the words beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// When the desk said so.
    pub at: Timestamp,
    /// What happened.
    pub fact: Fact,
    /// The words beside it.
    pub body: Option<Body>,
}

/// Words beside a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// The words of a message; beside `Said`.
    Words(MessageText),
    /// What the customer is called; beside `Started`.
    Name(DisplayName),
    /// The context variables of early logs; beside `Routed`. Read, no longer written.
    Context(Context),
    /// What the page said about its customer; beside `Routed`.
    Page(PageSaid),
    /// The same, and what the customer answered before the conversation; beside `Routed`.
    Answered(PageSaid, Vec<Answered>),
}

impl Body {
    /// What the page said about its customer, and what the customer answered before; nothing where this is no such body.
    #[must_use]
    pub fn said_before(&self) -> (PageSaid, &[Answered]) {
        match self {
            Self::Page(said) => (said.clone(), &[]),
            Self::Context(context) => (PageSaid { language: None, context: context.clone() }, &[]),
            Self::Answered(said, answers) => (said.clone(), answers),
            Self::Words(_) | Self::Name(_) => (PageSaid::default(), &[]),
        }
    }

    /// Its words, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Words(text) => text.as_str().len(),
            Self::Name(name) => name.as_str().len(),
            Self::Context(context) => context.bytes(),
            Self::Page(said) => said.bytes(),
            Self::Answered(said, answers) => said.bytes() + answers.iter().map(answered_bytes).sum::<usize>(),
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// The relay came up after an outage.
    RelayStarted {
        /// The last sign of life before.
        down_since: Timestamp,
    },
    /// Writing works again after a spell in which it did not.
    WritesResumed {
        /// When it stopped.
        down_since: Timestamp,
    },
    /// An agent's rules.
    AgentConfigured(AgentId, AgentRules),
    /// How a queue chooses among agents: all that its rules said in early logs. Read, no longer written.
    QueueConfigured(QueueId, AssignmentMethod),
    /// A workstream's rules.
    WorkstreamConfigured(WorkstreamId, WorkstreamRules),
    /// A widget's rules.
    WidgetConfigured(WidgetId, WidgetRules),
    /// An agent's first console window connected, after a sign-out or the end of the grace.
    AgentArrived(AgentId),
    /// An agent's last connection was lost.
    AgentLost {
        /// Who.
        agent: AgentId,
        /// The last sign of life.
        since: Timestamp,
    },
    /// An agent came back within the grace; nothing moved.
    AgentReturned(AgentId),
    /// The grace is over; their conversations went to their queues in facts of their own.
    AgentGone(AgentId),
    /// An agent signed out.
    AgentSignedOut(AgentId),
    /// An agent chose a presence, or went back to the computed one.
    PresenceChosen {
        /// Who.
        agent: AgentId,
        /// Which.
        presence: Option<Presence>,
    },
    /// A wrap-up block is over, by its time or because the customer came back or started anew: its units are free again.
    CapacityFreed {
        /// Whose units.
        agent: AgentId,
        /// For which conversation they were blocked.
        conversation: ConversationId,
    },
    /// Something happened in a conversation.
    Conversation {
        /// Which.
        id: ConversationId,
        /// The dense number of the fact in its conversation, from 1.
        position: u32,
        /// The head of the customer's sequence after this fact.
        customer_seq: Seq,
        /// The head of the agents' sequence after this fact.
        agents_seq: Seq,
        /// What.
        what: ConversationFact,
    },
    /// A queue's rules.
    QueueRulesSet(QueueId, QueueRules),
    /// What supervisors may do was switched on or off.
    SupervisionConfigured(SupervisorRights),
    /// A supervisor set an agent's presence, or took back what was set.
    PresenceSetBy {
        /// Whose.
        agent: AgentId,
        /// Which.
        presence: Option<Presence>,
        /// Who set it.
        by: AgentId,
    },
    /// How a workstream distributes beyond its queue.
    RoutingSet(WorkstreamId, Routing),
    /// A custom presence and its base; `None`: there is no such presence any more. What that means for agents who are in it follows in
    /// facts of their own.
    PresenceConfigured(PresenceId, Option<Presence>),
    /// An agent is in a custom presence from now on.
    CustomPresenceChosen {
        /// Who.
        agent: AgentId,
        /// Which.
        presence: PresenceId,
        /// What it counts as.
        base: Presence,
        /// The supervisor who set it; `None`: the agent chose it, or begins in it.
        by: Option<AgentId>,
    },
    /// The presence in which an agent begins when they sign in.
    DefaultPresenceSet(AgentId, Option<PresenceChoice>),
    /// More of how a workstream distributes.
    DistributionSet(WorkstreamId, Distribution),
}

/// Who wrote something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Author {
    /// The conversation's customer.
    Customer,
    /// An agent.
    Agent(AgentId),
}

/// What happened in a conversation. Which audiences read it is [`ConversationFact::is_for`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConversationFact {
    /// It began and is Open in its queue. Holds what is fixed at the start (product 3).
    Started {
        /// Whose.
        customer: CustomerId,
        /// Through which widget.
        widget: WidgetId,
        /// In which workstream; its rules are read when used.
        workstream: WorkstreamId,
        /// In which queue it waits.
        queue: QueueId,
        /// The hash of the browser's token.
        token: TokenHash,
        /// A short number, counted over all conversations: "Customer 7".
        number: u32,
        /// Units it takes, fixed.
        cost: Units,
        /// When an away customer counts as disconnected, fixed.
        disconnect_after: Millis,
        /// Reconnect, fixed.
        reconnect: Option<ReconnectRules>,
        /// Who started it, where they were signed in.
        identity: Option<IdentityHash>,
    },
    /// Somebody said something.
    Said {
        /// Who.
        by: Author,
        /// To everybody (`Customer`: customer and agents), or among `Agents` only.
        audience: Audience,
        /// The key of the send.
        key: SendKey,
        /// The digest of the words.
        digest: BodyDigest,
    },
    /// The customer has read up to here.
    ReadByCustomer {
        /// A position of the customer's sequence.
        upto: Seq,
    },
    /// An agent has read up to here.
    ReadByAgent {
        /// Who.
        agent: AgentId,
        /// A position of the agents' sequence.
        upto: Seq,
    },
    /// It was offered; the offer reserves its cost.
    OfferMade {
        /// To whom.
        agent: AgentId,
        /// When it is missed.
        until: Timestamp,
    },
    /// An offer ended without being accepted (`Accepted` is never written: `AgentJoined` ends the offer).
    OfferEnded {
        /// Whose.
        agent: AgentId,
        /// How.
        how: OfferEnd,
    },
    /// An agent has it: Open → Active, a session begins.
    AgentJoined {
        /// Who.
        agent: AgentId,
        /// Picked rather than offered.
        picked: bool,
    },
    /// The customer's last connection was lost; written 10 s after the last sign of life.
    CustomerAway {
        /// The last sign of life.
        since: Timestamp,
    },
    /// The customer is connected again.
    CustomerBack,
    /// The customer was away for longer than the limit. With reconnect on, in a conversation that an agent once had: the promise
    /// begins, and the hold with it.
    CustomerDisconnected,
    /// The customer said that they still wait.
    WaitingConfirmed,
    /// The agent ended the talk: Active → Wrap-up.
    EndedByAgent(AgentId),
    /// The customer ended the talk: Active → Wrap-up.
    EndedByCustomer,
    /// An agent's part ended.
    SessionEnded {
        /// Whose.
        agent: AgentId,
        /// Why.
        reason: SessionEnd,
        /// The talk was already over: the customer has nobody left to lose.
        in_wrap_up: bool,
    },
    /// Active → Open, at its old place in the queue.
    Requeued,
    /// Nothing reopens it.
    Closed(CloseReason),
    /// 24 h after the end: its tokens and keys are forgotten; its entries stay in the log.
    Forgotten,
    /// The disconnected customer came back as promised: Wrap-up → Active where the hold runs; else `Requeued` follows.
    CustomerReturned {
        /// How.
        how: ReturnedBy,
    },
    /// The hold is over by itself: `Expired` or `Released`. Where it ends with something else, that fact says so.
    HoldEnded(HoldEnd),
    /// The promise is over, and with it the hold if it still ran.
    PromiseEnded(PromiseEnd),
    /// The customer asked for two more minutes until the limit.
    PromiseExtended,
    /// A reconnect link exists.
    LinkMinted {
        /// The hash of its secret.
        link: LinkHash,
        /// For whom: the customer, or an agent who sends it by other ways.
        by: Author,
    },
    /// An agent offered a reconnect link.
    LinkOffered(AgentId),
    /// Another browser, or another token of the same one, may resume from now on.
    TokenAdded {
        /// The hash of the token.
        token: TokenHash,
        /// How it came in.
        how: ReturnedBy,
        /// The browser held no token of this conversation before.
        is_other_device: bool,
        /// It resumes only together with the customer's sign-in.
        needs_sign_in: bool,
    },
    /// The anonymous customer signed in in the browser that started the conversation: it is theirs now.
    CustomerIdentified(IdentityHash),
    /// The queue's overflow rule moved it to another queue, where it keeps its place by age.
    Overflowed {
        /// Where it waits now.
        to: QueueId,
        /// Why.
        cause: OverflowCause,
    },
    /// An agent was invited to advise, or to take the conversation over, which reserves its cost.
    Invited {
        /// To what.
        kind: InvitationKind,
        /// By whom.
        by: AgentId,
        /// Who.
        to: AgentId,
        /// The queue that was asked, where it was not this agent alone.
        queue: Option<QueueId>,
        /// When it is missed.
        until: Timestamp,
        /// Another agent of the same queue was asked before, in the same consult.
        passed_on: bool,
    },
    /// An invitation ended. After `Accepted` the facts follow that say what that means.
    InvitationEnded {
        /// To what.
        kind: InvitationKind,
        /// Whose.
        to: AgentId,
        /// How.
        how: InvitationEnd,
    },
    /// An agent advises from now on.
    ConsultBegan(AgentId),
    /// A consultant may write to the customer, who reads that they joined.
    ConsultantLetIn {
        /// Who.
        agent: AgentId,
        /// By whom.
        by: AgentId,
    },
    /// An agent advises no longer.
    ConsultEnded {
        /// Who.
        agent: AgentId,
        /// Why.
        why: ConsultEnd,
        /// The customer had read that they joined.
        was_let_in: bool,
    },
    /// Open in this queue, at its old place: transferred by its agent, or moved by a supervisor.
    SentToQueue {
        /// By whom.
        by: AgentId,
        /// To which.
        queue: QueueId,
    },
    /// A supervisor reads along.
    MonitoringBegan(AgentId),
    /// A supervisor reads along no longer.
    MonitoringEnded {
        /// Who.
        agent: AgentId,
        /// Why.
        why: MonitorEnd,
        /// The customer had read that they joined.
        had_joined: bool,
    },
    /// A supervisor who reads along has joined: may write, and both sides read it.
    SupervisorJoined(AgentId),
    /// A supervisor gave it to an agent; `AgentJoined` follows.
    Assigned {
        /// By whom.
        by: AgentId,
        /// To whom.
        to: AgentId,
        /// By how many units this goes beyond the agent's capacity.
        over: Units,
    },
    /// A supervisor closed it; the facts follow that say what that ended.
    ForceClosedBy(AgentId),
    /// Which routing rule chose the queue in which it began; written where one did, or where the page said something about its
    /// customer, which lies beside it.
    Routed {
        /// Its number in the order of the rules as they were, from 1.
        rule: Option<u16>,
    },
}

impl ConversationFact {
    /// Whether `audience` reads this fact as an entry of its sequence (product 4.6, 4.7). `gate` turns exactly these into entries.
    #[must_use]
    pub fn is_for(&self, audience: Audience) -> bool {
        match self {
            Self::Said { audience: Audience::Customer, .. }
            | Self::AgentJoined { .. }
            | Self::EndedByAgent(_)
            | Self::EndedByCustomer
            | Self::LinkOffered(_)
            | Self::TokenAdded { is_other_device: true, .. }
            | Self::ConsultantLetIn { .. }
            | Self::ConsultEnded { was_let_in: true, .. }
            | Self::SupervisorJoined(_)
            | Self::MonitoringEnded { had_joined: true, .. }
            | Self::Closed(_) => true,
            Self::Said { audience: Audience::Agents, .. }
            | Self::Started { .. }
            | Self::OfferMade { .. }
            | Self::OfferEnded { .. }
            | Self::CustomerAway { .. }
            | Self::CustomerBack
            | Self::CustomerDisconnected
            | Self::CustomerReturned { .. }
            | Self::HoldEnded(_)
            | Self::PromiseEnded(_)
            | Self::PromiseExtended
            // What an agent takes to send by other ways is an audit entry; what the customer takes is nobody's business.
            | Self::LinkMinted { by: Author::Agent(_), .. }
            | Self::CustomerIdentified(_)
            | Self::Overflowed { .. }
            | Self::Invited { .. }
            | Self::InvitationEnded { .. }
            | Self::ConsultBegan(_)
            | Self::ConsultEnded { was_let_in: false, .. }
            | Self::SentToQueue { .. }
            | Self::MonitoringBegan(_)
            | Self::MonitoringEnded { had_joined: false, .. }
            | Self::Assigned { .. }
            | Self::ForceClosedBy(_)
            | Self::WaitingConfirmed => audience == Audience::Agents,
            // The customer reads that the agent left; after an end there is nothing left to leave.
            Self::SessionEnded { in_wrap_up: true, .. } => audience == Audience::Agents,
            Self::SessionEnded { reason, .. } => match reason {
                SessionEnd::AgentDisconnected
                | SessionEnd::AgentSignedOut
                | SessionEnd::AgentReleased
                | SessionEnd::AgentDisabled
                | SessionEnd::Transferred
                | SessionEnd::TransferredToQueue
                | SessionEnd::TransferredBySupervisor => true,
                SessionEnd::AgentClosed
                | SessionEnd::AutoClosed
                | SessionEnd::ForceClosed
                | SessionEnd::CustomerReturned => audience == Audience::Agents,
            },
            Self::Requeued => audience == Audience::Agents,
            Self::ReadByCustomer { .. }
            | Self::ReadByAgent { .. }
            | Self::LinkMinted { by: Author::Customer, .. }
            | Self::TokenAdded { is_other_device: false, .. }
            | Self::Routed { .. }
            | Self::Forgotten => false,
        }
    }
}
