//! The token and the tabs: what the host page and the other tabs of this browser know.

use model::{DisplayName, MessageText, ResumeToken, SendKey, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Customer, DOUBT_FOR, Doubt, Effect, Init, PendingStart, Standing};
use crate::outbox::{Kept, Outbox};

/// A start as the tabs of a browser share it, so that a lost answer, a reload or two tabs give one conversation (product 3).
#[derive(Serialize, Deserialize)]
struct StoredStart {
    key: SendKey,
    token: ResumeToken,
    text: MessageText,
    name: Option<DisplayName>,
    at: Timestamp,
    /// What the customer answered before.
    answers: String,
}

/// Reads what was stored, also by a page that was older: what it did not know yet is at the end, and empty.
fn read<'a, T: Deserialize<'a>>(bytes: &'a mut Vec<u8>) -> Option<T> {
    bytes.push(0);
    postcard::from_bytes(bytes).ok()
}

/// What one tab stores of its unsent words.
#[derive(Default, Serialize, Deserialize)]
struct StoredOutbox {
    /// The beginning of the token whose conversation they belong to: words are never said in another one.
    of: Option<[u8; TAG_BYTES]>,
    /// The first of them starts the conversation, under this name.
    start: Option<(SendKey, Option<DisplayName>)>,
    unsent: Vec<Kept>,
    /// What the customer answered before, where they start a conversation.
    answers: String,
}

/// Enough of a token to tell it from others; what is left of it is as secret as before.
const TAG_BYTES: usize = 8;

fn tag(token: &ResumeToken) -> [u8; TAG_BYTES] {
    let mut tag = [0; TAG_BYTES];
    tag.copy_from_slice(&token.expose()[..TAG_BYTES]);
    tag
}

impl Customer {
    pub(super) fn init(&mut self, init: Init) {
        self.page = init.page;
        self.language = init.language;
        self.can_store = init.can_store;
        self.open = init.open;
        self.visible = !init.hidden;
        self.draft = init.draft;
        self.token = init.token;
        self.arrival = init.arrival;
        self.sign_in.has_provider = init.has_provider;
        self.touched = true;
        let stored: StoredOutbox = init.outbox.and_then(|mut bytes| read(&mut bytes)).unwrap_or_default();
        self.outbox = Outbox::restore(stored.unsent);
        let held = self.token.as_ref().map(tag);
        if held.is_none() || stored.of != held {
            // The host page lost the token, or holds another one: the words go back to where they can be sent again.
            self.words_to_draft();
        } else if let Some((key, name)) = stored.start.filter(|(key, _)| self.outbox.holds(*key)) {
            self.start = Some(PendingStart { key, name });
            self.gave_answers(stored.answers);
        }
        if held.is_some() {
            self.standing = Standing::Unknown;
            self.adopt_start(init.start.as_deref());
            // An earlier page of this tab may not have come to it.
            self.store_start();
        } else if self.arrival.is_some() {
            self.standing = Standing::Unknown;
        }
    }

    /// The host page says which token it holds.
    pub(super) fn host_token(&mut self, now: Timestamp, token: Option<ResumeToken>) {
        match (self.standing, token) {
            // The answer to an earlier removal; the one to our question follows.
            (Standing::AskingHost { .. }, None) => {}
            (Standing::AskingHost { .. }, Some(token)) => {
                if self.token.as_ref() != Some(&token) {
                    // Another tab was faster: these words are said in its conversation.
                    self.start = None;
                    self.token = Some(token);
                    self.outbox_is_dirty = true;
                }
                self.token_counts(now);
            }
            (Standing::Idle | Standing::Expired | Standing::Late(_), None) => {}
            // What the page was opened with is not answered yet, and there was no token before.
            (_, None) if self.token.is_none() => {}
            (_, None) if self.start.is_some() => {
                self.effects.push(Effect::StoreToken(self.token.clone()));
            }
            (_, None) => {
                self.leave_conversation();
                self.link.redial(now, &mut self.steps);
            }
            (_, Some(token)) if self.token.as_ref() == Some(&token) => {}
            (_, Some(token)) => {
                self.leave_conversation();
                self.token = Some(token);
                self.standing = Standing::Unknown;
                self.link.redial(now, &mut self.steps);
            }
        }
    }

    /// It is known which token counts: the first try may leave.
    pub(super) fn token_counts(&mut self, now: Timestamp) {
        self.standing = Standing::Unknown;
        self.touched = true;
        if self.start.is_some() {
            self.store_start();
        } else if self.link.is_up() {
            self.link.redial(now, &mut self.steps);
        }
    }

    /// What the tabs share was read.
    pub(super) fn stored_start(&mut self, now: Timestamp, bytes: Option<&[u8]>) {
        if self.standing != Standing::AskingStorage {
            return;
        }
        self.standing = Standing::Unknown;
        self.touched = true;
        self.adopt_start(bytes);
        if self.start.is_some() {
            self.doubt = None;
            return;
        }
        let fresh = Doubt { until: now + DOUBT_FOR, nobody_starts: false, is_final: false };
        let doubt = self.doubt.get_or_insert(fresh);
        if doubt.is_final {
            self.expire();
        } else if doubt.until <= now {
            doubt.nobody_starts = true;
            self.link.redial(now, &mut self.steps);
        }
    }

    pub(super) fn doubt_is_due(&self, now: Timestamp) -> bool {
        self.link.is_up() && self.doubt.is_some_and(|doubt| !doubt.nobody_starts && doubt.until <= now)
    }

    /// Another tab may be about to start with this token: what the tabs share says so.
    pub(super) fn ask_storage(&mut self) {
        self.standing = Standing::AskingStorage;
        self.effects.push(Effect::LoadStart);
    }

    /// The relay has said twice that it knows nothing of the token, and no tab of this browser is about to tell it.
    fn expire(&mut self) {
        self.standing = Standing::Expired;
        self.doubt = None;
        self.token = None;
        self.words_to_draft();
        self.effects.push(Effect::StoreToken(None));
    }

    /// Forgets the conversation; its unsent words move into the composer.
    pub(super) fn leave_conversation(&mut self) {
        self.words_to_draft();
        self.stream.clear();
        self.state = None;
        self.state_is_current = false;
        self.beside = None;
        self.joined = false;
        self.token = None;
        self.start = None;
        self.doubt = None;
        self.standing = Standing::Idle;
        self.read = model::Seq::START;
        self.read_sent = model::Seq::START;
        self.ending = false;
        self.refusal = None;
        self.prompt = None;
        self.coming = None;
        self.leaving = false;
        self.undecided = false;
        self.unknown_since = None;
        self.retry_at = None;
        self.reconnect_link = None;
        self.minting = false;
        self.notice = None;
        self.touched = true;
    }

    /// The start was refused and its words were given up.
    pub(super) fn give_up_start(&mut self, now: Timestamp) {
        self.leave_conversation();
        self.effects.push(Effect::StoreStart(None));
        self.effects.push(Effect::StoreToken(None));
        self.link.redial(now, &mut self.steps);
    }

    /// Stores the outbox, before anything of it leaves.
    pub(super) fn store_outbox(&mut self) {
        if !core::mem::take(&mut self.outbox_is_dirty) {
            return;
        }
        let unsent = self.outbox.keep();
        let bytes = if unsent.is_empty() {
            Vec::new()
        } else {
            let of = self.token.as_ref().map(tag);
            let start = self.start.as_ref().map(|start| (start.key, start.name.clone()));
            postcard::to_stdvec(&StoredOutbox { of, start, unsent, answers: self.answers.clone() })
                .expect("invariant: plain values can be written")
        };
        self.effects.push(Effect::StoreOutbox(bytes));
    }

    pub(super) fn store_draft(&mut self) {
        if self.draft_dirty_since.take().is_some() {
            self.effects.push(Effect::StoreDraft(self.draft.clone()));
        }
    }

    pub(super) fn words_to_draft(&mut self) {
        if self.outbox.is_empty() {
            return;
        }
        let mut words = self.outbox.take_words();
        if !words.is_empty() && !self.draft.trim().is_empty() {
            words.push_str("\n\n");
            words.push_str(&self.draft);
        }
        if !words.is_empty() {
            self.draft = words;
            self.draft_dirty_since = None;
            self.effects.push(Effect::StoreDraft(self.draft.clone()));
        }
        self.outbox_is_dirty = false;
        self.effects.push(Effect::StoreOutbox(Vec::new()));
    }

    pub(super) fn store_start(&mut self) {
        let (Some(start), Some(token)) = (&self.start, &self.token) else { return };
        let Some(entry) = self.outbox.entries().iter().find(|entry| entry.key == start.key) else { return };
        let stored = StoredStart {
            key: start.key,
            token: token.clone(),
            text: entry.text.clone(),
            name: start.name.clone(),
            at: entry.at,
            answers: self.answers.clone(),
        };
        let bytes = postcard::to_stdvec(&stored).expect("invariant: plain values can be written");
        self.effects.push(Effect::StoreStart(Some(bytes)));
    }

    fn adopt_start(&mut self, bytes: Option<&[u8]>) {
        let Some(stored) = bytes.and_then(|bytes| read::<StoredStart>(&mut bytes.to_vec())) else { return };
        if self.token.as_ref() == Some(&stored.token) {
            self.outbox.adopt(stored.key, stored.text, stored.at);
            self.start = Some(PendingStart { key: stored.key, name: stored.name });
            self.gave_answers(stored.answers);
        }
    }
}
