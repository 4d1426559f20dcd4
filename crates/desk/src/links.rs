//! Reconnect links: minted for the customer or taken by an agent, offered in the conversation. Only hashes come here.

use model::{AgentId, ConnectionId, ConversationId, LinkHash};

use crate::desk::Desk;
use crate::fact::{Author, ConversationFact};
use crate::limits;
use crate::outcome::{Notice, RefusalReason};
use crate::policy::Action;
use crate::record::{ConversationRecord, Stage};
use crate::turn::Turn;

impl Desk {
    /// The customer pressed Copy or Show QR code.
    pub(crate) fn mint_link(&mut self, turn: &mut Turn, connection: ConnectionId, link: LinkHash) {
        let Some(id) = self.live.joined(connection) else {
            turn.refuse(connection, None, RefusalReason::NoConversation);
            return;
        };
        let is_going = match self.record.conversations.get(&id).map(|known| known.stage) {
            None => Err(RefusalReason::NoConversation),
            Some(Stage::Closed { .. }) => Err(RefusalReason::ConversationClosed),
            // Whoever may only read must not make themselves a way back in.
            Some(Stage::WrapUp(_)) => Err(RefusalReason::ConversationEnded),
            Some(Stage::Open(_) | Stage::Active { .. }) => Ok(()),
        };
        match is_going.and_then(|()| self.mint(turn, id, link, Author::Customer)) {
            Ok(()) => turn.tell(Notice::LinkMinted { connection }),
            Err(reason) => turn.refuse(connection, None, reason),
        }
    }

    /// An agent takes a link to send by other ways, also while the customer is away as promised.
    pub(crate) fn take_link(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
        link: LinkHash,
    ) -> Result<(), RefusalReason> {
        if !self.may(agent, Action::OfferLink, id)?.is_live() {
            return Err(RefusalReason::ConversationEnded);
        }
        self.mint(turn, id, link, Author::Agent(agent))
    }

    pub(crate) fn offer_link(
        &mut self,
        turn: &mut Turn,
        agent: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        let known = self.may(agent, Action::OfferLink, id)?;
        if !known.may_write(agent) {
            return Err(RefusalReason::ConversationEnded);
        }
        self.can_have_links(known)?;
        if known.position >= limits::FACTS_PER_CONVERSATION_MAX {
            return Err(RefusalReason::ConversationFull);
        }
        self.note(turn, id, ConversationFact::LinkOffered(agent));
        Ok(())
    }

    /// Reconnect is fixed at the start; the Portal URL is read when used.
    pub(crate) fn can_have_links(&self, known: &ConversationRecord) -> Result<(), RefusalReason> {
        if known.reconnect.is_none() {
            return Err(RefusalReason::ReconnectIsOff);
        }
        let has_portal = self.record.widgets.get(&known.widget).is_some_and(|rules| rules.has_portal);
        if has_portal { Ok(()) } else { Err(RefusalReason::NoPortal) }
    }

    fn mint(&mut self, turn: &mut Turn, id: ConversationId, link: LinkHash, by: Author) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        self.can_have_links(known)?;
        match self.index.links.get(&link) {
            // The same again: it is there.
            Some(found) if *found == id => return Ok(()),
            Some(_) => return Err(RefusalReason::WrongState),
            None => {}
        }
        if known.links().len() >= limits::LINKS_PER_CONVERSATION_MAX {
            return Err(RefusalReason::TooManyLinks);
        }
        self.note(turn, id, ConversationFact::LinkMinted { link, by });
        Ok(())
    }
}
