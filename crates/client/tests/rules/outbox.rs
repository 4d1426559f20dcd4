//! Words until they are durable.

use client::SendState;
use client::outbox::Outbox;
use model::{MessageText, Millis, SendKey, Seq, Timestamp};
use proptest::prelude::*;
use wire::{Refusal, RefusalCode};

proptest! {
    /// A relay that takes each key once, behind a network that loses frames both ways: every message is written exactly once,
    /// in the order in which it was submitted.
    #[test]
    fn every_send_is_written_once_and_in_order(
        count in 1u8..12,
        luck in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..80),
    ) {
        let mut outbox = Outbox::default();
        for n in 0..count {
            outbox.push(SendKey([n; 16]), MessageText::new("words").unwrap(), false, Timestamp(0), true);
        }
        let mut written: Vec<SendKey> = Vec::new();
        let mut luck = luck.into_iter();
        let mut now = Timestamp(0);
        while !outbox.is_empty() {
            let (arrives, answered) = luck.next().unwrap_or((true, true));
            now += Millis::seconds(1);
            let Some(key) = outbox.next(now).map(|entry| entry.key) else { panic!("nothing leaves") };
            prop_assert!(outbox.next(now).is_none(), "one at a time");
            if arrives && !written.contains(&key) {
                written.push(key);
            }
            if arrives && answered {
                outbox.accepted(key, Seq(1), Seq(1));
            } else {
                outbox.lost();
                outbox.connected();
            }
        }
        let expected: Vec<SendKey> = (0..count).map(|n| SendKey([n; 16])).collect();
        prop_assert_eq!(written, expected);
    }
}

#[test]
fn only_waiting_helps_is_waited_for() {
    for code in RefusalCode::ALL {
        let mut outbox = Outbox::default();
        outbox.push(SendKey([1; 16]), MessageText::new("words").unwrap(), false, Timestamp(0), true);
        outbox.next(Timestamp(0));
        outbox.refused(Timestamp(100), SendKey([1; 16]), &Refusal::of(*code));
        let delayed = matches!(
            code,
            RefusalCode::RateLimited | RefusalCode::Overloaded | RefusalCode::ReadOnly | RefusalCode::NotKnownToBeSaved
        );
        let expected = if delayed {
            SendState::Delayed { code: *code, retry_at: Timestamp(3_100) }
        } else {
            SendState::Failed { code: *code }
        };
        assert_eq!(outbox.entries()[0].state, expected);
    }
}

#[test]
fn words_come_back_out_in_order_and_durable_ones_do_not() {
    let mut outbox = Outbox::default();
    for n in 1..=3u8 {
        let words = MessageText::new(format!("words {n}")).unwrap();
        outbox.push(SendKey([n; 16]), words, false, Timestamp(0), true);
    }
    outbox.accepted(SendKey([1; 16]), Seq(5), Seq(4));
    assert_eq!(outbox.take_words(), "words 2\n\nwords 3");
    assert!(outbox.is_empty());
}

#[test]
fn losing_and_coming_back_are_told_once() {
    let mut outbox = Outbox::default();
    outbox.push(SendKey([1; 16]), MessageText::new("words").unwrap(), false, Timestamp(0), true);
    assert!(outbox.lost() && !outbox.lost());
    assert!(outbox.connected() && !outbox.connected());
}
