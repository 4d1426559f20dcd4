//! Signed-in customers: an identity is the hash of issuer and `sub`; a customer of a widget has one live conversation (product 3).

use model::{ConnectionId, ConversationId, IdentityHash, TokenHash, WidgetId};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::live::Joined;
use crate::outcome::NotResumed;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn live_one_of(&self, widget: WidgetId, identity: IdentityHash) -> Option<ConversationId> {
        self.index.identities.get(&(widget, identity)).copied()
    }

    /// An anonymous conversation becomes the customer's who signs in in the browser that started it, unless another of theirs is
    /// live: then it stays anonymous.
    pub(crate) fn become_theirs(
        &mut self,
        turn: &mut Turn,
        id: ConversationId,
        token: TokenHash,
        identity: Option<IdentityHash>,
    ) {
        let Some(known) = self.record.conversations.get(&id) else { return };
        let Some(identity) = identity else { return };
        let may_be = known.token == token && known.identity().is_none() && known.is_live();
        if may_be && self.live_one_of(known.widget, identity).is_none() {
            self.note(turn, id, ConversationFact::CustomerIdentified(identity));
        }
    }

    pub(crate) fn identify(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        widget: WidgetId,
        identity: IdentityHash,
    ) {
        let (id, is_starter) = match self.live.connections.get(&connection) {
            Some(Joined::Agent { .. }) => return,
            Some(Joined::Customer { conversation, is_starter }) => (Some(*conversation), *is_starter),
            Some(Joined::Prompted { conversation, .. }) => (Some(*conversation), false),
            None => (None, false),
        };
        let elsewhere = self.live_one_of(widget, identity).filter(|other| Some(*other) != id);
        if let Some(known) = id.and_then(|id| self.record.conversations.get(&id)) {
            let (token, is_live) = (known.token, known.is_live());
            if known.identity().is_some_and(|whose| whose != identity) {
                match elsewhere {
                    Some(other) => self.prompt_another(turn, connection, other, Some(identity), false),
                    None => self.cannot_resume(turn, connection, NotResumed::NotYours),
                }
                return;
            }
            self.live.sign_in(connection, Some(identity));
            if is_live {
                // What this browser has goes on, whatever else is live.
                if let Some(id) = id.filter(|_| is_starter) {
                    self.become_theirs(turn, id, token, Some(identity));
                    self.ask_after_sign_in(turn, connection, id, identity);
                }
                return;
            }
            if let Some(other) = elsewhere {
                self.prompt_another(turn, connection, other, Some(identity), true);
            }
            return;
        }
        if let Some(other) = elsewhere {
            self.prompt(turn, connection, other, false, Some(identity));
        }
    }

    /// Who has just become the customer of a conversation that they could only read may continue it.
    fn ask_after_sign_in(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        id: ConversationId,
        identity: IdentityHash,
    ) {
        let known = self.record.conversations.get(&id);
        if known.is_some_and(|known| known.promise().is_some() && known.identity() == Some(identity)) {
            self.prompt(turn, connection, id, true, Some(identity));
        }
    }
}
