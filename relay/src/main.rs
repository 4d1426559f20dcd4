//! The relay: sockets, log, registry, sign-in, settings, telemetry, static files.
fn main() {}
