//! What coming back needs of the shell: who a JWT names, where links lead, what is counted.

use std::sync::Arc;

use desk::{ConversationFact, Fact, Notice, Recorded};
use gate::Portal;
use model::{ConversationId, WidgetId};
use wire::Jwt;

use super::session::Session;
use super::side::Side;
use crate::relay::Relay;

impl<S: Side> Session<S> {
    /// Finds out about a JWT while the connection goes on; the answer comes as mail. Key servers may answer about an older JWT
    /// later than about a newer one, so the answers are numbered.
    pub(super) fn verify(&mut self, jwt: Jwt) {
        let Some(widget) = self.side.widget() else { return };
        self.sign_ins = self.sign_ins.wrapping_add(1);
        let number = self.sign_ins;
        let (relay, slot) = (Arc::clone(&self.relay), Arc::clone(&self.slot));
        tokio::spawn(async move {
            let result = relay.verify(widget, &jwt).await;
            slot.post(|mail| mail.put_sign_in(number, result));
        });
    }

    /// Counts what the metrics want to know of notices for one connection.
    pub(super) fn count(&self, notice: &Notice) {
        let metrics = &self.relay.metrics;
        if let Notice::Resumed { .. } = notice {
            metrics.resumes.inc();
        }
        if let Notice::LinkDead { .. } = notice {
            let widget = self.side.widget().and_then(|widget| self.relay.widgets.get(widget));
            metrics.dead_link(widget.is_some_and(|widget| widget.known.redirect.is_some()));
        }
    }
}

/// Where links of this conversation lead now. A console doesn't know its widget: the conversation's first entry names it.
pub(crate) async fn portal(
    relay: Arc<Relay>,
    widget: Option<WidgetId>,
    conversation: ConversationId,
) -> Option<Portal> {
    let widget = match widget {
        Some(widget) => widget,
        None => {
            let reader = relay.reader.clone();
            let read = tokio::task::spawn_blocking(move || reader.0.conversation(conversation, 0, 1));
            read.await.ok()?.ok()?.first().and_then(started_through)?
        }
    };
    relay.widgets.get(widget)?.portal.clone()
}

/// The widget that a conversation's first entry names.
fn started_through(first: &Recorded) -> Option<WidgetId> {
    let Fact::Conversation { what: ConversationFact::Started { widget, .. }, .. } = &first.fact else { return None };
    Some(*widget)
}
