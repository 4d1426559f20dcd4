//! HTTP bodies of the relay, as JSON.
//!
//! Every address begins with `/api/`. An error is a [`Problem`]; what an address takes and gives, who may ask, and each error are in
//! docs/API.md.

mod acting;
mod embedding;
mod floor;
mod messages;
mod notes;
mod objects;
mod people;
mod quick_replies;
mod reports;
mod tokens;
mod webhooks;

pub use acting::*;
pub use embedding::*;
pub use floor::*;
pub use messages::*;
pub use notes::*;
pub use objects::*;
pub use people::*;
pub use quick_replies::*;
pub use reports::*;
pub use tokens::*;
pub use webhooks::*;

use model::{AgentId, DisplayName, Role};
use serde::{Deserialize, Serialize};

/// `POST /api/sign-in`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The agent's sign-in name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl core::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SignIn(…)")
    }
}

/// The answer to a sign-in and to `GET /api/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Who.
    pub agent: AgentId,
    /// Their name.
    pub name: DisplayName,
    /// What they may do.
    pub role: Role,
}

/// An error body: RFC 9457 `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code, as a relative reference: `/problems/wrong-password`.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Of `/problems/invalid-values`: every mistake, one sentence each, beginning with the member's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<String>,
}
