//! Databases of earlier releases, of later ones, and of others.

use std::path::Path;

use desk::Author;
use model::{Audience, Seq};
use rejoin_log::sqlite::SCHEMA_VERSION;
use rejoin_log::{Lsn, OpenError, SqliteOptions, open_sqlite};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{NOON, Story, agent, key};

fn database(folder: &Path) -> Connection {
    Connection::open(folder.join("rejoin.db")).unwrap()
}

/// A database as version 1 left it. The file is never edited; each later version gets its own.
#[test]
fn a_database_of_version_1_opens() {
    let folder = TempDir::new().unwrap();
    database(folder.path()).execute_batch(include_str!("../../golden/schema-1.sql")).unwrap();
    let mut log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    let mut story = Story::new(1);
    let facts = [story.start(), story.say(1), story.whisper(2)];
    assert_eq!(log.opened.lsn, Lsn(3));
    assert_eq!(log.opened.alive_at, Some(facts[2].at));
    assert_eq!(log.reader.conversation(story.id, 0, 10).unwrap(), facts);
    let found = log.reader.find_send(story.id, Author::Agent(agent(1)), key(2)).unwrap().unwrap();
    assert_eq!((found.audience, found.agents_seq), (Audience::Agents, Seq(3)));
    assert_eq!(log.writer.append(&[story.say(3)]), Ok(Lsn(4)));
    drop(log);
    let version: u32 = database(folder.path()).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, SCHEMA_VERSION);
}

/// Prints `golden/schema-1.sql` from what this release writes; the file was made by it.
#[test]
#[ignore = "a tool: makes the golden file of a new schema version"]
#[expect(clippy::print_stdout, reason = "that is what it is for")]
fn print_the_database_as_sql() {
    let folder = TempDir::new().unwrap();
    let mut log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    let mut story = Story::new(1);
    log.writer.append(&[story.start(), story.say(1), story.whisper(2)]).unwrap();
    log.writer.mark_alive(NOON).unwrap();
    drop(log);
    let database = database(folder.path());
    let mut tables = database.prepare("SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = "
        SELECT format('INSERT INTO fact VALUES (%d, %d, %s, %d, %s, %d);', lsn, at, quote(conversation), position, quote(fact), sum)
            FROM fact
        UNION ALL SELECT format('INSERT INTO body VALUES (%d, %s, %d);', lsn, quote(body), sum) FROM body
        UNION ALL SELECT format('INSERT INTO mark VALUES (%d, %d);', id, alive_at) FROM mark";
    let mut rows = database.prepare(rows).unwrap();
    let rows: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    println!("PRAGMA application_id = {};\nPRAGMA user_version = {SCHEMA_VERSION};", 0x524a_4c47);
    println!("{}\n{}", tables.join("\n"), rows.join("\n"));
}

#[test]
fn a_database_of_a_later_release_is_left_alone() {
    let folder = TempDir::new().unwrap();
    drop(open_sqlite(folder.path(), SqliteOptions::default()).unwrap());
    database(folder.path()).pragma_update(None, "user_version", SCHEMA_VERSION + 1).unwrap();
    let refused = open_sqlite(folder.path(), SqliteOptions::default()).unwrap_err();
    assert_eq!(refused, OpenError::TooNew { found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION });
}

#[test]
fn a_database_of_something_else_is_left_alone() {
    let folder = TempDir::new().unwrap();
    database(folder.path()).execute_batch("CREATE TABLE recipe (name TEXT)").unwrap();
    assert!(matches!(open_sqlite(folder.path(), SqliteOptions::default()), Err(OpenError::Corrupt(_))));
    assert_eq!(database(folder.path()).query_row("SELECT count(*) FROM recipe", [], |row| row.get(0)), Ok(0));
}

#[test]
fn one_process_uses_a_folder() {
    let folder = TempDir::new().unwrap();
    let log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    assert_eq!(open_sqlite(folder.path(), SqliteOptions::default()).unwrap_err(), OpenError::Locked);
    drop(log);
    assert!(open_sqlite(folder.path(), SqliteOptions::default()).is_ok());
}

#[test]
fn a_folder_that_cannot_be_made_says_so() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let refused = open_sqlite(&file.join("data"), SqliteOptions::default()).unwrap_err();
    assert!(refused.to_string().contains("the data folder can't be made"), "{refused}");
}

#[test]
fn conversations_are_nobody_elses_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let mut log = open_sqlite(folder.path(), SqliteOptions::default()).unwrap();
    log.writer.append(&[Story::new(1).start()]).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}
