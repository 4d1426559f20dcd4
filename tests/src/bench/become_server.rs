//! Servers that die with the benchmark, however it ends: a killed measurement must not leave a relay under load behind.
//!
//! The death signal has to be asked for by the child itself, so every server is started through this program, which asks and then
//! becomes the server.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

const ASKED: &str = "--become";

/// The same command, started through this program.
///
/// # Errors
/// Where the program can't be found.
pub(super) fn mortal(command: &Command) -> Result<Command> {
    let mut through = Command::new(std::env::current_exe().context("this program has no path")?);
    through.arg(ASKED).arg(std::process::id().to_string()).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => through.env(name, value),
            None => through.env_remove(name),
        };
    }
    Ok(through)
}

/// Becomes another program where that is what this one was started for. `None`: it was not.
#[must_use]
pub fn become_server() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != ASKED {
        return None;
    }
    let parent = arguments.next()?.to_str()?.parse().ok().and_then(Pid::from_raw);
    let mut command = Command::new(arguments.next()?);
    command.args(arguments);
    let failed = exchange(parent, &mut command).err();
    Some(ExitCode::from(if failed.is_some() { 127 } else { 0 }))
}

fn exchange(parent: Option<Pid>, command: &mut Command) -> Result<()> {
    die_with_parent()?;
    if getppid() != parent {
        bail!("the benchmark is over already");
    }
    Err(command.exec().into())
}

/// Ends this process when the one that started it ends.
///
/// # Errors
/// Where the kernel does not offer that.
pub fn die_with_parent() -> Result<()> {
    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}
