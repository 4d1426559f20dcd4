//! The relay: sockets, log, registry, sign-in, settings, telemetry, static files. One binary: `rejoin`.
//!
//! ```text
//! http (hyper, axum) ── upgrade ──▶ socket (one task per connection, on a gate)
//!                                      │ inputs                 ▲ answers, heads, views
//!                                      ▼                        │
//!                                   desk_task (one thread) ──▶ switchboard
//!                                      │
//!                                      ▼ log (one writer)      registry: people, sign-ins, audit
//! ```

mod automated;
mod cli;
mod clock;
mod control;
mod declared;
mod demo_identity;
mod desk_task;
mod embedding;
mod handover;
mod history;
mod http;
mod identity;
mod ids;
mod metrics;
mod portal;
mod qr;
mod registry;
mod relay;
mod reload;
mod serve;
mod settings;
mod socket;
mod stop;
mod store;
mod switchboard;
mod telemetry;
mod utc;
mod webhooks;
mod widgets;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
