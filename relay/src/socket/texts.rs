//! Automated messages of a customer's connection: made anew where they are made from something else by now.

use desk::Body;
use model::{Context, ConversationId, with_answers};

use super::end::End;
use super::session::Session;
use super::side::Side;

/// Where a conversation's log has what its page said: right after its beginning.
const SAID: gate::Page = gate::Page { after_position: 1, rows_max: 1 };

impl<S: Side> Session<S> {
    /// Sends the texts where others hold than those sent last: before everything that needs them.
    pub(super) async fn tell_texts(&mut self) -> Result<(), End> {
        self.make_texts().await?;
        match self.side.take_texts() {
            Some(frame) => self.send(&frame).await,
            None => Ok(()),
        }
    }

    async fn make_texts(&mut self) -> Result<(), End> {
        let now = self.relay.clock.now();
        let Some(gate) = self.side.as_customer().filter(|gate| gate.wants_texts()) else { return Ok(()) };
        // One that is gone keeps what it said last.
        let Some(widget) = self.relay.widgets.get(gate.widget().id) else { return Ok(()) };
        let conversation = gate.conversation();
        let of = widget.automated.texts_of(gate.ended_at().unwrap_or(now), conversation, gate.queue());
        if !gate.lacks_texts(of) {
            return Ok(());
        }
        let language = gate.language().unwrap_or_default().to_owned();
        let context = match conversation {
            Some(conversation) if widget.automated.has_variables(&language) => self.said(conversation).await?,
            Some(_) | None => Context::default(),
        };
        let texts = widget.automated.texts(of, &language, &context);
        if let Some(gate) = self.side.as_customer() {
            gate.put_texts(of, texts);
        }
        Ok(())
    }

    /// Tells a window how the owners of its conversations word what agents read, where they do.
    pub(super) async fn tell_agents_texts(&mut self) -> Result<(), End> {
        while let Some((conversation, widget, of)) = self.side.lacks_agents_texts(&self.relay.widgets) {
            let context = match widget.automated.has_variables_for_agents() {
                true => self.said(conversation).await?,
                false => Context::default(),
            };
            let texts = widget.automated.agents_texts(of, &context);
            if let Some(frame) = self.side.put_agents_texts(conversation, of, texts) {
                self.send(&frame).await?;
            }
        }
        Ok(())
    }

    /// Tells what is asked before a conversation, where one may be started.
    pub(super) async fn tell_questions(&mut self) -> Result<(), End> {
        if self.side.as_customer().is_some_and(|gate| gate.may_start()) {
            self.learn_questions();
        }
        match self.side.take_questions() {
            Some(frame) => self.send(&frame).await,
            None => Ok(()),
        }
    }

    /// Tells the gate what the widget asks now.
    pub(super) fn learn_questions(&mut self) {
        let Some(gate) = self.side.as_customer() else { return };
        if let Some(widget) = self.relay.widgets.get(gate.widget().id) {
            gate.put_questions(&widget.pre_chat);
        }
    }

    /// The context variables of a conversation: what its page said, and what the customer answered.
    async fn said(&mut self, conversation: ConversationId) -> Result<Context, End> {
        let rows = self.rows(conversation, SAID).await?;
        let body = rows.into_iter().next().and_then(|row| row.body);
        let (said, answers) = body.as_ref().map(Body::said_before).unwrap_or_default();
        Ok(with_answers(&said.context, answers))
    }
}
