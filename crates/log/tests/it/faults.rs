//! The memory log fails as it is told.

use desk::Recorded;
use rejoin_log::{AppendError, Fault, Lsn, MemoryDisk, OpenError};

use crate::support::Story;

fn batch(story: &mut Story, start: u64) -> Vec<Recorded> {
    (start..start + 3).map(|number| story.say(number)).collect()
}

#[test]
fn a_full_disk_takes_nothing_and_keeps_the_writer() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().unwrap();
    let batch = batch(&mut Story::new(1), 0);
    disk.fail_next(Fault::Full);
    assert!(matches!(log.writer.append(&batch), Err(AppendError::Full(_))));
    assert_eq!(log.writer.append(&batch), Ok(Lsn(3)));
    assert_eq!(disk.facts(), batch);
}

#[test]
fn after_an_error_the_truth_comes_from_opening_again() {
    for (fault, found) in [(Fault::Io, 0), (Fault::Torn(2), 0), (Fault::IoButWritten, 3)] {
        let disk = MemoryDisk::new();
        let mut log = disk.open().unwrap();
        let mut story = Story::new(1);
        let first = batch(&mut story, 0);
        log.writer.append(&first).unwrap();
        let second = batch(&mut story, 3);
        disk.fail_next(fault);
        assert!(matches!(log.writer.append(&second), Err(AppendError::Io(_))), "{fault:?}");
        assert!(matches!(log.writer.append(&second), Err(AppendError::Io(_))), "{fault:?}: not before it is opened");
        assert_eq!(log.writer.reopen(Lsn(3)).unwrap(), second[..found], "{fault:?}");
        assert_eq!(log.reader.conversation(story.id, 0, 10).unwrap().len(), 3 + found, "{fault:?}");
        if found == 0 {
            assert_eq!(log.writer.append(&second), Ok(Lsn(6)), "{fault:?}");
        }
        assert_eq!(disk.open().unwrap().opened.lsn, Lsn(6), "{fault:?}");
    }
}

#[test]
fn a_torn_batch_is_gone_after_a_crash() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().unwrap();
    let mut story = Story::new(1);
    log.writer.append(&batch(&mut story, 0)).unwrap();
    disk.fail_next(Fault::Torn(2));
    assert!(log.writer.append(&batch(&mut story, 3)).is_err());
    let again = disk.open().unwrap();
    assert_eq!(again.opened.lsn, Lsn(3));
    assert_eq!(again.reader.conversation(story.id, 0, 10).unwrap().len(), 3);
    assert!(log.writer.append(&batch(&mut story, 6)).is_err(), "the writer of before is dead");
}

#[test]
fn a_disk_that_forgets_gives_a_prefix_and_is_found_out() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().unwrap();
    let mut story = Story::new(1);
    let facts = batch(&mut story, 0);
    log.writer.append(&facts).unwrap();
    disk.lose_last(2);
    assert!(matches!(log.writer.reopen(Lsn(3)), Err(AppendError::Corrupt(_))));
    let again = disk.open().unwrap();
    assert_eq!(again.opened.lsn, Lsn(1));
    assert_eq!(again.reader.conversation(story.id, 0, 10).unwrap(), facts[..1]);
}

#[test]
fn a_standing_fault_lasts_until_it_is_lifted() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().unwrap();
    let batch = batch(&mut Story::new(1), 0);
    disk.fail_until_lifted(Some(Fault::Io));
    for _ in 0..3 {
        assert!(log.writer.append(&batch).is_err());
        assert!(log.writer.reopen(Lsn(0)).is_err());
    }
    disk.fail_until_lifted(None);
    assert_eq!(log.writer.reopen(Lsn(0)), Ok(vec![]));
    assert_eq!(log.writer.append(&batch), Ok(Lsn(3)));
    disk.fail_until_lifted(Some(Fault::Corrupt));
    assert!(matches!(disk.open(), Err(OpenError::Corrupt(_))));
}
