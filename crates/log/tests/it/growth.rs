//! Under a load that never pauses, the write-ahead log starts over now and then instead of growing for ever.

use desk::{Author, Recorded};
use model::Audience;
use rejoin_log::{SqliteOptions, open_sqlite};
use tempfile::TempDir;

use crate::support::{Story, said, words};

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told to take longer")]
fn the_write_ahead_log_starts_over_under_load() {
    let megabytes = if std::env::var("REJOIN_LONG").is_ok() { 600 } else { 120 };
    let folder = TempDir::new().unwrap();
    let mut log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    let mut story = Story::new(1);
    let text = "x".repeat(4_000);
    let mut longest = 0;
    // 250 messages of 4 kB: a megabyte, and a batch.
    for batch in 0..megabytes {
        let say = |number| story.tell(said(Author::Customer, Audience::Customer, number), words(&text));
        let batch: Vec<Recorded> = (batch * 250..(batch + 1) * 250).map(say).collect();
        log.writer.append(&batch).unwrap();
        longest = longest.max(folder.path().join("rejoin.db-wal").metadata().unwrap().len());
    }
    let most = 110 << 20;
    assert!(longest < most, "{longest} bytes after {megabytes} MB");
    assert!(longest > 4 << 20, "the load was one");
}
