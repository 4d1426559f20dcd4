//! The prompt *Continue / Start new*: a live state of a connection that has not joined, and no sign of life (product 3).

use model::{ConnectionId, ConversationId, IdentityHash, ReturnedBy, TokenHash};

use crate::arrive::ComingIn;
use crate::desk::Desk;
use crate::limits;
use crate::live::Joined;
use crate::outcome::{NotResumed, Notice, RefusalReason};
use crate::turn::Turn;

impl Desk {
    /// The connection stands at the prompt from now on; it leaves what it had before.
    pub(crate) fn prompt(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        conversation: ConversationId,
        holds_token: bool,
        identity: Option<IdentityHash>,
    ) {
        self.lose_connection(turn, connection, turn.now);
        self.live.connections.insert(connection, Joined::Prompted { conversation, holds_token });
        let standing = self.live.prompts.entry(conversation).or_default();
        standing.push(connection);
        let displaced = (standing.len() > limits::PROMPTED_PER_CONVERSATION_MAX).then(|| standing.remove(0));
        self.live.sign_in(connection, identity);
        turn.tell(Notice::Prompted { connection, conversation });
        if let Some(oldest) = displaced {
            self.live.forget_connection(oldest);
            turn.tell(Notice::Displace { connection: oldest });
        }
    }

    /// The same, about another conversation than the one that the connection has or shows the token of.
    pub(crate) fn prompt_another(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        conversation: ConversationId,
        identity: Option<IdentityHash>,
        was_theirs: bool,
    ) {
        self.prompt(turn, connection, conversation, false, identity);
        turn.tell(Notice::PromptOfAnother { connection, was_theirs });
    }

    /// *Continue*.
    pub(crate) fn continue_at_prompt(&mut self, turn: &mut Turn, connection: ConnectionId, token: TokenHash) {
        let Some((id, holds_token)) = self.live.prompted(connection) else {
            turn.refuse(connection, None, RefusalReason::NoConversation);
            return;
        };
        if !self.record.conversations.get(&id).is_some_and(|known| known.is_live()) {
            self.cannot_resume(turn, connection, NotResumed::Expired);
            return;
        }
        let identity = self.live.identities.get(&connection).copied();
        let how = if holds_token { ReturnedBy::Prompt } else { ReturnedBy::SignIn };
        self.become_theirs(turn, id, token, identity);
        let coming = ComingIn { connection, identity, token, how, is_other_device: !holds_token };
        self.come_in(turn, id, coming);
    }
}
