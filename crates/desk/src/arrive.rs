//! Arriving by a reconnect link, or by a hand-over from another site of the same owner (product 3).

use model::{ConnectionId, ConversationId, IdentityHash, ReturnedBy, TokenHash, WidgetId};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::input::Arrival;
use crate::outcome::{Notice, RefusalReason};
use crate::resume::Asking;
use crate::turn::Turn;

/// What an arrival is good for.
pub(crate) enum Weighed {
    /// Its conversation may be joined.
    Good(ConversationId),
    /// It leads nowhere, or no longer.
    Dead,
    /// Its conversation is another customer's than the one who is signed in.
    SomeoneElses,
}

/// A browser that is let in.
#[derive(Clone, Copy)]
pub(crate) struct ComingIn {
    pub(crate) connection: ConnectionId,
    pub(crate) identity: Option<IdentityHash>,
    /// What it holds from now on.
    pub(crate) token: TokenHash,
    pub(crate) how: ReturnedBy,
    pub(crate) is_other_device: bool,
}

impl Arrival {
    fn how(&self) -> ReturnedBy {
        match self {
            Self::Link { .. } => ReturnedBy::Link,
            Self::Handover { .. } => ReturnedBy::Handover,
        }
    }

    fn token(&self) -> TokenHash {
        match self {
            Self::Link { token, .. } | Self::Handover { token, .. } => *token,
        }
    }
}

impl Desk {
    /// An arrival opens for whoever holds it, but never for a browser that is signed in as someone else.
    pub(crate) fn weigh(&self, widget: WidgetId, arrival: &Arrival, identity: Option<IdentityHash>) -> Weighed {
        let found = match arrival {
            Arrival::Link { link, .. } => self.index.links.get(link).copied(),
            Arrival::Handover { conversation, .. } => Some(*conversation),
        };
        let Some(id) = found else { return Weighed::Dead };
        let known = self.record.conversations.get(&id).filter(|known| known.widget == widget && known.is_live());
        match known.map(|known| known.identity()) {
            None => Weighed::Dead,
            Some(Some(whose)) if identity.is_some_and(|who| who != whose) => Weighed::SomeoneElses,
            Some(_) => Weighed::Good(id),
        }
    }

    pub(crate) fn arrive(&mut self, turn: &mut Turn, asking: &Asking, id: ConversationId, arrival: &Arrival) {
        let holds_token = asking.token.is_some_and(|token| self.index.tokens.get(&token) == Some(&id));
        let coming = ComingIn {
            connection: asking.connection,
            identity: asking.identity,
            token: arrival.token(),
            how: arrival.how(),
            is_other_device: !holds_token,
        };
        self.come_in(turn, id, coming);
    }

    /// The connection joins, and its token resumes from now on; a disconnected customer is back.
    pub(crate) fn come_in(&mut self, turn: &mut Turn, id: ConversationId, coming: ComingIn) {
        let ComingIn { connection, identity, token, how, is_other_device } = coming;
        turn.tell(Notice::Resumed { connection, conversation: id });
        let whose = self.record.conversations.get(&id).and_then(|known| known.identity());
        // A token leads to one conversation: one that is known already stays where it is.
        if !self.index.tokens.contains_key(&token) {
            let needs_sign_in = whose.is_some() && whose == identity;
            self.note(turn, id, ConversationFact::TokenAdded { token, how, is_other_device, needs_sign_in });
        }
        self.bring_back(turn, id, how);
        let is_starter = self.record.conversations.get(&id).is_some_and(|known| known.token == token);
        self.join(turn, connection, id, is_starter);
        self.live.sign_in(connection, identity);
    }

    /// *Go to that one.*
    pub(crate) fn follow_arrival(&mut self, turn: &mut Turn, connection: ConnectionId, arrival: Arrival) {
        let present = self.live.joined(connection).or_else(|| self.live.prompted(connection).map(|(id, _)| id));
        let widget = present.and_then(|id| self.record.conversations.get(&id)).map(|known| known.widget);
        let Some((present, widget)) = present.zip(widget) else {
            turn.refuse(connection, None, RefusalReason::NoConversation);
            return;
        };
        let identity = self.live.identities.get(&connection).copied();
        match self.weigh(widget, &arrival, identity) {
            Weighed::Dead => turn.tell(Notice::LinkDead { connection }),
            Weighed::SomeoneElses => turn.tell(Notice::SignedInAsSomeoneElse { connection }),
            Weighed::Good(id) => {
                if id != present {
                    self.end_for_new(turn, present);
                }
                let (token, how) = (arrival.token(), arrival.how());
                let coming = ComingIn { connection, identity, token, how, is_other_device: id != present };
                self.come_in(turn, id, coming);
            }
        }
    }
}
