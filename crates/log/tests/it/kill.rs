//! kill −9 under load: nothing acknowledged is missing, nothing is there twice, and the next start needs no hand.
//!
//! The test runs itself as a child process that appends and prints what was acknowledged, kills it at a random moment, opens
//! what it left, and lets the next child go on. `REJOIN_LONG=1` makes it 200 rounds.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use desk::{Author, Record, Recorded};
use model::Audience;
use rejoin_log::{Log, Lsn, Snapshot, SnapshotFound, SqliteOptions, open_sqlite};
use tempfile::TempDir;

use crate::support::{Story, key, said, words};

const FOLDER: &str = "REJOIN_TEST_KILL_FOLDER";
const CONVERSATIONS: u64 = 4;

#[expect(clippy::disallowed_methods, reason = "a test may be told to take longer, and which folder to use")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The `number`th message of all: they go round the conversations.
fn message(stories: &mut [Story], number: u64) -> Recorded {
    let story = &mut stories[usize::try_from(number % CONVERSATIONS).unwrap()];
    // Long ones now and then, so that the write-ahead log is copied back under load.
    let length = if number.is_multiple_of(5) { 3_500 } else { 20 };
    story.tell(said(Author::Customer, Audience::Customer, number), words(&format!("{number:length$}")))
}

fn stories() -> Vec<Story> {
    (0..CONVERSATIONS).map(|number| Story::new(u128::from(number))).collect()
}

/// Not a test of its own: what the child process does. It ends when it is killed.
#[test]
#[ignore = "run by the test below, as a process of its own"]
fn child() {
    let Some(folder) = environment(FOLDER) else { return };
    let mut log = open_sqlite(Path::new(&folder), SqliteOptions::default()).unwrap();
    let mut stories = stories();
    let mut record = Record::default();
    // What is durable already, from whichever process before.
    let mut next = log.opened.lsn.0;
    for number in 0..next {
        let told = message(&mut stories, number);
        record.apply(told.at, &told.fact);
    }
    let mut out = std::io::stdout().lock();
    for round in 0_u64.. {
        let size = 1 + (next * 7 + round) % 20;
        let batch: Vec<Recorded> = (next..next + size).map(|number| message(&mut stories, number)).collect();
        let lsn = log.writer.append(&batch).unwrap();
        next += size;
        writeln!(out, "acknowledged {}", lsn.0).unwrap();
        for told in &batch {
            record.apply(told.at, &told.fact);
        }
        if round % 30 == 29 {
            let snapshot = Snapshot::of(lsn, batch[0].at, &record);
            log.snapshots.save(&snapshot).unwrap();
            log.writer.mark_alive(batch[0].at).unwrap();
        }
    }
}

/// Lets a child run until it has acknowledged `acknowledgements` batches, and kills it. Gives the last one that was heard.
fn run_and_kill(folder: &Path, acknowledgements: usize) -> Option<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill::child", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let heard: Vec<u64> = lines
        .map_while(Result::ok)
        .filter_map(|line| line.split_once("acknowledged ")?.1.parse().ok())
        .take(acknowledgements)
        .collect();
    assert_eq!(heard.len(), acknowledgements, "the child came up and wrote");
    child.kill().unwrap();
    child.wait().unwrap();
    heard.last().copied()
}

/// Everything that is durable, in order of numbers; panics where one is missing, changed or there twice.
fn check_all(log: &Log) {
    let mut expected = stories();
    let mut told: Vec<Vec<Recorded>> = vec![Vec::new(); expected.len()];
    let mut record = Record::default();
    for number in 0..log.opened.lsn.0 {
        let fact = message(&mut expected, number);
        record.apply(fact.at, &fact.fact);
        told[usize::try_from(number % CONVERSATIONS).unwrap()].push(fact);
    }
    assert!(log.opened.record == record, "snapshot and tail are a full replay");
    for (story, told) in stories().iter().zip(told) {
        let mut read: Vec<Recorded> = Vec::new();
        loop {
            let page = log.reader.conversation(story.id, u32::try_from(read.len()).unwrap(), 500).unwrap();
            if page.is_empty() {
                break;
            }
            read.extend(page);
        }
        assert!(read == told, "every message once, in order, with its words");
    }
}

#[test]
fn killed_at_any_moment_it_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let rounds = if environment("REJOIN_LONG").is_some() { 200 } else { 8 };
    let mut durable = 0;
    let mut snapshots_used = 0;
    for round in 0..rounds {
        // The moments differ from run to run anyway: the kill races the child.
        let acknowledged = run_and_kill(folder.path(), (round * 37) % 110).unwrap_or(durable);
        let log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
        assert!(log.opened.lsn >= Lsn(acknowledged), "round {round}: nothing acknowledged is missing");
        assert!(log.opened.lsn >= Lsn(durable), "round {round}: nothing that was there is gone");
        durable = log.opened.lsn.0;
        snapshots_used += u32::from(matches!(log.opened.snapshot, SnapshotFound::Used(_)));
        // A sender whose answer was lost asks again with the same key and learns the truth.
        let last = log.reader.find_send(stories()[0].id, Author::Customer, key(durable - durable % CONVERSATIONS));
        assert_eq!(last.unwrap().is_some(), durable % CONVERSATIONS > 0);
        if round % 10 == 9 || round + 1 == rounds {
            check_all(&log);
        }
    }
    assert!(snapshots_used > 0 || rounds < 8, "snapshots were part of it");
    assert!(durable > 0);
}
