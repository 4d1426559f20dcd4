//! Reconnect links.

use model::{AgentId, ConnectionId, LinkHash};
use rejoin_desk::{Author, ConversationFact as What, Notice, RefusalReason as No, limits};

use super::{Done, Reference, State};

impl Reference {
    fn links_lead_somewhere(&self, index: usize) -> Done {
        let talk = &self.talks[index];
        match (talk.reconnect, self.widgets[&talk.widget].has_portal) {
            (None, _) => Err(No::ReconnectIsOff),
            (Some(_), false) => Err(No::NoPortal),
            (Some(_), true) => Ok(()),
        }
    }

    fn new_link(&mut self, index: usize, link: LinkHash, by: Author) -> Done {
        self.links_lead_somewhere(index)?;
        if self.talks[index].links.contains(&link) {
            return Ok(());
        }
        if self.talks.iter().any(|talk| talk.links.contains(&link)) {
            return Err(No::WrongState);
        }
        if self.talks[index].links.len() >= limits::LINKS_PER_CONVERSATION_MAX {
            return Err(No::TooManyLinks);
        }
        self.note(index, What::LinkMinted { link, by });
        self.talks[index].links.push(link);
        Ok(())
    }

    pub(super) fn copy_link(&mut self, connection: ConnectionId, link: LinkHash) {
        let Some(index) = self.joined(connection) else { return self.refuse(connection, No::NoConversation) };
        let done = match self.talks[index].state {
            State::Open | State::Active(_) => self.new_link(index, link, Author::Customer),
            State::WrapUp(_) => Err(No::ConversationEnded),
            State::Closed => Err(No::ConversationClosed),
        };
        match done {
            Ok(()) => self.replies.push(Notice::LinkMinted { connection }),
            Err(reason) => self.refuse(connection, reason),
        }
    }

    /// By whose session it is.
    pub(super) fn take_link(&mut self, index: usize, agent: AgentId, link: LinkHash) -> Done {
        if !self.is_live(index) {
            return Err(No::ConversationEnded);
        }
        self.new_link(index, link, Author::Agent(agent))
    }

    pub(super) fn offer_link(&mut self, index: usize, agent: AgentId) -> Done {
        let is_held = self.is_held(self.talks[index].id);
        if self.talks[index].state != State::Active(agent) && !is_held {
            return Err(No::ConversationEnded);
        }
        self.links_lead_somewhere(index)?;
        self.note(index, What::LinkOffered(agent));
        Ok(())
    }
}
