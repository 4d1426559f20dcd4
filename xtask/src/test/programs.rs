//! Building and running test programs.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Message, PackageId, TargetKind};

use super::results::Count;
use crate::{run, say, workspace::Workspace};

/// Output lines of a passing test that begin so are shown: what a test measured.
const FIGURE: &str = "figure: ";
/// A test that can't run on this machine says so in such a line, and is not counted as passed.
const SKIPPED: &str = "skipped: ";

/// One built test program.
pub(super) struct Program {
    /// The package that it tests.
    pub package: String,
    /// The target: the crate's own name for unit tests, else the file under `tests/`.
    pub target: String,
    file: PathBuf,
    folder: PathBuf,
    manifest: PathBuf,
}

/// What the build made.
pub(super) struct Built {
    /// In the order of package and target.
    pub tests: Vec<Program>,
    /// The relay's binary, if it was built.
    pub relay: Option<PathBuf>,
}

/// Builds the test programs of packages, and the relay if it is among them.
pub(super) fn build(workspace: &Workspace, packages: &[&str]) -> Result<Built> {
    let mut built = Built { tests: Vec::new(), relay: None };
    compile(workspace, packages, &["test", "--no-run"], &mut built)?;
    if packages.contains(&"rejoin") {
        compile(workspace, packages, &["build", "--bin", "rejoin"], &mut built)?;
    }
    built.tests.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(built)
}

fn compile(workspace: &Workspace, packages: &[&str], arguments: &[&str], built: &mut Built) -> Result<()> {
    let mut command = run::cargo(workspace.root());
    command.args(arguments).args(["--locked", "--message-format=json-render-diagnostics"]);
    command.args(packages.iter().flat_map(|package| ["--package", package]));
    let mut child = command.stdout(Stdio::piped()).spawn().context("cargo can't be started")?;
    let stdout = child.stdout.take().context("cargo has no output")?;
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message.context("cargo's messages can't be read")? {
            let Some(file) = artifact.executable.clone() else { continue };
            if artifact.profile.test {
                let manifest = artifact.manifest_path.clone().into_std_path_buf();
                built.tests.push(Program {
                    package: package_name(&artifact.package_id, &artifact.target.name),
                    target: artifact.target.name.clone(),
                    file: file.into_std_path_buf(),
                    folder: manifest.parent().context("a manifest has a folder")?.to_path_buf(),
                    manifest,
                });
            } else if artifact.target.name == "rejoin" && artifact.target.kind.contains(&TargetKind::Bin) {
                built.relay = Some(file.into_std_path_buf());
            }
        }
    }
    if child.wait()?.success() { Ok(()) } else { bail!("the tests don't compile") }
}

/// The name in `path+file:///…/crates/desk#rejoin-desk@0.1.0`, or in `path+file:///…/xtask#0.1.0`.
fn package_name(id: &PackageId, otherwise: &str) -> String {
    let (path, rest) = id.repr.split_once('#').unwrap_or((otherwise, ""));
    let name = rest.split_once('@').map_or_else(|| path.rsplit('/').next().unwrap_or(otherwise), |(name, _)| name);
    name.to_owned()
}

/// Runs one program to its end or its time limit, and counts.
pub(super) fn run(
    program: &Program,
    environment: &[(&str, String)],
    name: Option<&str>,
    one_at_a_time: bool,
    within: Duration,
) -> Result<Count> {
    let mut command = Command::new(&program.file);
    command
        .current_dir(&program.folder)
        .env("CARGO_MANIFEST_DIR", &program.folder)
        .env("CARGO_MANIFEST_PATH", &program.manifest)
        // Fifty frames of the standard library would hide the sentence that says what failed.
        .env("RUST_LIB_BACKTRACE", "0")
        .envs(environment.iter().map(|(key, value)| (key, value)))
        .arg("--show-output")
        .args(name)
        .args(one_at_a_time.then_some("--test-threads=1"));
    let title = if program.package.ends_with(&program.target) || program.package.replace('-', "_") == program.target {
        program.package.clone()
    } else {
        format!("{} {}", program.package, program.target)
    };
    // A browser test takes its time, so each is named when it is done.
    count(&mut command, &title, one_at_a_time, within)
}

/// Runs the examples in the documentation of packages.
pub(super) fn documentation(cargo: &mut Command, packages: &[&str]) -> Result<Count> {
    cargo.args(["test", "--doc", "--quiet", "--locked"]);
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    count(cargo, "examples in the documentation", false, super::PROGRAM_WITHIN)
}

fn count(command: &mut Command, title: &str, each: bool, within: Duration) -> Result<Count> {
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{title} can't be started"))?;
    let (lines, in_time) = collect(&mut child, each, within)?;
    let status = child.wait()?;
    let output = lines.join("\n");
    let mut counted = Count::read(&output).unwrap_or_default();
    let silent_failure = !status.success() && counted.failed == 0;
    if silent_failure || !in_time {
        counted += Count::one_failure();
    }
    let skipped: Vec<&str> = lines.iter().filter_map(|line| line.trim().strip_prefix(SKIPPED)).collect();
    counted.skip(skipped.len());
    say::line(&format!("  {title}: {counted}, {}", say::duration(began.elapsed())));
    for why in skipped {
        say::line(&format!("    skipped: {why}"));
    }
    for line in lines.iter().filter_map(|line| line.trim().strip_prefix(FIGURE)) {
        say::line(&format!("    {line}"));
    }
    if !in_time {
        say::line(&format!("    was ended after {}: stuck", say::duration(within)));
    }
    if counted.failed > 0 {
        lines.iter().for_each(|line| say::line(&format!("    {line}")));
    }
    Ok(counted)
}

/// Reads a child's output to its end; ends the child when its time is up. Says each finished test if asked to.
fn collect(child: &mut Child, each: bool, within: Duration) -> Result<(Vec<String>, bool)> {
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take().context("a child has an output")?;
    let stderr = child.stderr.take().context("a child has an error output")?;
    let readers = [forward(stdout, sender.clone()), forward(stderr, sender)];
    let deadline = Instant::now() + within;
    let (mut lines, mut in_time) = (Vec::new(), true);
    loop {
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if each && line.starts_with("test ") && line.contains(" ... ") {
                    say::line(&format!("    {line}"));
                }
                lines.push(line);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                in_time = false;
                child.kill()?;
                break;
            }
        }
    }
    if in_time {
        for reader in readers {
            drop(reader.join());
        }
    }
    Ok((lines, in_time))
}

fn forward(from: impl Read + Send + 'static, to: Sender<String>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if to.send(text).is_err() {
                break;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    const RESULT: &str = "echo 'test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out'";

    #[test]
    fn a_program_is_counted_by_what_it_says() {
        let counted = count(&mut shell(RESULT), "t", false, Duration::from_secs(60)).unwrap();
        assert_eq!(counted, Count { passed: 2, failed: 0, skipped: 1 });
    }

    #[test]
    fn a_test_that_says_that_it_was_skipped_did_not_pass() {
        let counted =
            count(&mut shell(&format!("echo 'skipped: no disk'; {RESULT}")), "t", false, Duration::from_secs(60));
        assert_eq!(counted.unwrap(), Count { passed: 1, failed: 0, skipped: 2 });
    }

    #[test]
    fn a_program_that_dies_is_a_failure_whatever_it_said() {
        let counted = count(&mut shell(&format!("{RESULT}; kill -9 $$")), "t", false, Duration::from_secs(60)).unwrap();
        assert_eq!(counted, Count { passed: 2, failed: 1, skipped: 1 });
    }

    #[test]
    fn a_program_that_hangs_is_ended_and_is_a_failure() {
        let counted = count(&mut shell("exec sleep 600"), "t", false, Duration::from_millis(50)).unwrap();
        assert_eq!(counted, Count::one_failure());
    }

    #[test]
    fn a_package_is_named_by_its_id() {
        let name = |repr: &str| package_name(&PackageId { repr: repr.to_owned() }, "?");
        assert_eq!(name("path+file:///x/crates/desk#rejoin-desk@0.1.0"), "rejoin-desk");
        assert_eq!(name("path+file:///x/xtask#0.1.0"), "xtask");
    }
}
