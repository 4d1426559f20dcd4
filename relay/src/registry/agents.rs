//! People who answer.

use model::{AgentId, AgentRules, DisplayName, Role, Slug, Timestamp, Units};
use rusqlite::{OptionalExtension, Row};

use super::{PasswordHash, Registry, RegistryError, millis, note};
use crate::settings::queue_id;

/// A person as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    /// Who.
    pub(crate) id: AgentId,
    /// The sign-in name.
    pub(crate) name: Slug,
    /// The name as shown.
    pub(crate) display_name: DisplayName,
    /// What they may do.
    pub(crate) role: Role,
    /// How much they can carry.
    pub(crate) capacity: Units,
    /// The queues they serve.
    pub(crate) queues: Vec<Slug>,
    /// Whether they may sign in.
    pub(crate) enabled: bool,
}

impl Agent {
    /// What the desk decides by.
    pub(crate) fn rules(&self) -> AgentRules {
        AgentRules {
            enabled: self.enabled,
            role: self.role,
            capacity: self.capacity,
            queues: self.queues.iter().map(queue_id).collect(),
        }
    }
}

/// A person to add.
#[derive(Clone, Debug)]
pub(crate) struct NewAgent {
    pub(crate) name: Slug,
    pub(crate) display_name: DisplayName,
    pub(crate) role: Role,
    pub(crate) capacity: Units,
    pub(crate) queues: Vec<Slug>,
    pub(crate) password: PasswordHash,
}

/// A role as it is stored and typed.
pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Agent => "agent",
        Role::Supervisor => "supervisor",
        Role::Admin => "admin",
    }
}

fn parse_role(name: &str) -> Role {
    match name {
        "admin" => Role::Admin,
        "supervisor" => Role::Supervisor,
        _ => Role::Agent,
    }
}

const COLUMNS: &str = "id, name, display_name, role, capacity, queues, enabled";

fn read(row: &Row<'_>) -> rusqlite::Result<Agent> {
    let id: [u8; 16] = row.get(0)?;
    let name: String = row.get(1)?;
    let display_name: String = row.get(2)?;
    let role: String = row.get(3)?;
    let queues: String = row.get(5)?;
    let bad = |column: usize| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, "not a valid name".into())
    };
    Ok(Agent {
        id: AgentId::from_u128(u128::from_be_bytes(id)),
        name: name.parse().map_err(|_| bad(1))?,
        display_name: DisplayName::new(&display_name).map_err(|_| bad(2))?,
        role: parse_role(&role),
        capacity: Units(row.get(4)?),
        queues: queues.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(|_| bad(5))?,
        enabled: row.get(6)?,
    })
}

impl Registry {
    /// Adds a person.
    pub(crate) fn add_agent(&self, now: Timestamp, new: &NewAgent) -> Result<Agent, RegistryError> {
        let id = crate::ids::agent(now);
        let queues: Vec<&str> = new.queues.iter().map(Slug::as_str).collect();
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let added = transaction.execute(
            "INSERT OR IGNORE INTO agents (id, name, display_name, password, role, capacity, queues, enabled, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8)",
            rusqlite::params![
                id.as_u128().to_be_bytes(),
                new.name.as_str(),
                new.display_name.as_str(),
                new.password.0,
                role_name(new.role),
                new.capacity.0,
                queues.join(" "),
                millis(now),
            ],
        )?;
        if added == 0 {
            return Err(RegistryError::NameTaken(new.name.to_string()));
        }
        note(&transaction, now, "agent added", &id.to_string())?;
        transaction.commit()?;
        Ok(Agent {
            id,
            name: new.name.clone(),
            display_name: new.display_name.clone(),
            role: new.role,
            capacity: new.capacity,
            queues: new.queues.clone(),
            enabled: true,
        })
    }

    /// Everybody, by name.
    pub(crate) fn agents(&self) -> Result<Vec<Agent>, RegistryError> {
        let connection = self.lock();
        let mut rows = connection.prepare(&format!("SELECT {COLUMNS} FROM agents ORDER BY name"))?;
        let found = rows.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// One person and their password's hash, by sign-in name.
    pub(crate) fn agent_by_name(&self, name: &str) -> Result<Option<(Agent, PasswordHash)>, RegistryError> {
        let connection = self.lock();
        let sql = format!("SELECT {COLUMNS}, password FROM agents WHERE name = ?1");
        let found = connection.query_row(&sql, [name], |row| Ok((read(row)?, PasswordHash(row.get(7)?)))).optional()?;
        Ok(found)
    }

    /// Lets a person sign in, or no longer. Ends their sign-ins when not.
    pub(crate) fn set_enabled(&self, now: Timestamp, name: &Slug, enabled: bool) -> Result<Agent, RegistryError> {
        let what = if enabled { "agent enabled" } else { "agent disabled" };
        self.change(now, name, what, !enabled, |connection| {
            connection.execute("UPDATE agents SET enabled = ?2 WHERE name = ?1", (name.as_str(), enabled))
        })
    }

    /// Gives a person another password and ends their sign-ins.
    pub(crate) fn set_password(
        &self,
        now: Timestamp,
        name: &Slug,
        password: &PasswordHash,
    ) -> Result<Agent, RegistryError> {
        self.change(now, name, "password set", true, |connection| {
            connection.execute("UPDATE agents SET password = ?2 WHERE name = ?1", (name.as_str(), &password.0))
        })
    }

    fn change(
        &self,
        now: Timestamp,
        name: &Slug,
        what: &str,
        ends_sign_ins: bool,
        update: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<usize>,
    ) -> Result<Agent, RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        if update(&transaction)? == 0 {
            return Err(RegistryError::NoAgent(name.to_string()));
        }
        let sql = format!("SELECT {COLUMNS} FROM agents WHERE name = ?1");
        let agent = transaction.query_row(&sql, [name.as_str()], read)?;
        if ends_sign_ins {
            transaction.execute("DELETE FROM sign_ins WHERE agent = ?1", [agent.id.as_u128().to_be_bytes()])?;
        }
        note(&transaction, now, what, &agent.id.to_string())?;
        transaction.commit()?;
        Ok(agent)
    }
}
