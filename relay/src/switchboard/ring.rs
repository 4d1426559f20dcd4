//! Recent entries of conversations that are being talked in, so that delivering them needs no disk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use desk::{Body, Fact, Recorded};
use gate::Page;
use model::{ConversationId, Millis, Timestamp};

/// Entries of one conversation kept at most.
const ENTRIES_MAX: usize = 128;
/// Bytes of words kept at most, over all conversations.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// A ring in which nothing was written for this long is dropped: whoever reads later reads the log.
const IDLE_AFTER: Millis = Millis::seconds(5);
/// How often idle rings are looked for.
const SWEPT_EVERY: Millis = Millis::seconds(1);

/// Rings by conversation.
#[derive(Debug, Default)]
pub(crate) struct Rings(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    rings: BTreeMap<ConversationId, Ring>,
    bytes: usize,
    swept_at: Timestamp,
}

#[derive(Debug)]
struct Ring {
    entries: VecDeque<Recorded>,
    bytes: usize,
    used_at: Timestamp,
}

fn weight(recorded: &Recorded) -> usize {
    size_of::<Recorded>() + recorded.body.as_ref().map_or(0, Body::bytes)
}

fn place(recorded: &Recorded) -> Option<(ConversationId, u32)> {
    let Fact::Conversation { id, position, .. } = &recorded.fact else { return None };
    Some((*id, *position))
}

impl Rings {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Adds what became durable, in order.
    pub(crate) fn extend(&self, entries: &[Recorded]) {
        if entries.is_empty() {
            return;
        }
        let mut inside = self.lock();
        for recorded in entries {
            if let Some((conversation, position)) = place(recorded) {
                inside.push(conversation, position, recorded.clone());
            }
        }
    }

    /// Drops what is idle or too much.
    pub(crate) fn sweep(&self, now: Timestamp) {
        let mut inside = self.lock();
        if now.since(inside.swept_at) >= SWEPT_EVERY || inside.bytes > BYTES_MAX {
            inside.sweep(now);
        }
    }

    /// The rows that a cursor asks for, where all that follow its position are at hand; else read the log.
    pub(crate) fn rows(&self, conversation: ConversationId, page: Page) -> Option<Vec<Recorded>> {
        let inside = self.lock();
        let ring = inside.rings.get(&conversation)?;
        let (_, first) = place(ring.entries.front()?)?;
        // Positions are dense, so the index follows from the first.
        let skipped = (page.after_position + 1).checked_sub(first)?;
        let skipped = usize::try_from(skipped).ok()?;
        (skipped < ring.entries.len()).then(|| ring.entries.iter().skip(skipped).take(page.rows_max).cloned().collect())
    }
}

impl Inside {
    fn push(&mut self, conversation: ConversationId, position: u32, recorded: Recorded) {
        let (at, bytes) = (recorded.at, weight(&recorded));
        let ring =
            self.rings.entry(conversation).or_insert_with(|| Ring { entries: VecDeque::new(), bytes: 0, used_at: at });
        let last = ring.entries.back().and_then(place).map(|(_, last)| last);
        if last.is_some_and(|last| position != last + 1) {
            // After going back to what is durable positions may repeat; a ring must not have holes.
            self.bytes -= ring.bytes;
            ring.entries.clear();
            ring.bytes = 0;
        }
        if ring.entries.len() == ring.entries.capacity() {
            // Most rings have a beginning and nothing more; doubling from four on would leave half of it unused.
            ring.entries.reserve_exact(2 + ring.entries.len() / 2);
        }
        ring.entries.push_back(recorded);
        ring.used_at = at;
        ring.bytes += bytes;
        self.bytes += bytes;
        while ring.entries.len() > ENTRIES_MAX {
            let gone = ring.entries.pop_front().map_or(0, |first| weight(&first));
            ring.bytes -= gone;
            self.bytes -= gone;
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        self.swept_at = now;
        self.rings.retain(|_, ring| now.since(ring.used_at) < IDLE_AFTER);
        self.bytes = self.rings.values().map(|ring| ring.bytes).sum();
        if self.bytes > BYTES_MAX {
            // The log has everything; starting anew is the cheapest way to stay within the limit.
            self.rings.clear();
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desk::ConversationFact;
    use model::Seq;

    fn recorded(conversation: u128, position: u32, at: u64) -> Recorded {
        Recorded {
            at: Timestamp(at),
            fact: Fact::Conversation {
                id: ConversationId::from_u128(conversation),
                position,
                customer_seq: Seq(0),
                agents_seq: Seq(position),
                what: ConversationFact::CustomerBack,
            },
            body: None,
        }
    }

    fn positions(rings: &Rings, conversation: u128, after: u32, rows_max: usize) -> Option<Vec<u32>> {
        let page = Page { after_position: after, rows_max };
        let rows = rings.rows(ConversationId::from_u128(conversation), page)?;
        Some(rows.iter().filter_map(place).map(|(_, position)| position).collect())
    }

    #[test]
    fn gives_what_follows_or_nothing() {
        let rings = Rings::default();
        let entries: Vec<Recorded> = (5..=9).map(|position| recorded(1, position, 1_000)).collect();
        rings.extend(&entries);
        assert_eq!(positions(&rings, 1, 4, 100), Some(vec![5, 6, 7, 8, 9]));
        assert_eq!(positions(&rings, 1, 6, 2), Some(vec![7, 8]));
        assert_eq!(positions(&rings, 1, 3, 100), None, "older ones are in the log only");
        assert_eq!(positions(&rings, 1, 9, 100), None, "nothing follows");
        assert_eq!(positions(&rings, 2, 0, 100), None);
    }

    #[test]
    fn keeps_the_newest_and_drops_idle_rings() {
        let rings = Rings::default();
        let entries: Vec<Recorded> = (1..=200).map(|position| recorded(1, position, 1_000)).collect();
        rings.extend(&entries);
        assert_eq!(positions(&rings, 1, 71, 100), None);
        assert_eq!(positions(&rings, 1, 72, 1), Some(vec![73]));
        rings.extend(&[recorded(2, 1, 200_000)]);
        rings.sweep(Timestamp(200_000));
        assert_eq!(positions(&rings, 1, 199, 1), None);
        assert_eq!(positions(&rings, 2, 0, 1), Some(vec![1]));
    }

    #[test]
    fn never_has_a_hole() {
        let rings = Rings::default();
        rings.extend(&[recorded(1, 1, 1), recorded(1, 2, 1), recorded(1, 4, 1)]);
        assert_eq!(positions(&rings, 1, 0, 100), None);
        assert_eq!(positions(&rings, 1, 3, 100), Some(vec![4]));
    }
}
