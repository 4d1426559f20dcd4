//! What a connection has shown and the desk has not answered for good.

use desk::{Arrival, Input};
use model::{ConnectionId, IdentityHash, Seq, TokenHash, WidgetId};

/// The questions of a hello. Kept while the answer is unknown, so that they can be asked again with a sign-in, and while an
/// arrival waits for the customer's choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) token: Option<TokenHash>,
    pub(crate) after: Seq,
    pub(crate) arrival: Option<Arrival>,
}

impl Asked {
    pub(crate) fn input(
        &self,
        connection: ConnectionId,
        widget: WidgetId,
        identity: Option<IdentityHash>,
        sign_in_is_unknown: bool,
    ) -> Input {
        let Self { token, arrival, .. } = *self;
        Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown }
    }
}
