//! `cargo xtask demo`: a relay with an embedded store, a portal with two sites, and four people who can sign in.

mod accounts;
mod children;
mod settings;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use children::{Child, Ended};

use crate::{assets, run, say, workspace::Workspace};

/// Where the demo runs.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The relay's address.
    #[arg(long, default_value = "127.0.0.1:8080")]
    relay: SocketAddr,
    /// The portal's address; its sites are shop.localhost and help.localhost on this port.
    #[arg(long, default_value = "127.0.0.1:8081")]
    portal: SocketAddr,
    /// The folder for conversations, accounts and settings.
    #[arg(long, default_value = "data/demo")]
    data: PathBuf,
}

/// Builds, starts, and stays until Ctrl-C.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    // What a person has to put right comes before minutes of compiling.
    port_is_free(options.relay, "--relay")?;
    port_is_free(options.portal, "--portal")?;
    let data = workspace.root().join(&options.data);
    folder_is_writable(&data)?;

    let assets = assets::run(workspace, &assets::Options::default())?;
    let step = say::step("compiling the relay", Some("about 4 minutes on a new machine"));
    let mut build = run::cargo(workspace.root());
    run::quietly(build.args(["build", "--locked", "--package", "rejoin"]), "the relay didn't build")?;
    step.done("");

    let binary = workspace.target().join("debug/rejoin");
    let settings = settings::write(&data, &assets, options.relay, options.portal)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(serve(workspace, options, &binary, &settings))
}

fn port_is_free(address: SocketAddr, flag: &str) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) => {
            bail!("{address} can't be used ({error}); stop what listens there or choose another address with {flag}")
        }
    }
}

fn folder_is_writable(folder: &Path) -> Result<()> {
    let probe = folder.join(".writable");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&probe, ""))
        .and_then(|()| fs::remove_file(&probe))
        .with_context(|| format!("the folder {} can't be written; choose another one with --data", folder.display()))
}

async fn serve(workspace: &Workspace, options: &Options, binary: &Path, settings: &Path) -> Result<ExitCode> {
    let mut stop = children::StopSignal::new()?;
    let accounts = accounts::ready(binary, settings)?;
    let mut relay = Child::start("the relay", binary, &["serve", "--settings", &settings.to_string_lossy()])?;
    let portal_folder = workspace.root().join("www/portal");
    let (portal_address, relay_url) = (options.portal.to_string(), format!("http://{}", options.relay));
    let arguments =
        ["portal", "--listen", &portal_address, "--dir", &portal_folder.to_string_lossy(), "--relay", &relay_url];
    let mut portal = Child::start("the portal", binary, &arguments)?;

    let run = async {
        children::answers(options.relay, "/readyz").await;
        children::answers(options.portal, "/").await;
        welcome(options, &accounts);
        std::future::pending::<Result<Ended>>().await
    };
    let ended = tokio::select! {
        failed = run => failed,
        () = stop.comes() => Ok(Ended::Asked),
        ended = relay.ends() => Ok(ended),
        ended = portal.ends() => Ok(ended),
    };
    say::line("\n· stopping");
    portal.stop().await;
    relay.stop().await;
    match ended? {
        Ended::Asked => Ok(ExitCode::SUCCESS),
        Ended::ByItself(sentence) => bail!("{sentence}; its last words are above"),
    }
}

fn welcome(options: &Options, accounts: &[accounts::Account]) {
    let port = options.portal.port();
    say::line("");
    say::line(&format!("  Shop      {}", say::strong(&format!("http://shop.localhost:{port}/"))));
    say::line(&format!("  Help      {}", say::strong(&format!("http://help.localhost:{port}/"))));
    say::line(&format!("  Console   {}", say::strong(&format!("http://{}/console/", options.relay))));
    say::line("");
    for account in accounts {
        say::line(&format!("  {:<8}  {:<16}  {}", account.name, account.password, account.role));
    }
    say::line("");
    say::line("  Open the shop in one window and the console in another. Ctrl-C stops.");
}
