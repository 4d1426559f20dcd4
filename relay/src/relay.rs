//! What every part of a running relay can reach.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::HeaderValue;
use gate::KnownWidget;
use log::LogReader;
use model::Slug;

use crate::clock::Clock;
use crate::desk_task::DeskHandle;
use crate::http::{Assets, OwnOrigins, RateLimits};
use crate::metrics::Metrics;
use crate::registry::{Passwords, Registry};
use crate::settings::Settings;
use crate::stop::Stopping;
use crate::switchboard::{NameStore, Switchboard};

/// A running relay.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) desk: DeskHandle,
    pub(crate) switchboard: Arc<Switchboard>,
    pub(crate) names: Arc<NameStore>,
    pub(crate) reader: Reader,
    pub(crate) registry: Arc<Registry>,
    pub(crate) passwords: Passwords,
    pub(crate) rate_limits: RateLimits,
    pub(crate) assets: Assets,
    pub(crate) own_origins: OwnOrigins,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stopping: Stopping,
    /// By the name that pages use.
    pub(crate) widgets: BTreeMap<Slug, Arc<KnownWidget>>,
    /// The policies of widgets' pages, by the name in their address.
    pub(crate) widget_policies: BTreeMap<String, HeaderValue>,
    /// The same for as long as positions may be trusted.
    pub(crate) epoch: u64,
}

/// The log, for reading.
#[derive(Clone)]
pub(crate) struct Reader(pub(crate) Arc<dyn LogReader>);

impl core::fmt::Debug for Reader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Reader")
    }
}

impl Relay {
    /// Whether browsers reach the relay by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.settings.server.public_url.starts_with("https://")
    }

    /// The name of the sign-in cookie.
    pub(crate) fn cookie_name(&self) -> &'static str {
        if self.is_secure() { "__Host-rejoin_sign_in" } else { "rejoin_sign_in" }
    }
}
