//! What every part of a running relay can reach.

use std::sync::Arc;

use desk::{Author, Input};
use gate::SignInResult;
use log::LogReader;
use model::{ConversationId, SendKey, Timestamp, WidgetId};
use wire::{CloseCode, Jwt};

use crate::clock::Clock;
use crate::declared::Declared;
use crate::desk_task::DeskHandle;
use crate::embedding::Seen;
use crate::handover::Handovers;
use crate::history::History;
use crate::http::{Assets, OwnOrigins, RateLimits};
use crate::metrics::Metrics;
use crate::registry::{Agent, Passwords, Registry};
use crate::settings::{Settings, Source};
use crate::stop::Stopping;
use crate::switchboard::{NameStore, Switchboard};
use crate::webhooks::LastDeliveries;
use crate::widgets::Widgets;

/// A running relay.
#[derive(Debug)]
pub(crate) struct Relay {
    /// As they were at the start; what can change since is in `declared` and `widgets`.
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
    /// The widgets as they are set now.
    pub(crate) widgets: Widgets,
    /// What the settings declare now; held while they are read again.
    pub(crate) declared: tokio::sync::Mutex<Declared>,
    /// Where the settings come from.
    pub(crate) source: Source,
    /// Hand-over codes that are good.
    pub(crate) handovers: Handovers,
    /// The last fact of the log at the start.
    pub(crate) log_began_at: log::Lsn,
    /// What reports are read from.
    pub(crate) history: Arc<History>,
    /// The same for as long as positions may be trusted.
    pub(crate) epoch: u64,
    /// On which sites widgets were seen.
    pub(crate) seen: Seen,
    /// When this relay started.
    pub(crate) started_at: Timestamp,
    /// What became of the last events of webhooks.
    pub(crate) deliveries: Arc<LastDeliveries>,
    /// Held while a webhook is tried.
    pub(crate) trying: tokio::sync::Mutex<()>,
    /// Held while a page is looked at.
    pub(crate) looking: tokio::sync::Mutex<()>,
}

/// The log, for reading.
#[derive(Clone)]
pub(crate) struct Reader(pub(crate) Arc<dyn LogReader>);

impl Reader {
    /// A send that was accepted under this key. `None` too where the log can't be read: whoever retries is told what the desk says.
    pub(crate) async fn find_send(
        &self,
        conversation: ConversationId,
        author: Author,
        key: SendKey,
    ) -> Option<log::FoundSend> {
        let reader = Arc::clone(&self.0);
        let found = tokio::task::spawn_blocking(move || reader.find_send(conversation, author, key)).await;
        found.ok().and_then(Result::ok).flatten()
    }
}

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

    /// What a customer's JWT proves, and counts it. A widget without sign-in refuses every one.
    pub(crate) async fn verify(&self, widget: WidgetId, jwt: &Jwt) -> SignInResult {
        let verifier = self.widgets.get(widget).and_then(|widget| widget.verifier.clone());
        let result = match verifier {
            Some(verifier) => verifier.verify(self.clock.now(), jwt.expose()).await,
            None => SignInResult::Refused,
        };
        self.metrics.customer_sign_in(match result {
            SignInResult::Verified { .. } => "accepted",
            SignInResult::Refused => "refused",
            SignInResult::Unknown => "unknown",
        });
        result
    }

    /// A person is not as they were: everybody who must know it does so at once. Their windows are closed where `close` says so.
    pub(crate) fn agent_changed(&self, agent: &Agent, close: Option<CloseCode>) {
        self.names.put_agent(agent.id, agent.display_name.clone());
        for configuration in agent.configurations() {
            self.desk.tell_surely(Input::Configure(configuration));
        }
        if let Some(code) = close {
            self.switchboard.close_windows(agent.id, code);
        }
    }

    /// The name of the sign-in cookie.
    pub(crate) fn cookie_name(&self) -> &'static str {
        if self.is_secure() { "__Host-rejoin_sign_in" } else { "rejoin_sign_in" }
    }
}
