//! Keys from an address: fetched when they are needed, kept, and kept on while the server does not answer.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use model::{Millis, Timestamp};
use ureq::Agent;

use super::keys::{KEYS_BYTES_MAX, KeySet};

/// How long a fetch may take, all of it.
pub(super) const FETCH_WITHIN: Duration = Duration::from_secs(5);
/// Keys this old are fetched anew when they are next needed: a key that was withdrawn must stop working.
const FRESH_FOR: Millis = Millis::minutes(10);
/// Keys serve this long without the server (product 3).
const SERVE_FOR: Millis = Millis::hours(24);
/// Between two fetches because of a key that is not known.
const NEWER_EVERY: Millis = Millis::seconds(30);
/// Between two fetches while there are no keys at all.
const TRY_EVERY: Millis = Millis::seconds(5);

/// The keys of one address.
#[derive(Debug)]
pub(super) struct Remote {
    address: String,
    agent: Agent,
    state: Mutex<State>,
    /// Held by whoever fetches; the others wait for what they bring.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    tried_at: Option<Timestamp>,
}

/// Whether keys may be fetched there: https, or http on this machine.
pub(crate) fn is_good_address(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.is_empty() || authority.contains('@') {
        return false;
    }
    scheme == "https" || (scheme == "http" && is_loopback(authority))
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Remote {
    pub(super) fn new(address: &str) -> Self {
        let mut config = Agent::config_builder()
            .timeout_global(Some(FETCH_WITHIN))
            // A redirect could lead anywhere; the address is where the keys are.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("rejoin/", env!("CARGO_PKG_VERSION")));
        if address.starts_with("http://") {
            config = config.proxy(None);
        } else {
            config = config.https_only(true);
        }
        Self {
            address: address.to_owned(),
            agent: config.build().new_agent(),
            state: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The keys, fetched where they are missing or old; `None` where there are none that may still serve.
    pub(super) async fn keys(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        if self.is_fresh(now) {
            return self.serving(now);
        }
        let one = match self.serving(now) {
            // One asks for newer keys; nobody else waits for them while the old ones serve.
            Some(keys) => match self.fetching.try_lock() {
                Ok(one) => one,
                Err(_) => return Some(keys),
            },
            None => self.fetching.lock().await,
        };
        if !self.is_fresh(now) && self.may_try(now) {
            self.fetch(now).await;
        }
        drop(one);
        self.serving(now)
    }

    /// Keys newer than these: `None` where they are as new as may be asked for, `Some(Err)` where the server does not answer.
    pub(super) async fn newer(&self, now: Timestamp, known: &Arc<KeySet>) -> Option<Result<Arc<KeySet>, ()>> {
        let _one = self.fetching.lock().await;
        let (changed, fetched_at, tried_at) = {
            let state = self.lock();
            let fetched = state.keys.clone();
            let changed = fetched.clone().filter(|(keys, _)| !Arc::ptr_eq(keys, known)).map(|(keys, _)| keys);
            (changed, fetched.map(|(_, at)| at), state.tried_at)
        };
        if let Some(keys) = changed {
            return Some(Ok(keys));
        }
        if tried_at.is_some_and(|tried_at| now < tried_at + NEWER_EVERY) {
            let answered = fetched_at >= tried_at;
            return if answered { None } else { Some(Err(())) };
        }
        let answered = self.fetch(now).await;
        match (answered, self.serving(now)) {
            (true, Some(keys)) => Some(Ok(keys)),
            (true, None) => None,
            (false, _) => Some(Err(())),
        }
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.lock().keys.as_ref().is_some_and(|(_, at)| now < *at + FRESH_FOR)
    }

    fn may_try(&self, now: Timestamp) -> bool {
        let state = self.lock();
        let every = if state.keys.is_some() { NEWER_EVERY } else { TRY_EVERY };
        state.tried_at.is_none_or(|tried_at| now >= tried_at + every)
    }

    fn serving(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        let state = self.lock();
        let (keys, at) = state.keys.as_ref()?;
        (now < *at + SERVE_FOR).then(|| Arc::clone(keys))
    }

    /// Whether the server answered with keys.
    async fn fetch(&self, now: Timestamp) -> bool {
        let (agent, address) = (self.agent.clone(), self.address.clone());
        let fetched = tokio::task::spawn_blocking(move || fetch(&agent, &address)).await;
        let mut state = self.lock();
        state.tried_at = Some(now);
        match fetched {
            Ok(Ok(keys)) => {
                state.keys = Some((Arc::new(keys), now));
                true
            }
            Ok(Err(why)) => {
                tracing::warn!(why, "the key server of a widget's sign-in did not answer with keys");
                false
            }
            Err(_) => false,
        }
    }
}

fn fetch(agent: &Agent, address: &str) -> Result<KeySet, &'static str> {
    let answer = agent.get(address).header("accept", "application/json").call();
    let mut answer = answer.map_err(|_| "it can't be reached")?;
    if answer.status() != 200 {
        return Err("its status was not 200");
    }
    let read = answer.body_mut().with_config().limit(KEYS_BYTES_MAX as u64).read_to_vec();
    let bytes = read.map_err(|_| "its answer was cut off, too slow or too large")?;
    KeySet::from_answer(&bytes).ok_or("its answer was not a key set")
}
