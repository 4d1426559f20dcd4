//! What every log promises. Each test runs on every implementation.

use crate::support::{NOON, Story, agent, conversation, key};
use desk::{Author, Body, Fact, Record, Recorded};
use model::{Audience, Millis, Seq};
use rejoin_log::{Log, LogWriter, Lsn, MemoryDisk, Snapshot, SnapshotFound, open_sqlite};
use tempfile::TempDir;

/// Somewhere to keep a log, so that it can be opened again.
enum Place {
    Memory(MemoryDisk),
    Sqlite(TempDir),
}

impl Place {
    fn open(&self) -> Log {
        match self {
            Self::Memory(disk) => disk.open().unwrap(),
            Self::Sqlite(folder) => open_sqlite(folder.path(), rejoin_log::SqliteOptions::default()).unwrap(),
        }
    }
}

fn on_every_log(check: impl Fn(&Place)) {
    check(&Place::Memory(MemoryDisk::new()));
    check(&Place::Sqlite(TempDir::new().unwrap()));
}

fn fold(facts: &[Recorded]) -> Record {
    let mut record = Record::default();
    for recorded in facts {
        record.apply(recorded.at, &recorded.fact);
    }
    record
}

#[test]
fn a_new_log_is_empty() {
    on_every_log(|place| {
        let log = place.open();
        assert_eq!(log.opened.lsn, Lsn(0));
        assert_eq!(log.opened.alive_at, None);
        assert_eq!(log.opened.record, Record::default());
        assert_eq!(log.opened.snapshot, SnapshotFound::None);
        assert_eq!(log.reader.conversation(conversation(1), 0, 10), Ok(vec![]));
    });
}

#[test]
fn what_was_appended_is_there_after_opening_again() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let house = Recorded { at: NOON, fact: Fact::RelayStarted { down_since: NOON }, body: None };
        let facts = vec![house, story.start(), story.say(1), story.say(2), story.whisper(3)];
        let mut log = place.open();
        assert_eq!(log.writer.append(&facts[..2]), Ok(Lsn(2)));
        assert_eq!(log.writer.append(&facts[2..]), Ok(Lsn(5)));
        assert_eq!(log.reader.conversation(story.id, 0, 10).unwrap(), facts[1..]);
        drop(log);

        let log = place.open();
        assert_eq!(log.opened.lsn, Lsn(5));
        assert_eq!(log.opened.last_at, facts[4].at);
        assert_eq!(log.opened.alive_at, Some(facts[4].at));
        assert_eq!(log.opened.replayed, 5);
        assert_eq!(log.opened.record, fold(&facts));
        assert_eq!(log.reader.conversation(story.id, 0, 10).unwrap(), facts[1..]);
    });
}

#[test]
fn transcripts_come_in_pages_of_one_conversation() {
    on_every_log(|place| {
        let (mut one, mut two) = (Story::new(1), Story::new(2));
        let mut log = place.open();
        for number in 0..20 {
            log.writer.append(&[one.say(number), two.say(100 + number)]).unwrap();
        }
        let page = log.reader.conversation(one.id, 5, 3).unwrap();
        let positions: Vec<u32> = page.iter().map(position).collect();
        assert_eq!(positions, [6, 7, 8]);
        assert_eq!(page[0].body, crate::support::words("message 5"));
        assert_eq!(log.reader.conversation(one.id, 18, 100).unwrap().len(), 2);
        assert_eq!(log.reader.conversation(one.id, 20, 100), Ok(vec![]));
        assert_eq!(log.reader.conversation(one.id, u32::MAX, 100), Ok(vec![]));
        assert_eq!(log.reader.conversation(one.id, 0, 0), Ok(vec![]));
    });
}

#[test]
fn a_page_is_never_longer_than_the_limit() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let mut log = place.open();
        let facts: Vec<Recorded> = (0..600).map(|number| story.say(number)).collect();
        log.writer.append(&facts).unwrap();
        assert_eq!(log.reader.conversation(story.id, 0, usize::MAX).unwrap(), facts[..rejoin_log::PAGE_ROWS_MAX]);
        assert_eq!(log.reader.entries(story.id, Audience::Agents, Seq(90), usize::MAX).unwrap().len(), 500);
    });
}

#[test]
fn the_whole_log_is_read_from_any_fact_on_without_words() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let house = Recorded { at: NOON, fact: Fact::RelayStarted { down_since: NOON }, body: None };
        let facts = vec![house, story.start(), story.say(1), story.say(2), story.whisper(3)];
        let mut log = place.open();
        assert_eq!(log.reader.facts_after(Lsn(0), 10).unwrap(), []);
        log.writer.append(&facts).unwrap();
        let wordless: Vec<Recorded> = facts.iter().map(|fact| Recorded { body: None, ..fact.clone() }).collect();
        assert_eq!(log.reader.facts_after(Lsn(0), 10).unwrap(), wordless);
        assert_eq!(log.reader.facts_after(Lsn(1), 2).unwrap(), wordless[1..3]);
        assert_eq!(log.reader.facts_after(Lsn(4), usize::MAX).unwrap(), wordless[4..]);
        assert_eq!(log.reader.facts_after(Lsn(5), 10).unwrap(), []);
        assert_eq!(log.reader.facts_after(Lsn(9), 10).unwrap(), []);
    });
}

#[test]
fn entries_are_those_of_one_audience() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let mut log = place.open();
        let facts = [story.start(), story.say(1), story.whisper(2), story.say(3), story.whisper(4)];
        log.writer.append(&facts).unwrap();
        let read = |audience, after| log.reader.entries(story.id, audience, Seq(after), 10).unwrap();
        assert_eq!(read(Audience::Customer, 0), [facts[1].clone(), facts[3].clone()]);
        assert_eq!(read(Audience::Customer, 1), [facts[3].clone()]);
        assert_eq!(read(Audience::Customer, 2), []);
        assert_eq!(read(Audience::Agents, 0), facts);
        assert_eq!(read(Audience::Agents, 4), [facts[4].clone()]);
        assert_eq!(log.reader.entries(story.id, Audience::Customer, Seq(0), 1).unwrap(), [facts[1].clone()]);
    });
}

#[test]
fn a_send_is_found_by_its_author_and_key() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let mut log = place.open();
        let mut facts: Vec<Recorded> = vec![story.start()];
        facts.extend((0..700).map(|number| story.say(number)));
        facts.push(story.whisper(5));
        log.writer.append(&facts).unwrap();
        let find = |author, number| log.reader.find_send(story.id, author, key(number)).unwrap();
        let found = find(Author::Customer, 650).unwrap();
        assert_eq!((found.customer_seq, found.agents_seq, found.audience), (Seq(651), Seq(652), Audience::Customer));
        assert_eq!(found.digest.0, 650u64.to_be_bytes());
        assert_eq!(find(Author::Customer, 700), None);
        let whispered = find(Author::Agent(agent(1)), 5).unwrap();
        assert_eq!((whispered.audience, whispered.agents_seq), (Audience::Agents, Seq(702)));
        assert_eq!(find(Author::Agent(agent(2)), 5), None);
        assert_eq!(log.reader.find_send(conversation(2), Author::Customer, key(1)), Ok(None));
    });
}

#[test]
fn the_last_sign_of_life_is_the_later_of_mark_and_fact() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let mut log = place.open();
        log.writer.mark_alive(NOON).unwrap();
        drop(log);
        let mut log = place.open();
        assert_eq!(log.opened.alive_at, Some(NOON));
        let fact = story.start();
        log.writer.append(std::slice::from_ref(&fact)).unwrap();
        drop(log);
        let mut log = place.open();
        assert_eq!(log.opened.alive_at, Some(fact.at));
        log.writer.mark_alive(fact.at + Millis(5_000)).unwrap();
        // A mark never takes a later one back.
        log.writer.mark_alive(fact.at).unwrap();
        drop(log);
        assert_eq!(place.open().opened.alive_at, Some(fact.at + Millis(5_000)));
    });
}

#[test]
fn erasing_words_leaves_the_facts() {
    on_every_log(|place| {
        let (mut one, mut two) = (Story::new(1), Story::new(2));
        let mut log = place.open();
        let facts = [one.start(), one.say(1), two.say(2), one.whisper(3)];
        log.writer.append(&facts).unwrap();
        assert_eq!(log.writer.erase_words(one.id), Ok(3));
        assert_eq!(log.writer.erase_words(one.id), Ok(0));
        let left = log.reader.conversation(one.id, 0, 10).unwrap();
        assert!(left.iter().all(|recorded| recorded.body.is_none()));
        assert_eq!(
            left.iter().map(|recorded| &recorded.fact).collect::<Vec<_>>(),
            [&facts[0].fact, &facts[1].fact, &facts[3].fact]
        );
        assert!(matches!(log.reader.conversation(two.id, 0, 10).unwrap()[0].body, Some(Body::Words(_))));
        drop(log);
        assert_eq!(place.open().opened.record, fold(&facts));
    });
}

#[test]
fn a_snapshot_and_its_tail_are_a_full_replay() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let facts: Vec<Recorded> =
            std::iter::once(story.start()).chain((1..10).map(|number| story.say(number))).collect();
        let mut log = place.open();
        log.writer.append(&facts).unwrap();
        let snapshot = Snapshot::of(Lsn(6), facts[5].at, &fold(&facts[..6]));
        log.snapshots.save(&snapshot).unwrap();
        drop(log);

        let log = place.open();
        assert_eq!(log.opened.snapshot, SnapshotFound::Used(Lsn(6)));
        assert_eq!(log.opened.replayed, 4);
        assert_eq!(log.opened.record, fold(&facts));
        assert_eq!(log.opened.last_at, facts[9].at);
    });
}

#[test]
fn a_reopened_writer_gives_what_is_durable() {
    on_every_log(|place| {
        let mut story = Story::new(1);
        let facts = [story.start(), story.say(1), story.say(2)];
        let mut log = place.open();
        log.writer.append(&facts).unwrap();
        assert_eq!(log.writer.reopen(Lsn(3)), Ok(vec![]));
        assert_eq!(log.writer.reopen(Lsn(1)).unwrap(), facts[1..]);
        assert!(matches!(log.writer.reopen(Lsn(4)), Err(rejoin_log::AppendError::Corrupt(_))));
        assert_eq!(log.writer.reopen(Lsn(3)), Ok(vec![]));
        assert_eq!(append_one(&mut *log.writer, story.say(4)), Lsn(4));
        assert_eq!(log.reader.conversation(story.id, 0, 10).unwrap().len(), 4);
    });
}

fn append_one(writer: &mut dyn LogWriter, fact: Recorded) -> Lsn {
    writer.append(&[fact]).unwrap()
}

fn position(recorded: &Recorded) -> u32 {
    let Fact::Conversation { position, .. } = &recorded.fact else { panic!("not of a conversation") };
    *position
}
