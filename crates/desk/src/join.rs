//! A customer's connection joins a conversation, or is lost. A joining connection is `live`; only a return after "may be away"
//! is a fact.

use model::{ConnectionId, ConversationId, Timestamp};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::limits;
use crate::live::Joined;
use crate::outcome::{Notice, ViewKey};
use crate::record::CustomerLink;
use crate::turn::Turn;

impl Desk {
    /// The connection is the customer's from now on. One connection has one conversation: it leaves the one before. Who is signed in
    /// on it is the caller's to remember.
    pub(crate) fn join(&mut self, turn: &mut Turn, connection: ConnectionId, id: ConversationId, is_starter: bool) {
        let joined = Joined::Customer { conversation: id, is_starter };
        if self.live.joined(connection) == Some(id) {
            self.live.connections.insert(connection, joined);
            return;
        }
        if self.live.connections.contains_key(&connection) {
            self.lose_connection(turn, connection, turn.now);
        }
        self.live.connections.insert(connection, joined);
        let live = self.live.conversation_mut(id);
        live.connections.reserve_exact(1);
        live.connections.push(connection);
        let displaced =
            (live.connections.len() > limits::CONNECTIONS_PER_CUSTOMER_MAX).then(|| live.connections.remove(0));
        if let Some(oldest) = displaced {
            self.live.forget_connection(oldest);
            turn.tell(Notice::Displace { connection: oldest });
        }
        self.set_lost(id, None);
        self.customer_is_here(turn, id);
        self.customer_connections_changed(turn, id);
    }

    /// The fact of a return, where their absence was a fact.
    pub(crate) fn customer_is_here(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        if known.is_going() && matches!(known.link, CustomerLink::Away { .. }) {
            self.note(turn, id, ConversationFact::CustomerBack);
        }
    }

    pub(crate) fn lose_connection(&mut self, turn: &mut Turn, connection: ConnectionId, last_heard: Timestamp) {
        match self.live.forget_connection(connection) {
            Some(Joined::Customer { conversation, .. }) => {
                self.lose_customer_connection(turn, connection, conversation, last_heard);
            }
            Some(Joined::Prompted { conversation, .. }) => self.live.leave_prompt(connection, conversation),
            Some(Joined::Agent { agent, following }) => {
                for id in following {
                    self.drop_follower(connection, id);
                }
                self.lose_agent_connection(turn, connection, agent, last_heard);
            }
            None => {}
        }
    }

    fn lose_customer_connection(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        id: ConversationId,
        last_heard: Timestamp,
    ) {
        let live = self.live.conversation_mut(id);
        live.connections.retain(|other| *other != connection);
        // The last sign of life counts, whichever connection it came from.
        live.heard = live.heard.max(last_heard.min(turn.now));
        let heard = live.heard;
        if live.connections.is_empty() {
            self.set_lost(id, Some(heard));
            self.stop_customer_typing(turn, id);
        }
        self.customer_connections_changed(turn, id);
        self.sweep(id);
    }

    fn customer_connections_changed(&mut self, turn: &mut Turn, id: ConversationId) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        for agent in known.agents_concerned() {
            turn.changed(ViewKey::Agent(agent));
        }
        self.floor_row_changed(turn, id);
        if known.waiting().is_some() {
            self.open_card_changed(turn, id);
        }
        if self.live.conversation(id).is_some_and(|live| !live.followers.is_empty()) {
            turn.changed(ViewKey::Conversation(id));
        }
    }

    /// Drops what is remembered of a conversation's connections when nothing is left to remember.
    pub(crate) fn sweep(&mut self, id: ConversationId) {
        let is_going = self.record.conversations.get(&id).is_some_and(|known| known.is_going());
        let Some(live) = self.live.conversations.get(&id) else { return };
        if !is_going && live.connections.is_empty() && live.followers.is_empty() {
            self.clear_typing(id);
            self.set_offer_again(id, None);
            self.live.conversations.remove(&id);
        }
    }
}
