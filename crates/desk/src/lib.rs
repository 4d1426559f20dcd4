//! The rules of Rejoin: conversations, disconnect, routing, capacity, presence, rights.
//!
//! # The one contract
//!
//! [`Desk::handle`] takes the time and one [`Input`] and gives one [`Outcome`]: facts (what happened, to be made durable),
//! notices (who must hear of it, after the facts are durable) and `wake_at` (when to come back with [`Input::Tick`]).
//! No clock, no randomness, no IO: ids and secrets are minted by the caller and arrive in inputs.
//!
//! State is a fold of facts: [`Desk`] is `record` (the fold and nothing else) and `live` (connections, typing; dies with the
//! process). `Record::replay(facts) == record` holds after every step. Deadlines are parts of facts; no timer is stored.
//!
//! A deadline is over at its instant: `handle` first fires all that is due at `now`, then handles the input.

mod agent;
mod arrive;
mod away;
mod close;
mod configure;
mod consult;
mod desk;
mod end;
mod estimate;
mod fact;
mod fire;
mod floor;
mod fold;
mod fold_conversation;
mod fold_promise;
mod fold_staff;
mod follow;
mod force_close;
mod hold;
mod identify;
mod in_name_of;
mod index;
mod input;
mod invite;
mod join;
mod ledger;
mod links;
mod lists;
mod live;
mod offer;
mod outcome;
mod overflow;
mod parts;
mod pick;
mod policy;
mod presence;
mod promise;
mod prompt;
mod queue;
mod read;
mod record;
mod restart;
mod resume;
mod route;
mod say;
mod show;
mod staff_side;
mod standing;
mod start;
mod supervise;
mod transfer;
mod turn;
mod typing;
mod view;
mod ways_back;
mod why;

pub use desk::Desk;
pub use fact::{Author, Body, ConversationFact, Fact, Recorded};
pub use input::{AgentRequest, Arrival, Configuration, Input, PageSaid, StartSaid};
pub use lists::{FloorFilter, FloorStage, List, QueueFigures, Rank};
pub use outcome::{NotResumed, Notice, Outcome, RefusalReason, Sent, ViewKey};
pub use policy::{Action, Relation, check};
pub use record::{FOLD_VERSION, Record};
pub use standing::Standing;
pub use view::{
    AgentView, ClientConnection, ColleagueView, ColleaguesView, ConversationStage, ConversationView, CustomerView,
    FloorAgentView, FloorRowView, InvitationView, LedgerCause, LedgerEntry, OfferView, ParticipantView, PartsView,
    PersonLink, PresencesView, PromiseView, PromptView, QueueView, RowMay, RunningView, StaffMay, StaffView,
    StageCounts,
};
pub use why::{AgentReason, QueueReason, WhyNot, WhyWaiting};

/// The constants of product 2 and 3 that are not settings.
pub mod times {
    use model::Millis;

    /// "May be away" becomes a fact this long after the last sign of life.
    pub const AWAY_AFTER: Millis = Millis::seconds(10);
    /// An agent's offers are withdrawn this long after their last connection was lost, and their customers are told.
    pub const AGENT_AWAY_AFTER: Millis = Millis::seconds(10);
    /// An agent's place is kept this long without a connection.
    pub const AGENT_GRACE: Millis = Millis::seconds(150);
    /// An agent is not offered the same conversation again within this time.
    pub const SAME_OFFER_AFTER: Millis = Millis::seconds(60);
    /// In a long queue, a new place is told within this time.
    pub const POSITIONS_WITHIN: Millis = Millis::seconds(1);
    /// A queue in which nobody was accepted for this long has no wait estimate any more.
    pub const ESTIMATE_KEPT_FOR: Millis = Millis::hours(7 * 24);
    /// A typing sign lasts this long.
    pub const TYPING_FOR: Millis = Millis::seconds(5);
    /// One press at the prompt moves the limit by this much.
    pub const EXTENSION: Millis = Millis::minutes(2);
    /// A closed conversation's tokens are forgotten this long after the end.
    pub const TOKEN_KEPT_FOR: Millis = Millis::hours(24);
}

/// Bounds of what one conversation or one person can hold at once.
pub mod limits {
    /// Connections of one customer's conversation at once; the oldest goes.
    pub const CONNECTIONS_PER_CUSTOMER_MAX: usize = 8;
    /// Connections that stand at the prompt of one conversation at once; the oldest goes.
    pub const PROMPTED_PER_CONVERSATION_MAX: usize = 8;
    /// Agents that one answer to "why is this customer still waiting?" names; the count says how many more there are.
    pub const WHY_AGENTS_MAX: usize = 200;
    /// Tokens of one conversation; of those that came after the first, the oldest goes.
    pub const TOKENS_PER_CONVERSATION_MAX: usize = 20;
    /// Reconnect links of one conversation.
    pub const LINKS_PER_CONVERSATION_MAX: usize = 20;
    /// Accepted conversations of a queue that must be known before a customer is told an estimate.
    pub const ESTIMATE_FROM: u32 = 20;
    /// How often one promise can be extended.
    pub const EXTENSIONS_MAX: u8 = 10;
    /// Console windows of one agent at once; the oldest goes.
    pub const CONNECTIONS_PER_AGENT_MAX: usize = 16;
    /// Conversations that one console window follows at once.
    pub const FOLLOWED_PER_CONNECTION_MAX: usize = 50;
    /// Facts of one conversation after which nothing more can be said in it.
    pub const FACTS_PER_CONVERSATION_MAX: u32 = 20_000;
    /// Consultants in one conversation at once.
    pub const CONSULTANTS_MAX: usize = 5;
    /// Supervisors who read along in one conversation at once.
    pub const MONITORS_MAX: usize = 10;
    /// Conversations that one supervisor reads along in at once.
    pub const MONITORED_MAX: usize = 20;
    /// Cards in one list of an agent's desk; the count says how many more there are.
    pub const CARDS_PER_LIST_MAX: usize = 200;
    /// Up to this many waiting conversations learn of a new place in the queue at once; in a longer queue within
    /// [`crate::times::POSITIONS_WITHIN`].
    pub const POSITIONS_AT_ONCE_MAX: usize = 64;
}
