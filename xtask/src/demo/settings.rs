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

[[queues]]
name = "support"
title = "Support"

[[workstreams]]
name = "chat"
queue = "support"

[[widgets]]
name = "shop"
sites = ["http://shop.localhost:{port}"]
workstream = "chat"

[[widgets]]
name = "help"
sites = ["http://help.localhost:{port}"]
workstream = "chat"
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
