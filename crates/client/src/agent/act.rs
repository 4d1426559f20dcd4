//! What the agent does.

use std::sync::Arc;

use model::{ConversationId, MessageText, SendKey, Timestamp};
use wire::{ConsoleToRelay, Request, RequestId};

use super::{Console, Effect, NoticeKind, OPENED_MAX, Opened, Stored, TYPING_EVERY};

impl Console {
    pub(super) fn init(&mut self, now: Timestamp, stored: Option<&[u8]>, hidden: bool) {
        self.visible = !hidden;
        self.touched = true;
        if let Some(stored) = stored.and_then(|bytes| postcard::from_bytes::<Stored>(bytes).ok()) {
            for one in stored.opened {
                let (conversation, opened) = Opened::restore(one);
                self.opened.entry(conversation).or_insert(opened);
            }
            if self.focused.is_none() {
                self.look_at(stored.focused);
            }
        }
        self.link.want(now, &mut self.steps);
        self.link.try_now(now, &mut self.steps);
    }

    pub(super) fn focus(&mut self, conversation: Option<ConversationId>) {
        if conversation == self.focused {
            return;
        }
        self.look_at(conversation);
        self.let_go();
        self.follow();
        self.store();
        self.touched = true;
    }

    fn look_at(&mut self, conversation: Option<ConversationId>) {
        self.focused = conversation;
        if let Some(conversation) = conversation {
            self.looked_at.retain(|other| *other != conversation);
            self.looked_at.push(conversation);
            let opened = self.opened.entry(conversation).or_default();
            if core::mem::take(&mut opened.is_gone) {
                opened.followed = false;
            }
        }
    }

    /// Leaves the conversations that were looked at longest ago, where too many are open. Words are never left.
    fn let_go(&mut self) {
        let mut spare = self.opened.len().saturating_sub(OPENED_MAX);
        let old = self.looked_at.clone();
        for conversation in old {
            let may_go = self.focused != Some(conversation)
                && !self.is_mine(conversation)
                && self.opened.get(&conversation).is_some_and(|opened| !opened.holds_words());
            if spare == 0 || !may_go {
                continue;
            }
            spare -= 1;
            self.looked_at.retain(|other| *other != conversation);
            if self.opened.remove(&conversation).is_some_and(|opened| opened.followed) {
                self.send(&ConsoleToRelay::Leave { conversation });
            }
        }
    }

    /// Asks the relay for every open conversation that it was not asked for on this connection.
    pub(super) fn follow(&mut self) {
        if !self.link.is_up() {
            return;
        }
        let mut frames = Vec::new();
        for (conversation, opened) in &mut self.opened {
            if !opened.followed && !opened.is_gone {
                opened.followed = true;
                // Told again where there are any.
                opened.texts = Arc::default();
                opened.stream.reconnected();
                frames.push(ConsoleToRelay::Open { conversation: *conversation, after: opened.stream.shown() });
            }
        }
        for frame in frames {
            self.send(&frame);
        }
    }

    pub(super) fn drafted(&mut self, now: Timestamp, conversation: ConversationId, internal: bool, text: String) {
        let up = self.link.is_up();
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        let draft = opened.draft_mut(internal);
        if *draft == text {
            return;
        }
        let is_empty = text.trim().is_empty();
        *draft = text;
        let due = opened.typing_sent.is_none_or(|sent| now.since(sent) >= TYPING_EVERY);
        let tells = !internal && !is_empty && up && due && opened.may_write(false);
        if tells {
            opened.typing_sent = Some(now);
            self.send(&ConsoleToRelay::Typing { conversation });
        }
        self.dirty_since = Some(now);
        self.touched = true;
    }

    pub(super) fn submit(
        &mut self,
        now: Timestamp,
        conversation: ConversationId,
        internal: bool,
        key: SendKey,
        text: MessageText,
    ) {
        let at = self.clock.relay_now(self.clock.raw(now));
        let up = self.link.is_up();
        let (text, offers_link) = if internal { (Some(text), false) } else { without_link(text) };
        let may = self.opened.get(&conversation).is_some_and(|opened| opened.may_write(internal));
        if offers_link && may {
            self.offer_link(now, conversation);
        }
        let Some(text) = text else {
            if let Some(opened) = self.opened.get_mut(&conversation).filter(|_| may) {
                opened.draft_mut(internal).clear();
                self.store();
            }
            return;
        };
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        if !opened.may_write(internal) || opened.outbox.holds(key) {
            return;
        }
        opened.outbox.push(key, text, internal, at, up);
        opened.draft_mut(internal).clear();
        opened.typing_sent = None;
        self.store();
        self.touched = true;
    }

    pub(super) fn retry(&mut self, conversation: ConversationId, key: SendKey, fresh: SendKey) {
        let up = self.link.is_up();
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        if opened.outbox.retry(key, fresh, up) {
            self.store();
            self.touched = true;
        }
    }

    pub(super) fn discard(&mut self, conversation: ConversationId, key: SendKey) {
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        if opened.outbox.discard(key) {
            self.store();
            self.touched = true;
        }
    }

    pub(super) fn ask(&mut self, now: Timestamp, request: Request) {
        self.touched = true;
        if self.link.is_up() {
            self.request(now, request);
        } else {
            self.notice(NoticeKind::NotConnected, Some(request));
        }
    }

    /// Also while the connection is lost: the offer is made when it is there again.
    fn offer_link(&mut self, now: Timestamp, conversation: ConversationId) {
        let request = Request::OfferLink { conversation };
        self.touched = true;
        if self.link.is_up() {
            self.request(now, request);
        } else if !self.unanswered.contains(&request) {
            self.unanswered.push(request);
        }
    }

    /// The link that was taken has been copied, or is not wanted any more.
    pub(super) fn forget_link(&mut self) {
        self.touched |= self.taken_link.take().is_some();
    }

    pub(super) fn request(&mut self, now: Timestamp, request: Request) {
        self.last_request = self.last_request.wrapping_add(1);
        let id = RequestId(self.last_request);
        self.requests.insert(id, (request.clone(), now));
        self.send(&ConsoleToRelay::Ask { id, request });
    }

    pub(super) fn dismiss(&mut self, notice: u32) {
        self.notices.retain(|one| one.id != notice);
        self.touched = true;
    }

    pub(super) fn store_if_dirty(&mut self) {
        if self.dirty_since.is_some() {
            self.store();
        }
    }

    pub(super) fn store(&mut self) {
        self.dirty_since = None;
        let opened: Vec<_> = self
            .opened
            .iter()
            .filter(|(_, opened)| opened.holds_words())
            .map(|(conversation, opened)| opened.store(*conversation))
            .collect();
        let bytes = if opened.is_empty() && self.focused.is_none() {
            Vec::new()
        } else {
            postcard::to_stdvec(&Stored { focused: self.focused, opened })
                .expect("invariant: plain values can be written")
        };
        self.effects.push(Effect::Store(bytes));
    }
}

/// What stands for a reconnect link in an agent's words, as in a quick reply.
const LINK_SLUG: &str = "{ReconnectUrl}";

/// The words without the slug, if any are left, and whether it was there: the transcript never holds a link.
fn without_link(text: MessageText) -> (Option<MessageText>, bool) {
    if !text.as_str().contains(LINK_SLUG) {
        return (Some(text), false);
    }
    let rest = text.as_str().replace(LINK_SLUG, "");
    (MessageText::new(rest.trim()).ok(), true)
}
