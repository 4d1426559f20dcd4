//! A connection shows what it has: a token, a link or hand-over, a sign-in. What it may join is decided here (product 3, "How a
//! customer comes back", "Who may resume").

use model::{ConnectionId, ConversationId, IdentityHash, TokenHash, WidgetId};

use crate::arrive::Weighed;
use crate::desk::Desk;
use crate::input::Arrival;
use crate::outcome::{NotResumed, Notice};
use crate::turn::Turn;

/// What a connection has to show.
#[derive(Clone, Copy)]
pub(crate) struct Asking {
    pub(crate) connection: ConnectionId,
    pub(crate) widget: WidgetId,
    pub(crate) token: Option<TokenHash>,
    pub(crate) identity: Option<IdentityHash>,
    pub(crate) sign_in_is_unknown: bool,
}

/// The conversation that the browser's own token opens, if any; or why it does not.
type Own = Result<Option<ConversationId>, NotResumed>;

impl Desk {
    pub(crate) fn resume(&mut self, turn: &mut Turn, asking: &Asking, arrival: Option<Arrival>) {
        let own = self.own(asking);
        if let Some(arrival) = arrival {
            let connection = asking.connection;
            match self.weigh(asking.widget, &arrival, asking.identity) {
                Weighed::Dead => turn.tell(Notice::LinkDead { connection }),
                Weighed::SomeoneElses => turn.tell(Notice::SignedInAsSomeoneElse { connection }),
                // Who is signed in may forbid it: no message is shown before that is known.
                Weighed::Good(id) if asking.sign_in_is_unknown && self.is_somebodys(id, own) => {
                    self.cannot_resume(turn, connection, NotResumed::SignInUnknown);
                    return;
                }
                Weighed::Good(id) if self.is_going_on_with_another(own, id) => {
                    turn.tell(Notice::ArrivalWaits { connection });
                }
                Weighed::Good(id) => {
                    self.arrive(turn, asking, id, &arrival);
                    return;
                }
            }
        }
        self.resume_own(turn, asking, own);
    }

    /// Whether the arrival's conversation or the browser's own is a signed-in customer's.
    fn is_somebodys(&self, id: ConversationId, own: Own) -> bool {
        let is_identified = self.record.conversations.get(&id).is_some_and(|known| known.identity().is_some());
        is_identified || own == Err(NotResumed::SignInUnknown)
    }

    fn is_going_on_with_another(&self, own: Own, id: ConversationId) -> bool {
        let other = own.ok().flatten().filter(|own| *own != id);
        other.and_then(|own| self.record.conversations.get(&own)).is_some_and(|known| known.is_live())
    }

    fn own(&self, asking: &Asking) -> Own {
        let Some(token) = asking.token else { return Ok(None) };
        let Some(id) = self.index.tokens.get(&token).copied() else { return Ok(None) };
        let Some(known) = self.record.conversations.get(&id).filter(|known| known.widget == asking.widget) else {
            return Ok(None);
        };
        match (known.identity(), asking.identity) {
            (None, _) => Ok(Some(id)),
            (Some(whose), Some(who)) if whose == who => Ok(Some(id)),
            (Some(_), Some(_)) => Err(NotResumed::NotYours),
            (Some(_), None) if asking.sign_in_is_unknown => Err(NotResumed::SignInUnknown),
            (Some(_), None) if known.stands_alone(token) => Ok(Some(id)),
            (Some(_), None) => Err(NotResumed::SignInNeeded),
        }
    }

    fn resume_own(&mut self, turn: &mut Turn, asking: &Asking, own: Own) {
        let Asking { connection, identity, .. } = *asking;
        let elsewhere = |desk: &Self| identity.and_then(|identity| desk.live_one_of(asking.widget, identity));
        match own {
            Ok(Some(id)) => {
                if let Some(token) = asking.token {
                    self.become_theirs(turn, id, token, identity);
                }
                let is_live = self.record.conversations.get(&id).is_some_and(|known| known.is_live());
                match elsewhere(self).filter(|_| !is_live) {
                    Some(other) => self.prompt_another(turn, connection, other, identity, true),
                    None if self.is_asked(id, identity) => self.prompt(turn, connection, id, true, identity),
                    None => self.resume_joined(turn, asking, id),
                }
            }
            Ok(None) | Err(_) => match (elsewhere(self), own) {
                (Some(other), Err(_)) => self.prompt_another(turn, connection, other, identity, false),
                // Nothing was ever written under this token: words that were to start a conversation may follow into this one.
                (Some(other), Ok(_)) => self.prompt(turn, connection, other, false, identity),
                (None, Err(why)) => self.cannot_resume(turn, connection, why),
                (None, Ok(_)) if asking.sign_in_is_unknown => {
                    self.cannot_resume(turn, connection, NotResumed::SignInUnknown);
                }
                (None, Ok(_)) => self.cannot_resume(turn, connection, NotResumed::Expired),
            },
        }
    }

    /// Joins, without a question; for reading only where the talk is over or the customer was disconnected.
    fn resume_joined(&mut self, turn: &mut Turn, asking: &Asking, conversation: ConversationId) {
        let connection = asking.connection;
        turn.tell(Notice::Resumed { connection, conversation });
        let known = self.record.conversations.get(&conversation);
        let is_starter = known.is_some_and(|known| asking.token == Some(known.token));
        self.join(turn, connection, conversation, is_starter);
        self.live.sign_in(connection, asking.identity);
    }

    /// Whether the browser that holds a token of a disconnected customer's conversation is asked whether to continue: a signed-in
    /// customer always, an anonymous one where the widget says so.
    fn is_asked(&self, id: ConversationId, identity: Option<IdentityHash>) -> bool {
        let Some(known) = self.record.conversations.get(&id).filter(|known| known.promise().is_some()) else {
            return false;
        };
        let is_signed_in = identity.is_some() && known.identity() == identity;
        is_signed_in || self.record.widgets.get(&known.widget).is_some_and(|rules| rules.prompts_anonymous)
    }

    /// The connection has nothing; it leaves what it had before.
    pub(crate) fn cannot_resume(&mut self, turn: &mut Turn, connection: ConnectionId, why: NotResumed) {
        self.lose_connection(turn, connection, turn.now);
        turn.tell(Notice::CannotResume { connection, why });
    }
}
