//! The command line.

mod agent;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::control::{Order, Report, carry_out};
use crate::settings::{Mistakes, Overrides, Settings, Source};

/// Live chat that survives disconnects.
#[derive(Debug, Parser)]
#[command(name = "rejoin", disable_help_subcommand = true)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the relay.
    Serve(ServeArgs),
    /// Read the settings and report every mistake.
    Check(SettingsArgs),
    /// Make the running relay read its settings again.
    Reload(SettingsArgs),
    /// People who answer.
    Agent(agent::AgentArgs),
    /// Serve the demo portal's static sites, told apart by host name.
    Portal(PortalArgs),
    /// Print the version.
    Version,
}

/// Where settings come from.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SettingsArgs {
    /// The settings file; rejoin.toml in this folder where it exists.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The data folder, instead of [store] path.
    #[arg(long, value_name = "FOLDER")]
    data: Option<String>,
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    settings: SettingsArgs,
    /// The address to listen on, instead of [server] listen.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// How browsers reach the relay, instead of [server] public_url.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The folder with the built pages, instead of [server] assets.
    #[arg(long, value_name = "FOLDER")]
    assets: Option<String>,
}

#[derive(Debug, Args)]
struct PortalArgs {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8081", value_name = "ADDRESS")]
    listen: String,
    /// The folder with one folder per site.
    #[arg(long, default_value = "www/portal", value_name = "FOLDER")]
    dir: PathBuf,
    /// The relay's origin, for the sites' policies.
    #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
    relay: String,
}

/// Prints a line for people, or for whoever started us.
#[expect(clippy::print_stdout, reason = "the command line's answer")]
pub(crate) fn say(line: &str) {
    use std::io::Write;
    println!("{line}");
    // Whoever reads it from a pipe must not wait for more.
    let _ = std::io::stdout().flush();
}

#[expect(clippy::print_stderr, reason = "the command line's answer")]
fn complain(sentences: &str) -> ExitCode {
    eprintln!("{sentences}");
    ExitCode::FAILURE
}

/// Runs the command line.
pub(crate) fn run() -> ExitCode {
    let done = match Command::parse().verb {
        Verb::Serve(args) => serve(&args),
        Verb::Check(args) => args.load(Vec::new()).map(|_| say("The settings are good.")).map_err(|m| m.to_string()),
        Verb::Reload(args) => order(&args, &Order::Reload),
        Verb::Agent(args) => agent::run(args),
        Verb::Portal(args) => {
            runtime().and_then(|runtime| runtime.block_on(crate::portal::serve(&args.listen, &args.dir, &args.relay)))
        }
        Verb::Version => {
            say(concat!("rejoin ", env!("CARGO_PKG_VERSION")));
            Ok(())
        }
    };
    done.map_or_else(|sentences| complain(&sentences), |()| ExitCode::SUCCESS)
}

impl SettingsArgs {
    fn load(&self, flags: Vec<(&'static str, String)>) -> Result<Settings, Mistakes> {
        self.source(flags).load()
    }

    fn source(&self, mut flags: Vec<(&'static str, String)>) -> Source {
        flags.extend(self.data.clone().map(|data| ("store.path", data)));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("REJOIN__"))
            .collect();
        Source { file: self.settings.clone(), overrides: Overrides { environment, flags } }
    }
}

fn serve(args: &ServeArgs) -> Result<(), String> {
    let mut flags = Vec::new();
    flags.extend(args.listen.clone().map(|listen| ("server.listen", listen)));
    flags.extend(args.public_url.clone().map(|url| ("server.public_url", url)));
    flags.extend(args.assets.clone().map(|folder| ("server.assets", folder)));
    let source = args.settings.source(flags);
    let settings = source.load().map_err(|mistakes| mistakes.to_string())?;
    crate::telemetry::start(&settings.logs);
    let runtime = runtime()?;
    let served = runtime.block_on(crate::serve::serve(settings, source));
    // Whatever still runs has had its time.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    served
}

/// Has an order carried out and says what came of it.
fn order(args: &SettingsArgs, order: &Order) -> Result<(), String> {
    let settings = args.load(Vec::new()).map_err(|mistakes| mistakes.to_string())?;
    match carry_out(&settings, order) {
        Report::Done(lines) => {
            lines.iter().for_each(|line| say(line));
            Ok(())
        }
        Report::Failed(sentence) => Err(sentence),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("The runtime could not be started: {error}."))
}
