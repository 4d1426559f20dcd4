//! Running other programs.

use std::{
    ffi::OsStr,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context, Result, bail};

use crate::say;

/// Lines of a failed program's output that are shown.
const TAIL_LINES: usize = 60;

/// Runs a program to its end with its output kept back, and shown only if it fails. `what` is the sentence for that case.
pub(crate) fn quietly(command: &mut Command, what: &str) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("{what}: `{name}` is not installed"),
        Err(error) => return Err(error).with_context(|| format!("{what}: `{name}` can't be started")),
    };
    if output.status.success() {
        return Ok(output);
    }
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().skip(lines.len().saturating_sub(TAIL_LINES)) {
        say::line(&format!("    {line}"));
    }
    bail!("{what}: `{name}` ended with {}", output.status)
}

/// Runs a program with its output shown as it comes.
pub(crate) fn openly(command: &mut Command, what: &str) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = match command.status() {
        Ok(status) => status,
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("{what}: `{name}` is not installed"),
        Err(error) => return Err(error).with_context(|| format!("{what}: `{name}` can't be started")),
    };
    if status.success() { Ok(()) } else { bail!("{what}: `{name}` ended with {status}") }
}

/// The first line that a program prints, if it can be run at all.
pub(crate) fn first_line(program: &OsStr, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(|line| line.trim().to_owned())
}

/// Where a program is on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

/// The cargo that started this chore.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
