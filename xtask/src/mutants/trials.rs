//! Building the copy, and running the tests against one mutant.

use std::{
    collections::BTreeMap,
    fmt,
    io::BufReader,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    str::FromStr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::{
    Message,
    diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan},
};

use super::{
    copies::{CHOICE, Copies},
    listed::{Mutant, PACKAGES},
};
use crate::{run, say};

/// Built along: its stories prove all three.
const TESTKIT: &str = "rejoin-testkit";
/// A test program may take this long, and so many times what it takes with nothing changed: machines are shared.
const AT_LEAST: Duration = Duration::from_secs(60);
const TIMES_LONGER: u32 = 10;
/// A mutant that never stops collecting must not take the machine's memory along. In KB.
const MEMORY: &str = "4000000";
/// The sweeps in small: a mutant that survives a few seconds of them would survive many.
const SMALLER: [(&str, &str); 2] = [("REJOIN_SIM_STEPS", "200000"), ("REJOIN_WORLDS", "12")];
/// `timeout` says so.
const RAN_OUT_OF_TIME: i32 = 124;
/// Of what doesn't compile something is taken out each time.
const ROUNDS: usize = 20;

/// What became of a mutant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// This test program failed.
    Caught(String),
    /// This test program didn't end.
    TimedOut(String),
    /// All tests passed.
    Missed,
    /// It doesn't compile.
    Unviable,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caught(by) => write!(f, "caught by {by}"),
            Self::TimedOut(by) => write!(f, "out of time in {by}"),
            Self::Missed => f.write_str("missed"),
            Self::Unviable => f.write_str("unviable"),
        }
    }
}

impl FromStr for Outcome {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let after = |begin: &str| text.strip_prefix(begin).map(str::to_owned);
        match text {
            "missed" => Ok(Self::Missed),
            "unviable" => Ok(Self::Unviable),
            _ => {
                after("caught by ").map(Self::Caught).or_else(|| after("out of time in ").map(Self::TimedOut)).ok_or(())
            }
        }
    }
}

/// The test programs with all mutants in them.
pub(super) struct Trials {
    programs: Vec<Program>,
    numbers: BTreeMap<String, usize>,
}

struct Program {
    package: String,
    target: String,
    file: PathBuf,
    folder: PathBuf,
    within: Duration,
}

impl Trials {
    /// Compiles, and takes out what doesn't, until the rest does.
    pub(super) fn build(target: &Path, copies: &mut Copies, mutants: &[&Mutant]) -> Result<Self> {
        for _ in 0..ROUNDS {
            copies.write(mutants, None)?;
            match compile(copies.tree(), target)? {
                Ok(programs) => {
                    let numbers = mutants.iter().map(|mutant| (mutant.key.clone(), copies.number(mutant))).collect();
                    return Ok(Self { programs, numbers });
                }
                Err(errors) => {
                    let mut is_blamed = false;
                    for (file, line, _) in &errors {
                        is_blamed |= copies.blame(file, *line);
                    }
                    if !is_blamed {
                        errors.iter().for_each(|(_, _, text)| say::line(text));
                        bail!("the copy doesn't compile, and no mutant is to blame");
                    }
                }
            }
        }
        bail!("after {ROUNDS} rounds the copy still doesn't compile")
    }

    /// Runs everything with nothing changed, which must pass, and learns how long it takes.
    pub(super) fn timed(mut self) -> Result<Self> {
        for program in &mut self.programs {
            let began = Instant::now();
            if program.run(0)? != Some(0) {
                bail!("{} fails with nothing changed", program.target);
            }
            program.within = AT_LEAST.max(began.elapsed() * TIMES_LONGER);
            say::line(&format!("  {} {}: {}", program.package, program.target, say::duration(began.elapsed())));
        }
        Ok(self)
    }

    /// Runs what may catch it, cheapest first, until something does.
    pub(super) fn try_one(&self, mutant: &Mutant) -> Result<Outcome> {
        let number = self.numbers.get(&mutant.key).copied().unwrap_or_default();
        for program in self.programs.iter().filter(|program| program.is_about(&mutant.package)) {
            match program.run(number)? {
                Some(0) => {}
                Some(RAN_OUT_OF_TIME) => return Ok(Outcome::TimedOut(program.target.clone())),
                _ => return Ok(Outcome::Caught(program.target.clone())),
            }
        }
        Ok(Outcome::Missed)
    }

    /// Compiles one mutant that can't be chosen at run time, and tries it.
    pub(super) fn try_alone(&self, target: &Path, copies: &mut Copies, mutant: &Mutant) -> Result<Outcome> {
        copies.write(&[], Some(mutant))?;
        let Ok(programs) = compile(copies.tree(), target)? else { return Ok(Outcome::Unviable) };
        let within = |program: &Program| {
            let same = self.programs.iter().find(|other| other.file == program.file || other.target == program.target);
            same.map_or(AT_LEAST, |same| same.within)
        };
        let programs = programs.into_iter().map(|program| Program { within: within(&program), ..program }).collect();
        Self { programs, numbers: BTreeMap::new() }.try_one(mutant)
    }
}

impl Program {
    /// Whether it proves something about a package, and how early it is worth running.
    fn is_about(&self, package: &str) -> bool {
        self.package == package || self.package == TESTKIT
    }

    /// Its exit code, if it ended by itself.
    fn run(&self, mutant: usize) -> Result<Option<i32>> {
        let status = Command::new("nice")
            .arg("timeout")
            .arg(self.within.as_secs().to_string())
            .args(["sh", "-c", "ulimit -v \"$1\"; ulimit -c 0; exec \"$0\"", &self.file.display().to_string(), MEMORY])
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("INSTA_UPDATE", "no")
            .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true")
            .env("RUST_BACKTRACE", "0")
            .env(CHOICE, mutant.to_string())
            .envs(SMALLER)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("`nice` can't be started")?;
        Ok(status.code())
    }
}

/// An error of the compiler: file, line, and all of it.
type CompileError = (String, usize, String);

fn compile(tree: &Path, target: &Path) -> Result<Result<Vec<Program>, Vec<CompileError>>> {
    let mut command = run::cargo(tree);
    command.args(["test", "--no-run", "--quiet", "--locked", "--message-format=json", "--target-dir"]).arg(target);
    command.args(PACKAGES.iter().chain([&TESTKIT]).flat_map(|package| ["--package", package]));
    let mut child = command.stdout(Stdio::piped()).spawn().context("cargo can't be started")?;
    let stdout = child.stdout.take().context("cargo has no output")?;
    let (mut programs, mut errors) = (Vec::new(), Vec::new());
    for message in Message::parse_stream(BufReader::new(stdout)) {
        match message.context("cargo's messages can't be read")? {
            Message::CompilerMessage(message) if message.message.level == DiagnosticLevel::Error => {
                errors.extend(error(&message.message));
            }
            Message::CompilerArtifact(artifact) => {
                let Some(file) = artifact.executable.filter(|_| artifact.profile.test) else { continue };
                let manifest = artifact.manifest_path.into_std_path_buf();
                let folder = manifest.parent().context("a manifest has a folder")?.to_path_buf();
                programs.push(Program {
                    package: format!("rejoin-{}", folder.file_name().unwrap_or_default().display()),
                    target: artifact.target.name,
                    file: file.into_std_path_buf(),
                    folder,
                    within: AT_LEAST,
                });
            }
            Message::CompilerMessage(_)
            | Message::BuildScriptExecuted(_)
            | Message::BuildFinished(_)
            | Message::TextLine(_)
            | _ => {}
        }
    }
    if !child.wait()?.success() {
        return Ok(Err(errors));
    }
    programs.sort_by_key(|program| (program.package == TESTKIT, order(&program.target), program.target.clone()));
    Ok(Ok(programs))
}

/// The sweeps come last.
fn order(target: &str) -> usize {
    match target {
        "simulation" => 1,
        "storms" => 2,
        _ => 0,
    }
}

fn error(diagnostic: &Diagnostic) -> Option<CompileError> {
    let span = diagnostic.spans.iter().find(|span| span.is_primary)?;
    let outer = outermost(span);
    let text = diagnostic.rendered.clone().unwrap_or_else(|| diagnostic.message.clone());
    Some((outer.file_name.clone(), outer.line_start, text))
}

/// Where a macro was called.
fn outermost(span: &DiagnosticSpan) -> &DiagnosticSpan {
    span.expansion.as_ref().map_or(span, |expansion| outermost(&expansion.span))
}
