//! Console windows that follow a conversation: live, never a fact.

use model::{ConnectionId, ConversationId};

use crate::desk::Desk;
use crate::limits;
use crate::live::Joined;
use crate::outcome::{Notice, RefusalReason};
use crate::turn::Turn;

impl Desk {
    pub(crate) fn follow(&mut self, turn: &mut Turn, connection: ConnectionId, conversation: ConversationId) {
        let allowed = match self.live.agent(connection) {
            Some(agent) => self.may_read(agent, conversation),
            None => Err(RefusalReason::NotAllowed),
        };
        if let Err(reason) = allowed {
            turn.refuse(connection, None, reason);
            // Which one was refused: a window opens several at once.
            turn.tell(Notice::Unfollowed { connection, conversation });
            return;
        }
        let Some(Joined::Agent { following, .. }) = self.live.connections.get_mut(&connection) else { return };
        let mut oldest = None;
        if !following.contains(&conversation) {
            following.push(conversation);
            if following.len() > limits::FOLLOWED_PER_CONNECTION_MAX {
                oldest = Some(following.remove(0));
            }
            self.live.conversation_mut(conversation).followers.push(connection);
        }
        if let Some(left) = oldest {
            self.drop_follower(connection, left);
            turn.tell(Notice::Unfollowed { connection, conversation: left });
        }
        turn.tell(Notice::Following { connection, conversation });
    }

    pub(crate) fn unfollow(&mut self, connection: ConnectionId, conversation: ConversationId) {
        self.forget_following(connection, conversation);
        self.drop_follower(connection, conversation);
    }

    /// The window no longer has it in its list.
    pub(crate) fn forget_following(&mut self, connection: ConnectionId, conversation: ConversationId) {
        if let Some(Joined::Agent { following, .. }) = self.live.connections.get_mut(&connection) {
            following.retain(|followed| *followed != conversation);
        }
    }

    /// The conversation no longer has the window in its list.
    pub(crate) fn drop_follower(&mut self, connection: ConnectionId, conversation: ConversationId) {
        if let Some(live) = self.live.conversations.get_mut(&conversation) {
            live.followers.retain(|follower| *follower != connection);
        }
        self.sweep(conversation);
    }

    /// After the record became another one: windows stop showing what their agents may not see by it.
    pub fn put_out_strangers(&mut self) -> Vec<Notice> {
        let mut turn = Turn::new(self.now);
        self.drop_all_strangers(&mut turn);
        self.close_floors(&mut turn);
        turn.notices
    }

    pub(crate) fn drop_all_strangers(&mut self, turn: &mut Turn) {
        let followed = self.live.conversations.iter().filter(|(_, live)| !live.followers.is_empty());
        let followed: Vec<ConversationId> = followed.map(|(id, _)| *id).collect();
        for id in followed {
            self.drop_strangers(turn, id);
        }
    }

    /// Windows of agents who may not read it any more stop following.
    pub(crate) fn drop_strangers(&mut self, turn: &mut Turn, conversation: ConversationId) {
        let Some(live) = self.live.conversation(conversation) else { return };
        let strangers: Vec<ConnectionId> = live
            .followers
            .iter()
            .copied()
            .filter(|follower| {
                self.live.agent(*follower).is_none_or(|agent| self.may_read(agent, conversation).is_err())
            })
            .collect();
        for connection in strangers {
            self.unfollow(connection, conversation);
            turn.tell(Notice::Unfollowed { connection, conversation });
        }
    }
}
