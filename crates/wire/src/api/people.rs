//! People: `/api/people`.

use model::{AgentId, DisplayName, Role, Slug, Units};
use serde::{Deserialize, Serialize};

/// `GET /api/people`: everybody, by sign-in name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// The people.
    pub people: Vec<Person>,
}

/// One person; `GET /api/people/{id}`, and the answer to a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: AgentId,
    /// The sign-in name.
    pub name: Slug,
    /// The name that customers and colleagues read.
    pub display_name: DisplayName,
    /// What they may do.
    pub role: Role,
    /// How much they can carry, 0 to 1,000 units.
    pub capacity: Units,
    /// The queues they serve.
    pub queues: Vec<Slug>,
    /// Whether they may sign in.
    pub enabled: bool,
    /// The presence in which they begin when they sign in: `computed`, `do-not-disturb`, `away`, `offline`, or the name of a custom one
    /// on one of the last three.
    pub default_presence: Slug,
}

/// `POST /api/people`: a new person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    /// The sign-in name; nobody else's.
    pub name: Slug,
    /// The name that is shown; the sign-in name where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// What they may do; an agent where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// How much they can carry, 0 to 1,000 units; 4 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Units>,
    /// The queues they serve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<Slug>,
    /// See [`Person::default_presence`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_presence: Option<Slug>,
    /// Their first password: at least 8 characters, at most 512 bytes.
    pub password: String,
}

impl core::fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "NewPerson({})", self.name)
    }
}

/// `PATCH /api/people/{id}`: what is left out stays. Another role or name opens their windows anew; a person who is disabled, or gets
/// another password, is signed out everywhere.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChange {
    /// The sign-in name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Slug>,
    /// The name that is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<DisplayName>,
    /// What they may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// How much they can carry, 0 to 1,000 units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Units>,
    /// The queues they serve, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queues: Option<Vec<Slug>>,
    /// Whether they may sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// See [`Person::default_presence`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_presence: Option<Slug>,
    /// Another password: at least 8 characters, at most 512 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl core::fmt::Debug for PersonChange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PersonChange(…)")
    }
}
