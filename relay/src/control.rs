//! How `rejoin` commands reach a running relay: one JSON line each way over a Unix socket in the data folder, which only the
//! relay's own user can open. Where no relay runs, the same orders are carried out on the folder itself.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{DisplayName, Role, Slug, Timestamp, Units};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use wire::CloseCode;

use crate::registry::{Agent, AgentChange, By, NewAgent, PasswordHash, Registry};
use crate::relay::Relay;
use crate::settings::{Kind, Settings};

/// The longest line.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// What a command asks for. Passwords are hashed before they are sent.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Order {
    AddAgent {
        name: Slug,
        display_name: DisplayName,
        role: Role,
        capacity: Units,
        queues: Vec<Slug>,
        password_hash: String,
    },
    ListAgents,
    SetEnabled {
        name: Slug,
        enabled: bool,
    },
    SetPassword {
        name: Slug,
        password_hash: String,
    },
    /// Read the settings again.
    Reload,
}

/// The answer: lines to print, or one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Report {
    Done(Vec<String>),
    Failed(String),
}

/// What a running relay does beside changing the registry.
trait Follow {
    fn changed(&self, agent: &Agent, signs_out: bool);
}

impl Follow for Arc<Relay> {
    fn changed(&self, agent: &Agent, signs_out: bool) {
        self.agent_changed(agent, signs_out.then_some(CloseCode::SignedOut));
    }
}

/// No relay runs.
impl Follow for () {
    fn changed(&self, _agent: &Agent, _signs_out: bool) {}
}

/// The socket's place.
pub(crate) fn socket_path(folder: &Path) -> PathBuf {
    folder.join("control.sock")
}

/// Carries out an order: by the running relay, else on the folder itself.
pub(crate) fn carry_out(settings: &Settings, order: &Order) -> Report {
    let folder = &settings.store.path;
    if let Ok(stream) = BlockingStream::connect(socket_path(folder)) {
        return ask(stream, order)
            .unwrap_or_else(|error| Report::Failed(format!("The running relay did not answer: {error}.")));
    }
    if let Order::Reload = order {
        return Report::Failed("No relay runs on this data folder; the settings are good.".to_owned());
    }
    let _lock = match crate::store::DataFolder::lock(folder) {
        Ok(lock) => lock,
        Err(error) => return Report::Failed(error.to_string()),
    };
    match Registry::open(folder) {
        Ok(registry) => {
            let made = registry.objects().unwrap_or_default();
            let made = made.into_iter().filter(|made| made.kind == Kind::Queue).map(|made| made.name);
            let queues: Vec<Slug> = settings.queues.iter().map(|queue| queue.name.clone()).chain(made).collect();
            act(&registry, &queues, now(), order, &())
        }
        Err(error) => Report::Failed(sentence(&error.to_string())),
    }
}

fn now() -> Timestamp {
    crate::clock::Clock::start(Timestamp::ZERO).now()
}

fn ask(mut stream: BlockingStream, order: &Order) -> std::io::Result<Report> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    Ok(serde_json::from_str(&answer)?)
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn act(registry: &Registry, known: &[Slug], now: Timestamp, order: &Order, follow: &impl Follow) -> Report {
    let done = match order.clone() {
        Order::AddAgent { name, display_name, role, capacity, queues, password_hash } => {
            if let Some(unknown) = queues.iter().find(|queue| !known.contains(queue)) {
                return Report::Failed(format!("The settings have no queue \"{unknown}\"."));
            }
            let password = PasswordHash::from_stored(password_hash);
            let begins_in = crate::settings::computed();
            let new = NewAgent { name, display_name, role, capacity, queues, begins_in, password };
            registry.add_agent(now, By::CommandLine, &new).map(|agent| {
                follow.changed(&agent, false);
                vec![format!("Added {}.", agent.name)]
            })
        }
        // The running relay does it itself.
        Order::Reload => return Report::Failed("The relay failed.".to_owned()),
        Order::ListAgents => registry.agents().map(|agents| agents.iter().map(line).collect()),
        Order::SetEnabled { name, enabled } => {
            let change = AgentChange { enabled: Some(enabled), ..AgentChange::default() };
            registry.change_named(now, &name, &change).map(|agent| {
                follow.changed(&agent, !enabled);
                vec![format!("{} {}.", if enabled { "Enabled" } else { "Disabled" }, agent.name)]
            })
        }
        Order::SetPassword { name, password_hash } => {
            let password = Some(PasswordHash::from_stored(password_hash));
            registry.change_named(now, &name, &AgentChange { password, ..AgentChange::default() }).map(|agent| {
                follow.changed(&agent, true);
                vec![format!("Set the password of {}; their sign-ins are over.", agent.name)]
            })
        }
    };
    done.map_or_else(|error| Report::Failed(sentence(&error.to_string())), Report::Done)
}

fn line(agent: &Agent) -> String {
    let queues: Vec<&str> = agent.queues.iter().map(Slug::as_str).collect();
    let state = if agent.enabled { "enabled" } else { "disabled" };
    let (name, role) = (&agent.name, crate::registry::role_name(agent.role));
    format!("{name}\t{role}\t{} units\t{}\t{state}", agent.capacity.0, queues.join(","))
}

/// Binds the socket of a running relay.
pub(crate) fn bind(folder: &Path) -> std::io::Result<UnixListener> {
    let path = socket_path(folder);
    // The folder is locked, so nobody listens on what a relay that was killed left behind.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Serves commands for as long as the relay runs.
pub(crate) async fn serve(listener: UnixListener, relay: Arc<Relay>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let relay = Arc::clone(&relay);
        tokio::spawn(async move {
            let talk = tokio::time::timeout(Duration::from_secs(30), talk(stream, relay));
            if !matches!(talk.await, Ok(Ok(()))) {
                tracing::warn!("a command did not get its answer");
            }
        });
    }
}

async fn talk(mut stream: UnixStream, relay: Arc<Relay>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.split();
    let mut line = String::new();
    tokio::io::BufReader::new(reading.take(LINE_BYTES_MAX)).read_line(&mut line).await?;
    let report = match serde_json::from_str::<Order>(&line) {
        Ok(Order::Reload) => match crate::reload::reload(&relay).await {
            Ok(lines) => Report::Done(lines),
            Err(mistakes) => Report::Failed(format!("{mistakes}\nThe settings in use stay as they are.")),
        },
        Ok(order) => {
            let queues = relay.declared.lock().await.queues.iter().map(|queue| queue.name.clone()).collect::<Vec<_>>();
            let act = move || act(&relay.registry, &queues, relay.clock.now(), &order, &relay);
            tokio::task::spawn_blocking(act).await.unwrap_or(Report::Failed("The relay failed.".to_owned()))
        }
        Err(_) => Report::Failed("The running relay is another version; use the same one for commands.".to_owned()),
    };
    let mut answer = serde_json::to_vec(&report)?;
    answer.push(b'\n');
    writing.write_all(&answer).await
}
