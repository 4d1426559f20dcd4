//! `rejoin serve`: puts the parts together, runs, and stops in order.

use std::sync::Arc;
use std::time::Duration;

use desk::Input;
use log::Log;
use model::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::declared::Declared;
use crate::desk_task::{self, DeskParts};
use crate::embedding::Seen;
use crate::handover::Handovers;
use crate::history::History;
use crate::http::{self, Assets, Listening, OwnOrigins, RateLimits};
use crate::metrics::Metrics;
use crate::registry::{Agent, Passwords, Registry};
use crate::relay::{Reader, Relay};
use crate::settings::{Settings, Source};
use crate::stop;
use crate::store::DataFolder;
use crate::switchboard::{NameStore, Switchboard};
use crate::webhooks::{LastDeliveries, WebhookParts};
use crate::widgets::Widgets;

/// How long clients get to hear that the relay stops.
const GOODBYE_WITHIN: Duration = Duration::from_secs(5);
/// How long the desk gets to write what was told and its snapshot.
const LAST_WRITE_WITHIN: Duration = Duration::from_secs(4);

/// Runs the relay until a signal stops it.
///
/// # Errors
/// One sentence.
pub(crate) async fn serve(settings: Settings, source: Source) -> Result<(), String> {
    let signals = Signals::hear()?;
    let hangups = hear(SignalKind::hangup())?;
    raise_descriptors();
    let folder = DataFolder::lock(&settings.store.path).map_err(|error| error.to_string())?;
    let listening = Listening::bind(&settings.server.listen)?;
    let health = match settings.server.health_listen.as_str() {
        "" => None,
        address => Some(Listening::bind(address)?),
    };
    let (stopper, stopping) = stop::channel();
    let fatal = Arc::new(Notify::new());
    let relay = open(settings, source, &folder, &listening, stopping.clone(), Arc::clone(&fatal))?;
    let control = crate::control::bind(&folder.path)
        .map_err(|error| format!("The socket for commands in {} failed: {error}.", folder.path.display()))?;
    tokio::spawn(crate::control::serve(control, Arc::clone(&relay)));
    tokio::spawn(crate::reload::on_hangup(Arc::clone(&relay), hangups));
    tokio::spawn(drop_ended_sign_ins(Arc::clone(&relay)));
    tokio::spawn(crate::reload::keep_hours(Arc::clone(&relay)));
    let webhooks = WebhookParts {
        registry: Arc::clone(&relay.registry),
        reader: Arc::clone(&relay.reader.0),
        clock: relay.clock,
        stopping: stopping.clone(),
        head: relay.log_began_at,
        allow_private: relay.settings.webhooks.allow_private_addresses,
        retry_after: relay.settings.webhooks.retry_after,
    };
    crate::webhooks::start(&folder.path, &webhooks)
        .map_err(|error| format!("Webhooks could not be started: {error}."))?;
    crate::history::start(&folder.path, Arc::clone(&relay.reader.0), stopping.clone())
        .map_err(|error| format!("Reports could not be started: {error}."))?;
    let warm = Arc::clone(&relay);
    tokio::task::spawn_blocking(move || warm.passwords.warm_up());
    if let Some(health) = health {
        crate::cli::say(&format!("Health and metrics are on http://{}", health.address));
        tokio::spawn(http::serve(health, http::health_routes(&relay), Arc::clone(&relay), stopping.clone()));
    }
    crate::cli::say(&format!("Rejoin listens on http://{}", listening.address));
    tracing::info!(address = %listening.address, assets = relay.assets.len(), "the relay listens");
    let router = http::routes(&relay);
    let accepting = tokio::spawn(http::serve(listening, router, Arc::clone(&relay), stopping));
    let damaged = signals.or_damage(&fatal).await;
    tracing::info!("the relay stops");
    stopper.stop();
    let _ = accepting.await;
    if damaged {
        return Err("The log can't be used any more; see the messages above.".to_owned());
    }
    say_goodbye(&relay).await;
    let _ = std::fs::remove_file(crate::control::socket_path(&folder.path));
    tracing::info!("the relay has stopped");
    Ok(())
}

fn hear(kind: SignalKind) -> Result<Signal, String> {
    signal(kind).map_err(|error| format!("Signals can't be heard: {error}."))
}

/// The signals that stop the relay.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Hears them from now on.
    fn hear() -> Result<Self, String> {
        Ok(Self { terminate: hear(SignalKind::terminate())?, interrupt: hear(SignalKind::interrupt())? })
    }

    /// Waits for one, or for the desk to give up; `true` for the latter.
    async fn or_damage(mut self, fatal: &Notify) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => false,
            _ = self.interrupt.recv() => false,
            () = fatal.notified() => true,
        }
    }
}

/// Tells clients to come back, waits for them to hear it, then lets the desk write its last.
async fn say_goodbye(relay: &Arc<Relay>) {
    relay.switchboard.drain();
    if tokio::time::timeout(GOODBYE_WITHIN, relay.switchboard.empty()).await.is_err() {
        tracing::info!(connections = ?relay.switchboard.count(), "some connections did not hear the goodbye");
    }
    if tokio::time::timeout(LAST_WRITE_WITHIN, relay.desk.stop()).await.is_err() {
        tracing::warn!("the last snapshot took too long; the next start replays more");
    }
}

fn open(
    settings: Settings,
    source: Source,
    folder: &DataFolder,
    listening: &Listening,
    stopping: stop::Stopping,
    fatal: Arc<Notify>,
) -> Result<Arc<Relay>, String> {
    let registry = Registry::open(&folder.path).map_err(|error| format!("In {}: {error}.", folder.path.display()))?;
    let epoch = registry.epoch().map_err(|error| format!("In {}: {error}.", folder.path.display()))?;
    let file = source.table().map_err(|mistakes| mistakes.to_string())?;
    let (declared, unfit) = Declared::at_start(file, &registry).map_err(|error| error.to_string())?;
    for sentence in unfit {
        tracing::error!(sentence, "settings made by the API are left out");
    }
    for sentence in crate::reload::hidden(&declared) {
        tracing::warn!(sentence, "settings made by the API are hidden");
    }
    let agents = registry.agents().map_err(|error| format!("In {}: {error}.", folder.path.display()))?;
    if agents.is_empty() {
        tracing::warn!("nobody can sign in yet; add people with `rejoin agent add`");
    }
    let log = open_log(folder)?;
    let clock = Clock::start(log.opened.last_at.max(log.opened.alive_at.unwrap_or(log.opened.last_at)));
    let names = Arc::new(NameStore::default());
    for agent in &agents {
        names.put_agent(agent.id, agent.display_name.clone());
    }
    crate::reload::name(&names, &declared);
    let (switchboard, metrics) = (Arc::new(Switchboard::default()), Arc::new(Metrics::new()));
    let reader = Reader(Arc::clone(&log.reader));
    let log_began_at = log.opened.lsn;
    let parts = DeskParts {
        log,
        clock,
        switchboard: Arc::clone(&switchboard),
        names: Arc::clone(&names),
        metrics: Arc::clone(&metrics),
        configuration: configuration(&declared, &agents, clock.now()),
        waiting_max: usize::try_from(settings.limits.waiting_inputs_max).unwrap_or(usize::MAX),
    };
    let desk = desk_task::start(parts, move || fatal.notify_one())
        .map_err(|error| format!("The desk could not be started: {error}."))?;
    Ok(Arc::new(Relay {
        clock,
        desk,
        switchboard,
        names,
        reader,
        registry: Arc::new(registry),
        passwords: Passwords::new(settings.sign_in.checks_at_once),
        rate_limits: RateLimits::new(settings.sign_in.tries_per_name, settings.sign_in.tries_per_address),
        assets: assets(&settings),
        own_origins: OwnOrigins::new(&settings.server, listening.address),
        metrics,
        stopping,
        widgets: Widgets::new(&declared),
        declared: tokio::sync::Mutex::new(declared),
        source,
        handovers: Handovers::default(),
        seen: Seen::default(),
        started_at: clock.now(),
        deliveries: Arc::new(LastDeliveries::new(&folder.path, settings.webhooks.allow_private_addresses)),
        trying: tokio::sync::Mutex::default(),
        looking: tokio::sync::Mutex::default(),
        log_began_at,
        history: Arc::new(History::new(&folder.path)),
        epoch,
        settings,
    }))
}

fn open_log(folder: &DataFolder) -> Result<Log, String> {
    let open = log::open_sqlite(&folder.path, log::SqliteOptions::default());
    open.map_err(|error| format!("In {}: {error}.", folder.path.display()))
}

/// Everything that the desk decides by, as inputs. Unchanged rules make no fact.
fn configuration(settings: &Settings, agents: &[Agent], now: Timestamp) -> Vec<Input> {
    let agents = agents.iter().flat_map(Agent::configurations).map(Input::Configure);
    crate::reload::declared(settings, now).chain(agents).collect()
}

fn assets(settings: &Settings) -> Assets {
    let folder = &settings.server.assets;
    match Assets::read(folder) {
        Ok(assets) => assets,
        Err(reason) => without_folder(&reason),
    }
}

#[cfg(feature = "embed-assets")]
fn without_folder(_reason: &str) -> Assets {
    Assets::embedded()
}

#[cfg(not(feature = "embed-assets"))]
fn without_folder(reason: &str) -> Assets {
    tracing::warn!(reason, "there are no pages to serve; build them with `cargo xtask assets`");
    Assets::default()
}

/// Sign-ins that are over are not kept.
async fn drop_ended_sign_ins(relay: Arc<Relay>) {
    loop {
        let (registry, now) = (Arc::clone(&relay.registry), relay.clock.now());
        let settings = relay.settings.sign_in.clone();
        let drop = move || registry.drop_ended_sign_ins(now, settings.idle_after, settings.ends_after);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(drop).await {
            tracing::warn!(%error, "ended sign-ins were not dropped");
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
}

/// Every connection takes a file descriptor: ask for as many as are allowed.
fn raise_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if setrlimit(Resource::Nofile, limit).is_err() {
        tracing::warn!("the limit of file descriptors could not be raised");
    }
}
