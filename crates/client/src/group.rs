//! How a transcript is laid out: day marks, groups of one speaker, events between them. For whoever draws it.

use core::ops::Range;

use model::{Millis, Timestamp};

use crate::stream::Positioned;

/// A pause this long begins a new group, so that its time is shown again.
pub const GROUP_GAP: Millis = Millis::minutes(5);

/// One piece of a transcript, top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<S> {
    /// A new day begins; the number is what the caller's `day_of` gave.
    Day {
        /// The day.
        day: i64,
        /// The first instant shown of it.
        at: Timestamp,
    },
    /// Messages of one speaker, one after the other.
    Group {
        /// Who.
        speaker: S,
        /// When the first of them was accepted.
        at: Timestamp,
        /// Which entries.
        entries: Range<usize>,
    },
    /// Something that is not a message.
    Event {
        /// Which entry.
        entry: usize,
    },
}

/// Lays out entries. `day_of` gives the local day of an instant (the browser knows the time zone); `speaker_of` gives the
/// speaker of a message and `None` for what is not a message.
pub fn blocks<E: Positioned, S: PartialEq>(
    entries: &[E],
    day_of: impl Fn(Timestamp) -> i64,
    speaker_of: impl Fn(&E) -> Option<S>,
) -> Vec<Block<S>> {
    let mut blocks: Vec<Block<S>> = Vec::new();
    let mut today = None;
    let mut last_at = Timestamp::ZERO;
    for (index, entry) in entries.iter().enumerate() {
        let at = entry.at();
        let day = day_of(at);
        if today != Some(day) {
            today = Some(day);
            blocks.push(Block::Day { day, at });
        }
        let Some(speaker) = speaker_of(entry) else {
            blocks.push(Block::Event { entry: index });
            continue;
        };
        match blocks.last_mut() {
            Some(Block::Group { speaker: same, entries, .. }) if *same == speaker && at.since(last_at) < GROUP_GAP => {
                entries.end = index + 1;
            }
            _ => blocks.push(Block::Group { speaker, at, entries: index..index + 1 }),
        }
        last_at = at;
    }
    blocks
}
