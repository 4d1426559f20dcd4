//! People who answer.

use desk::Configuration;
use model::{AgentId, AgentRules, DisplayName, Role, Slug, Timestamp, Units};
use rusqlite::{Connection, OptionalExtension, Row};

use super::{By, PasswordHash, Registry, RegistryError, millis, note};
use crate::settings::{choice, queue_id};

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
    /// The presence in which they begin when they sign in.
    pub(crate) begins_in: Slug,
}

impl Agent {
    /// All that the desk is told of them.
    pub(crate) fn configurations(&self) -> [Configuration; 2] {
        [Configuration::Agent(self.id, self.rules()), Configuration::DefaultPresence(self.id, choice(&self.begins_in))]
    }

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
    pub(crate) begins_in: Slug,
    pub(crate) password: PasswordHash,
}

/// What is to be different about a person; the rest stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct AgentChange {
    pub(crate) name: Option<Slug>,
    pub(crate) display_name: Option<DisplayName>,
    pub(crate) role: Option<Role>,
    pub(crate) capacity: Option<Units>,
    pub(crate) queues: Option<Vec<Slug>>,
    pub(crate) enabled: Option<bool>,
    pub(crate) begins_in: Option<Slug>,
    pub(crate) password: Option<PasswordHash>,
}

impl AgentChange {
    /// Whether the person is signed out everywhere.
    pub(crate) fn ends_sign_ins(&self) -> bool {
        self.enabled == Some(false) || self.password.is_some()
    }

    /// What the audit says.
    fn told(&self) -> String {
        let mut told = Vec::new();
        told.extend(self.name.as_ref().map(|_| "name changed".to_owned()));
        told.extend(self.display_name.as_ref().map(|_| "display name changed".to_owned()));
        told.extend(self.role.map(|role| format!("role set to {}", role_name(role))));
        told.extend(self.capacity.map(|capacity| format!("capacity set to {}", capacity.0)));
        told.extend(self.queues.as_ref().map(|queues| format!("queues set to {}", join(queues))));
        told.extend(self.enabled.map(|enabled| if enabled { "agent enabled" } else { "agent disabled" }.to_owned()));
        told.extend(self.begins_in.as_ref().map(|presence| format!("default presence set to {presence}")));
        told.extend(self.password.as_ref().map(|_| "password set".to_owned()));
        told.join(", ")
    }
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

const COLUMNS: &str = "id, name, display_name, role, capacity, queues, enabled, begins_in";

fn read(row: &Row<'_>) -> rusqlite::Result<Agent> {
    let id: [u8; 16] = row.get(0)?;
    let name: String = row.get(1)?;
    let display_name: String = row.get(2)?;
    let role: String = row.get(3)?;
    let queues: String = row.get(5)?;
    let begins_in: String = row.get(7)?;
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
        begins_in: begins_in.parse().map_err(|_| bad(7))?,
    })
}

impl Registry {
    /// Adds a person.
    pub(crate) fn add_agent(&self, now: Timestamp, by: By, new: &NewAgent) -> Result<Agent, RegistryError> {
        let id = crate::ids::agent(now);
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let added = transaction.execute(
            "INSERT OR IGNORE INTO agents (id, name, display_name, password, role, capacity, queues, enabled, created_at, begins_in)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9)",
            rusqlite::params![
                id.as_u128().to_be_bytes(),
                new.name.as_str(),
                new.display_name.as_str(),
                new.password.0,
                role_name(new.role),
                new.capacity.0,
                join(&new.queues),
                millis(now),
                new.begins_in.as_str(),
            ],
        )?;
        if added == 0 {
            return Err(RegistryError::NameTaken(new.name.to_string()));
        }
        note(&transaction, now, by, "agent added", &id.to_string())?;
        transaction.commit()?;
        Ok(Agent {
            id,
            name: new.name.clone(),
            display_name: new.display_name.clone(),
            role: new.role,
            capacity: new.capacity,
            queues: new.queues.clone(),
            enabled: true,
            begins_in: new.begins_in.clone(),
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
        let found = connection.query_row(&sql, [name], |row| Ok((read(row)?, PasswordHash(row.get(8)?)))).optional()?;
        Ok(found)
    }

    /// One person, by id.
    pub(crate) fn agent(&self, id: AgentId) -> Result<Option<Agent>, RegistryError> {
        let connection = self.lock();
        let sql = format!("SELECT {COLUMNS} FROM agents WHERE id = ?1");
        Ok(connection.query_row(&sql, [id.as_u128().to_be_bytes()], read).optional()?)
    }

    /// Changes a person. Ends their sign-ins when they are disabled or get another password. The last admin who can sign in stays one.
    pub(crate) fn change_agent(
        &self,
        now: Timestamp,
        by: By,
        id: AgentId,
        change: &AgentChange,
    ) -> Result<Agent, RegistryError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let agent = update(&transaction, id, change)?;
        let takes_an_admin = change.enabled == Some(false) || change.role.is_some_and(|role| role != Role::Admin);
        if takes_an_admin && by != By::CommandLine {
            let sql = "SELECT count(*) FROM agents WHERE enabled AND role = 'admin'";
            let admins: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
            if admins == 0 {
                return Err(RegistryError::LastAdmin);
            }
        }
        if change.ends_sign_ins() {
            transaction.execute("DELETE FROM sign_ins WHERE agent = ?1", [id.as_u128().to_be_bytes()])?;
        }
        note(&transaction, now, by, &change.told(), &id.to_string())?;
        transaction.commit()?;
        Ok(agent)
    }

    /// Changes a person by sign-in name, from the command line.
    pub(crate) fn change_named(
        &self,
        now: Timestamp,
        name: &Slug,
        change: &AgentChange,
    ) -> Result<Agent, RegistryError> {
        let found = self.agent_by_name(name.as_str())?;
        let (agent, _) = found.ok_or_else(|| RegistryError::NoAgent(name.to_string()))?;
        self.change_agent(now, By::CommandLine, agent.id, change)
    }
}

fn update(connection: &Connection, id: AgentId, change: &AgentChange) -> Result<Agent, RegistryError> {
    let key = id.as_u128().to_be_bytes();
    let sql = format!("SELECT {COLUMNS}, password FROM agents WHERE id = ?1");
    let found = connection.query_row(&sql, [key], |row| Ok((read(row)?, PasswordHash(row.get(8)?)))).optional()?;
    let (mut agent, mut password) = found.ok_or(RegistryError::Missing("person"))?;
    let AgentChange { name, display_name, role, capacity, queues, enabled, begins_in, password: new_password } =
        change.clone();
    agent.name = name.unwrap_or(agent.name);
    agent.display_name = display_name.unwrap_or(agent.display_name);
    agent.role = role.unwrap_or(agent.role);
    agent.capacity = capacity.unwrap_or(agent.capacity);
    agent.queues = queues.unwrap_or(agent.queues);
    agent.enabled = enabled.unwrap_or(agent.enabled);
    agent.begins_in = begins_in.unwrap_or(agent.begins_in);
    password = new_password.unwrap_or(password);
    let changed = connection.execute(
        "UPDATE OR IGNORE agents SET name = ?2, display_name = ?3, password = ?4, role = ?5, capacity = ?6, queues = ?7, enabled = ?8,
             begins_in = ?9
         WHERE id = ?1",
        rusqlite::params![
            key,
            agent.name.as_str(),
            agent.display_name.as_str(),
            password.0,
            role_name(agent.role),
            agent.capacity.0,
            join(&agent.queues),
            agent.enabled,
            agent.begins_in.as_str(),
        ],
    )?;
    if changed == 0 { Err(RegistryError::NameTaken(agent.name.to_string())) } else { Ok(agent) }
}

fn join(names: &[Slug]) -> String {
    names.iter().map(Slug::as_str).collect::<Vec<_>>().join(" ")
}
