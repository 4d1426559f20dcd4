//! `cargo xtask test`: everything, and one last line that counts it.
//!
//! All test programs of a part are built by one cargo call, so that what they share is compiled once, and then run one by
//! one, so that each has its line and its time limit.

mod programs;
mod results;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;
use programs::Program;
use results::Count;

use crate::{assets, browsers, run, say, tools, workspace::Workspace};

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Also what takes long: more steps, more seeds, longer soaks.
    #[arg(long)]
    long: bool,
    /// Only one part.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Only tests whose name contains this.
    #[arg(long)]
    name: Option<String>,
}

/// The parts, in the order in which they run: what fails fast comes first.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The house itself: the import table, the chores.
    House,
    /// The pure crates: values, timelines, simulation, golden frames and facts, log contract.
    Rules,
    /// The relay over real sockets on loopback.
    Shell,
    /// Widget, console and what they share, rendered on this machine.
    Components,
    /// End to end: real relay, real browser.
    Browser,
}

const PARTS: [Part; 5] = [Part::House, Part::Rules, Part::Shell, Part::Components, Part::Browser];

/// A program that runs longer is stuck: the slowest takes a few minutes.
const PROGRAM_WITHIN: Duration = Duration::from_secs(20 * 60);
/// The same with `--long`.
const LONG_PROGRAM_WITHIN: Duration = Duration::from_secs(3 * 60 * 60);

impl Part {
    fn title(self) -> &'static str {
        match self {
            Self::House => "house: layers and chores",
            Self::Rules => "rules: values, timelines, simulation, golden files, log contract",
            Self::Shell => "shell: the relay on loopback",
            Self::Components => "components: widget, console, page",
            Self::Browser => "browser: end to end in Chromium, Firefox and WebKit",
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::House => &["xtask", "rejoin-tests"],
            Self::Rules => &[
                "rejoin-model",
                "rejoin-wire",
                "rejoin-desk",
                "rejoin-log",
                "rejoin-gate",
                "rejoin-client",
                "rejoin-testkit",
            ],
            // The storm is a program of `rejoin-tests`, and kills the relay as a process.
            Self::Shell => &["rejoin", "rejoin-tests"],
            Self::Components => &["rejoin-page", "rejoin-widget", "rejoin-console"],
            // The relay is built along: the tests start it as a process.
            Self::Browser => &["rejoin-tests", "rejoin"],
        }
    }

    /// Whether a built test program belongs here. `rejoin-tests` holds the table test, the storm and the browser tests.
    fn has(self, program: &Program) -> bool {
        match (program.package.as_str(), program.target.as_str()) {
            ("rejoin-tests", target) if target.starts_with("browser") => self == Self::Browser,
            ("rejoin-tests", "storm") => self == Self::Shell,
            ("rejoin-tests", _) => self == Self::House,
            (package, _) => self != Self::Browser && self.packages().contains(&package),
        }
    }
}

/// Runs the tests. The last line counts them; the exit code says whether all passed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let began = Instant::now();
    let parts: Vec<Part> = PARTS.into_iter().filter(|part| options.only.is_none_or(|only| only == *part)).collect();
    let count = run_parts(workspace, options, &parts).unwrap_or_else(|error| {
        // What can't be built or installed is a failure among the others, so that the last line is always the same.
        say::sorry(&error);
        Count::one_failure()
    });
    say::line(&format!("\ntook {}", say::duration(began.elapsed())));
    say::line(&count.to_string());
    Ok(if count.failed == 0 && count.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_parts(workspace: &Workspace, options: &Options, parts: &[Part]) -> Result<Count> {
    let mut count = Count::default();
    let mut environment: Vec<(&str, String)> = Vec::new();
    if options.long {
        environment.push(("REJOIN_LONG", "1".to_owned()));
    }
    if parts.contains(&Part::Browser) {
        environment.extend(browsers::ready(workspace)?);
        environment.push(("REJOIN_AXE", tools::axe(workspace)?.display().to_string()));
        let assets = assets::run(workspace, &assets::Options::default())?;
        environment.push(("REJOIN_ASSETS", assets.display().to_string()));
    }
    let mut packages: Vec<&str> = parts.iter().flat_map(|part| part.packages()).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    let step = say::step("compiling the tests", Some("up to 8 minutes on a new machine"));
    let built = programs::build(workspace, &packages)?;
    step.done(&format!("{} test programs", built.tests.len()));
    if let Some(relay) = &built.relay {
        environment.push(("REJOIN_RELAY", relay.display().to_string()));
    }
    let within = if options.long { LONG_PROGRAM_WITHIN } else { PROGRAM_WITHIN };
    for part in parts {
        say::line(&format!("\n{}", say::strong(part.title())));
        for program in built.tests.iter().filter(|program| part.has(program)) {
            count += programs::run(program, &environment, options.name.as_deref(), *part == Part::Browser, within)?;
        }
        if *part == Part::Rules && options.name.is_none() {
            count += programs::documentation(&mut run::cargo(workspace.root()), part.packages())?;
        }
    }
    Ok(count)
}
