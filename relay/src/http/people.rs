//! `/api/people`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use model::{AgentId, AgentRules, DisplayName, Presence, PresenceChoice, Role, Slug, Units};
use wire::CloseCode;
use wire::api::{People, Person};

use super::Problem;
use super::api::{answer, document, read, registry};
use super::caller::Caller;
use super::policy::Act;
use crate::registry::{Agent, AgentChange, NewAgent, PasswordHash};
use crate::relay::Relay;
use crate::settings::{COMPUTED, Fields, choice, computed};

/// What a person can carry where nothing is said.
const CAPACITY: Units = Units(4);
/// The most queues that one person serves.
const QUEUES_MAX: usize = 100;

/// `GET /api/people`
pub(super) async fn list(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeePeople).await?;
    let people = registry(&relay, |registry| registry.agents()).await?;
    Ok(answer(StatusCode::OK, &People { people: people.into_iter().map(shown).collect() }))
}

/// `GET /api/people/{id}`
pub(super) async fn one(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::SeePeople).await?;
    let id = person(&id)?;
    let agent = registry(&relay, move |registry| registry.agent(id)).await?;
    Ok(answer(StatusCode::OK, &shown(agent.ok_or_else(|| Problem::unknown("person"))?)))
}

/// `POST /api/people`
pub(super) async fn add(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ChangePeople).await?;
    let document = document(request).await?;
    let known = Known::of(&relay).await;
    let (name, said) = read(&document, |fields| {
        let name: Option<Slug> = fields.required("name");
        if !fields.has("password") {
            fields.mistake("password", "is missing");
        }
        let said = read_change(fields, &known);
        Some((name?, said))
    })?;
    let Some(password) = said.password else { return Err(Problem::fault()) };
    let password = hashed(&relay, password).await?;
    let new = NewAgent {
        display_name: said
            .display_name
            .map_or_else(|| DisplayName::new(name.as_str()).map_err(|_| Problem::fault()), Ok)?,
        name,
        role: said.role.unwrap_or(Role::Agent),
        capacity: said.capacity.unwrap_or(CAPACITY),
        queues: said.queues.unwrap_or_default(),
        begins_in: said.begins_in.unwrap_or_else(computed),
        password,
    };
    let now = relay.clock.now();
    let agent = registry(&relay, move |registry| registry.add_agent(now, caller.by, &new)).await?;
    relay.agent_changed(&agent, None);
    Ok(answer(StatusCode::CREATED, &shown(agent)))
}

/// `PATCH /api/people/{id}`
pub(super) async fn change(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ChangePeople).await?;
    let id = person(&id)?;
    let document = document(request).await?;
    let known = Known::of(&relay).await;
    let said = read(&document, |fields| {
        let name: Option<Slug> = fields.optional("name");
        Some(Said { name, ..read_change(fields, &known) })
    })?;
    let password = match said.password {
        Some(password) => Some(hashed(&relay, password).await?),
        None => None,
    };
    let change = AgentChange {
        name: said.name,
        display_name: said.display_name,
        role: said.role,
        capacity: said.capacity,
        queues: said.queues,
        enabled: said.enabled,
        begins_in: said.begins_in,
        password,
    };
    let now = relay.clock.now();
    let close = close_of(&change);
    let agent = registry(&relay, move |registry| registry.change_agent(now, caller.by, id, &change)).await?;
    relay.agent_changed(&agent, close);
    Ok(answer(StatusCode::OK, &shown(agent)))
}

/// What becomes of the windows of somebody who changes: their welcome names name and role, so that another one needs a new hello.
fn close_of(change: &AgentChange) -> Option<CloseCode> {
    if change.ends_sign_ins() {
        Some(CloseCode::SignedOut)
    } else if change.role.is_some() || change.display_name.is_some() {
        Some(CloseCode::Resync)
    } else {
        None
    }
}

fn person(id: &str) -> Result<AgentId, Problem> {
    id.parse().map_err(|_| Problem::unknown("person"))
}

/// What a person can be set to.
struct Known {
    queues: Vec<Slug>,
    /// Custom presences with their bases.
    presences: Vec<(Slug, Presence)>,
}

impl Known {
    async fn of(relay: &Relay) -> Self {
        let settings = relay.declared.lock().await;
        let presences = settings.presences.iter().map(|presence| (presence.name.clone(), presence.base));
        Self {
            queues: settings.queues.iter().map(|queue| queue.name.clone()).collect(),
            presences: presences.collect(),
        }
    }

    /// Why somebody can't begin in this presence.
    fn mistake(&self, presence: &Slug) -> Option<String> {
        let custom = || self.presences.iter().find(|(name, _)| name == presence).map(|(_, base)| *base);
        match choice(presence) {
            None if presence.as_str() == COMPUTED => None,
            Some(PresenceChoice::Base(base)) if base.lasts() => None,
            Some(PresenceChoice::Base(_)) | None => Some(
                "must be \"computed\", \"do-not-disturb\", \"away\", \"offline\" or the name of a custom presence"
                    .to_owned(),
            ),
            Some(PresenceChoice::Custom(_)) => match custom() {
                Some(base) if base.lasts() => None,
                Some(_) => Some("must not be a presence on \"available\" or \"busy\": these are computed".to_owned()),
                None => Some(format!("there is no presence \"{presence}\"")),
            },
        }
    }
}

async fn hashed(relay: &Relay, password: String) -> Result<PasswordHash, Problem> {
    relay.passwords.hash(password).await.map_err(|_| Problem::fault())
}

/// What a body says about a person.
#[derive(Default)]
struct Said {
    name: Option<Slug>,
    display_name: Option<DisplayName>,
    role: Option<Role>,
    capacity: Option<Units>,
    queues: Option<Vec<Slug>>,
    enabled: Option<bool>,
    begins_in: Option<Slug>,
    password: Option<String>,
}

fn read_change(fields: &mut Fields<'_>, known: &Known) -> Said {
    let said = Said {
        name: None,
        display_name: fields.optional("display_name"),
        role: fields.optional("role"),
        capacity: fields.optional("capacity"),
        queues: fields.optional("queues"),
        enabled: fields.optional("enabled"),
        begins_in: fields.optional("default_presence"),
        password: fields.optional("password"),
    };
    if let Some(capacity) = said.capacity {
        let rules = AgentRules { enabled: true, role: Role::Agent, capacity, queues: Vec::new() };
        for mistake in rules.mistakes() {
            fields.mistake("capacity", mistake);
        }
    }
    for unknown in said.queues.iter().flatten().filter(|queue| !known.queues.contains(queue)) {
        fields.mistake("queues", format!("there is no queue \"{unknown}\""));
    }
    if said.queues.as_ref().is_some_and(|queues| queues.len() > QUEUES_MAX) {
        fields.mistake("queues", format!("must name at most {QUEUES_MAX} queues"));
    }
    if let Some(mistake) = said.begins_in.as_ref().and_then(|presence| known.mistake(presence)) {
        fields.mistake("default_presence", mistake);
    }
    if let Some(Err(mistake)) = said.password.as_deref().map(PasswordHash::check) {
        fields.mistake("password", mistake);
    }
    said
}

fn shown(agent: Agent) -> Person {
    let Agent { id, name, display_name, role, capacity, queues, enabled, begins_in } = agent;
    Person { id, name, display_name, role, capacity, queues, enabled, default_presence: begins_in }
}
