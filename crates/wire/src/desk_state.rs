//! What a desk shows beside its transcripts: lists, cards, the ledger, and the state of a conversation.

use model::{
    AgentId, CloseReason, ConversationId, DisplayName, Millis, PageAddress, Presence, ReturnedBy, Seq, Timestamp, Units,
};
use serde::{Deserialize, Serialize};

/// Everything on an agent's desk that is not a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskState {
    /// Grows with every change.
    pub version: u64,
    /// The presence that counts.
    pub presence: Presence,
    /// The presence that the agent chose, where it still lasts.
    pub chosen: Option<Presence>,
    /// All units.
    pub capacity: Units,
    /// What takes them, one line per entry of the ledger.
    pub ledger: Vec<LedgerLine>,
    /// Running offers.
    pub offers: Vec<OfferCard>,
    /// My conversations, Active and in wrap-up, oldest session first.
    pub mine: Vec<Card>,
    /// Open ones in my queues, longest waiting first, at most [`crate::limits::CARDS_PER_LIST_MAX`]. Empty in a frame: a long queue
    /// changes many times a second for everybody who serves it, so its cards come one by one, as [`crate::RelayToConsole::OpenRows`].
    pub open: Vec<Card>,
    /// How many are Open in my queues; 0 in a frame.
    pub open_count: u32,
    /// Those I closed today, newest first, at most [`crate::limits::CARDS_PER_LIST_MAX`].
    pub closed: Vec<Card>,
    /// How many I closed today.
    pub closed_count: u32,
}

/// One entry of the capacity ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// For which conversation.
    pub conversation: ConversationId,
    /// How much.
    pub units: Units,
    /// Why.
    pub cause: LedgerCause,
    /// Until when, where that is known.
    pub until: Option<Timestamp>,
}

/// Why capacity is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerCause {
    /// A running offer reserves it.
    Offer,
    /// An Active conversation.
    Active,
    /// A conversation in wrap-up.
    WrapUp,
    /// Kept for a customer who may come back.
    Hold,
    /// A running invitation to take a conversation over reserves it.
    Transfer,
    /// Beyond the capacity: the conversation was picked, or given by a supervisor. Its other units are a line of their own.
    Override,
}

/// A running offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferCard {
    /// The conversation.
    pub card: Card,
    /// When the offer was made.
    pub made_at: Timestamp,
    /// When it is missed.
    pub until: Timestamp,
}

/// One conversation in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which.
    pub conversation: ConversationId,
    /// The customer's name, where they gave one.
    pub customer: Option<DisplayName>,
    /// A short number of the conversation, for customers without a name: "Customer 7".
    pub number: u32,
    /// Where the conversation is.
    pub state: CardState,
    /// Whether the customer is connected.
    pub connection: ConnectionClock,
    /// The last words and who said them, shortened to [`crate::limits::LAST_WORDS_CHARS_MAX`]; never internal ones.
    pub last_words: Option<String>,
    /// When the last entry was written.
    pub last_at: Timestamp,
    /// Messages of the customer that this agent has not read.
    pub unread: u32,
    /// The name of the queue.
    pub queue: String,
}

/// Where a conversation is, as agents see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardState {
    /// In a queue since then.
    Open {
        /// When it first became Open.
        since: Timestamp,
    },
    /// An agent has it.
    Active {
        /// Since when.
        since: Timestamp,
    },
    /// The talk is over.
    WrapUp {
        /// Since when.
        since: Timestamp,
        /// When the session ends by itself.
        closes_at: Timestamp,
        /// Until when the agent's place is kept for the customer, while it is.
        hold_until: Option<Timestamp>,
        /// Until when the customer may come back, while they may.
        promise_until: Option<Timestamp>,
    },
    /// Final.
    Closed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: CloseReason,
    },
}

/// The customer's connection, with its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionClock {
    /// At least one connection lives.
    Connected {
        /// How many.
        connections: u32,
    },
    /// The customer may be away.
    Away {
        /// The last sign of life.
        since: Timestamp,
        /// When they count as disconnected.
        disconnected_at: Timestamp,
    },
    /// Away for longer than the limit.
    Disconnected {
        /// The last sign of life.
        since: Timestamp,
    },
    /// The conversation is closed; nobody watches the connection any more.
    Over,
}

/// The clock of an agent's session: reset when wrap-up begins (product 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionClock {
    /// Whose session.
    pub agent: AgentId,
    /// When the clock started.
    pub since: Timestamp,
}

/// Everything about one conversation that is not an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationState {
    /// Grows with every change.
    pub version: u64,
    /// The same as in the lists.
    pub card: Card,
    /// Who has it, if anybody.
    pub agent: Option<DisplayName>,
    /// Their session's clock.
    pub session: Option<SessionClock>,
    /// Whether this agent may write to the customer now.
    pub may_write: bool,
    /// How long the customer may be away.
    pub disconnect_after: Millis,
    /// Whether the customer is writing right now.
    pub customer_typing: bool,
    /// The last position of the *customer's* sequence that the customer has read; messages carry theirs.
    pub read_by_customer: Seq,
    /// The last position of the agents' sequence that this agent has read.
    pub read_by_me: Seq,
    /// The last position of the agents' sequence.
    pub head: Seq,
    /// The page that the customer is on, as it claims.
    pub page: Option<PageAddress>,
    /// Whether the customer is signed in to the host site.
    pub signed_in: bool,
    /// How the customer came back last, where they were disconnected before: "by link, not signed in".
    pub returned_by: Option<ReturnedBy>,
    /// Whether this agent may offer or take a reconnect link now.
    pub may_offer_link: bool,
}
