//! Delivery by cursor against a reader who simply remembers what it was sent.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_gate as gate;

use desk::{Author, ConversationFact, Fact, Recorded};
use gate::{Cursor, Delivery, Hole};
use model::{AgentId, Audience, BodyDigest, ConversationId, SendKey, Seq, Timestamp};
use proptest::prelude::*;
use wire::limits::{ENTRIES_PER_FRAME_MAX, RESUME_ENTRIES_MAX, SNAPSHOT_ENTRIES};

/// A log of a conversation: who reads each of its facts.
#[derive(Clone, Copy, Debug)]
enum Row {
    Both,
    AgentsOnly,
    Nobody,
}

fn log(rows: &[Row]) -> Vec<Recorded> {
    let (mut customer, mut agents) = (0, 0);
    rows.iter()
        .zip(1..)
        .map(|(row, position)| {
            let said = |audience| ConversationFact::Said {
                by: Author::Customer,
                audience,
                key: SendKey([0; 16]),
                digest: BodyDigest([0; 8]),
            };
            let what = match row {
                Row::Both => said(Audience::Customer),
                Row::AgentsOnly => said(Audience::Agents),
                Row::Nobody => ConversationFact::ReadByAgent { agent: AgentId::from_u128(1), upto: Seq(1) },
            };
            customer += u32::from(what.is_for(Audience::Customer));
            agents += u32::from(what.is_for(Audience::Agents));
            let id = ConversationId::from_u128(1);
            let fact = Fact::Conversation { id, position, customer_seq: Seq(customer), agents_seq: Seq(agents), what };
            Recorded { at: Timestamp(u64::from(position)), fact, body: None }
        })
        .collect()
}

fn seq(row: &Recorded, audience: Audience) -> Option<Seq> {
    let Fact::Conversation { customer_seq, agents_seq, what, .. } = &row.fact else { return None };
    what.is_for(audience).then_some(match audience {
        Audience::Customer => *customer_seq,
        Audience::Agents => *agents_seq,
    })
}

fn head(rows: &[Recorded], audience: Audience) -> Seq {
    rows.iter().filter_map(|row| seq(row, audience)).max().unwrap_or_default()
}

/// A client: what it shows.
#[derive(Debug, Default)]
struct Reader {
    shown: Vec<Seq>,
}

impl Reader {
    fn take(&mut self, delivery: &Delivery<Seq>) -> Result<(), TestCaseError> {
        let (Delivery::Entries(entries) | Delivery::Snapshot(entries)) = delivery;
        prop_assert!(entries.len() <= ENTRIES_PER_FRAME_MAX);
        if let Delivery::Snapshot(_) = delivery {
            self.shown.clear();
        } else {
            prop_assert!(!entries.is_empty());
        }
        for entry in entries {
            let expected = self.shown.last().map(|last| last.next());
            prop_assert!(expected.is_none_or(|expected| expected == *entry), "{entry} after {:?}", self.shown.last());
            self.shown.push(*entry);
        }
        Ok(())
    }
}

/// Sends everything that is known.
fn drain(cursor: &mut Cursor, rows: &[Recorded], audience: Audience, reader: &mut Reader) -> Result<(), TestCaseError> {
    let mut pages = 0;
    while let Some(page) = cursor.page() {
        let after = page.after_position as usize;
        let end = (after + page.rows_max).min(rows.len());
        let read = rows.get(after..end).unwrap_or_default();
        if let Some(delivery) = cursor.take(read, |row| seq(row, audience)).unwrap() {
            reader.take(&delivery)?;
        }
        pages += 1;
        prop_assert!(pages <= rows.len() / ENTRIES_PER_FRAME_MAX + 3, "it never ends");
    }
    Ok(())
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = prop_oneof![4 => Just(Row::Both), 3 => Just(Row::AgentsOnly), 1 => Just(Row::Nobody)];
    prop::collection::vec(row, 0..1_600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Wherever a client stands, it ends with everything, in order, once; or with the newest entries after a snapshot.
    #[test]
    fn a_resume_ends_with_everything(
        rows in rows(),
        after in 0u32..2_000,
        audience in prop::sample::select(&[Audience::Customer, Audience::Agents]),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let rows = log(&rows);
        let mut known: Vec<usize> = cuts.iter().map(|cut| cut.index(rows.len() + 1)).collect();
        known.sort_unstable();
        let first = known.first().copied().unwrap_or(rows.len());
        let head_at_resume = head(&rows[..first], audience);
        let mut reader = Reader { shown: (1..=after.min(head_at_resume.0)).map(Seq).collect() };
        let mut cursor = Cursor::new(audience, Seq(after), head_at_resume);
        // The log grows while the client is being served.
        for end in known.into_iter().chain([rows.len()]) {
            cursor.announce(head(&rows[..end], audience));
            drain(&mut cursor, &rows[..end], audience, &mut reader)?;
        }
        let head = head(&rows, audience);
        prop_assert_eq!(cursor.last_sent(), head);
        prop_assert_eq!(reader.shown.last().copied().unwrap_or_default(), head);
        let starts_over = after > head_at_resume.0 || head_at_resume.0 - after > RESUME_ENTRIES_MAX;
        let first_shown = if starts_over { head_at_resume.0.saturating_sub(SNAPSHOT_ENTRIES) + 1 } else { 1 };
        prop_assert_eq!(reader.shown.first().copied().unwrap_or(Seq(first_shown)), Seq(first_shown));
    }

    /// A client that asks again gets what follows, whatever it asks for.
    #[test]
    fn asking_again_is_answered(rows in rows(), after in 0u32..2_000) {
        let rows = log(&rows);
        let audience = Audience::Customer;
        let head = head(&rows, audience);
        let mut cursor = Cursor::new(audience, Seq::START, head);
        drain(&mut cursor, &rows, audience, &mut Reader::default())?;
        cursor.rewind(Seq(after));
        let mut reader = Reader { shown: (1..=after.min(head.0)).map(Seq).collect() };
        drain(&mut cursor, &rows, audience, &mut reader)?;
        prop_assert_eq!(reader.shown.last().copied().unwrap_or_default(), head);
    }
}

#[test]
fn a_position_from_the_future_gets_a_snapshot_of_nothing() {
    let mut cursor = Cursor::new(Audience::Customer, Seq(5), Seq(0));
    assert!(cursor.page().is_some());
    assert_eq!(cursor.take(&[], |row| seq(row, Audience::Customer)), Ok(Some(Delivery::Snapshot(vec![]))));
    assert_eq!(cursor.page(), None);
}

#[test]
fn exactly_at_the_limit_nothing_starts_over() {
    let rows = log(&vec![Row::Both; RESUME_ENTRIES_MAX as usize + 1]);
    let mut near = Cursor::new(Audience::Customer, Seq(1), Seq(RESUME_ENTRIES_MAX + 1));
    let far = Cursor::new(Audience::Customer, Seq(0), Seq(RESUME_ENTRIES_MAX + 1));
    assert_eq!(near.last_sent(), Seq(1));
    assert_eq!(far.last_sent(), Seq(RESUME_ENTRIES_MAX + 1 - SNAPSHOT_ENTRIES));
    let delivery = near.take(&rows[1..101], |row| seq(row, Audience::Customer));
    assert_eq!(delivery, Ok(Some(Delivery::Entries((2..=101).map(Seq).collect()))));
}

#[test]
fn a_hole_is_never_sent_past() {
    let rows = log(&[Row::Both, Row::Both, Row::Both]);
    let mut cursor = Cursor::new(Audience::Customer, Seq(0), Seq(3));
    let holed = [rows[0].clone(), rows[2].clone()];
    let entry = |row: &Recorded| seq(row, Audience::Customer);
    assert_eq!(cursor.take(&holed, entry), Err(Hole { expected: Seq(2), found: Seq(3) }));
    assert_eq!(cursor.last_sent(), Seq(0), "nothing of the page counts as sent");
    assert_eq!(cursor.take(&[], entry), Err(Hole { expected: Seq(1), found: Seq(0) }));
    assert_eq!(cursor.take(&rows, entry), Ok(Some(Delivery::Entries(vec![Seq(1), Seq(2), Seq(3)]))));
}

/// A row may be in the log while nobody knows whether it stays there: a write that failed, and was written all the same.
#[test]
fn what_was_not_announced_is_not_shown() {
    let rows = log(&[Row::Both, Row::AgentsOnly, Row::Both]);
    for audience in [Audience::Customer, Audience::Agents] {
        let mut cursor = Cursor::new(audience, Seq::START, Seq(1));
        let Ok(Some(Delivery::Entries(shown))) = cursor.take(&rows, |row| seq(row, audience)) else {
            panic!("{cursor:?}")
        };
        assert_eq!((shown, cursor.page()), (vec![Seq(1)], None));
        let end = head(&rows, audience);
        cursor.announce(end);
        let page = cursor.page().unwrap();
        let rest = &rows[usize::try_from(page.after_position).unwrap()..];
        let Ok(Some(Delivery::Entries(shown))) = cursor.take(rest, |row| seq(row, audience)) else {
            panic!("{cursor:?}")
        };
        assert_eq!((shown.first(), shown.last(), cursor.page()), (Some(&Seq(2)), Some(&end), None));
    }
}
