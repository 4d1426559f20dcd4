//! Sign-ins: a random cookie token, stored only hashed, with an idle and an absolute end.

use model::{AgentId, Millis, Timestamp};
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};

use super::agents::Agent;
use super::{By, Registry, RegistryError, millis, note};

/// What a browser's cookie holds: 256 random bits, written in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CookieToken(String);

impl core::fmt::Debug for CookieToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CookieToken(…)")
    }
}

impl CookieToken {
    /// A new one.
    pub(crate) fn mint() -> Self {
        Self(hex(&crate::ids::random::<32>()))
    }

    /// One that a browser sent; `None` for what can't be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// For the `Set-Cookie` header only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored: looking a hash up leaks nothing by the time that comparing takes.
    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("invariant: writing to a string works");
        text
    })
}

/// Whose sign-in a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedIn {
    /// Who.
    pub(crate) agent: Agent,
}

impl Registry {
    /// Remembers a sign-in.
    pub(crate) fn sign_in(&self, now: Timestamp, agent: AgentId, token: &CookieToken) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT INTO sign_ins (token, agent, made_at, used_at) VALUES (?1, ?2, ?3, ?3)",
            (token.hash(), agent.as_u128().to_be_bytes(), millis(now)),
        )?;
        note(&transaction, now, By::Agent(agent), "signed in", &agent.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Whose sign-in this is, where it still counts. Counts as use when the last one is more than a minute old.
    pub(crate) fn signed_in(
        &self,
        now: Timestamp,
        token: &CookieToken,
        idle_after: Millis,
        ends_after: Millis,
    ) -> Result<Option<SignedIn>, RegistryError> {
        let hash = token.hash();
        let found: Option<(String, i64, i64)> = {
            let connection = self.lock();
            let sql = "SELECT agents.name, made_at, used_at FROM sign_ins JOIN agents ON agents.id = sign_ins.agent
                       WHERE token = ?1 AND enabled";
            connection.query_row(sql, [hash], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?
        };
        let Some((name, made_at, used_at)) = found else { return Ok(None) };
        let age = |since: i64| Millis(u64::try_from(millis(now) - since).unwrap_or(0));
        if age(made_at) >= ends_after || age(used_at) >= idle_after {
            self.lock().execute("DELETE FROM sign_ins WHERE token = ?1", [hash])?;
            return Ok(None);
        }
        if age(used_at) >= Millis::minutes(1) {
            self.lock().execute("UPDATE sign_ins SET used_at = ?2 WHERE token = ?1", (hash, millis(now)))?;
        }
        Ok(self.agent_by_name(&name)?.map(|(agent, _)| SignedIn { agent }))
    }

    /// Ends all sign-ins of a person.
    pub(crate) fn sign_out(&self, now: Timestamp, agent: AgentId) -> Result<(), RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute("DELETE FROM sign_ins WHERE agent = ?1", [agent.as_u128().to_be_bytes()])?;
        note(&transaction, now, By::Agent(agent), "signed out", &agent.to_string())?;
        transaction.commit()?;
        Ok(())
    }

    /// Drops sign-ins that are over.
    pub(crate) fn drop_ended_sign_ins(
        &self,
        now: Timestamp,
        idle_after: Millis,
        ends_after: Millis,
    ) -> Result<(), RegistryError> {
        let sql = "DELETE FROM sign_ins WHERE made_at <= ?1 OR used_at <= ?2";
        self.lock().execute(sql, (millis(now - ends_after), millis(now - idle_after)))?;
        Ok(())
    }
}
