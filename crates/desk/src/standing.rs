//! Where a customer's connection stands, for the caller who must put it back when what moved it was not written.

use model::{ConnectionId, IdentityHash};

use crate::desk::Desk;
use crate::live::Joined;
use crate::turn::Turn;

/// Where a customer's connection stood before an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    connection: ConnectionId,
    joined: Option<Joined>,
    identity: Option<IdentityHash>,
}

impl Desk {
    /// Where this connection stands: in a conversation, at a prompt, or nowhere.
    #[must_use]
    pub fn standing(&self, connection: ConnectionId) -> Standing {
        let joined = self.live.connections.get(&connection).cloned();
        Standing { connection, joined, identity: self.live.identities.get(&connection).copied() }
    }

    /// After [`Desk::replace_record`]: the customer was told that what they asked for is not known to be saved, so that their
    /// connection must stand where it stood when they asked. Writes nothing.
    pub fn put_back(&mut self, standing: Standing) {
        let Standing { connection, joined, identity } = standing;
        if matches!(joined, Some(Joined::Agent { .. })) || self.live.agent(connection).is_some() {
            return;
        }
        if self.live.connections.get(&connection) != joined.as_ref() {
            // Nobody is told: the views are sent again when writing works again.
            let mut turn = Turn::new(self.now);
            self.lose_connection(&mut turn, connection, self.now);
            let conversation = match &joined {
                Some(Joined::Customer { conversation, .. } | Joined::Prompted { conversation, .. }) => *conversation,
                Some(Joined::Agent { .. }) | None => return,
            };
            if !self.record.conversations.contains_key(&conversation) {
                return;
            }
            match joined {
                Some(Joined::Prompted { .. }) => self.live.prompts.entry(conversation).or_default().push(connection),
                Some(Joined::Customer { .. } | Joined::Agent { .. }) | None => {
                    self.live.conversation_mut(conversation).connections.push(connection);
                    self.set_lost(conversation, None);
                }
            }
            self.live.connections.extend(joined.map(|joined| (connection, joined)));
        }
        if self.live.connections.contains_key(&connection) {
            self.live.sign_in(connection, identity);
        }
    }
}
