//! Tokens of the HTTP API: random, shown once, stored only hashed. A token acts for the person who has made it, and never does more
//! than they may now.

use model::{AgentId, ApiTokenId, Millis, Timestamp};
use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use wire::api::Scope;

use super::{Agent, By, Registry, RegistryError, millis, note};

/// The most tokens of one relay.
const TOKENS_MAX: usize = 200;
/// What the secret begins with, so that scanners for leaked secrets know it.
const PREFIX: &str = "rejoin_";
/// The last use is written at most this often.
const USE_NOTED_EVERY: Millis = Millis::minutes(1);

/// What a program shows: 256 random bits in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TokenSecret(String);

impl core::fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

impl TokenSecret {
    /// A new one.
    pub(crate) fn mint() -> Self {
        use core::fmt::Write;
        let mut text = PREFIX.to_owned();
        for byte in crate::ids::random::<32>() {
            write!(text, "{byte:02x}").expect("invariant: writing to a string works");
        }
        Self(text)
    }

    /// One that a program sent; `None` for what can't be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let fits = digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// For the answer to whoever made it, once.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Looking a hash up leaks nothing by the time that comparing takes.
    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// A token as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredToken {
    pub(crate) id: ApiTokenId,
    /// For whom it acts.
    pub(crate) agent: AgentId,
    pub(crate) title: String,
    pub(crate) scope: Scope,
    pub(crate) made_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read",
        Scope::Act => "act",
        Scope::Admin => "admin",
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredToken> {
    let time = |at: i64| Timestamp(at.unsigned_abs());
    Ok(StoredToken {
        id: ApiTokenId::from_u128(u128::from_be_bytes(row.get(0)?)),
        agent: AgentId::from_u128(u128::from_be_bytes(row.get(1)?)),
        title: row.get(2)?,
        // What is not known allows the least.
        scope: match row.get::<_, String>(3)?.as_str() {
            "admin" => Scope::Admin,
            "act" => Scope::Act,
            _ => Scope::Read,
        },
        made_at: time(row.get(4)?),
        used_at: row.get::<_, Option<i64>>(5)?.map(time),
    })
}

const COLUMNS: &str = "id, agent, title, scope, made_at, used_at";

impl Registry {
    /// All tokens, oldest first.
    pub(crate) fn tokens(&self) -> Result<Vec<StoredToken>, RegistryError> {
        let connection = self.lock();
        let mut rows = connection.prepare(&format!("SELECT {COLUMNS} FROM api_tokens ORDER BY made_at, id"))?;
        let found = rows.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Keeps a new one.
    pub(crate) fn add_token(&self, by: By, token: &StoredToken, secret: &TokenSecret) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let there: i64 = transaction.query_row("SELECT count(*) FROM api_tokens", [], |row| row.get(0))?;
        if usize::try_from(there).unwrap_or(usize::MAX) >= TOKENS_MAX {
            return Err(RegistryError::TooMany { what: "tokens", most: TOKENS_MAX });
        }
        transaction.execute(
            "INSERT INTO api_tokens (id, secret, agent, title, scope, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                token.id.as_u128().to_be_bytes(),
                secret.hash(),
                token.agent.as_u128().to_be_bytes(),
                token.title,
                scope_name(token.scope),
                millis(token.made_at),
            ],
        )?;
        let what = format!("token made with scope {}", scope_name(token.scope));
        note(&transaction, token.made_at, by, &what, &token.id.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Revokes one: from now on it is as good as none.
    pub(crate) fn delete_token(&self, now: Timestamp, by: By, id: ApiTokenId) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        if transaction.execute("DELETE FROM api_tokens WHERE id = ?1", [id.as_u128().to_be_bytes()])? == 0 {
            return Err(RegistryError::Missing("token"));
        }
        note(&transaction, now, by, "token revoked", &id.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// For whom a token acts, where it counts and they may sign in.
    pub(crate) fn by_token(
        &self,
        now: Timestamp,
        secret: &TokenSecret,
    ) -> Result<Option<(StoredToken, Agent)>, RegistryError> {
        let found = {
            let connection = self.lock();
            let sql = format!("SELECT {COLUMNS} FROM api_tokens WHERE secret = ?1");
            connection.query_row(&sql, [secret.hash()], read).optional()?
        };
        let Some(token) = found else { return Ok(None) };
        if token.used_at.is_none_or(|used_at| now >= used_at + USE_NOTED_EVERY) {
            let key = (token.id.as_u128().to_be_bytes(), millis(now));
            self.lock().execute("UPDATE api_tokens SET used_at = ?2 WHERE id = ?1", key)?;
        }
        let agent = self.agent(token.agent)?.filter(|agent| agent.enabled);
        Ok(agent.map(|agent| (token, agent)))
    }
}
