//! Who waits for an answer.

use desk::Input;
use model::{AgentId, ConnectionId, ConversationId, SendKey};

/// Somebody who asked for something that was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A customer's start.
    Start {
        /// The connection.
        connection: ConnectionId,
        /// The key of the send.
        key: SendKey,
    },
    /// A customer's message.
    Customer {
        /// The connection.
        connection: ConnectionId,
        /// The key of the send.
        key: SendKey,
    },
    /// An agent's message.
    Agent {
        /// The connection.
        connection: ConnectionId,
        /// In which conversation.
        conversation: ConversationId,
        /// The key of the send.
        key: SendKey,
    },
    /// A customer's frame that is no send: an end, "still waiting", an answer at the prompt, a wish for a link.
    CustomerRequest {
        /// The connection.
        connection: ConnectionId,
    },
    /// An agent's request.
    AgentRequest {
        /// The connection.
        connection: ConnectionId,
        /// The console's number.
        request: u32,
    },
    /// A sign-out.
    SignOut {
        /// Whose.
        agent: AgentId,
    },
    /// New rules.
    Configuration,
}

impl Sender {
    /// Who waits for the answer to this input, if anybody.
    pub(super) fn of(input: &Input) -> Option<Self> {
        Some(match *input {
            Input::Start { connection, key, .. } => Self::Start { connection, key },
            Input::Say { connection, key, .. } => Self::Customer { connection, key },
            Input::AgentSays { connection, conversation, key, .. } => Self::Agent { connection, conversation, key },
            Input::EndByCustomer { connection }
            | Input::ConfirmWaiting { connection }
            | Input::Continue { connection, .. }
            | Input::StartNew { connection }
            | Input::ExtendPromise { connection }
            | Input::FollowArrival { connection, .. }
            | Input::MintLink { connection, .. } => Self::CustomerRequest { connection },
            Input::Ask { connection, request, .. } => Self::AgentRequest { connection, request },
            Input::AskFor { caller, .. } => Self::AgentRequest { connection: caller, request: 0 },
            Input::SayFor { caller, conversation, key, .. } => Self::Agent { connection: caller, conversation, key },
            Input::SignOut { agent } => Self::SignOut { agent },
            Input::Configure(_) => Self::Configuration,
            Input::Tick
            | Input::StartRelay { .. }
            | Input::ResumeWrites { .. }
            | Input::Resume { .. }
            | Input::Identify { .. }
            | Input::CustomerTypes { .. }
            | Input::CustomerReads { .. }
            | Input::LoseConnection { .. }
            | Input::ConnectAgent { .. }
            | Input::Follow { .. }
            | Input::Unfollow { .. }
            | Input::WatchFloor { .. }
            | Input::LeaveFloor { .. }
            | Input::WatchColleagues { .. }
            | Input::LeaveColleagues { .. }
            | Input::AgentTypes { .. }
            | Input::AgentReads { .. } => return None,
        })
    }
}

/// How much of a batch an input takes, in bytes: its words and a flat rate for the rest.
pub(super) fn weight(input: &Input) -> usize {
    const FLAT: usize = 128;
    if let Input::Start { said: Some(said), text, .. } = input {
        return FLAT + text.as_str().len() + said.bytes();
    }
    if let Input::Start { text, .. }
    | Input::Say { text, .. }
    | Input::AgentSays { text, .. }
    | Input::SayFor { text, .. } = input
    {
        return FLAT + text.as_str().len();
    }
    FLAT
}
