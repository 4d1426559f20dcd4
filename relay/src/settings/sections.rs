//! The sections of the settings, one function each.

use std::net::SocketAddr;

use model::SupervisorRights;

use super::objects::is_origin;
use super::read::Fields;
use super::{Limits, LogFormat, Logs, Server, Settings, SignIn, Webhooks};

/// Reads all sections.
pub(super) fn read(fields: &mut Fields<'_>, settings: &mut Settings) {
    fields.section("server", |fields| read_server(fields, &mut settings.server));
    fields.section("store", |fields| fields.take("path", &mut settings.store.path));
    fields.section("logs", |fields| read_logs(fields, &mut settings.logs));
    fields.section("sign_in", |fields| read_sign_in(fields, &mut settings.sign_in));
    fields.section("limits", |fields| read_limits(fields, &mut settings.limits));
    fields.section("webhooks", |fields| read_webhooks(fields, &mut settings.webhooks));
    fields.section("supervisors", |fields| read_supervisors(fields, &mut settings.supervisors));
}

fn read_server(fields: &mut Fields<'_>, server: &mut Server) {
    fields.take("listen", &mut server.listen);
    fields.take("public_url", &mut server.public_url);
    fields.take("other_urls", &mut server.other_urls);
    fields.take("assets", &mut server.assets);
    fields.take("health_listen", &mut server.health_listen);
    fields.take("client_address_header", &mut server.client_address_header);
    fields.take("come_back_within", &mut server.come_back_within);
    for (key, address) in [("listen", &server.listen), ("health_listen", &server.health_listen)] {
        if !(address.is_empty() && key == "health_listen") && address.parse::<SocketAddr>().is_err() {
            fields.mistake(key, "must be an address and a port, such as \"127.0.0.1:8080\"");
        }
    }
    let reached_by_others = server.listen.parse::<SocketAddr>().is_ok_and(|address| !address.ip().is_loopback());
    if server.public_url.is_empty() && reached_by_others {
        fields.mistake("public_url", "must be set when the relay listens on another address than 127.0.0.1 or [::1]");
    }
    if !server.public_url.is_empty() && !is_origin(&server.public_url) {
        fields.mistake("public_url", "must be an origin such as \"https://chat.example.com\", without a path");
    }
    if server.other_urls.iter().any(|url| !is_origin(url)) {
        fields.mistake("other_urls", "each element must be an origin such as \"https://chat.example.com\"");
    }
    if !server.client_address_header.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        fields.mistake("client_address_header", "must be the name of a header such as \"x-forwarded-for\"");
    }
    if server.come_back_within.0 > 60_000 {
        fields.mistake("come_back_within", "must be at most one minute");
    }
}

fn read_webhooks(fields: &mut Fields<'_>, webhooks: &mut Webhooks) {
    fields.take("allow_private_addresses", &mut webhooks.allow_private_addresses);
    fields.take("retry_after", &mut webhooks.retry_after);
    if !(100..=60_000).contains(&webhooks.retry_after.0) {
        fields.mistake("retry_after", "must be between 100 milliseconds and one minute");
    }
}

fn read_supervisors(fields: &mut Fields<'_>, rights: &mut SupervisorRights) {
    fields.take("monitor", &mut rights.monitor);
    fields.take("assign", &mut rights.assign);
    fields.take("transfer", &mut rights.transfer);
    fields.take("force_close", &mut rights.force_close);
}

fn read_logs(fields: &mut Fields<'_>, logs: &mut Logs) {
    match fields.optional::<String>("format").as_deref() {
        None => {}
        Some("text") => logs.format = LogFormat::Text,
        Some("json") => logs.format = LogFormat::Json,
        Some(_) => fields.mistake("format", "must be \"text\" or \"json\""),
    }
    fields.take("level", &mut logs.level);
    if !["error", "warn", "info", "debug", "trace"].contains(&logs.level.as_str()) {
        fields.mistake("level", "must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\"");
    }
}

fn read_sign_in(fields: &mut Fields<'_>, sign_in: &mut SignIn) {
    fields.take("idle_after", &mut sign_in.idle_after);
    fields.take("ends_after", &mut sign_in.ends_after);
    fields.take("tries_per_name", &mut sign_in.tries_per_name);
    fields.take("tries_per_address", &mut sign_in.tries_per_address);
    fields.take("checks_at_once", &mut sign_in.checks_at_once);
    if sign_in.idle_after.0 < 60_000 || sign_in.ends_after < sign_in.idle_after {
        fields.mistake("idle_after", "must be at least one minute and not longer than ends_after");
    }
}

fn read_limits(fields: &mut Fields<'_>, limits: &mut Limits) {
    fields.take("connections_max", &mut limits.connections_max);
    fields.take("waiting_inputs_max", &mut limits.waiting_inputs_max);
    fields.take("head_within", &mut limits.head_within);
    fields.take("write_within", &mut limits.write_within);
    if limits.waiting_inputs_max > 1_000_000 {
        fields.mistake("waiting_inputs_max", "must be at most 1000000");
    }
    for (key, time) in [("head_within", limits.head_within), ("write_within", limits.write_within)] {
        if !(100..=120_000).contains(&time.0) {
            fields.mistake(key, "must be between 100 milliseconds and two minutes");
        }
    }
}
