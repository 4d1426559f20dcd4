//! What dies with the process: connections, the time of their last sign of life, typing, places in queues as last told.

use std::collections::{BTreeMap, BTreeSet};

use model::{AgentId, ConnectionId, ConversationId, IdentityHash, Presence, PresenceId, Timestamp};

#[derive(Clone, Debug, Default)]
pub(crate) struct Live {
    pub(crate) connections: BTreeMap<ConnectionId, Joined>,
    /// Boxed: a tree's half-empty nodes then cost a pointer each, not the whole of it.
    pub(crate) conversations: BTreeMap<ConversationId, Box<LiveConversation>>,
    /// Console windows, oldest first.
    pub(crate) agents: BTreeMap<AgentId, Vec<ConnectionId>>,
    /// Connections that stand at the prompt of a conversation, oldest first.
    pub(crate) prompts: BTreeMap<ConversationId, Vec<ConnectionId>>,
    /// Who is signed in on a customer's connection that has joined or stands at a prompt.
    pub(crate) identities: BTreeMap<ConnectionId, IdentityHash>,
    /// Console windows that watch the floor.
    pub(crate) floor: BTreeSet<ConnectionId>,
    /// Console windows that want to know whom their agent can ask.
    pub(crate) colleagues: BTreeSet<ConnectionId>,
    /// What each agent's presence was last seen to be, and since when.
    pub(crate) presences: BTreeMap<AgentId, (Presence, Option<PresenceId>, Timestamp)>,
}

/// Whose a connection is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    Customer {
        conversation: ConversationId,
        /// In the browser that started it.
        is_starter: bool,
    },
    /// At the prompt.
    Prompted {
        conversation: ConversationId,
        /// The browser holds a token of it.
        holds_token: bool,
    },
    Agent {
        agent: AgentId,
        following: Vec<ConversationId>,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LiveConversation {
    /// The customer's, oldest first.
    pub(crate) connections: Vec<ConnectionId>,
    /// Console windows that follow it.
    pub(crate) followers: Vec<ConnectionId>,
    /// The customer's last sign of life on a connection that is lost.
    pub(crate) heard: Timestamp,
    /// Since when no connection lives, where one did.
    pub(crate) lost: Option<Timestamp>,
    /// When that becomes a fact.
    pub(crate) away_due: Option<Timestamp>,
    pub(crate) customer_types_until: Option<Timestamp>,
    pub(crate) agent_types_until: Option<Timestamp>,
    /// When an agent who had it before may be offered it again.
    pub(crate) offer_again_at: Option<Timestamp>,
    /// Place in the queue as last told; 0 = not in one.
    pub(crate) place: u32,
    /// When they may expect an agent, as last told.
    pub(crate) expected_at: Option<Timestamp>,
    /// In a queue that nobody serves who is there, as last told.
    pub(crate) is_unserved: bool,
}

impl Live {
    pub(crate) fn conversation(&self, id: ConversationId) -> Option<&LiveConversation> {
        self.conversations.get(&id).map(Box::as_ref)
    }

    pub(crate) fn conversation_mut(&mut self, id: ConversationId) -> &mut LiveConversation {
        self.conversations.entry(id).or_default()
    }

    pub(crate) fn is_customer_connected(&self, id: ConversationId) -> bool {
        self.conversation(id).is_some_and(|live| !live.connections.is_empty())
    }

    pub(crate) fn is_agent_connected(&self, agent: AgentId) -> bool {
        self.agents.get(&agent).is_some_and(|connections| !connections.is_empty())
    }

    /// The conversation that a customer's connection has joined.
    pub(crate) fn joined(&self, connection: ConnectionId) -> Option<ConversationId> {
        match self.connections.get(&connection)? {
            Joined::Customer { conversation, .. } => Some(*conversation),
            Joined::Prompted { .. } | Joined::Agent { .. } => None,
        }
    }

    /// What a console window follows.
    pub(crate) fn following(&self, connection: ConnectionId) -> &[ConversationId] {
        match self.connections.get(&connection) {
            Some(Joined::Agent { following, .. }) => following,
            Some(Joined::Customer { .. } | Joined::Prompted { .. }) | None => &[],
        }
    }

    /// The agent of a console window.
    pub(crate) fn agent(&self, connection: ConnectionId) -> Option<AgentId> {
        match self.connections.get(&connection)? {
            Joined::Agent { agent, .. } => Some(*agent),
            Joined::Customer { .. } | Joined::Prompted { .. } => None,
        }
    }

    /// The conversation at whose prompt a connection stands, and whether its browser holds a token of it.
    pub(crate) fn prompted(&self, connection: ConnectionId) -> Option<(ConversationId, bool)> {
        match self.connections.get(&connection)? {
            Joined::Prompted { conversation, holds_token } => Some((*conversation, *holds_token)),
            Joined::Customer { .. } | Joined::Agent { .. } => None,
        }
    }

    /// Who is signed in on a connection that has joined or stands at a prompt.
    pub(crate) fn sign_in(&mut self, connection: ConnectionId, identity: Option<IdentityHash>) {
        match identity {
            Some(identity) => self.identities.insert(connection, identity),
            None => self.identities.remove(&connection),
        };
    }

    /// Forgets a connection itself; the lists that name it are the caller's.
    pub(crate) fn forget_connection(&mut self, connection: ConnectionId) -> Option<Joined> {
        self.identities.remove(&connection);
        self.floor.remove(&connection);
        self.colleagues.remove(&connection);
        self.connections.remove(&connection)
    }

    pub(crate) fn leave_prompt(&mut self, connection: ConnectionId, conversation: ConversationId) {
        if let Some(standing) = self.prompts.get_mut(&conversation) {
            standing.retain(|other| *other != connection);
            if standing.is_empty() {
                self.prompts.remove(&conversation);
            }
        }
    }
}
