//! A full disk: what was accepted stays readable, and writing works again by itself once there is space.

use std::fs::File;
use std::io::Write;

use desk::Recorded;
use rejoin_log::sqlite::open_sqlite_writer;
use rejoin_log::{AppendError, LogWriter, Lsn, SqliteOptions, open_sqlite};
use tempfile::TempDir;

use crate::support::Story;

#[test]
fn a_full_database_refuses_whole_batches_and_recovers() {
    let folder = TempDir::new().unwrap();
    let options = SqliteOptions { pages_max: Some(60), ..SqliteOptions::default() };
    let (mut writer, _) = open_sqlite_writer(folder.path(), options).unwrap();
    let mut story = Story::new(1);
    let mut accepted: Vec<Recorded> = Vec::new();
    let error = loop {
        let before = story.clone();
        let batch: Vec<Recorded> = (0..50).map(|number| story.say(accepted.len() as u64 + number)).collect();
        match writer.append(&batch) {
            Ok(lsn) => {
                accepted.extend(batch);
                assert_eq!(lsn, Lsn(accepted.len() as u64));
            }
            Err(error) => {
                story = before;
                break error;
            }
        }
    };
    assert!(matches!(&error, AppendError::Full(reason) if reason.contains("full")), "{error}");
    assert!(accepted.len() > 50, "some of it fits");
    // A probe fails in the same way, for as long as there is no space.
    let batch: Vec<Recorded> = (0..50).map(|number| story.say(accepted.len() as u64 + number)).collect();
    for _ in 0..3 {
        assert!(matches!(writer.append(&batch), Err(AppendError::Full(_))));
    }
    // Space returns: the same writer goes on where it was.
    writer.set_pages_max(None).unwrap();
    assert_eq!(writer.append(&batch), Ok(Lsn(accepted.len() as u64 + 50)));
    accepted.extend(batch);
    drop(writer);

    let log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    assert_eq!(log.opened.lsn, Lsn(accepted.len() as u64));
    let mut read: Vec<Recorded> = Vec::new();
    while read.len() < accepted.len() {
        let page = log.reader.conversation(story.id, u32::try_from(read.len()).unwrap(), 500).unwrap();
        assert!(!page.is_empty());
        read.extend(page);
    }
    assert_eq!(read, accepted);
}

#[test]
fn reading_works_while_the_database_is_full() {
    let folder = TempDir::new().unwrap();
    let options = SqliteOptions { pages_max: Some(20), ..SqliteOptions::default() };
    let mut log = open_sqlite(folder.path(), options).unwrap();
    let mut story = Story::new(1);
    let mut accepted = 0;
    while log.writer.append(&[story.say(accepted)]).is_ok() {
        accepted += 1;
    }
    let page = log.reader.conversation(story.id, 0, 500).unwrap();
    assert_eq!(page.len() as u64, accepted.min(500));
}

/// A real file system without space: `mount -t tmpfs -o size=3m tmpfs /mnt/small`, then `REJOIN_SMALL_DISK=/mnt/small`.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told where a small disk is")]
#[expect(clippy::print_stdout, reason = "a test that can't run says so")]
fn a_full_file_system_refuses_and_recovers() {
    let Ok(small) = std::env::var("REJOIN_SMALL_DISK") else {
        println!("skipped: a full file system below the log alone: REJOIN_SMALL_DISK names none");
        return;
    };
    let folder = TempDir::new_in(&small).unwrap();
    let mut log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    let mut story = Story::new(1);
    log.writer.append(&[story.say(0)]).unwrap();
    let ballast = folder.path().join("ballast");
    let mut file = File::create(&ballast).unwrap();
    while file.write_all(&[1; 4_096]).is_ok() {}
    let mut accepted = 1;
    let (before, error) = loop {
        let before = story.clone();
        match log.writer.append(&[story.say(accepted)]) {
            Ok(_) => accepted += 1,
            Err(error) => break (before, error),
        }
        assert!(accepted < 100_000, "the disk is not small");
    };
    assert!(matches!(&error, AppendError::Full(_)), "{error}");
    assert!(matches!(log.writer.mark_alive(crate::support::NOON), Err(AppendError::Full(_))));
    assert!(!log.reader.conversation(story.id, 0, 500).unwrap().is_empty(), "reading works");
    std::fs::remove_file(&ballast).unwrap();
    drop(file);
    story = before;
    assert_eq!(log.writer.append(&[story.say(accepted)]), Ok(Lsn(accepted + 1)), "the same writer goes on");
    drop(log);
    assert_eq!(open_sqlite(folder.path(), SqliteOptions::default()).unwrap().opened.lsn, Lsn(accepted + 1));
}
