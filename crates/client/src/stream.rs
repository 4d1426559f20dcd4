//! What has arrived of one audience's sequence: dense, in order, without holes and duplicates (product 4.2).

use model::{Millis, Seq, Timestamp};
use wire::{AgentsEntry, CustomerEntry};

/// How long entries that are known to exist may take before they are asked for.
pub const BEHIND_FOR: Millis = Millis::seconds(3);

/// An entry with a position.
pub trait Positioned {
    /// Its dense position.
    fn seq(&self) -> Seq;
    /// When it was accepted, in the relay's time.
    fn at(&self) -> Timestamp;
}

impl Positioned for CustomerEntry {
    fn seq(&self) -> Seq {
        self.seq
    }

    fn at(&self) -> Timestamp {
        self.at
    }
}

impl Positioned for AgentsEntry {
    fn seq(&self) -> Seq {
        self.seq
    }

    fn at(&self) -> Timestamp {
        self.at
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Stream<E> {
    entries: Vec<E>,
    /// The last position shown.
    shown: Seq,
    /// The last position known to exist.
    head: Seq,
    /// Since when something is missing, or since it was last asked for.
    behind_since: Option<Timestamp>,
    /// A hole was seen and asked about.
    asked: bool,
}

impl<E> Default for Stream<E> {
    fn default() -> Self {
        Self { entries: Vec::new(), shown: Seq::START, head: Seq::START, behind_since: None, asked: false }
    }
}

/// What pushing entries did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// How many were new; they are the last ones of [`Stream::entries`].
    pub added: usize,
    /// There is a hole: ask for what follows this position.
    pub ask_after: Option<Seq>,
}

impl<E: Positioned> Stream<E> {
    /// What is shown, in order. The first may be above position 1 after a snapshot.
    #[must_use]
    pub fn entries(&self) -> &[E] {
        &self.entries
    }

    /// The last position shown.
    #[must_use]
    pub fn shown(&self) -> Seq {
        self.shown
    }

    /// Whether older entries exist that were left out.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.entries.first().is_some_and(|first| first.seq() > Seq(1))
    }

    /// Takes entries: drops those that are shown already, takes those that follow, and stops at a hole.
    pub fn push(&mut self, now: Timestamp, entries: Vec<E>) -> Pushed {
        let mut added = 0;
        let mut hole = false;
        for entry in entries {
            self.head = self.head.max(entry.seq());
            if entry.seq() == self.shown.next() {
                self.shown = entry.seq();
                self.entries.push(entry);
                added += 1;
            } else if entry.seq() > self.shown {
                hole = true;
            }
        }
        if added > 0 {
            self.asked = false;
            self.behind_since = None;
        }
        self.settle(now);
        let ask_after = (hole && !self.asked).then_some(self.shown);
        if ask_after.is_some() {
            self.ask(now);
        }
        Pushed { added, ask_after }
    }

    /// Starts over from the newest entries. Entries that don't follow each other are a mistake of the relay's: those after the
    /// hole are left out, and the hole is asked for.
    pub fn replace(&mut self, now: Timestamp, entries: Vec<E>) -> Pushed {
        self.clear();
        let first = entries.first().map_or(Seq::START, |first| Seq(first.seq().0.saturating_sub(1)));
        self.shown = first;
        self.head = first;
        self.push(now, entries)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The relay says that positions up to `head` exist.
    pub fn head_is(&mut self, now: Timestamp, head: Seq) {
        self.head = self.head.max(head);
        self.settle(now);
    }

    /// The connection is new: what is missing comes by itself, from the last position that it named.
    pub fn reconnected(&mut self) {
        self.asked = false;
        self.behind_since = None;
        self.head = self.shown;
    }

    /// When to ask for what is missing.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.behind_since.map(|since| since + BEHIND_FOR)
    }

    /// The position to ask after, where something has been missing for too long.
    pub fn overdue(&mut self, now: Timestamp) -> Option<Seq> {
        let due = self.behind_since.is_some_and(|since| since + BEHIND_FOR <= now);
        due.then(|| {
            self.ask(now);
            self.shown
        })
    }

    fn ask(&mut self, now: Timestamp) {
        self.asked = true;
        self.behind_since = Some(now);
    }

    fn settle(&mut self, now: Timestamp) {
        if self.head <= self.shown {
            self.behind_since = None;
            self.asked = false;
        } else if self.behind_since.is_none() {
            self.behind_since = Some(now);
        }
    }
}
