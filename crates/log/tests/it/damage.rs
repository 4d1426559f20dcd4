//! Files that are cut, torn or changed: the log opens with a prefix of what was written, or says that it is damaged. It never
//! panics, and it never makes anything up.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use desk::Recorded;
use rejoin_log::{Log, Lsn, OpenError, ReadError, Snapshot, SnapshotFound, SqliteOptions, open_sqlite};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::Story;

const BATCHES: usize = 40;
const BATCH: usize = 5;

/// Deterministic noise.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Writes facts, and copies the files as a crash would leave them: `copied_back` decides whether they lie in the database or
/// in its write-ahead log.
fn crashed(copied_back: bool) -> (TempDir, Vec<Recorded>) {
    let folder = TempDir::new().unwrap();
    let mut log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    let mut story = Story::new(1);
    let mut facts = Vec::new();
    for batch in 0..BATCHES {
        let batch: Vec<Recorded> = (0..BATCH).map(|number| story.say((batch * BATCH + number) as u64)).collect();
        log.writer.append(&batch).unwrap();
        facts.extend(batch);
    }
    let left = TempDir::new().unwrap();
    if copied_back {
        drop(log);
        copy(folder.path(), left.path(), "rejoin.db");
    } else {
        copy(folder.path(), left.path(), "rejoin.db");
        copy(folder.path(), left.path(), "rejoin.db-wal");
        drop(log);
    }
    (left, facts)
}

fn copy(from: &Path, to: &Path, name: &str) {
    std::fs::copy(from.join(name), to.join(name)).unwrap();
}

/// What is in the log, where it can be opened.
fn read_all(folder: &Path, story: &Story) -> Result<Vec<Recorded>, String> {
    let log = open_sqlite(folder, SqliteOptions::default()).map_err(|error| match error {
        OpenError::Corrupt(what) => what,
        other @ (OpenError::Locked | OpenError::TooNew { .. } | OpenError::Io(_)) => {
            panic!("not the right answer to a damaged file: {other}")
        }
    })?;
    assert_eq!(log.opened.lsn.0 % BATCH as u64, 0, "whole batches only");
    read_conversation(&log, story)
}

fn read_conversation(log: &Log, story: &Story) -> Result<Vec<Recorded>, String> {
    log.reader.conversation(story.id, 0, 500).map_err(|error| match error {
        ReadError::Corrupt(what) => what,
        other @ ReadError::Io(_) => panic!("not the right answer to a damaged file: {other}"),
    })
}

/// Damages a fresh copy of the crashed files once and looks at what is left.
fn check(copied_back: bool, name: &str, rounds: u64, damage: impl Fn(&mut File, u64, &mut Noise)) -> (u32, u32) {
    let (crashed, facts) = crashed(copied_back);
    let (mut opened, mut refused) = (0, 0);
    for round in 0..rounds {
        let folder = TempDir::new().unwrap();
        for entry in std::fs::read_dir(crashed.path()).unwrap() {
            copy(crashed.path(), folder.path(), entry.unwrap().file_name().to_str().unwrap());
        }
        let path = folder.path().join(name);
        let length = path.metadata().unwrap().len();
        let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
        damage(&mut file, length, &mut Noise(round));
        drop(file);
        match read_all(folder.path(), &Story::new(1)) {
            Ok(found) => {
                opened += 1;
                // A damaged index can hide the end of a conversation: whoever reads knows the head, and sees that.
                assert!(facts.starts_with(&found), "round {round}: what is read was written");
            }
            Err(_) => refused += 1,
        }
    }
    (opened, refused)
}

fn cut(file: &mut File, length: u64, noise: &mut Noise) {
    file.set_len(noise.below(length)).unwrap();
}

fn flip(file: &mut File, length: u64, noise: &mut Noise) {
    for _ in 0..8 {
        let mut byte = [0];
        let place = SeekFrom::Start(noise.below(length));
        file.seek(place).unwrap();
        file.read_exact(&mut byte).unwrap();
        file.seek(place).unwrap();
        file.write_all(&[byte[0] ^ (1 << noise.below(8))]).unwrap();
    }
}

#[test]
fn a_write_ahead_log_that_was_cut_gives_a_prefix() {
    let (opened, refused) = check(false, "rejoin.db-wal", 60, cut);
    assert_eq!(refused, 0);
    assert_eq!(opened, 60);
}

#[test]
fn a_write_ahead_log_with_flipped_bits_gives_a_prefix() {
    let (opened, refused) = check(false, "rejoin.db-wal", 60, flip);
    assert_eq!(refused, 0);
    assert_eq!(opened, 60);
}

#[test]
fn a_database_that_was_cut_is_damaged_or_whole() {
    let (_, refused) = check(true, "rejoin.db", 60, cut);
    assert!(refused > 50, "a cut is seen: {refused} of 60");
}

#[test]
fn a_database_with_flipped_bits_never_lies() {
    let (opened, refused) = check(true, "rejoin.db", 120, flip);
    assert!(refused > 40, "most flips are seen when everything is read: {refused} of 120, {opened} opened");
}

#[test]
fn a_row_that_was_changed_or_taken_out_is_seen() {
    let story = Story::new(1);
    for (damage, what) in [
        ("UPDATE fact SET at = at + 1 WHERE lsn = 7", "a fact has a wrong sum"),
        ("UPDATE fact SET fact = zeroblob(20) WHERE lsn = 7", "a fact has a wrong sum"),
        ("DELETE FROM fact WHERE lsn = 7", "a fact is missing"),
        ("UPDATE fact SET lsn = lsn + 1000 WHERE lsn = 200", "a fact is missing"),
    ] {
        let (folder, _) = crashed(true);
        Connection::open(folder.path().join("rejoin.db")).unwrap().execute(damage, []).unwrap();
        let seen = read_all(folder.path(), &story).map(|found| found.len()).unwrap_err();
        assert!(seen.contains(what), "{damage}: {seen}");
    }
    for (damage, what) in [
        ("UPDATE body SET body = zeroblob(20) WHERE lsn = 7", "words have a wrong sum"),
        ("UPDATE fact SET position = 1000 WHERE lsn = 100", "a fact is in the wrong place"),
        ("UPDATE fact SET conversation = zeroblob(16) WHERE lsn = 7", "a fact is in the wrong place"),
    ] {
        let (folder, _) = crashed(true);
        Connection::open(folder.path().join("rejoin.db")).unwrap().execute(damage, []).unwrap();
        let log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
        let seen = read_conversation(&log, &story).map(|found| found.len()).unwrap_err();
        assert!(seen.contains(what), "{damage}: {seen}");
    }
}

#[test]
fn a_snapshot_that_is_not_of_this_log_is_ignored() {
    let (folder, facts) = crashed(true);
    let mut log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    log.snapshots.save(&Snapshot::of(log.opened.lsn, log.opened.last_at, &log.opened.record)).unwrap();
    drop(log);
    let path = folder.path().join("rejoin.snapshot");
    let whole = read_file(&path);
    let found = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
        assert_eq!(log.opened.lsn, Lsn(facts.len() as u64));
        log.opened.snapshot
    };
    assert_eq!(found(&whole), SnapshotFound::Used(Lsn(200)));
    assert_eq!(found(&[]), SnapshotFound::Ignored("the snapshot is damaged"));
    assert_eq!(found(&whole[..whole.len() - 1]), SnapshotFound::Ignored("the snapshot is damaged"));
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(found(&flipped), SnapshotFound::Ignored("the snapshot is damaged"));
    // The log was put back to an earlier day, and the snapshot stayed.
    std::fs::write(&path, &whole).unwrap();
    Connection::open(folder.path().join("rejoin.db")).unwrap().execute("DELETE FROM fact WHERE lsn > 100", []).unwrap();
    let log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    assert_eq!(log.opened.snapshot, SnapshotFound::Ignored("the snapshot is of another log, or of a later one"));
    assert_eq!(log.opened.lsn, Lsn(100));
}

fn read_file(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}
