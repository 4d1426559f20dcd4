//! Quick replies: everybody's, and each agent's own.

use model::{AgentId, QuickReplyId, Slug, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{By, Registry, RegistryError, millis, note};

/// The most shared quick replies, and the most of one agent.
const SHARED_MAX: usize = 1_000;
const OWN_MAX: usize = 200;

/// What a quick reply says.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct QuickReplyDocument {
    pub(crate) slug: Slug,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) tags: Vec<String>,
    pub(crate) language: Option<String>,
    pub(crate) workstreams: Vec<Slug>,
}

impl core::fmt::Debug for QuickReplyDocument {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "QuickReplyDocument({})", self.slug)
    }
}

/// A quick reply as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredQuickReply {
    pub(crate) id: QuickReplyId,
    /// Whose; `None`: everybody's.
    pub(crate) owner: Option<AgentId>,
    pub(crate) document: QuickReplyDocument,
}

const COLUMNS: &str = "id, owner, slug, title, text, tags, language, workstreams";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredQuickReply> {
    let bad = |column: usize| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, "not a valid value".into())
    };
    let (slug, tags, workstreams): (String, String, String) = (row.get(2)?, row.get(5)?, row.get(7)?);
    let names = workstreams.split_whitespace().map(str::parse).collect::<Result<_, _>>();
    Ok(StoredQuickReply {
        id: QuickReplyId::from_u128(u128::from_be_bytes(row.get(0)?)),
        owner: row.get::<_, Option<[u8; 16]>>(1)?.map(|owner| AgentId::from_u128(u128::from_be_bytes(owner))),
        document: QuickReplyDocument {
            slug: slug.parse().map_err(|_| bad(2))?,
            title: row.get(3)?,
            text: row.get(4)?,
            tags: serde_json::from_str(&tags).map_err(|_| bad(5))?,
            language: row.get(6)?,
            workstreams: names.map_err(|_| bad(7))?,
        },
    })
}

fn owner_key(owner: Option<AgentId>) -> Option<[u8; 16]> {
    owner.map(|owner| owner.as_u128().to_be_bytes())
}

/// Puts a quick reply in its place.
fn write(connection: &Connection, now: Timestamp, stored: &StoredQuickReply) -> rusqlite::Result<()> {
    let document = &stored.document;
    let workstreams: Vec<&str> = document.workstreams.iter().map(Slug::as_str).collect();
    let tags = serde_json::to_string(&document.tags).expect("invariant: a list of texts can be written");
    connection.execute(
        "INSERT OR REPLACE INTO quick_replies (id, owner, slug, title, text, tags, language, workstreams, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            stored.id.as_u128().to_be_bytes(),
            owner_key(stored.owner),
            document.slug.as_str(),
            document.title,
            document.text,
            tags,
            document.language,
            workstreams.join(" "),
            millis(now),
        ],
    )?;
    Ok(())
}

/// A slug stands once among the shared ones of a language, and once among an agent's own.
fn check_slug(connection: &Connection, stored: &StoredQuickReply) -> Result<(), RegistryError> {
    let others: i64 = connection.query_row(
        "SELECT count(*) FROM quick_replies WHERE owner IS ?1 AND slug = ?2 AND language IS ?3 AND id <> ?4",
        params![
            owner_key(stored.owner),
            stored.document.slug.as_str(),
            stored.document.language,
            stored.id.as_u128().to_be_bytes(),
        ],
        |row| row.get(0),
    )?;
    if others > 0 { Err(RegistryError::Taken("quick reply")) } else { Ok(()) }
}

impl Registry {
    /// The shared ones and those of this agent, by slug.
    pub(crate) fn quick_replies(&self, agent: AgentId) -> Result<Vec<StoredQuickReply>, RegistryError> {
        let connection = self.lock();
        let sql = format!(
            "SELECT {COLUMNS} FROM quick_replies WHERE owner IS NULL OR owner = ?1 ORDER BY slug, owner IS NULL, language, id"
        );
        let mut rows = connection.prepare(&sql)?;
        let found = rows.query_map([agent.as_u128().to_be_bytes()], read)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// One of them.
    pub(crate) fn quick_reply(&self, agent: AgentId, id: QuickReplyId) -> Result<StoredQuickReply, RegistryError> {
        let connection = self.lock();
        let sql = format!("SELECT {COLUMNS} FROM quick_replies WHERE id = ?1 AND (owner IS NULL OR owner = ?2)");
        let key = (id.as_u128().to_be_bytes(), agent.as_u128().to_be_bytes());
        connection.query_row(&sql, key, read).optional()?.ok_or(RegistryError::Missing("quick reply"))
    }

    /// Keeps a new one.
    pub(crate) fn add_quick_reply(
        &self,
        now: Timestamp,
        by: By,
        stored: &StoredQuickReply,
    ) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let sql = "SELECT count(*) FROM quick_replies WHERE owner IS ?1";
        let there: i64 = transaction.query_row(sql, [owner_key(stored.owner)], |row| row.get(0))?;
        let most = if stored.owner.is_some() { OWN_MAX } else { SHARED_MAX };
        if usize::try_from(there).unwrap_or(usize::MAX) >= most {
            return Err(RegistryError::TooMany { what: "quick replies", most });
        }
        check_slug(&transaction, stored)?;
        write(&transaction, now, stored)?;
        note(&transaction, now, by, "quick reply added", &stored.id.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Keeps what one says now.
    pub(crate) fn change_quick_reply(
        &self,
        now: Timestamp,
        by: By,
        stored: &StoredQuickReply,
    ) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        check_slug(&transaction, stored)?;
        write(&transaction, now, stored)?;
        note(&transaction, now, by, "quick reply changed", &stored.id.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Deletes one.
    pub(crate) fn delete_quick_reply(&self, now: Timestamp, by: By, id: QuickReplyId) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        if transaction.execute("DELETE FROM quick_replies WHERE id = ?1", [id.as_u128().to_be_bytes()])? == 0 {
            return Err(RegistryError::Missing("quick reply"));
        }
        note(&transaction, now, by, "quick reply deleted", &id.to_string())?;
        transaction.commit()?;
        Ok(())
    }
}
