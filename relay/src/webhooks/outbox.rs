//! The queue of what is to be told, in an SQLite file of its own.

use std::path::Path;
use std::time::Duration;

use log::{LogReader, Lsn};
use model::{Timestamp, WebhookId};
use rusqlite::{Connection, OptionalExtension, params};

use wire::api::{Delivery as Told, DeliveryProblem};
use wire::limits::DELIVERIES_KEPT;

use super::WebhookError;
use super::attempt::Tried;
use super::event::Event;

/// What waits for one hearer at most; the oldest goes.
const WAITING_MAX: i64 = 100_000;

pub(super) struct Outbox(Connection);

/// One thing that is to be told to one hearer.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) number: i64,
    pub(super) event: Event,
    pub(super) tries: u32,
}

impl Outbox {
    pub(super) fn open(path: &Path) -> Result<Self, WebhookError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS reached (id INTEGER PRIMARY KEY CHECK (id = 1), lsn INTEGER NOT NULL, at INTEGER NOT NULL)
             STRICT;
             CREATE TABLE IF NOT EXISTS delivery (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                webhook BLOB NOT NULL,
                event TEXT NOT NULL,
                body TEXT NOT NULL,
                tries INTEGER NOT NULL,
                due_at INTEGER NOT NULL
             ) STRICT;
             CREATE INDEX IF NOT EXISTS delivery_by_hearer ON delivery (webhook, due_at);
             CREATE TABLE IF NOT EXISTS tried (
                webhook BLOB NOT NULL,
                event TEXT NOT NULL,
                kind TEXT NOT NULL,
                at INTEGER NOT NULL,
                tries INTEGER NOT NULL,
                status INTEGER,
                problem TEXT,
                next_at INTEGER,
                PRIMARY KEY (webhook, event)
             ) STRICT, WITHOUT ROWID;",
        )?;
        Ok(Self(connection))
    }

    /// The position from which to tell: where the log is not what it was, from its end on, since nobody wants to hear all of it again.
    pub(super) fn reached(&mut self, reader: &dyn LogReader, head: Lsn) -> Result<Lsn, WebhookError> {
        let sql = "SELECT lsn, at FROM reached WHERE id = 1";
        let found: Option<(i64, i64)> = self.0.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((lsn, at)) = found {
            let lsn = Lsn(lsn.unsigned_abs());
            let there = reader.facts_after(Lsn(lsn.0.saturating_sub(1)), 1)?;
            if lsn == Lsn(0) || there.first().is_some_and(|fact| integer(fact.at.0) == at) {
                return Ok(lsn);
            }
        }
        let at = reader.facts_after(Lsn(head.0.saturating_sub(1)), 1)?.first().map_or(Timestamp::ZERO, |fact| fact.at);
        self.put(&[], head, at)?;
        Ok(head)
    }

    /// Queues events, and remembers how far the log has been read.
    pub(super) fn put(
        &mut self,
        told: &[(WebhookId, Event)],
        position: Lsn,
        at: Timestamp,
    ) -> Result<(), WebhookError> {
        let transaction = self.0.transaction()?;
        for (webhook, event) in told {
            transaction
                .prepare_cached("INSERT INTO delivery (webhook, event, body, tries, due_at) VALUES (?1, ?2, ?3, 0, 0)")?
                .execute(params![key(*webhook), event.id, event.body])?;
        }
        transaction.execute(
            "DELETE FROM delivery WHERE number IN (SELECT number FROM
                 (SELECT number, row_number() OVER (PARTITION BY webhook ORDER BY number DESC) AS place FROM delivery)
                 WHERE place > ?1) AND ?2",
            (WAITING_MAX, !told.is_empty()),
        )?;
        transaction.execute(
            "INSERT OR REPLACE INTO reached (id, lsn, at) VALUES (1, ?1, ?2)",
            (integer(position.0), integer(at.0)),
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Hearers for whom something is due.
    pub(super) fn due(&self, now: Timestamp) -> Result<Vec<WebhookId>, WebhookError> {
        let mut statement = self.0.prepare_cached("SELECT DISTINCT webhook FROM delivery WHERE due_at <= ?1")?;
        let found = statement.query_map([integer(now.0)], |row| row.get::<_, [u8; 16]>(0))?;
        let found: Result<Vec<[u8; 16]>, rusqlite::Error> = found.collect();
        Ok(found?.into_iter().map(|id| WebhookId::from_u128(u128::from_be_bytes(id))).collect())
    }

    /// What is due for one, in order.
    pub(super) fn due_for(
        &self,
        webhook: WebhookId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, WebhookError> {
        let mut statement = self.0.prepare_cached(
            "SELECT number, event, body, tries FROM delivery WHERE webhook = ?1 AND due_at <= ?2 ORDER BY number LIMIT ?3",
        )?;
        let found = statement.query_map(params![key(webhook), integer(now.0), limit], |row| {
            let event = Event { id: row.get(1)?, body: row.get(2)? };
            Ok(Delivery { number: row.get(0)?, event, tries: row.get(3)? })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// It was tried: it is due again at its next time, or over.
    pub(super) fn settle(&self, webhook: WebhookId, delivery: &Delivery, tried: &Told) -> Result<(), WebhookError> {
        let transaction = self.0.unchecked_transaction()?;
        match tried.next_at {
            Some(at) => transaction.execute(
                "UPDATE delivery SET tries = tries + 1, due_at = ?2 WHERE number = ?1",
                (delivery.number, integer(at.0)),
            )?,
            None => transaction.execute("DELETE FROM delivery WHERE number = ?1", [delivery.number])?,
        };
        keep(&transaction, webhook, tried)?;
        transaction.commit()?;
        Ok(())
    }

    /// Keeps what became of an event that is not of the queue.
    pub(super) fn keep(&self, webhook: WebhookId, tried: &Told) -> Result<(), WebhookError> {
        let transaction = self.0.unchecked_transaction()?;
        keep(&transaction, webhook, tried)?;
        transaction.commit()?;
        Ok(())
    }

    /// What became of the last events of one, newest first.
    pub(super) fn last(&self, webhook: WebhookId) -> Result<Vec<Told>, WebhookError> {
        let mut statement = self.0.prepare_cached(
            "SELECT event, kind, at, tries, status, problem, next_at FROM tried WHERE webhook = ?1 ORDER BY at DESC, event",
        )?;
        let time = |at: i64| Timestamp(at.unsigned_abs());
        let found = statement.query_map([key(webhook)], |row| {
            let problem = row.get::<_, Option<String>>(5)?.and_then(|code| DeliveryProblem::of(&code));
            let status = row.get(4)?;
            Ok(Told {
                event: row.get(0)?,
                kind: row.get(1)?,
                at: time(row.get(2)?),
                tries: row.get(3)?,
                status,
                problem,
                reason: problem.map(|problem| problem.sentence(status)),
                next_at: row.get::<_, Option<i64>>(6)?.map(time),
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many events wait for one.
    pub(super) fn waiting(&self, webhook: WebhookId) -> Result<u32, WebhookError> {
        let sql = "SELECT count(*) FROM delivery WHERE webhook = ?1";
        Ok(self.0.query_row(sql, [key(webhook)], |row| row.get(0))?)
    }

    /// A hearer that takes nothing is left alone for a while.
    pub(super) fn hold(&self, webhook: WebhookId, until: Timestamp) -> Result<(), WebhookError> {
        let sql = "UPDATE delivery SET due_at = ?2 WHERE webhook = ?1 AND due_at < ?2";
        self.0.execute(sql, params![key(webhook), integer(until.0)])?;
        Ok(())
    }

    /// A hearer is gone.
    pub(super) fn forget_hearer(&self, webhook: WebhookId) -> Result<(), WebhookError> {
        self.forget_all(webhook)?;
        self.0.execute("DELETE FROM tried WHERE webhook = ?1", [key(webhook)])?;
        Ok(())
    }

    /// A hearer hears nothing more of what waits.
    pub(super) fn forget_all(&self, webhook: WebhookId) -> Result<(), WebhookError> {
        self.0.execute("DELETE FROM delivery WHERE webhook = ?1", [key(webhook)])?;
        Ok(())
    }
}

/// What became of an event, as it is shown: no words of its own, no secret.
pub(super) fn told(
    event: &Event,
    kind: &str,
    at: Timestamp,
    tries: u32,
    tried: &Tried,
    next_at: Option<Timestamp>,
) -> Told {
    let &Tried { status, problem, .. } = tried;
    let reason = problem.map(|problem| problem.sentence(status));
    Told { event: event.id.clone(), kind: kind.to_owned(), at, tries, status, problem, reason, next_at }
}

fn keep(connection: &Connection, webhook: WebhookId, told: &Told) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR REPLACE INTO tried VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(
        params![
            key(webhook),
            told.event,
            told.kind,
            integer(told.at.0),
            told.tries,
            told.status,
            told.problem.map(DeliveryProblem::code),
            told.next_at.map(|at| integer(at.0)),
        ],
    )?;
    connection
        .prepare_cached(
            "DELETE FROM tried WHERE webhook = ?1 AND event IN
                 (SELECT event FROM tried WHERE webhook = ?1 ORDER BY at DESC, event LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![key(webhook), DELIVERIES_KEPT])?;
    Ok(())
}

fn key(webhook: WebhookId) -> [u8; 16] {
    webhook.as_u128().to_be_bytes()
}

fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
