//! What the customer does.

use model::{DisplayName, MessageText, ResumeToken, SendKey, Timestamp};
use wire::CustomerToRelay;

use super::{Customer, Effect, PendingStart, Standing, TYPING_EVERY};

impl Customer {
    pub(super) fn opened(&mut self, now: Timestamp) {
        self.open = true;
        self.touched = true;
        self.link.page(now, crate::link::PageEvent::Visible, &mut self.steps);
    }

    pub(super) fn minimized(&mut self) {
        self.open = false;
        self.touched = true;
        self.store_draft();
    }

    pub(super) fn drafted(&mut self, now: Timestamp, text: String) {
        if text == self.draft {
            return;
        }
        self.draft = text;
        self.touched = true;
        // Nothing is stored before the customer starts a conversation (product 9).
        if self.standing != Standing::Idle {
            self.draft_dirty_since = Some(now);
        }
        let may = self.joined && !self.is_ended() && !self.draft.trim().is_empty();
        if may && self.typing_sent.is_none_or(|sent| now.since(sent) >= TYPING_EVERY) {
            self.typing_sent = Some(now);
            self.send(&CustomerToRelay::Typing);
        }
    }

    pub(super) fn submit(
        &mut self,
        now: Timestamp,
        key: SendKey,
        token: ResumeToken,
        text: MessageText,
        name: Option<DisplayName>,
    ) {
        if !self.may_write() || self.outbox.holds(key) || self.asking().is_some() {
            return;
        }
        let at = self.clock.relay_now(self.clock.raw(now));
        self.outbox.push(key, text, false, at, self.link.is_up());
        self.draft.clear();
        self.draft_dirty_since = None;
        self.typing_sent = None;
        self.touched = true;
        let begins = self.standing == Standing::Idle;
        if begins {
            self.start = Some(PendingStart { key, name });
            self.token = Some(token);
        }
        self.outbox_is_dirty = true;
        self.store_outbox();
        self.effects.push(Effect::StoreDraft(String::new()));
        if begins {
            self.begin(now);
        }
    }

    fn begin(&mut self, now: Timestamp) {
        if self.can_store {
            self.ask_host(now);
        } else {
            self.token_counts(now);
        }
    }

    /// Which token counts? The host page's storage is the one place that all tabs share at once: its first answer decides.
    pub(super) fn ask_host(&mut self, now: Timestamp) {
        self.standing = Standing::AskingHost { since: now };
        self.effects.push(Effect::StoreToken(self.token.clone()));
    }

    pub(super) fn retry(&mut self, key: SendKey, fresh: SendKey) {
        if !self.outbox.retry(key, fresh, self.link.is_up()) {
            return;
        }
        if !self.outbox.holds(key)
            && let Some(start) = self.start.as_mut().filter(|start| start.key == key)
        {
            start.key = fresh;
            self.store_start();
        }
        self.outbox_is_dirty = true;
        self.touched = true;
    }

    pub(super) fn discard(&mut self, now: Timestamp, key: SendKey) {
        if !self.outbox.discard(key) {
            return;
        }
        self.outbox_is_dirty = true;
        self.touched = true;
        if self.start.as_ref().is_some_and(|start| start.key == key) {
            // What would have started the conversation is given up, so there is none.
            self.give_up_start(now);
        }
    }

    pub(super) fn start_new(&mut self, now: Timestamp) {
        if self.must_tell_to_leave() {
            self.leave_by_relay();
            return;
        }
        if !self.is_over() {
            return;
        }
        let held = self.token.is_some();
        self.leave_conversation();
        if held {
            self.effects.push(Effect::StoreToken(None));
        }
        self.link.redial(now, &mut self.steps);
    }

    pub(super) fn end(&mut self) {
        if self.is_over() || self.standing == Standing::Idle || self.ending {
            return;
        }
        self.ending = true;
        self.touched = true;
        if self.joined {
            self.send(&CustomerToRelay::End);
        }
    }

    pub(super) fn still_waiting(&mut self) {
        if self.joined {
            self.send(&CustomerToRelay::StillWaiting);
        }
    }
}
