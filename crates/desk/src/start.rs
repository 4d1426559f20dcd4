//! Starting is a send: its key starts a conversation once, its token brings every tab of the browser to the same one.

use model::{
    BodyDigest, ConnectionId, ConversationId, CustomerId, DisplayName, MessageText, SendKey, Seq, TokenHash, Units,
    WidgetId,
};

use crate::desk::Desk;
use crate::fact::{Author, Body, ConversationFact};
use crate::outcome::{Notice, RefusalReason};
use crate::say::sent_by_customer;
use crate::turn::Turn;

/// What a start brings along.
pub(crate) struct Start {
    pub(crate) conversation: ConversationId,
    pub(crate) customer: CustomerId,
    pub(crate) widget: WidgetId,
    pub(crate) token: TokenHash,
    pub(crate) key: SendKey,
    pub(crate) digest: BodyDigest,
    pub(crate) text: MessageText,
    pub(crate) name: Option<DisplayName>,
}

impl Desk {
    pub(crate) fn start(&mut self, turn: &mut Turn, connection: ConnectionId, start: Start) {
        let (key, known) = (start.key, self.index.tokens.get(&start.token).copied());
        let done = match known {
            Some(id) => self.start_again(turn, connection, id, start),
            None => self.start_new(turn, connection, start),
        };
        match done {
            Ok((conversation, seq)) => {
                turn.tell(Notice::Started { connection, key, sent: sent_by_customer(conversation, seq) });
                self.join(turn, connection, conversation);
            }
            Err(reason) => turn.not_sent(connection, known, key, reason),
        }
    }

    /// The token is known: a retry, or another tab was first.
    fn start_again(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        id: ConversationId,
        start: Start,
    ) -> Result<(ConversationId, Seq), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        if known.widget != start.widget {
            return Err(RefusalReason::UnknownWidget);
        }
        self.may_join(connection, id)?;
        let seq = self.say_as_customer(turn, id, start.key, start.digest, start.text)?;
        Ok((id, seq))
    }

    fn start_new(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        start: Start,
    ) -> Result<(ConversationId, Seq), RefusalReason> {
        let id = start.conversation;
        let widget = self.record.widgets.get(&start.widget).ok_or(RefusalReason::UnknownWidget)?;
        let workstream = self.record.workstreams.get(&widget.workstream).ok_or(RefusalReason::UnknownWidget)?;
        self.may_join(connection, id)?;
        if self.record.conversations.contains_key(&id) {
            return Err(RefusalReason::AlreadyStarted);
        }
        let started = ConversationFact::Started {
            customer: start.customer,
            widget: start.widget,
            workstream: widget.workstream,
            queue: workstream.queue,
            token: start.token,
            number: self.record.started_count + 1,
            cost: workstream.cost.max(Units(0)),
            disconnect_after: widget.disconnect_after,
            reconnect: widget.reconnect,
        };
        self.note_with(turn, id, started, start.name.map(Body::Name));
        let seq = self.write_words(turn, id, Author::Customer, false, start.key, start.digest, start.text);
        Ok((id, seq))
    }

    /// A connection has one conversation; it may go to another one only when the talk in the first is over.
    fn may_join(&self, connection: ConnectionId, id: ConversationId) -> Result<(), RefusalReason> {
        let joined = self.live.joined(connection).filter(|joined| *joined != id);
        let is_going =
            joined.and_then(|joined| self.record.conversations.get(&joined)).is_some_and(|known| known.is_going());
        if is_going { Err(RefusalReason::AlreadyStarted) } else { Ok(()) }
    }
}
