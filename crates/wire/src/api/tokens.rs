//! Tokens for programs, `/api/tokens`, and who did what, `/api/audit`.

use model::{AgentId, ApiTokenId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a token allows; each includes those before it. Never more than the person may for whom it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Reads.
    Read,
    /// Does what an agent does.
    Act,
    /// Configures.
    Admin,
}

/// `GET /api/tokens`, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// The tokens, without their secrets.
    pub tokens: Vec<Token>,
}

/// One token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Which.
    pub id: ApiTokenId,
    /// The admin who has made it, for whom it acts: it ends with their account and loses what they lose.
    pub agent: AgentId,
    /// What it is for.
    pub title: String,
    /// What it allows.
    pub scope: Scope,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last used, give or take a minute.
    pub used_at: Option<Timestamp>,
}

/// `POST /api/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// What it is for: 1 to 100 characters.
    pub title: String,
    /// What it allows.
    pub scope: Scope,
}

/// The answer to `POST /api/tokens`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeToken {
    /// The token.
    pub token: Token,
    /// What goes after `Authorization: Bearer`. Shown this once; the relay keeps a hash.
    pub secret: String,
}

impl core::fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "MadeToken({})", self.token.id)
    }
}

/// `GET /api/audit?before&limit`, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// The rows.
    pub rows: Vec<AuditRow>,
}

/// Who did what. What happens in conversations is in their entries instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its number; `before` takes one.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// A person's or a token's id, or `command-line`; `None` in rows of older versions.
    pub by: Option<String>,
    /// What was done.
    pub what: String,
    /// To what: an id or a name.
    pub about: String,
}
