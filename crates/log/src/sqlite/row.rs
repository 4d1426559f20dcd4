//! One fact as a row.

use desk::{Fact, Recorded};
use model::{ConversationId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api::Lsn;
use crate::codec;
use crate::sqlite::error::{Damage, RowError};

const APPEND_FACT: &str =
    "INSERT INTO fact (lsn, at, conversation, position, fact, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const APPEND_BODY: &str = "INSERT INTO body (lsn, body, sum) VALUES (?1, ?2, ?3)";
const EACH_AFTER: &str = "SELECT lsn, at, fact, sum, NULL, NULL FROM fact WHERE lsn > ?1 ORDER BY lsn";
const SOME_AFTER: &str = "SELECT lsn, at, fact, sum, NULL, NULL FROM fact WHERE lsn > ?1 ORDER BY lsn LIMIT ?2";
const TAIL_WITH_WORDS: &str =
    "SELECT f.lsn, f.at, f.fact, f.sum, b.body, b.sum FROM fact f LEFT JOIN body b ON b.lsn = f.lsn
    WHERE f.lsn > ?1 ORDER BY f.lsn";
const PAGE: &str = "SELECT f.lsn, f.at, f.fact, f.sum, b.body, b.sum FROM fact f LEFT JOIN body b ON b.lsn = f.lsn
    WHERE f.conversation = ?1 AND f.position > ?2 ORDER BY f.position LIMIT ?3";

/// SQLite's integers are signed; numbers of ours stay far below the difference.
fn integer(value: u64) -> i64 {
    i64::try_from(value).expect("invariant: times and numbers stay below 2^63")
}

pub(super) fn key(conversation: ConversationId) -> [u8; 16] {
    conversation.as_u128().to_be_bytes()
}

/// Inserts one fact and the words beside it.
pub(super) fn append(connection: &Connection, lsn: Lsn, recorded: &Recorded) -> rusqlite::Result<()> {
    let place =
        if let Fact::Conversation { id, position, .. } = &recorded.fact { Some((key(*id), *position)) } else { None };
    let fact = codec::encode_fact(&recorded.fact);
    let sum = codec::fact_sum(lsn, recorded.at, &fact);
    connection.prepare_cached(APPEND_FACT)?.execute(params![
        integer(lsn.0),
        integer(recorded.at.0),
        place.map(|(conversation, _)| conversation),
        place.map(|(_, position)| position),
        fact,
        sum
    ])?;
    if let Some(body) = &recorded.body {
        let body = codec::encode_body(body);
        let sum = codec::body_sum(lsn, &body);
        connection.prepare_cached(APPEND_BODY)?.execute(params![integer(lsn.0), body, sum])?;
    }
    Ok(())
}

/// A row as it was read; its blobs are still SQLite's.
pub(super) struct FactRow<'a> {
    lsn: Lsn,
    at: Timestamp,
    fact: &'a [u8],
    sum: u32,
    body: Option<(&'a [u8], u32)>,
}

impl<'a> FactRow<'a> {
    fn read(row: &'a Row<'_>) -> Result<Self, RowError> {
        let unsigned = |column: usize| -> Result<u64, RowError> {
            let value: i64 = row.get(column)?;
            u64::try_from(value).map_err(|_| Damage("a negative number in a row".to_owned()).into())
        };
        let blob = |column: usize| -> Result<Option<&'a [u8]>, RowError> {
            row.get_ref(column)?.as_blob_or_null().map_err(|_| Damage("a row with a wrong type".to_owned()).into())
        };
        let fact = blob(2)?.ok_or_else(|| Damage("a row without its fact".to_owned()))?;
        let body = match blob(4)? {
            None => None,
            Some(bytes) => Some((bytes, row.get(5)?)),
        };
        Ok(Self { lsn: Lsn(unsigned(0)?), at: Timestamp(unsigned(1)?), fact, sum: row.get(3)?, body })
    }

    /// The fact, if the row is exactly what was written as number `expected`.
    pub(super) fn decode(&self, expected: Lsn) -> Result<Recorded, Damage> {
        if self.lsn != expected {
            return Err(Damage::at(expected, "a fact is missing"));
        }
        self.decode_here()
    }

    fn decode_here(&self) -> Result<Recorded, Damage> {
        if codec::fact_sum(self.lsn, self.at, self.fact) != self.sum {
            return Err(Damage::at(self.lsn, "a fact has a wrong sum"));
        }
        let fact = codec::decode_fact(self.fact).map_err(|error| Damage::at(self.lsn, &error.to_string()))?;
        let body = match self.body {
            None => None,
            Some((bytes, sum)) if codec::body_sum(self.lsn, bytes) == sum => {
                Some(codec::decode_body(bytes).map_err(|error| Damage::at(self.lsn, &error.to_string()))?)
            }
            Some(_) => return Err(Damage::at(self.lsn, "words have a wrong sum")),
        };
        Ok(Recorded { at: self.at, fact, body })
    }
}

/// The last fact's number.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Lsn> {
    let last: Option<i64> = connection.query_row("SELECT max(lsn) FROM fact", [], |row| row.get(0))?;
    Ok(Lsn(last.map_or(0, i64::unsigned_abs)))
}

/// The sum of a fact.
pub(super) fn sum_of(connection: &Connection, lsn: Lsn) -> rusqlite::Result<Option<u32>> {
    connection.query_row("SELECT sum FROM fact WHERE lsn = ?1", [integer(lsn.0)], |row| row.get(0)).optional()
}

/// Hands every fact after `start` to `each`, without words.
pub(super) fn each_after(
    connection: &Connection,
    start: Lsn,
    mut each: impl FnMut(&FactRow<'_>) -> Result<(), Damage>,
) -> Result<(), RowError> {
    let mut statement = connection.prepare(EACH_AFTER)?;
    let mut rows = statement.query([integer(start.0)])?;
    while let Some(row) = rows.next()? {
        each(&FactRow::read(row)?)?;
    }
    Ok(())
}

/// Every fact after `start`, with words.
pub(super) fn tail(connection: &Connection, start: Lsn) -> Result<Vec<Recorded>, RowError> {
    let mut statement = connection.prepare(TAIL_WITH_WORDS)?;
    let mut rows = statement.query([integer(start.0)])?;
    let mut tail = Vec::new();
    while let Some(row) = rows.next()? {
        tail.push(FactRow::read(row)?.decode(start.plus(tail.len() + 1))?);
    }
    Ok(tail)
}

/// Facts after `after` without words, at most `limit`. They are dense, so that a missing row is seen.
pub(super) fn facts_after(connection: &Connection, after: Lsn, limit: usize) -> Result<Vec<Recorded>, RowError> {
    let mut statement = connection.prepare_cached(SOME_AFTER)?;
    let mut rows = statement.query([integer(after.0), integer(limit as u64)])?;
    let mut facts = Vec::new();
    while let Some(row) = rows.next()? {
        facts.push(FactRow::read(row)?.decode(after.plus(facts.len() + 1))?);
    }
    Ok(facts)
}

/// A page of a conversation. Positions are dense, so that a missing row is seen.
pub(super) fn page(
    connection: &Connection,
    conversation: ConversationId,
    after_position: u32,
    limit: usize,
) -> Result<Vec<Recorded>, RowError> {
    let mut statement = connection.prepare_cached(PAGE)?;
    let mut rows = statement.query(params![key(conversation), after_position, integer(limit as u64)])?;
    let mut page = Vec::new();
    let mut expected = after_position;
    while let Some(row) = rows.next()? {
        let row = FactRow::read(row)?;
        let recorded = row.decode_here()?;
        expected = expected.saturating_add(1);
        let fits = matches!(&recorded.fact, Fact::Conversation { id, position, .. }
            if *id == conversation && *position == expected);
        if !fits {
            return Err(Damage::at(row.lsn, "a fact is in the wrong place").into());
        }
        page.push(recorded);
    }
    Ok(page)
}
