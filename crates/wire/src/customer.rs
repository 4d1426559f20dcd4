//! Frames between a customer's widget and the relay.

use model::{CloseReason, DisplayName, MessageText, Millis, PageAddress, ResumeToken, SendKey, Seq, Slug, Timestamp};
use serde::{Deserialize, Serialize};

use crate::codec::Frame;
use crate::entry::CustomerEntry;
use crate::refusal::Refusal;

/// The first frame of a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Which widget the page embeds.
    pub widget: Slug,
    /// The conversation that this browser holds, if any.
    pub resume: Option<Resume>,
    /// The page that the customer is on, as it claims.
    pub page: Option<PageAddress>,
}

/// What a browser knows of its conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The secret that lets it back in.
    pub token: ResumeToken,
    /// The last position that it shows; everything after it is sent.
    pub after: Seq,
}

/// What a widget sends. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomerToRelay {
    /// The first frame; anything else before it ends the connection.
    Hello(Hello),
    /// Starts a conversation with its first words. A send like any other: the same key starts it once (product 3).
    Start {
        /// The key of the start, stored by the browser before the first try.
        key: SendKey,
        /// The secret that will let this browser back in: minted by the browser, stored in the host page before the first
        /// try and shared by its tabs. The relay keeps only its hash and never sends it, so that a lost answer costs nothing.
        token: ResumeToken,
        /// The first words.
        text: MessageText,
        /// What the customer wants to be called, where asked.
        name: Option<DisplayName>,
    },
    /// Says something.
    Say {
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// The customer is writing; sent at most every 3 s.
    Typing,
    /// The customer has seen all up to here.
    Read {
        /// The last position seen.
        upto: Seq,
    },
    /// The customer ends the conversation.
    End,
    /// "Still waiting?": yes.
    StillWaiting,
    /// The client sees a hole: send again what follows this position.
    Fetch {
        /// The last position without a hole.
        after: Seq,
    },
    /// The answer to a heartbeat, and a heartbeat of the client's own.
    Beat {
        /// The last position that the client shows.
        seq: Seq,
    },
}

impl Frame for CustomerToRelay {}

/// Whether the conversation of a token can be resumed (product 3: yes, expired, unknown). Unknown is never sent: it is every
/// other answer than these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CanResume {
    /// Nothing was asked.
    NotAsked,
    /// The connection has joined its conversation, which may be over: then `State` says why, and it can only be read.
    Yes,
    /// The relay knows no conversation of this token, or forgot it (24 h after its end).
    Expired,
}

/// The answer to a hello.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Changes when the store was restored or rebuilt, so that positions must not be trusted.
    pub epoch: u64,
    /// The relay's clock, so that a client can show times whatever its own clock says.
    pub now: Timestamp,
    /// The relay sends a heartbeat after this long without traffic.
    pub heartbeat_every: Millis,
    /// How long a customer of this widget may be away.
    pub disconnect_after: Millis,
    /// The answer about the token in the hello.
    pub resume: CanResume,
}

/// What the relay sends to a widget. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RelayToCustomer {
    /// The hello was taken.
    Welcome(Welcome),
    /// The conversation exists and this connection has joined it. Also the answer to a retried start, and to a start whose
    /// token another tab has started with: its words then follow as a message of that conversation.
    Started {
        /// The key of the start.
        key: SendKey,
        /// The position of its first words in the customer's sequence.
        seq: Seq,
    },
    /// Entries in order, dense, following the last position sent on this connection.
    Entries {
        /// The entries, at least one.
        entries: Vec<CustomerEntry>,
    },
    /// Start over: forget what is shown and show this. `first` may be above 1 where older entries were left out.
    Snapshot {
        /// The newest entries.
        entries: Vec<CustomerEntry>,
    },
    /// The send is durable.
    Accepted {
        /// Its key.
        key: SendKey,
        /// Its position in the customer's sequence.
        seq: Seq,
    },
    /// The send was not taken, and why. Its text stays with the sender.
    NotAccepted {
        /// Its key.
        key: SendKey,
        /// Why.
        refusal: Refusal,
    },
    /// Something other than a send was refused.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// Everything that is not an entry: the whole latest value.
    State(CustomerState),
    /// A heartbeat with the head of the sequence, so that a silent loss is found.
    Beat {
        /// The relay's clock.
        now: Timestamp,
        /// The last position of the customer's sequence.
        head: Seq,
    },
    /// The relay stops soon: come back after this long.
    Draining {
        /// How long to wait before the first try.
        come_back_after: Millis,
    },
}

impl Frame for RelayToCustomer {}

/// How an agent is shown to a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentCard {
    /// Their name.
    pub name: DisplayName,
}

/// Whether the agent's own connection lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentConnection {
    /// Yes.
    Connected,
    /// It dropped; their place is kept until then.
    Away {
        /// The end of the grace.
        until: Timestamp,
    },
}

/// Where the conversation is, as the customer may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// In a queue.
    Waiting {
        /// 1 = next in line.
        position: u32,
        /// Asked "Still waiting?": closes by itself then unless answered.
        closes_at: Option<Timestamp>,
    },
    /// An agent has it.
    Talking {
        /// Who.
        agent: AgentCard,
        /// Whether they are connected.
        connection: AgentConnection,
    },
    /// The talk is over.
    Ended {
        /// Why.
        because: EndedBecause,
        /// When.
        at: Timestamp,
    },
}

/// Why the talk is over, in the customer's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBecause {
    /// The agent ended it.
    AgentEnded,
    /// The customer ended it.
    CustomerEnded,
    /// The customer was away for longer than the limit.
    CustomerDisconnected,
    /// Nobody came and the waiting time ran out.
    NobodyCame,
    /// A supervisor closed it.
    ForceClosed,
}

impl From<CloseReason> for EndedBecause {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::AgentEnded => Self::AgentEnded,
            CloseReason::CustomerEnded => Self::CustomerEnded,
            CloseReason::CustomerDisconnected => Self::CustomerDisconnected,
            CloseReason::AutoClosed | CloseReason::OverflowEnded => Self::NobodyCame,
            CloseReason::ForceClosed => Self::ForceClosed,
        }
    }
}

/// Everything about a conversation that is not an entry, as the customer may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerState {
    /// Grows with every change; an older value is never shown over a newer one.
    pub version: u64,
    /// Where the conversation is.
    pub phase: Phase,
    /// Whether the agent is writing right now.
    pub agent_typing: bool,
    /// The last of the customer's positions that an agent has read.
    pub read_by_agent: Seq,
    /// The last position that the customer has read in any tab.
    pub read_by_customer: Seq,
    /// The last position of the customer's sequence.
    pub head: Seq,
}
