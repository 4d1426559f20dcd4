//! What is shown is a prefix of the log, whatever arrives and however often.

use client::group::{Block, blocks};
use client::stream::Stream;
use model::{Seq, Timestamp};
use proptest::prelude::*;
use wire::{CustomerEntry, CustomerEvent};

use crate::stand::{entry, joined, mine, theirs};

const LOG: u32 = 40;

/// The log: entry `n` says who wrote it by its number, so that a wrong one could not pass for it.
fn log(range: std::ops::Range<u32>) -> Vec<CustomerEntry> {
    range.filter(|seq| (1..=LOG).contains(seq)).map(|seq| theirs(seq, &format!("words {seq}"))).collect()
}

/// One thing that a network may do to a stream.
#[derive(Clone, Debug)]
enum Happens {
    Entries(u32, u32),
    Shuffled(Vec<u32>),
    Snapshot(u32, u32),
    Head(u32),
    Reconnect,
    Time(u64),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        5 => (1..=LOG, 1u32..8).prop_map(|(from, count)| Happens::Entries(from, count)),
        1 => proptest::collection::vec(1..=LOG, 1..8).prop_map(Happens::Shuffled),
        1 => (1..=LOG, 1u32..10).prop_map(|(from, count)| Happens::Snapshot(from, count)),
        2 => (0..=LOG).prop_map(Happens::Head),
        1 => Just(Happens::Reconnect),
        2 => (0u64..5_000).prop_map(Happens::Time),
    ]
}

proptest! {
    #[test]
    fn any_interleaving_shows_an_unbroken_part_of_the_log_and_the_missing_is_asked_for(
        story in proptest::collection::vec(happens(), 0..60),
    ) {
        let mut stream = Stream::default();
        let mut now = Timestamp(0);
        for one in story {
            match one {
                Happens::Entries(from, count) => {
                    let pushed = stream.push(now, log(from..from + count));
                    if let Some(after) = pushed.ask_after {
                        prop_assert_eq!(after, stream.shown());
                    }
                }
                Happens::Shuffled(seqs) => {
                    stream.push(now, seqs.into_iter().flat_map(|seq| log(seq..seq + 1)).collect());
                }
                Happens::Snapshot(from, count) => {
                    stream.replace(now, log(from..from + count));
                }
                Happens::Head(head) => stream.head_is(now, Seq(head)),
                Happens::Reconnect => stream.reconnected(),
                Happens::Time(passed) => now = Timestamp(now.0 + passed),
            }
            let first = stream.entries().first().map_or(1, |first| first.seq.0);
            prop_assert_eq!(stream.entries(), &log(first..stream.shown().0 + 1)[..]);
        }
        // However it went, asking until nothing is missing shows all.
        stream.head_is(now, Seq(LOG));
        for _ in 0..3 {
            let Some(at) = stream.wake_at() else { break };
            let after = stream.overdue(at).expect("due");
            stream.push(at, log(after.0 + 1..LOG + 1));
        }
        prop_assert_eq!(stream.shown(), Seq(LOG));
        prop_assert_eq!(stream.wake_at(), None);
    }
}

#[test]
fn one_hole_is_asked_for_once_until_something_comes() {
    let mut stream = Stream::default();
    assert_eq!(stream.push(Timestamp(0), log(3..4)).ask_after, Some(Seq(0)));
    assert_eq!(stream.push(Timestamp(1), log(5..6)).ask_after, None);
    assert_eq!(stream.push(Timestamp(2), log(1..2)).ask_after, None, "what is missing seems to be coming");
    assert_eq!(stream.push(Timestamp(3), log(5..6)).ask_after, Some(Seq(1)), "it was not");
}

#[test]
fn a_transcript_is_laid_out_by_day_speaker_and_pause() {
    const DAY: u64 = 86_400_000;
    let mut entries = vec![
        mine(1, 1, "a"),
        mine(2, 2, "b"),
        joined(3),
        theirs(4, "c"),
        theirs(5, "d"),
        theirs(6, "after a pause"),
        theirs(7, "the next day"),
        entry(8, CustomerEvent::EndedByCustomer),
    ];
    for (entry, at) in entries.iter_mut().zip([0, 1, 2, 3, 299_999, 600_000, DAY, DAY + 1]) {
        entry.at = Timestamp(at);
    }
    let speaker = |entry: &CustomerEntry| match entry.event {
        CustomerEvent::Mine { .. } => Some("me"),
        CustomerEvent::Theirs { .. } => Some("them"),
        _ => None,
    };
    let day_of = |at: Timestamp| i64::try_from(at.0 / DAY).unwrap();
    let group = |speaker, at, entries| Block::Group { speaker, at: Timestamp(at), entries };
    assert_eq!(
        blocks(&entries, day_of, speaker),
        [
            Block::Day { day: 0, at: Timestamp(0) },
            group("me", 0, 0..2),
            Block::Event { entry: 2 },
            group("them", 3, 3..5),
            group("them", 600_000, 5..6),
            Block::Day { day: 1, at: Timestamp(DAY) },
            group("them", DAY, 6..7),
            Block::Event { entry: 7 },
        ]
    );
}
