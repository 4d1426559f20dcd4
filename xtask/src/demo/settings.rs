//! The demo's settings file.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Writes `rejoin.toml` into the data folder and returns where it is.
pub(super) fn write(data: &Path, assets: &Path, relay: SocketAddr, portal: SocketAddr) -> Result<PathBuf> {
    let file = data.join("rejoin.toml");
    fs::write(&file, text(data, assets, relay, portal))
        .with_context(|| format!("{} can't be written", file.display()))?;
    Ok(file)
}

/// Debug formatting of a string is a TOML basic string for every path that a person would choose.
fn text(data: &Path, assets: &Path, relay: SocketAddr, portal: SocketAddr) -> String {
    let port = portal.port();
    let (store, assets, relay) =
        (data.join("store").display().to_string(), assets.display().to_string(), relay.to_string());
    format!(
        r#"# Written by `cargo xtask demo` at each start.

[server]
listen = {relay:?}
assets = {assets:?}

[store]
path = {store:?}

[logs]
level = "warn"

# What supervisors may do, off by default.
[supervisors]
monitor = true
assign = true
transfer = true
force_close = true

[[queues]]
name = "support"
title = "Support"

[[workstreams]]
name = "chat"
queue = "support"

# Shorter times than a real site would set, so that there is something to see.
[[widgets]]
name = "shop"
sites = ["http://shop.localhost:{port}", "http://care.localhost:{port}"]
workstream = "chat"
disconnect_after = "30s"
reconnect_to_previous_agent_for = "2m"
reconnect_time_limit = "10m"
portal_url = "http://shop.localhost:{port}/product.html"
redirection_url = "http://care.localhost:{port}/late.html"

# The demo portal signs in whoever asks.
[widgets.sign_in]
issuer = "http://127.0.0.1:{port}"
audience = "shop"
jwks_url = "http://127.0.0.1:{port}/demo-keys.json"

[[widgets]]
name = "help"
sites = ["http://help.localhost:{port}"]
workstream = "chat"
disconnect_after = "30s"
reconnect_to_previous_agent_for = "1m"
reconnect_time_limit = "5m"
portal_url = "http://help.localhost:{port}/contact.html"
prompt_anonymous = true
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_toml_whatever_the_folder_is_called() {
        let address = "127.0.0.1:1".parse().unwrap();
        let text = text(Path::new("/a \"b\"\\c"), Path::new("/d"), address, address);
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["store"]["path"].as_str(), Some("/a \"b\"\\c/store"));
    }
}
