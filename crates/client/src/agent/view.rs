//! What the console draws.

use model::{AgentId, ConversationId, DisplayName, Millis, Role, Timestamp};
use wire::{Card, DeskState, RefusalCode, Request};

use super::frames::find;
use super::{Console, NOTICES_MAX, Opened};
use crate::customer::{MessageState, NOTICEABLE_AFTER};
use crate::link::Connection;
use crate::outbox::Unsent;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Who.
    pub agent: AgentId,
    /// Their name.
    pub name: DisplayName,
    /// What they may do.
    pub role: Role,
}

/// Something that the agent must be told, until they dismiss it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number, for `Event::Dismiss`.
    pub id: u32,
    /// What was asked for, where it was that.
    pub request: Option<Request>,
    /// What happened.
    pub kind: NoticeKind,
}

/// A reconnect link that the agent took to send by other ways: in this window's memory, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct TakenLink {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// The address with the secret in it.
    pub url: String,
}

impl core::fmt::Debug for TakenLink {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TakenLink(…)")
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// The relay refused.
    Refused {
        /// Why.
        code: RefusalCode,
        /// When it may work, where it may.
        retry_after: Option<Millis>,
    },
    /// There is no connection: nothing was asked.
    NotConnected,
}

impl Console {
    /// Grows whenever something that can be seen has changed.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How the connection stands, in the browser's clock.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.link.connection().with_clock(self.clock)
    }

    /// Whether the connection has been missing for long enough to say so.
    #[must_use]
    pub fn shows_reconnecting(&self, now: Timestamp) -> bool {
        self.is_noticeable(self.clock.inner(now))
    }

    /// The relay's clock, whatever the browser's says; the browser's until the relay was heard.
    #[must_use]
    pub fn relay_now(&self, now: Timestamp) -> Timestamp {
        self.clock.relay_now(now)
    }

    /// Who is signed in, once the relay has said so.
    #[must_use]
    pub fn me(&self) -> Option<&Me> {
        self.me.as_ref()
    }

    /// The desk, once it has arrived; the last known one while the connection is lost.
    #[must_use]
    pub fn desk(&self) -> Option<&DeskState> {
        self.desk.as_ref()
    }

    /// Whether the desk is of the present connection.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.desk_is_current
    }

    /// The conversation that is looked at.
    #[must_use]
    pub fn focused(&self) -> Option<ConversationId> {
        self.focused
    }

    /// A conversation that is open in this window.
    #[must_use]
    pub fn opened(&self, conversation: ConversationId) -> Option<&Opened> {
        self.opened.get(&conversation)
    }

    /// The card of a conversation, from its own state or else from the lists.
    #[must_use]
    pub fn card(&self, conversation: ConversationId) -> Option<&Card> {
        let opened = self.opened.get(&conversation).filter(|opened| opened.state_is_current);
        let own = opened.and_then(|opened| opened.state.as_ref()).map(|state| &state.card);
        own.or_else(|| {
            let desk = self.desk.as_ref()?;
            let offers = || desk.offers.iter().map(|offer| &offer.card).find(|card| card.conversation == conversation);
            find(&desk.mine, conversation)
                .or_else(|| find(&desk.open, conversation))
                .or_else(|| find(&desk.closed, conversation))
                .or_else(offers)
        })
        .or_else(|| self.staff.card(conversation))
    }

    /// Whether the conversation is on this agent's own list: Active or in wrap-up.
    #[must_use]
    pub fn is_mine(&self, conversation: ConversationId) -> bool {
        self.desk.as_ref().is_some_and(|desk| find(&desk.mine, conversation).is_some())
    }

    /// Messages of the customer that this agent has not seen; none where they are being looked at.
    #[must_use]
    pub fn unread(&self, card: &Card) -> u32 {
        if self.visible && self.focused == Some(card.conversation) { 0 } else { card.unread }
    }

    /// All unread messages of the agent's conversations, for the window's title.
    #[must_use]
    pub fn unread_in_all(&self) -> u32 {
        self.desk.as_ref().map_or(0, |desk| desk.mine.iter().map(|card| self.unread(card)).sum())
    }

    /// Where an unsent message stands.
    #[must_use]
    pub fn unsent_state(&self, unsent: &Unsent) -> MessageState {
        MessageState::of(unsent, self.clock)
    }

    /// Whether the relay has been asked for this and has not answered: its button waits.
    #[must_use]
    pub fn is_asking(&self, request: &Request) -> bool {
        self.asking().any(|asked| asked == request)
    }

    /// Everything that was asked for and is not answered.
    pub fn asking(&self) -> impl Iterator<Item = &Request> {
        self.requests.values().map(|(asked, _)| asked).chain(&self.unanswered)
    }

    /// The last answer to the question why a customer is still waiting; its conversation says whose.
    #[must_use]
    pub const fn why_waiting(&self) -> Option<&wire::WhyWaiting> {
        self.why_waiting.as_ref()
    }

    /// The custom presences and who is in one; none where there are none.
    #[must_use]
    pub const fn presences(&self) -> &wire::PresencesState {
        &self.presences
    }

    /// The custom presence that this agent is in, if any.
    #[must_use]
    pub fn custom_presence(&self) -> Option<&wire::CustomPresence> {
        self.presences.of(self.me.as_ref()?.agent)
    }

    /// The link that was taken last, until it is forgotten.
    #[must_use]
    pub fn taken_link(&self) -> Option<&TakenLink> {
        self.taken_link.as_ref()
    }

    /// What the agent must be told, oldest first.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub(super) fn notice(&mut self, kind: NoticeKind, request: Option<Request>) {
        self.last_notice = self.last_notice.wrapping_add(1);
        if self.notices.len() == NOTICES_MAX {
            self.notices.remove(0);
        }
        self.notices.push(Notice { id: self.last_notice, request, kind });
    }

    pub(super) fn is_noticeable(&self, now: Timestamp) -> bool {
        self.link.lost_at().is_some_and(|lost| lost + NOTICEABLE_AFTER <= now)
    }
}
