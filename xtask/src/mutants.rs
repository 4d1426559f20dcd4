//! `cargo xtask mutants`: whether the tests notice when the rules are changed.
//!
//! cargo-mutants says which changes there are; a sample drawn from a seed is tried. One build carries them all: in a copy of
//! the checkout, each function holds its body and every changed body beside it, and `REJOIN_MUTANT` chooses one as a test
//! program runs. So a change costs the tests' time only. What can't be chosen so is compiled on its own, last.

mod copies;
mod listed;
mod trials;

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result};
use copies::Copies;
use listed::Mutant;
use trials::{Outcome, Trials};

use crate::{say, tools, workspace::Workspace};

/// Less is asked for than this share, in percent.
const WANTED: f64 = 90.0;

/// What to try.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many mutants to draw; fewer are the first of more.
    #[arg(long, default_value_t = 400)]
    sample: usize,
    /// What the sample is drawn by.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this share of the sample, as `2/4`.
    #[arg(long, value_parser = share, default_value = "1/1")]
    shard: (usize, usize),
    /// Try those again that were missed or ran out of time.
    #[arg(long)]
    again: bool,
    /// Only mutants whose name contains this.
    #[arg(long)]
    name: Option<String>,
}

fn share(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    parts.filter(|(part, of)| (1..=*of).contains(part)).ok_or_else(|| "a share is written as 2/4".to_owned())
}

/// Tries the sample, going on where it was stopped, and says what was missed. The exit code says whether enough was caught.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let folder = workspace.target().join("mutants");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be written", folder.display()))?;
    let listed = listed::all(workspace, &tools::cargo_mutants(workspace)?)?;
    let count = listed.len();
    let sample = listed::draw(listed, options.seed, options.sample);
    let name = options.name.as_deref().unwrap_or_default();
    let (part, of) = options.shard;
    let mine: Vec<&Mutant> =
        sample.iter().skip(part - 1).step_by(of).filter(|mutant| mutant.name.contains(name)).collect();
    say::line(&format!("  {count} mutants, {} of them drawn, {} to look at", sample.len(), mine.len()));

    let file = folder.join("results.tsv");
    let mut known = known(&file)?;
    if options.again {
        known.retain(|_, outcome| matches!(outcome, Outcome::Caught(_) | Outcome::Unviable));
    }
    let open: Vec<&Mutant> = mine.iter().copied().filter(|mutant| !known.contains_key(&mutant.key)).collect();
    if !open.is_empty() {
        try_all(workspace, &folder, &open, |mutant, outcome| {
            let mut results = OpenOptions::new().create(true).append(true).open(&file)?;
            writeln!(results, "{outcome}\t{}", mutant.key)?;
            known.insert(mutant.key.clone(), outcome);
            Ok(())
        })?;
    }
    Ok(sum_up(&mine, &known))
}

fn try_all(
    workspace: &Workspace,
    folder: &Path,
    open: &[&Mutant],
    mut tell: impl FnMut(&Mutant, Outcome) -> Result<()>,
) -> Result<()> {
    let mut copies = Copies::new(workspace, folder.join("tree"))?;
    let step = say::step("compiling all of them into one build", Some("up to 10 minutes the first time"));
    let trials = Trials::build(&folder.join("build"), &mut copies, open)?;
    step.done("");
    let step = say::step("running the tests with nothing changed", None);
    let trials = trials.timed()?;
    step.done("");
    for (place, mutant) in open.iter().enumerate() {
        if copies.is_alone(mutant) {
            continue;
        }
        let outcome = if copies.is_unviable(mutant) { Outcome::Unviable } else { trials.try_one(mutant)? };
        say::line(&format!("  {} of {}: {outcome}: {}", place + 1, open.len(), mutant.name));
        tell(mutant, outcome)?;
    }
    for mutant in open {
        if copies.is_alone(mutant) {
            let outcome = trials.try_alone(&folder.join("build"), &mut copies, mutant)?;
            say::line(&format!("  alone: {outcome}: {}", mutant.name));
            tell(mutant, outcome)?;
        }
    }
    Ok(())
}

/// What earlier runs found; the last word on a mutant counts.
fn known(file: &Path) -> Result<BTreeMap<String, Outcome>> {
    let Ok(text) = fs::read_to_string(file) else { return Ok(BTreeMap::new()) };
    let line = |line: &str| {
        let (outcome, key) = line.rsplit_once('\t')?;
        Some((key.to_owned(), outcome.parse().ok()?))
    };
    text.lines()
        .map(|text| line(text).with_context(|| format!("{} holds a line that is no result: {text}", file.display())))
        .collect()
}

fn sum_up(mine: &[&Mutant], known: &BTreeMap<String, Outcome>) -> ExitCode {
    let of = |mutant: &&Mutant| known.get(&mutant.key);
    let count = |is: fn(&Outcome) -> bool| mine.iter().filter_map(of).filter(|outcome| is(outcome)).count();
    let caught = count(|outcome| matches!(outcome, Outcome::Caught(_)));
    let late = count(|outcome| matches!(outcome, Outcome::TimedOut(_)));
    let missed = count(|outcome| matches!(outcome, Outcome::Missed));
    let viable = caught + late + missed;
    for mutant in mine {
        if matches!(of(mutant), Some(Outcome::Missed)) {
            say::line(&format!("missed: {}", mutant.name));
        }
    }
    let score = 100.0 * (caught + late) as f64 / viable.max(1) as f64;
    say::line(&format!(
        "{score:.1} % of {viable} viable mutants caught: {caught} by a failed test, {late} by running out of time; \
         {missed} missed; {} unviable",
        count(|outcome| matches!(outcome, Outcome::Unviable))
    ));
    if score >= WANTED { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
