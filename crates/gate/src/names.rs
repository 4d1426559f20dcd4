//! The words that states and entries need and the desk does not have.

use model::{AgentId, ConversationId, DisplayName, PageAddress, PresenceId, QueueId, WidgetId, WorkstreamId};

/// Where names and words come from: rows of the relay's registry, bodies of the log, claims of connections.
pub trait Names {
    /// What an agent is called.
    fn agent(&self, agent: AgentId) -> Option<DisplayName>;

    /// What a queue is called.
    fn queue(&self, queue: QueueId) -> Option<String>;

    /// What a widget is called in the settings.
    fn widget(&self, _widget: WidgetId) -> Option<String> {
        None
    }

    /// What a workstream is called in the settings.
    fn workstream(&self, _workstream: WorkstreamId) -> Option<String> {
        None
    }

    /// What a custom presence is called.
    fn presence(&self, _presence: PresenceId) -> Option<String> {
        None
    }

    /// What the customer of a conversation is called, where they said so.
    fn customer(&self, conversation: ConversationId) -> Option<DisplayName>;

    /// The last words of a conversation that customer and agents both read; never internal ones. Cut by the caller of this trait.
    fn last_words(&self, conversation: ConversationId) -> Option<String>;

    /// The page that the customer is on, as it claims.
    fn page(&self, conversation: ConversationId) -> Option<PageAddress>;
}

/// An agent's name, or a word in its place where the registry has none.
#[must_use]
pub fn agent_name(names: &dyn Names, agent: AgentId) -> DisplayName {
    names.agent(agent).unwrap_or_else(|| DisplayName::new("Agent").expect("invariant: a word is a name"))
}
