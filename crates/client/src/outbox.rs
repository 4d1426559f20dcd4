//! Words until they are durable: in order, one unacknowledged send at a time, retried after a reconnect with the same key,
//! and kept over a reload (product 4.3, 4.5).
//!
//! An outbox belongs to the tab or window that made it. Two tabs never share one: each stores its own under a name of the
//! tab's. That a tab died is no loss of order or a danger of doubles: whoever finds its bytes may load them as their own,
//! since the same key is never written twice.

use model::{MessageText, Millis, SendKey, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use wire::limits::ACCEPT_WITHIN;
use wire::{Refusal, RefusalCode};

/// The most sends that wait in one outbox; more are left in the composer.
pub const UNSENT_MAX: usize = 100;
/// How long to wait where the relay could not save and named no time.
pub const RETRY_AFTER: Millis = Millis::seconds(3);

/// Where a send stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendState {
    /// There is no connection: it goes out when there is one again.
    WaitingToSend,
    /// On its way, or next.
    Sending,
    /// Refused for now; sent again by itself at `retry_at` (the browser's clock).
    Delayed {
        /// Why.
        code: RefusalCode,
        /// When.
        retry_at: Timestamp,
    },
    /// Refused: a person decides.
    Failed {
        /// Why.
        code: RefusalCode,
    },
    /// Durable at this position; shown here until the entry itself has arrived.
    Sent {
        /// Its position.
        seq: Seq,
    },
}

/// One send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// Its key.
    pub key: SendKey,
    /// The words.
    pub text: MessageText,
    /// Only for colleagues (agents only).
    pub internal: bool,
    /// When it was written, in the relay's time as far as it was known.
    pub at: Timestamp,
    /// Where it stands.
    pub state: SendState,
}

/// How a send is kept in storage.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    key: SendKey,
    text: MessageText,
    internal: bool,
    at: Timestamp,
    failed: Option<RefusalCode>,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    entries: Vec<Unsent>,
    /// The one that was sent on this connection and has no answer yet.
    in_flight: Option<(SendKey, Timestamp)>,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing: the key is not ours, or is settled already.
    Unknown,
    /// It is durable now.
    Accepted,
    /// It was refused.
    Refused,
}

impl Outbox {
    /// The sends, in order.
    #[must_use]
    pub fn entries(&self) -> &[Unsent] {
        &self.entries
    }

    /// Whether nothing is left to be made durable.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether something waits to be sent, or for its answer.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        self.entries.iter().any(Unsent::is_pending)
    }

    /// Whether another send can be taken.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.entries.len() < UNSENT_MAX
    }

    /// Whether this key is in the outbox.
    #[must_use]
    pub fn holds(&self, key: SendKey) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    /// Takes a send.
    pub fn push(&mut self, key: SendKey, text: MessageText, internal: bool, at: Timestamp, connected: bool) {
        if !self.holds(key) {
            let state = if connected { SendState::Sending } else { SendState::WaitingToSend };
            self.entries.push(Unsent { key, text, internal, at, state });
        }
    }

    /// Takes a send that was stored by another tab, before all others.
    pub fn adopt(&mut self, key: SendKey, text: MessageText, at: Timestamp) {
        if !self.holds(key) {
            self.entries.insert(0, Unsent { key, text, internal: false, at, state: SendState::Sending });
        }
    }

    /// The key of the send that is next to leave, whether or not it may leave now.
    #[must_use]
    pub fn first_pending(&self) -> Option<SendKey> {
        self.entries.iter().find(|entry| entry.is_pending()).map(|entry| entry.key)
    }

    /// The next send that may leave now, which from then on waits for its answer.
    pub fn next(&mut self, now: Timestamp) -> Option<&Unsent> {
        if self.in_flight.is_some() {
            return None;
        }
        let entry = self.entries.iter_mut().find(|entry| entry.is_pending())?;
        if matches!(entry.state, SendState::Delayed { retry_at, .. } if retry_at > now) {
            return None;
        }
        entry.state = SendState::Sending;
        self.in_flight = Some((entry.key, now));
        Some(entry)
    }

    /// When something is to be done: a delayed send is due, or an answer overdue.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        if let Some((_, sent)) = self.in_flight {
            return Some(sent + ACCEPT_WITHIN);
        }
        match self.entries.iter().find(|entry| entry.is_pending())?.state {
            SendState::Delayed { retry_at, .. } => Some(retry_at),
            SendState::WaitingToSend | SendState::Sending | SendState::Failed { .. } | SendState::Sent { .. } => None,
        }
    }

    /// Whether the answer to a send is overdue, so that the socket can't be trusted.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.in_flight.is_some_and(|(_, sent)| sent + ACCEPT_WITHIN <= now)
    }

    /// The connection is up: whatever waited is on its way. True where that changed anything.
    pub fn connected(&mut self) -> bool {
        self.set_waiting(false)
    }

    /// The connection was lost: what was not answered is not known to be durable and is sent again later. True where that
    /// changed anything.
    pub fn lost(&mut self) -> bool {
        self.in_flight = None;
        self.set_waiting(true)
    }

    /// The relay says that the send is durable at `seq`; `shown` is the last position that is shown.
    pub fn accepted(&mut self, key: SendKey, seq: Seq, shown: Seq) -> Settled {
        self.answered(key);
        let Some(index) = self.entries.iter().position(|entry| entry.key == key) else { return Settled::Unknown };
        if seq <= shown {
            self.entries.remove(index);
        } else {
            self.entries[index].state = SendState::Sent { seq };
        }
        Settled::Accepted
    }

    /// The entry with this key has arrived: whoever sent it, it is durable. `Accepted` where that is news.
    pub fn arrived(&mut self, key: SendKey) -> Settled {
        self.answered(key);
        let Some(index) = self.entries.iter().position(|entry| entry.key == key) else { return Settled::Unknown };
        let entry = self.entries.remove(index);
        if matches!(entry.state, SendState::Sent { .. }) { Settled::Unknown } else { Settled::Accepted }
    }

    /// Everything up to `shown` has arrived.
    pub fn shown(&mut self, shown: Seq) {
        self.entries.retain(|entry| !matches!(entry.state, SendState::Sent { seq } if seq <= shown));
    }

    /// The relay did not take it.
    pub fn refused(&mut self, now: Timestamp, key: SendKey, refusal: &Refusal) -> Settled {
        self.answered(key);
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) else { return Settled::Unknown };
        entry.state = match delay(refusal) {
            Some(wait) => SendState::Delayed { code: refusal.code, retry_at: now + wait },
            None => SendState::Failed { code: refusal.code },
        };
        Settled::Refused
    }

    /// A person wants a failed or delayed send to be tried again. It keeps its key, so that it can't be written twice, unless
    /// the key itself is what was refused: then it gets `fresh`.
    pub fn retry(&mut self, key: SendKey, fresh: SendKey, connected: bool) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) else { return false };
        match entry.state {
            SendState::Failed { code: RefusalCode::SendKeyReused } => entry.key = fresh,
            SendState::Failed { .. } | SendState::Delayed { .. } => {}
            SendState::WaitingToSend | SendState::Sending | SendState::Sent { .. } => return false,
        }
        entry.state = if connected { SendState::Sending } else { SendState::WaitingToSend };
        true
    }

    /// A person gives up a failed send.
    pub fn discard(&mut self, key: SendKey) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.key != key || !matches!(entry.state, SendState::Failed { .. }));
        self.entries.len() < before
    }

    /// Takes out everything that is not durable, as one text for the composer: its words in their order.
    pub fn take_words(&mut self) -> String {
        let mut words = String::new();
        for entry in self.entries.drain(..) {
            if matches!(entry.state, SendState::Sent { .. }) {
                continue;
            }
            if !words.is_empty() {
                words.push_str("\n\n");
            }
            words.push_str(entry.text.as_str());
        }
        self.in_flight = None;
        words
    }

    /// Forgets these sends.
    pub(crate) fn forget(&mut self, keys: &[SendKey]) {
        self.entries.retain(|entry| !keys.contains(&entry.key));
    }

    /// For storage: everything that is not durable.
    pub(crate) fn keep(&self) -> Vec<Kept> {
        self.entries.iter().filter_map(Unsent::keep).collect()
    }

    /// From storage: nothing is on its way.
    pub(crate) fn restore(kept: Vec<Kept>) -> Self {
        let mut outbox = Self::default();
        for one in kept.into_iter().take(UNSENT_MAX) {
            outbox.push(one.key, one.text, one.internal, one.at, false);
            if let (Some(code), Some(entry)) = (one.failed, outbox.entries.last_mut()) {
                entry.state = SendState::Failed { code };
            }
        }
        outbox
    }

    fn answered(&mut self, key: SendKey) {
        if self.in_flight.is_some_and(|(sent, _)| sent == key) {
            self.in_flight = None;
        }
    }

    fn set_waiting(&mut self, waiting: bool) -> bool {
        let (from, to) = match waiting {
            true => (SendState::Sending, SendState::WaitingToSend),
            false => (SendState::WaitingToSend, SendState::Sending),
        };
        let mut changed = false;
        for entry in &mut self.entries {
            if entry.state == from {
                entry.state = to.clone();
                changed = true;
            }
        }
        changed
    }
}

impl Unsent {
    fn is_pending(&self) -> bool {
        matches!(self.state, SendState::WaitingToSend | SendState::Sending | SendState::Delayed { .. })
    }

    fn keep(&self) -> Option<Kept> {
        let failed = match self.state {
            SendState::Sent { .. } => return None,
            SendState::Failed { code } => Some(code),
            SendState::WaitingToSend | SendState::Sending | SendState::Delayed { .. } => None,
        };
        Some(Kept { key: self.key, text: self.text.clone(), internal: self.internal, at: self.at, failed })
    }
}

/// How long to wait before the same send may work, where waiting helps.
fn delay(refusal: &Refusal) -> Option<Millis> {
    let waiting_helps = matches!(
        refusal.code,
        RefusalCode::RateLimited | RefusalCode::Overloaded | RefusalCode::ReadOnly | RefusalCode::NotKnownToBeSaved
    );
    waiting_helps.then(|| refusal.retry_after.unwrap_or(RETRY_AFTER))
}
