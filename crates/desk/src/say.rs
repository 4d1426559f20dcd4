//! Saying something. A key is written once per conversation and author: the same key with the same words gets the same answer.

use model::{AgentId, Audience, BodyDigest, ConnectionId, ConversationId, MessageText, SendKey, Seq};

use crate::desk::Desk;
use crate::fact::{Author, Body, ConversationFact};
use crate::limits;
use crate::outcome::{Notice, RefusalReason, Sent};
use crate::policy::Action;
use crate::record::{ConversationRecord, Stage};
use crate::turn::Turn;

/// What an agent's send brings along.
pub(crate) struct AgentSend {
    pub(crate) conversation: ConversationId,
    pub(crate) audience: Audience,
    pub(crate) key: SendKey,
    pub(crate) digest: BodyDigest,
    pub(crate) text: MessageText,
}

pub(crate) fn sent_by_customer(conversation: ConversationId, seq: Seq) -> Sent {
    Sent { conversation, audience: Audience::Customer, seq }
}

/// What was written under this key, if anything.
fn answer_again(
    known: &ConversationRecord,
    author: Author,
    key: SendKey,
    digest: BodyDigest,
    internal: bool,
) -> Result<Option<Seq>, RefusalReason> {
    match known.key(author, key) {
        Some(found) if found.digest == digest && found.internal == internal => Ok(Some(found.seq)),
        Some(_) => Err(RefusalReason::SendKeyReused),
        None => Ok(None),
    }
}

impl Desk {
    pub(crate) fn say(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        key: SendKey,
        digest: BodyDigest,
        text: MessageText,
    ) {
        let Some(id) = self.live.joined(connection) else {
            turn.not_sent(connection, None, key, RefusalReason::NoConversation);
            return;
        };
        match self.say_as_customer(turn, id, key, digest, text) {
            Ok(seq) => turn.tell(Notice::Sent { connection, key, sent: sent_by_customer(id, seq) }),
            Err(reason) => turn.not_sent(connection, Some(id), key, reason),
        }
    }

    pub(crate) fn say_as_customer(
        &mut self,
        turn: &mut Turn,
        id: ConversationId,
        key: SendKey,
        digest: BodyDigest,
        text: MessageText,
    ) -> Result<Seq, RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        if let Some(seq) = answer_again(known, Author::Customer, key, digest, false)? {
            return Ok(seq);
        }
        match known.stage {
            Stage::Closed { .. } => return Err(RefusalReason::ConversationClosed),
            Stage::WrapUp(_) => return Err(RefusalReason::ConversationEnded),
            Stage::Open(_) | Stage::Active { .. } => {}
        }
        if known.position >= limits::FACTS_PER_CONVERSATION_MAX {
            return Err(RefusalReason::ConversationFull);
        }
        self.stop_customer_typing(turn, id);
        Ok(self.write_words(turn, id, Author::Customer, false, key, digest, text))
    }

    pub(crate) fn agent_says(&mut self, turn: &mut Turn, connection: ConnectionId, send: AgentSend) {
        match self.live.agent(connection) {
            Some(agent) => self.answer_send(turn, connection, agent, send),
            None => turn.not_sent(connection, Some(send.conversation), send.key, RefusalReason::NotAllowed),
        }
    }

    pub(crate) fn answer_send(&mut self, turn: &mut Turn, connection: ConnectionId, agent: AgentId, send: AgentSend) {
        let (id, key) = (send.conversation, send.key);
        match self.say_as_agent(turn, agent, send) {
            Ok(seq) => {
                let sent = Sent { conversation: id, audience: Audience::Agents, seq };
                turn.tell(Notice::Sent { connection, key, sent });
            }
            Err(reason) => turn.not_sent(connection, Some(id), key, reason),
        }
    }

    fn say_as_agent(&mut self, turn: &mut Turn, agent: AgentId, send: AgentSend) -> Result<Seq, RefusalReason> {
        let id = send.conversation;
        let internal = send.audience == Audience::Agents;
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        if let Some(seq) = answer_again(known, Author::Agent(agent), send.key, send.digest, internal)? {
            return Ok(seq);
        }
        match known.stage {
            Stage::Closed { .. } => return Err(RefusalReason::ConversationClosed),
            Stage::Open(_) | Stage::Active { .. } | Stage::WrapUp(_) => {}
        }
        let action = if internal { Action::SayInternally } else { Action::Say };
        self.allows(agent, action, known)?;
        // While a hold runs, the customer reads it when they are back.
        if !internal && !known.may_write(agent) {
            let is_open = matches!(known.stage, Stage::Open(_));
            return Err(if is_open { RefusalReason::WrongState } else { RefusalReason::ConversationEnded });
        }
        if known.position >= limits::FACTS_PER_CONVERSATION_MAX {
            return Err(RefusalReason::ConversationFull);
        }
        if !internal {
            self.stop_agent_typing(turn, id);
        }
        Ok(self.write_words(turn, id, Author::Agent(agent), internal, send.key, send.digest, send.text))
    }

    /// Writes the words and gives their position in their author's sequence.
    #[expect(clippy::too_many_arguments, reason = "a send has that many parts, and only two callers")]
    pub(crate) fn write_words(
        &mut self,
        turn: &mut Turn,
        id: ConversationId,
        by: Author,
        internal: bool,
        key: SendKey,
        digest: BodyDigest,
        text: MessageText,
    ) -> Seq {
        let audience = if internal { Audience::Agents } else { Audience::Customer };
        self.note_with(turn, id, ConversationFact::Said { by, audience, key, digest }, Some(Body::Words(text)));
        let known = self.record.conversations.get(&id).expect("invariant: words are written where a conversation is");
        match by {
            Author::Customer => known.customer_seq,
            Author::Agent(_) => known.agents_seq,
        }
    }
}
