//! The file: rows, sums, and the position that has been reached.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use desk::{Fact, Recorded};
use log::{LogReader, Lsn};
use model::{ConversationId, SessionEnd};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::HistoryError;
use super::cells::{Cell, FIGURES, Sums, share};
use super::course::{Course, Known};
use super::duty::{self, Duties};

/// Raised when the tables or what they count change: the file is then built anew.
const VERSION: i64 = 8;
/// Courses of conversations that go on, kept in memory; others are read again.
const KEPT_MAX: usize = 20_000;

const TABLES: &str = "
    CREATE TABLE reached (id INTEGER PRIMARY KEY CHECK (id = 1), lsn INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
    INSERT INTO reached (id, lsn, at) VALUES (1, 0, 0);
    CREATE TABLE conversation (
        id BLOB PRIMARY KEY NOT NULL,
        started_at INTEGER NOT NULL,
        closed_at INTEGER,
        close_reason TEXT,
        widget BLOB NOT NULL,
        workstream BLOB NOT NULL,
        queue BLOB NOT NULL,
        first_agent BLOB,
        agent BLOB,
        waited_ms INTEGER,
        talked_ms INTEGER NOT NULL,
        wrapped_up_ms INTEGER NOT NULL,
        sessions INTEGER NOT NULL,
        transfers INTEGER NOT NULL,
        declined INTEGER NOT NULL,
        missed INTEGER NOT NULL,
        disconnects INTEGER NOT NULL,
        returned_by_token INTEGER NOT NULL,
        returned_by_link INTEGER NOT NULL,
        returned_by_prompt INTEGER NOT NULL,
        returned_by_sign_in INTEGER NOT NULL,
        returned_by_handover INTEGER NOT NULL,
        hold_saved_ms INTEGER NOT NULL,
        hold_wasted_ms INTEGER NOT NULL,
        last_queue BLOB NOT NULL,
        course TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX conversation_by_start ON conversation (started_at);
    CREATE TABLE session (
        conversation BLOB NOT NULL,
        number INTEGER NOT NULL,
        agent BLOB NOT NULL,
        picked INTEGER NOT NULL,
        joined_at INTEGER NOT NULL,
        ended_at INTEGER,
        reason TEXT,
        talked_ms INTEGER NOT NULL,
        wrapped_up_ms INTEGER NOT NULL,
        PRIMARY KEY (conversation, number)
    ) STRICT, WITHOUT ROWID;
";

/// The lengths of time that are summed up. A row of the sums says which by its grain, and what it is a sum of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Quarter,
    Hour,
    Day,
    /// 32 days: a whole number of days, unlike a month. Of 200 agents in 20 queues there are so many cells that a year by day has a row
    /// for nearly every conversation.
    Days32,
}

impl Unit {
    pub(super) const ALL: [Self; 4] = [Self::Quarter, Self::Hour, Self::Day, Self::Days32];

    /// How many quarters of an hour.
    pub(super) const fn quarters(self) -> u64 {
        match self {
            Self::Quarter => 1,
            Self::Hour => 4,
            Self::Day => 96,
            Self::Days32 => 32 * 96,
        }
    }

    pub(super) const fn grain(self, of: Of) -> i64 {
        let place = match self {
            Self::Quarter => 0,
            Self::Hour => 3,
            Self::Day => 6,
            Self::Days32 => 9,
        };
        place + of.kind()
    }
}

/// What is told apart in a row of the sums, and whose row it is. A year by day in a time zone reads hours, so whose they are comes before
/// when they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Nothing; nobody's.
    Everything,
    /// Queue and widget; the queue's.
    Queues,
    /// Agent, queue and widget, only what has an agent; the agent's.
    Agents,
}

impl Of {
    /// How the owners of such rows are kept.
    pub(super) const fn kind(self) -> i64 {
        match self {
            Self::Everything => 0,
            Self::Queues => 1,
            Self::Agents => 2,
        }
    }
}

/// A key of the sums: grain, whose, quarter, hour or day, and queue and widget; empty where they are not told apart.
type SumKey = (i64, Vec<u8>, i64, Vec<u8>, Vec<u8>);

pub(super) struct Store {
    connection: Connection,
    position: Lsn,
    /// Conversations that go on.
    kept: BTreeMap<ConversationId, Course>,
    duties: Duties,
    upsert: String,
}

impl Store {
    /// Opens the file; what does not fit the log or this release is built anew.
    pub(super) fn open(path: &Path, reader: &dyn LogReader) -> Result<Self, HistoryError> {
        let connection = open(path)?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let position = if version == VERSION { reached(&connection, reader)? } else { None };
        if let Some(position) = position {
            let duties = duty::load(&connection)?;
            return Ok(Self { connection, position, kept: BTreeMap::new(), duties, upsert: upsert() });
        }
        drop(connection);
        for ending in ["", "-wal", "-shm"] {
            let mut file = path.as_os_str().to_owned();
            file.push(ending);
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        let connection = open(path)?;
        let columns: String = (0..FIGURES).map(|index| format!(", f{index} INTEGER NOT NULL")).collect();
        connection.execute_batch(&format!(
            "BEGIN; {TABLES} {}
             CREATE TABLE sums (grain INTEGER NOT NULL, who BLOB NOT NULL, at INTEGER NOT NULL, queue BLOB NOT NULL,
                 widget BLOB NOT NULL, longest_wait_ms INTEGER NOT NULL{columns}, PRIMARY KEY (grain, who, at, queue, widget)) STRICT, WITHOUT ROWID;
             CREATE TABLE known (kind INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
             PRAGMA user_version = {VERSION}; COMMIT;",
            duty::TABLES
        ))?;
        let (kept, duties) = (BTreeMap::new(), Duties::default());
        Ok(Self { connection, position: Lsn(0), kept, duties, upsert: upsert() })
    }

    pub(super) fn position(&self) -> Lsn {
        self.position
    }

    /// Rows written since it was opened.
    #[cfg(test)]
    pub(super) fn rows_written(&self) -> u64 {
        self.connection.total_changes()
    }

    /// Takes what follows, all of it or nothing.
    pub(super) fn take(&mut self, page: &[Recorded]) -> Result<(), HistoryError> {
        let Some(last) = page.last() else { return Ok(()) };
        let transaction = self.connection.transaction()?;
        // What can't be finished must leave no traces in memory either.
        let mut kept = std::mem::take(&mut self.kept);
        let mut before: BTreeMap<ConversationId, Option<Course>> = BTreeMap::new();
        let (mut duties, mut spans) = (self.duties.clone(), Vec::new());
        for recorded in page {
            let Fact::Conversation { id, what, .. } = &recorded.fact else {
                spans.extend(duties.take(recorded.at, &recorded.fact, None));
                continue;
            };
            if !kept.contains_key(id)
                && let Some(course) = load(&transaction, *id)?
            {
                kept.insert(*id, course);
            }
            let course = kept.get(id);
            spans.extend(duties.take(recorded.at, &recorded.fact, course.map(|course| course.workstream)));
            before.entry(*id).or_insert_with(|| course.cloned());
            match kept.get_mut(id) {
                Some(course) => course.take(recorded.at, what),
                None => {
                    if let Some(course) = Course::begin(recorded.at, what) {
                        kept.insert(*id, course);
                    }
                }
            }
        }
        let mut sums: BTreeMap<Cell, Sums> = BTreeMap::new();
        for (id, old) in &before {
            let Some(course) = kept.get(id).filter(|course| old.as_ref() != Some(*course)) else { continue };
            if let Some(old) = old {
                share(old, -1, &mut sums);
            }
            share(course, 1, &mut sums);
            write(&transaction, &Known { id: *id, course: course.clone() })?;
        }
        add(&transaction, &self.upsert, &sums)?;
        if duties != self.duties {
            duty::write(&transaction, &spans, &duties)?;
        }
        let position = self.position.plus(page.len());
        transaction.execute("UPDATE reached SET lsn = ?1, at = ?2", (integer(position.0), integer(last.at.0)))?;
        transaction.commit()?;
        kept.retain(|_, course| !course.is_done());
        let surplus: BTreeSet<ConversationId> =
            kept.keys().take(kept.len().saturating_sub(KEPT_MAX)).copied().collect();
        kept.retain(|id, _| !surplus.contains(id));
        (self.kept, self.duties) = (kept, duties);
        self.position = position;
        Ok(())
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What a power cut takes is read from the log again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    Ok(connection)
}

/// The position that was reached, where the log still has there what it had.
fn reached(connection: &Connection, reader: &dyn LogReader) -> Result<Option<Lsn>, HistoryError> {
    let sql = "SELECT lsn, at FROM reached WHERE id = 1";
    let found: Option<(i64, i64)> = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((lsn, at)) = found else { return Ok(None) };
    let lsn = Lsn(lsn.unsigned_abs());
    if lsn == Lsn(0) {
        return Ok(Some(lsn));
    }
    let there = reader.facts_after(Lsn(lsn.0 - 1), 1)?;
    Ok(there.first().is_some_and(|fact| integer(fact.at.0) == at).then_some(lsn))
}

fn load(connection: &Connection, id: ConversationId) -> Result<Option<Course>, HistoryError> {
    let mut statement = connection.prepare_cached("SELECT course FROM conversation WHERE id = ?1")?;
    let course: Option<Option<String>> = statement.query_row([key(id.as_u128())], |row| row.get(0)).optional()?;
    Ok(course.flatten().map(|course| serde_json::from_str(&course)).transpose()?)
}

fn write(transaction: &Transaction<'_>, known: &Known) -> Result<(), HistoryError> {
    let Known { id, course } = known;
    let key_of = |id: Option<model::AgentId>| id.map(|id| key(id.as_u128()));
    let waited = course.waited_until.map(|until| integer(until.saturating_sub(course.started_at)));
    let working = if course.is_done() { None } else { Some(serde_json::to_string(course)?) };
    let count = |missed: bool| course.offers.iter().filter(|offer| offer.missed == missed).count() as i64;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO conversation VALUES
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
        )?
        .execute(params![
            key(id.as_u128()),
            integer(course.started_at),
            course.closed.map(|(at, _)| integer(at)),
            course.closed.map(|(_, reason)| serde_json::to_value(reason)).transpose()?.and_then(|name| text(&name)),
            key(course.widget.as_u128()),
            key(course.workstream.as_u128()),
            key(course.queue.as_u128()),
            key_of(course.first_agent),
            key_of(course.agent()),
            waited,
            course.sessions.iter().map(|session| session.talked_ms).sum::<i64>(),
            course.sessions.iter().map(|session| session.wrapped_up_ms).sum::<i64>(),
            course.sessions.len() as i64,
            course.transfers,
            count(false),
            count(true),
            course.disconnects,
            course.returns[0],
            course.returns[1],
            course.returns[2],
            course.returns[3],
            course.returns[4],
            course.hold_saved_ms,
            course.hold_wasted_ms,
            key(course.last_queue.as_u128()),
            working,
        ])?;
    let mut statement =
        transaction.prepare_cached("INSERT OR REPLACE INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for (number, session) in course.sessions.iter().enumerate() {
        let reason = session.ended.map(|(_, reason): (u64, SessionEnd)| serde_json::to_value(reason)).transpose()?;
        statement.execute(params![
            key(id.as_u128()),
            number as i64 + 1,
            key(session.agent.as_u128()),
            session.picked,
            integer(session.joined_at),
            session.ended.map(|(at, _)| integer(at)),
            reason.and_then(|name| text(&name)),
            session.talked_ms,
            session.wrapped_up_ms,
        ])?;
    }
    Ok(())
}

fn text(value: &serde_json::Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Adds to the sums of every grain.
fn add(transaction: &Transaction<'_>, upsert: &str, sums: &BTreeMap<Cell, Sums>) -> Result<(), HistoryError> {
    let mut by_key: BTreeMap<SumKey, Sums> = BTreeMap::new();
    for (cell, more) in sums {
        let (queue, widget) = (key(cell.queue.as_u128()).to_vec(), key(cell.widget.as_u128()).to_vec());
        for unit in Unit::ALL {
            let at = integer(cell.quarter / unit.quarters());
            let mut add = |of: Of, who: Vec<u8>, queue: Vec<u8>, widget: Vec<u8>| {
                by_key.entry((unit.grain(of), who, at, queue, widget)).or_insert(Sums::NONE).add(more);
            };
            add(Of::Everything, Vec::new(), Vec::new(), Vec::new());
            add(Of::Queues, queue.clone(), queue.clone(), widget.clone());
            if let Some(agent) = cell.agent {
                add(Of::Agents, key(agent.as_u128()).to_vec(), queue.clone(), widget.clone());
            }
        }
    }
    let whose = [Of::Queues, Of::Agents].map(|of| {
        let is_theirs = move |(grain, ..): &&SumKey| *grain == Unit::Quarter.grain(of);
        (of, by_key.keys().filter(is_theirs).map(|(_, who, ..)| who).collect::<BTreeSet<_>>())
    });
    let mut statement = transaction.prepare_cached("INSERT OR IGNORE INTO known VALUES (?1, ?2)")?;
    for (of, ids) in whose {
        for id in ids {
            statement.execute(params![of.kind(), id])?;
        }
    }
    let mut statement = transaction.prepare_cached(upsert)?;
    for ((grain, who, at, queue, widget), sums) in by_key.iter().filter(|(_, sums)| **sums != Sums::NONE) {
        let mut values: Vec<&dyn rusqlite::ToSql> = vec![grain, who, at, queue, widget, &sums.longest_wait_ms];
        values.extend(sums.figures.iter().map(|figure| figure as &dyn rusqlite::ToSql));
        statement.execute(values.as_slice())?;
    }
    Ok(())
}

fn upsert() -> String {
    let places: String = (0..FIGURES).map(|index| format!(", ?{}", index + 7)).collect();
    let sums: Vec<String> = (0..FIGURES).map(|index| format!("f{index} = f{index} + excluded.f{index}")).collect();
    format!(
        "INSERT INTO sums VALUES (?1, ?2, ?3, ?4, ?5, ?6{places}) ON CONFLICT DO UPDATE SET
         longest_wait_ms = max(longest_wait_ms, excluded.longest_wait_ms), {}",
        sums.join(", ")
    )
}

pub(super) fn key(id: u128) -> [u8; 16] {
    id.to_be_bytes()
}

pub(super) fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
