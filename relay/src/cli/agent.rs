//! `rejoin agent …`

use std::io::{BufRead, IsTerminal, Write};

use clap::{Args, Subcommand, ValueEnum};
use model::{DisplayName, Role, Slug, Units};

use super::SettingsArgs;
use crate::control::Order;
use crate::registry::PasswordHash;

#[derive(Debug, Args)]
pub(super) struct AgentArgs {
    #[command(subcommand)]
    verb: AgentVerb,
}

#[derive(Debug, Subcommand)]
enum AgentVerb {
    /// Add a person. The password is read from standard input.
    Add {
        /// The sign-in name: a-z, 0-9 and -.
        name: String,
        /// The name that customers and colleagues read; the sign-in name where left out.
        #[arg(long, value_name = "NAME")]
        display_name: Option<String>,
        /// What they may do.
        #[arg(long, value_enum, default_value = "agent")]
        role: RoleArg,
        /// How much they can carry, in units.
        #[arg(long, default_value_t = 4, value_name = "UNITS")]
        capacity: i32,
        /// A queue they serve; may be given several times.
        #[arg(long = "queue", value_name = "NAME")]
        queues: Vec<String>,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// List everybody.
    List {
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// End a person's sign-ins and let them sign in no more.
    Disable {
        /// The sign-in name.
        name: String,
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Let a disabled person sign in again.
    Enable {
        /// The sign-in name.
        name: String,
        #[command(flatten)]
        settings: SettingsArgs,
    },
    /// Give a person another password, read from standard input, and end their sign-ins.
    SetPassword {
        /// The sign-in name.
        name: String,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        settings: SettingsArgs,
    },
}

/// A password is never an argument: other users can read those.
#[derive(Debug, Args)]
struct PasswordArgs {
    /// Take the first line of standard input without asking.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleArg {
    Agent,
    Supervisor,
    Admin,
}

pub(super) fn run(args: AgentArgs) -> Result<(), String> {
    let (settings, order) = order(args.verb)?;
    super::order(&settings, &order)
}

fn order(verb: AgentVerb) -> Result<(SettingsArgs, Order), String> {
    Ok(match verb {
        AgentVerb::Add { name, display_name, role, capacity, queues, password, settings } => {
            let shown = display_name.unwrap_or_else(|| name.clone());
            let display_name =
                DisplayName::new(&shown).map_err(|mistake| format!("--display-name can't be used: {mistake}."))?;
            if !(0..=1_000).contains(&capacity) {
                return Err("--capacity must be between 0 and 1000 units.".to_owned());
            }
            let order = Order::AddAgent {
                name: slug(&name)?,
                display_name,
                role: match role {
                    RoleArg::Agent => Role::Agent,
                    RoleArg::Supervisor => Role::Supervisor,
                    RoleArg::Admin => Role::Admin,
                },
                capacity: Units(capacity),
                queues: queues.iter().map(|queue| slug(queue)).collect::<Result<_, _>>()?,
                password_hash: password.read()?,
            };
            (settings, order)
        }
        AgentVerb::List { settings } => (settings, Order::ListAgents),
        AgentVerb::Disable { name, settings } => (settings, Order::SetEnabled { name: slug(&name)?, enabled: false }),
        AgentVerb::Enable { name, settings } => (settings, Order::SetEnabled { name: slug(&name)?, enabled: true }),
        AgentVerb::SetPassword { name, password, settings } => {
            (settings, Order::SetPassword { name: slug(&name)?, password_hash: password.read()? })
        }
    })
}

fn slug(name: &str) -> Result<Slug, String> {
    name.parse().map_err(|_| {
        format!("\"{}\" is not a name: use 1 to 40 of a-z, 0-9 and -, beginning with a letter.", name.escape_debug())
    })
}

impl PasswordArgs {
    /// Reads the password and gives its hash.
    fn read(&self) -> Result<String, String> {
        let stdin = std::io::stdin();
        let asks = stdin.is_terminal() && !self.password_stdin;
        let echo = asks.then(|| Echo::off("Password: "));
        let mut line = String::new();
        let read = stdin.lock().read_line(&mut line);
        drop(echo);
        read.map_err(|error| format!("The password can't be read: {error}."))?;
        let password = line.trim_end_matches(['\n', '\r']);
        PasswordHash::of(password).map(PasswordHash::into_stored).map_err(|mistake| {
            let mistake = mistake.to_string();
            format!("{}{}.", mistake[..1].to_uppercase(), &mistake[1..])
        })
    }
}

/// Keeps a typed password off the screen.
struct Echo(Option<rustix::termios::Termios>);

impl Echo {
    fn off(prompt: &str) -> Self {
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "{prompt}");
        let _ = stderr.flush();
        let before = rustix::termios::tcgetattr(std::io::stdin()).ok();
        if let Some(before) = &before {
            let mut quiet = before.clone();
            quiet.local_modes.remove(rustix::termios::LocalModes::ECHO);
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, &quiet);
        }
        Self(before)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Now, before);
            let _ = writeln!(std::io::stderr());
        }
    }
}
