//! The relay's own log: fixed sentences, values as fields, never what people wrote (product 10).

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, Logs};

/// Starts logging to standard error.
pub(crate) fn start(logs: &Logs) {
    // Libraries may log what passes through them, frames and headers among it: only our own words, whatever the level.
    let filter = EnvFilter::new(format!("error,rejoin={}", logs.level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match logs.format {
        LogFormat::Text => builder.with_ansi(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        // Not the message: it may quote what somebody wrote.
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
        tracing::error!(place, "a panic");
    }));
}
