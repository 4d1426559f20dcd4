//! Delivery by cursor (design 2.8): one connection's place in one audience's sequence.

use desk::{Fact, Recorded};
use model::{Audience, Seq};
use thiserror::Error;
use wire::limits::{ENTRIES_PER_FRAME_MAX, RESUME_ENTRIES_MAX, SNAPSHOT_ENTRIES};

/// Where one connection is in one audience's sequence, and what it must get next. Holds no entries: a slow reader merely lags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    audience: Audience,
    /// The last position sent, or that the client said it has.
    last_sent: Seq,
    /// The last position of the conversation's log that was looked at.
    position: u32,
    head: Seq,
    start_over: bool,
}

/// What to read from the log for a cursor: at most `rows_max` rows after `after_position`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows of the conversation's log after this position.
    pub after_position: u32,
    /// The most rows that make one frame.
    pub rows_max: usize,
}

/// What to send: at most [`ENTRIES_PER_FRAME_MAX`] entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery<E> {
    /// They follow what was sent.
    Entries(Vec<E>),
    /// Start over with these.
    Snapshot(Vec<E>),
}

/// The rows do not follow what was sent: the relay lost step, and the connection must resume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("position {found} came where {expected} was due")]
pub struct Hole {
    /// The position that was due.
    pub expected: Seq,
    /// The position found; the one before `expected` where nothing was found.
    pub found: Seq,
}

impl Cursor {
    /// The cursor of a client that has everything up to `after`, in a sequence that ends at `head`.
    ///
    /// A client too far behind, or with a position from the future, starts over from a snapshot (product 4.4, 4.8).
    #[must_use]
    pub fn new(audience: Audience, after: Seq, head: Seq) -> Self {
        let start_over = after > head || head.0 - after.0 > RESUME_ENTRIES_MAX;
        let last_sent = if start_over { Seq(head.0.saturating_sub(SNAPSHOT_ENTRIES)) } else { after };
        // Every entry takes a position of the log, so an entry's position is never below its place in the sequence.
        Self { audience, last_sent, position: last_sent.0, head, start_over }
    }

    /// The last position sent, or that the client said it has.
    #[must_use]
    pub const fn last_sent(&self) -> Seq {
        self.last_sent
    }

    /// The last position that this cursor knows of.
    #[must_use]
    pub const fn head(&self) -> Seq {
        self.head
    }

    /// The sequence has grown to `head`. An older announcement changes nothing.
    pub fn announce(&mut self, head: Seq) {
        self.head = self.head.max(head);
    }

    /// The client asks again for what follows `after`.
    pub fn rewind(&mut self, after: Seq) {
        *self = Self::new(self.audience, after, self.head);
    }

    /// What to read next; `None` while everything known is sent.
    #[must_use]
    pub fn page(&self) -> Option<Page> {
        (self.start_over || self.last_sent < self.head)
            .then_some(Page { after_position: self.position, rows_max: ENTRIES_PER_FRAME_MAX })
    }

    /// Takes the rows that [`Cursor::page`] asked for, in order, and says what to send of them. Rows that `entry` makes nothing of,
    /// and those sent before, are passed over; `None` where that leaves nothing.
    ///
    /// # Errors
    /// [`Hole`] where an entry does not follow what was sent, or no row came although the sequence goes on. Nothing of the page is
    /// counted as sent then.
    pub fn take<E>(
        &mut self,
        rows: &[Recorded],
        mut entry: impl FnMut(&Recorded) -> Option<E>,
    ) -> Result<Option<Delivery<E>>, Hole> {
        let mut next = *self;
        let mut entries = Vec::new();
        for row in rows {
            let Fact::Conversation { position, customer_seq, agents_seq, what, .. } = &row.fact else { continue };
            if entries.len() == ENTRIES_PER_FRAME_MAX {
                break;
            }
            let seq = match self.audience {
                Audience::Customer => *customer_seq,
                Audience::Agents => *agents_seq,
            };
            if seq > next.head {
                // The log may hold more than was announced: what is not known to be durable is shown to nobody.
                break;
            }
            next.position = next.position.max(*position);
            if !what.is_for(self.audience) || seq <= next.last_sent {
                continue;
            }
            if seq != next.last_sent.next() {
                return Err(Hole { expected: next.last_sent.next(), found: seq });
            }
            next.last_sent = seq;
            entries.extend(entry(row));
        }
        if rows.is_empty() && next.last_sent < next.head {
            return Err(Hole { expected: next.last_sent.next(), found: next.last_sent });
        }
        let nothing = entries.is_empty() && (!next.start_over || next.last_sent < next.head);
        let start_over = next.start_over;
        next.start_over &= nothing;
        *self = next;
        Ok(match (nothing, start_over) {
            (true, _) => None,
            (false, true) => Some(Delivery::Snapshot(entries)),
            (false, false) => Some(Delivery::Entries(entries)),
        })
    }
}
