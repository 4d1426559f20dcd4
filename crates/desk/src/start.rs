//! Starting is a send: its key starts a conversation once, its token brings every tab of the browser to the same one.

use model::{
    BodyDigest, ConnectionId, ConversationId, CustomerId, DisplayName, IdentityHash, Known, MessageText, SendKey, Seq,
    TokenHash, Units, WidgetId, with_answers,
};

use crate::desk::Desk;
use crate::fact::{Author, Body, ConversationFact};
use crate::input::StartSaid;
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
    pub(crate) identity: Option<IdentityHash>,
    pub(crate) said: Option<Box<StartSaid>>,
}

impl Desk {
    pub(crate) fn start(&mut self, turn: &mut Turn, connection: ConnectionId, start: Start) {
        let (key, token, identity) = (start.key, start.token, start.identity);
        let (known, elsewhere) = (self.index.tokens.get(&token).copied(), self.elsewhere(&start));
        let done = match known {
            // The prompt is to be answered first.
            _ if self.live.prompted(connection).is_some() => Err(RefusalReason::AlreadyStarted),
            Some(id) => self.start_again(turn, connection, id, start),
            None => self.start_new(turn, connection, start),
        };
        match done {
            Ok((conversation, seq)) => {
                turn.tell(Notice::Started { connection, key, sent: sent_by_customer(conversation, seq) });
                let is_starter = self.record.conversations.get(&conversation).is_some_and(|known| known.token == token);
                self.join(turn, connection, conversation, is_starter);
                self.live.sign_in(connection, identity);
                if known.is_none() {
                    self.overflow_at_start(turn, conversation);
                }
            }
            Err(reason) => {
                turn.not_sent(connection, known, key, reason);
                // A signed-in customer has one live conversation: they are asked about that one.
                let is_told = known.is_none() && reason == RefusalReason::AlreadyStarted;
                if let Some(other) = elsewhere.filter(|_| is_told && !self.is_in_a_talk(connection)) {
                    self.prompt(turn, connection, other, false, identity);
                }
            }
        }
    }

    /// The live conversation of the signed-in customer who starts.
    fn elsewhere(&self, start: &Start) -> Option<ConversationId> {
        start.identity.and_then(|identity| self.live_one_of(start.widget, identity))
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
        let is_theirs = match (known.identity(), start.identity) {
            (None, _) => true,
            (Some(whose), Some(who)) => whose == who,
            (Some(_), None) => known.stands_alone(start.token),
        };
        if !is_theirs {
            return Err(RefusalReason::NotAllowed);
        }
        self.may_join(connection, id)?;
        let seq = self.say_as_customer(turn, id, start.key, start.digest, start.text)?;
        self.become_theirs(turn, id, start.token, start.identity);
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
        if self.record.conversations.contains_key(&id) || self.elsewhere(&start).is_some() {
            return Err(RefusalReason::AlreadyStarted);
        }
        let StartSaid { page, answers, refused } = start.said.map(|said| *said).unwrap_or_default();
        if let Some(reason) = refused {
            return Err(reason);
        }
        let asked = Known {
            widget: start.widget,
            language: page.language.as_deref(),
            is_signed_in: start.identity.is_some(),
            context: &with_answers(&page.context, &answers),
        };
        let routed = self.route(turn.now, id, widget.workstream, workstream.queue, &asked);
        let started = ConversationFact::Started {
            customer: start.customer,
            widget: start.widget,
            workstream: widget.workstream,
            queue: routed.queue,
            token: start.token,
            number: self.record.started_count + 1,
            cost: workstream.cost.max(Units(0)),
            disconnect_after: widget.disconnect_after,
            reconnect: widget.reconnect,
            identity: start.identity,
        };
        // Starting ends the promise that the connection could only read, as Start new would have.
        if let Some(read) = self.live.joined(connection) {
            self.end_for_new(turn, read);
        }
        self.note_with(turn, id, started, start.name.map(Body::Name));
        let said = match (page, answers) {
            (page, answers) if !answers.is_empty() => Some(Body::Answered(page, answers)),
            (page, _) => Some(page).filter(|page| !page.is_empty()).map(Body::Page),
        };
        if routed.rule.is_some() || said.is_some() {
            // The second position of the log: whoever shows what was said before reads it there.
            self.note_with(turn, id, ConversationFact::Routed { rule: routed.rule }, said);
        }
        let seq = self.write_words(turn, id, Author::Customer, false, start.key, start.digest, start.text);
        Ok((id, seq))
    }

    fn is_in_a_talk(&self, connection: ConnectionId) -> bool {
        let joined = self.live.joined(connection).and_then(|joined| self.record.conversations.get(&joined));
        joined.is_some_and(|known| known.is_going())
    }

    /// A connection has one conversation; it may go to another one only when the talk in the first is over.
    fn may_join(&self, connection: ConnectionId, id: ConversationId) -> Result<(), RefusalReason> {
        let is_elsewhere = self.live.joined(connection) != Some(id) && self.is_in_a_talk(connection);
        if is_elsewhere { Err(RefusalReason::AlreadyStarted) } else { Ok(()) }
    }
}
