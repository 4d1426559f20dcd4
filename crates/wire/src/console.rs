//! Frames between an agent's console and the relay. Who is connected is known from the sign-in, never from a frame.

use model::{AgentId, Answered, ConversationId, DisplayName, MessageText, Millis, Role, SendKey, Seq, Timestamp};
use serde::{Deserialize, Serialize};

use crate::claims::CustomerClaims;
use crate::codec::Frame;
use crate::customer::AutomatedText;
use crate::desk_state::{Card, ConversationState, DeskState};
use crate::entry::AgentsEntry;
use crate::presences::PresencesState;
use crate::refusal::Refusal;
use crate::request::{Request, RequestId};
use crate::staff::{ColleaguesState, FloorAgent, FloorRow, PartsState, StaffState};
use crate::why::WhyWaiting;

/// What a console sends. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsoleToRelay {
    /// The first frame.
    Hello,
    /// Asks for something to be done; answered by `Done` or `Refused` with the same number.
    Ask {
        /// The console's number.
        id: RequestId,
        /// What.
        request: Request,
    },
    /// Says something to the customer.
    Say {
        /// In which conversation.
        conversation: ConversationId,
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// Says something that only colleagues see.
    SayInternal {
        /// In which conversation.
        conversation: ConversationId,
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// Opens a conversation's transcript and state in this window.
    Open {
        /// Which.
        conversation: ConversationId,
        /// The last position shown; everything after it is sent.
        after: Seq,
    },
    /// Stops following a conversation in this window.
    Leave {
        /// Which.
        conversation: ConversationId,
    },
    /// The agent is writing to the customer; sent at most every 3 s.
    Typing {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// The agent has seen all up to here.
    Read {
        /// In which conversation.
        conversation: ConversationId,
        /// The last position of the agents' sequence seen.
        upto: Seq,
    },
    /// The answer to a heartbeat, and a heartbeat of the console's own.
    Beat,
    /// Wants all ongoing conversations and all agents, live; for supervisors and admins. Answered by `FloorRows` and `FloorAgents`
    /// that start over, or by `Refused` without a number. Sent again it starts over again.
    WatchFloor,
    /// Stops watching the floor.
    LeaveFloor,
    /// Wants the colleagues and queues that can be asked, live. Answered by `Colleagues`.
    WatchColleagues,
    /// Stops watching the colleagues.
    LeaveColleagues,
}

impl Frame for ConsoleToRelay {}

/// What the relay sends to a console. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RelayToConsole {
    /// The hello was taken.
    Welcome {
        /// Changes when the store was restored or rebuilt.
        epoch: u64,
        /// The relay's clock.
        now: Timestamp,
        /// The relay sends a heartbeat after this long without traffic.
        heartbeat_every: Millis,
        /// Who is signed in.
        agent: AgentId,
        /// Their name.
        name: DisplayName,
        /// What they may do.
        role: Role,
    },
    /// The agent's whole desk: the latest value.
    Desk(DeskState),
    /// The whole state of a conversation that this window has open: the latest value.
    Conversation(ConversationState),
    /// Entries in order, dense, following the last position sent for this conversation on this connection.
    Entries {
        /// Of which conversation.
        conversation: ConversationId,
        /// The entries, at least one.
        entries: Vec<AgentsEntry>,
    },
    /// Start over: forget what is shown and show this.
    Snapshot {
        /// Of which conversation.
        conversation: ConversationId,
        /// The newest entries.
        entries: Vec<AgentsEntry>,
    },
    /// The send is durable.
    Accepted {
        /// In which conversation.
        conversation: ConversationId,
        /// Its key.
        key: SendKey,
        /// Its position in the agents' sequence.
        seq: Seq,
    },
    /// The send was not taken, and why.
    NotAccepted {
        /// In which conversation.
        conversation: ConversationId,
        /// Its key.
        key: SendKey,
        /// Why.
        refusal: Refusal,
    },
    /// The request was carried out.
    Done {
        /// Which.
        id: RequestId,
    },
    /// The request was refused.
    Refused {
        /// Which; `None` for a frame without a number.
        id: Option<RequestId>,
        /// Why.
        refusal: Refusal,
    },
    /// A heartbeat.
    Beat {
        /// The relay's clock.
        now: Timestamp,
    },
    /// The relay stops soon: come back after this long.
    Draining {
        /// How long to wait before the first try.
        come_back_after: Millis,
    },
    /// This window may not follow the conversation, or not any more: its agent may not read it. Nothing more of it is sent. Comes
    /// after the `Refused` of an `Open`, too, which does not say of which.
    Unfollowed {
        /// Which.
        conversation: ConversationId,
    },
    /// The reconnect link that was taken: the answer to `TakeLink`. For this window's memory alone.
    Link {
        /// The request.
        id: RequestId,
        /// The Portal URL with the secret in it.
        url: String,
    },
    /// What the agent has besides their own conversations: the latest value.
    Staff(StaffState),
    /// Who takes part in a conversation that this window has open, and what this agent may do there: the latest value.
    Parts(PartsState),
    /// Ongoing conversations: the latest value of each row that changed.
    FloorRows {
        /// Forget all rows that are shown: this begins the whole list.
        starts_over: bool,
        /// More rows of the same whole list follow.
        more: bool,
        /// Rows that are new or changed, at most [`crate::limits::ROWS_PER_FRAME_MAX`].
        rows: Vec<FloorRow>,
        /// Rows that are no longer there.
        gone: Vec<ConversationId>,
    },
    /// Agents on the floor, the same way.
    FloorAgents {
        /// Forget all agents that are shown: this begins the whole list.
        starts_over: bool,
        /// More agents of the same whole list follow.
        more: bool,
        /// Agents that are new or changed, at most [`crate::limits::ROWS_PER_FRAME_MAX`].
        agents: Vec<FloorAgent>,
        /// Agents that are no longer there.
        gone: Vec<AgentId>,
    },
    /// This window may not watch the floor, or not any more: forget all of it.
    FloorOver,
    /// Whom this agent can ask, and where they can send a conversation: the latest value.
    Colleagues(ColleaguesState),
    /// Why a customer is still waiting: the answer to a request.
    WhyWaiting {
        /// Which request.
        id: RequestId,
        /// Why.
        why: WhyWaiting,
    },
    /// What the page says about the customer of a conversation that this window opened.
    Claims(CustomerClaims),
    /// The custom presences and who is in one: the latest value.
    Presences(PresencesState),
    /// Open ones in my queues: the latest value of each card that changed. Comes after the first `Desk` without being asked for.
    OpenRows {
        /// Forget all cards that are shown: this begins the whole list.
        starts_over: bool,
        /// More cards of the same whole list follow.
        more: bool,
        /// Cards that are new or changed, at most [`crate::limits::ROWS_PER_FRAME_MAX`].
        rows: Vec<Card>,
        /// Conversations that are no longer Open, or no longer in my queues.
        gone: Vec<ConversationId>,
    },
    /// The automated messages that agents read in a conversation, as their owner words them: the latest value. Where there is none, the
    /// console's own words hold.
    AgentsTexts {
        /// Which.
        conversation: ConversationId,
        /// The texts; queue and context variables are in them.
        texts: Vec<AutomatedText>,
    },
    /// What the customer of a conversation that this window opened answered before it began. Follows `Claims`, where there is something.
    BeforeChat {
        /// Which conversation.
        conversation: ConversationId,
        /// The answers, in the order in which they were asked, with the questions as the customer read them.
        answers: Vec<Answered>,
    },
}

impl Frame for RelayToConsole {}
