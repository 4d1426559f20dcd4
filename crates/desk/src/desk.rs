//! The desk: record, live, and one way in.

use model::{AgentId, ConversationId, Timestamp};

use crate::input::Input;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::view::{AgentView, ConversationView, CustomerView};

/// The desk: `record` (the fold of facts) and `live` (connections, typing; dies with the process).
#[derive(Clone, Debug, Default)]
pub struct Desk {
    record: Record,
}

impl Desk {
    /// A desk on what was replayed. The first input must be [`Input::StartRelay`].
    #[must_use]
    pub fn new(record: Record) -> Self {
        Self { record }
    }

    /// The fold.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// After a failed append: goes back to what is durable and keeps the connections that still fit it. Versions of views
    /// keep growing.
    pub fn replace_record(&mut self, record: Record) {
        self.record = record;
    }

    /// Fires what is due at `now`, then handles the input.
    pub fn handle(&mut self, _now: Timestamp, _input: Input) -> Outcome {
        Outcome::default()
    }

    /// What the customer may know of the conversation. `None` once it is forgotten.
    #[must_use]
    pub fn customer_view(&self, _conversation: ConversationId) -> Option<CustomerView> {
        None
    }

    /// What `agent` sees of the conversation.
    #[must_use]
    pub fn conversation_view(&self, _conversation: ConversationId, _agent: AgentId) -> Option<ConversationView> {
        None
    }

    /// The agent's desk.
    #[must_use]
    pub fn agent_view(&self, _agent: AgentId) -> Option<AgentView> {
        None
    }
}
