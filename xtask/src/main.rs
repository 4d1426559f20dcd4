//! The chores of the project, one file each. Imports none of the product's crates, so that it builds while they don't.

mod assets;
mod bench;
mod browsers;
mod demo;
mod dist;
mod mutants;
mod run;
mod say;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use workspace::Workspace;

/// The chores of the project.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install what is missing, build everything and run a relay with a demo portal and accounts until Ctrl-C.
    Demo(demo::Options),
    /// Run every test, browsers included, and end with one line that counts them.
    Test(test::Options),
    /// Build widget, console and embed script into dist/assets, and hold them to budget.toml.
    Assets(assets::Options),
    /// Build the release: one binary with everything embedded.
    Dist,
    /// Measure the relay against controls in the same run.
    Bench(bench::Options),
    /// Change the rules in many small ways and see which changes no test notices.
    Mutants(mutants::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Workspace::find().and_then(|workspace| match arguments.chore {
        Chore::Demo(options) => demo::run(&workspace, &options),
        Chore::Test(options) => test::run(&workspace, &options),
        Chore::Assets(options) => assets::run(&workspace, &options).map(|_| ExitCode::SUCCESS),
        Chore::Dist => dist::run(&workspace),
        Chore::Bench(options) => bench::run(&workspace, &options),
        Chore::Mutants(options) => mutants::run(&workspace, &options),
    });
    done.unwrap_or_else(|error| {
        say::sorry(&error);
        ExitCode::FAILURE
    })
}
