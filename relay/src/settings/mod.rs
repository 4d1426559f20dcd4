//! Settings: `rejoin.toml`, then `REJOIN__SECTION__KEY`, then flags. `Default` is the documented default, and
//! `rejoin.example.toml` is equal to it. Unknown keys are refused; all mistakes are reported together.

#[cfg(test)]
mod asked;
mod hours;
mod language;
mod load;
mod messages;
mod mistakes;
mod objects;
mod pre_chat;
mod presences;
mod read;
mod reconnect;
mod routing;
pub(crate) mod schema;
mod sections;
mod span;
#[cfg(test)]
mod tests;
mod written;

use std::path::PathBuf;

use model::{Millis, SupervisorRights};

pub(crate) use hours::WeeklyHours;
pub(crate) use language::is_language;
pub(crate) use load::{Overrides, Source};
pub(crate) use messages::{LANGUAGE, MessageKey, MessageSettings, read_change as read_message_change, read_language};
pub(crate) use mistakes::Mistakes;
pub(crate) use objects::{
    QueueSettings, WidgetSettings, WorkstreamSettings, is_origin, presence_id, queue_id, widget_id, workstream_id,
};
pub(crate) use presences::{COMPUTED, PresenceSettings, choice, computed};
pub(crate) use read::Fields;
pub(crate) use written::{Document, Kind, Made, Written, supervisors};

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where the relay is reached.
    pub(crate) server: Server,
    /// Where it keeps what it must not forget.
    pub(crate) store: Store,
    /// How it writes its own log.
    pub(crate) logs: Logs,
    /// How agents sign in.
    pub(crate) sign_in: SignIn,
    /// Limits that depend on the machine.
    pub(crate) limits: Limits,
    /// What programs hear.
    pub(crate) webhooks: Webhooks,
    /// What supervisors may do; all off by default.
    pub(crate) supervisors: SupervisorRights,
    /// Custom presences.
    pub(crate) presences: Vec<PresenceSettings>,
    /// Where Open conversations wait.
    pub(crate) queues: Vec<QueueSettings>,
    /// How each way in is distributed.
    pub(crate) workstreams: Vec<WorkstreamSettings>,
    /// What pages embed.
    pub(crate) widgets: Vec<WidgetSettings>,
    /// Automated messages that are not as they come.
    pub(crate) messages: Vec<MessageSettings>,
    /// Presences, queues, workstreams and widgets as they were written.
    pub(crate) written: Written,
}

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    /// The address to listen on; port 0 takes a free one.
    pub(crate) listen: String,
    /// How browsers reach the relay, without a path; empty: `http://` and the address listened on.
    pub(crate) public_url: String,
    /// Further addresses under which browsers reach the same relay.
    pub(crate) other_urls: Vec<String>,
    /// The folder made by `cargo xtask assets`; a binary with embedded assets uses its own when this is empty.
    pub(crate) assets: PathBuf,
    /// A separate address for `/healthz`, `/readyz` and `/metrics`; empty: the main one.
    pub(crate) health_listen: String,
    /// The header in which a proxy in front names the client's address (its last element counts); empty: nobody is in front.
    pub(crate) client_address_header: String,
    /// How long clients are spread over when the relay stops.
    pub(crate) come_back_within: Millis,
}

/// `[store]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Store {
    /// The data folder; made when missing, locked while a relay runs.
    pub(crate) path: PathBuf,
}

/// `[logs]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logs {
    /// For people or for machines.
    pub(crate) format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub(crate) level: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// `[sign_in]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignIn {
    /// A sign-in that is not used for this long is over.
    pub(crate) idle_after: Millis,
    /// A sign-in is over after this long, used or not.
    pub(crate) ends_after: Millis,
    /// Tries for one name in a burst, and per minute after it.
    pub(crate) tries_per_name: u32,
    /// Tries from one address in a burst, and per minute after it.
    pub(crate) tries_per_address: u32,
    /// Passwords checked at the same time; each takes 19 MiB and one processor.
    pub(crate) checks_at_once: u32,
}

/// `[limits]`. Limits of the protocol are `wire::limits`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// TCP connections at once; more are closed at once.
    pub(crate) connections_max: u32,
    /// Inputs that may wait for the desk; more are refused as `overloaded`.
    pub(crate) waiting_inputs_max: u32,
    /// How long a request's head may take to arrive.
    pub(crate) head_within: Millis,
    /// How long a client may take to read what was sent, before it counts as a slow reader.
    pub(crate) write_within: Millis,
}

/// `[webhooks]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Webhooks {
    /// Webhooks may lead to this machine and into its network.
    pub(crate) allow_private_addresses: bool,
    /// What was not taken is tried again after this; later tries wait longer.
    pub(crate) retry_after: Millis,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { allow_private_addresses: false, retry_after: Millis::seconds(5) }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url: String::new(),
            other_urls: Vec::new(),
            assets: PathBuf::from("dist/assets"),
            health_listen: String::new(),
            client_address_header: String::new(),
            come_back_within: Millis::seconds(3),
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self { path: PathBuf::from("data") }
    }
}

impl Default for Logs {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            idle_after: Millis::hours(12),
            ends_after: Millis::hours(24 * 7),
            tries_per_name: 10,
            tries_per_address: 30,
            checks_at_once: 2,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 100_000,
            waiting_inputs_max: 8_192,
            head_within: Millis::seconds(5),
            write_within: Millis::seconds(10),
        }
    }
}
