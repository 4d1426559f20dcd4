//! Runs the benchmarks and prints their tables. Started by `cargo xtask bench`, which builds what it needs.

use std::path::PathBuf;

use anyhow::{Context, Result};
use rejoin_tests::bench::{self, Setup, Table};

fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args();
    arguments.find(|argument| argument == name)?;
    arguments.next()
}

fn path(name: &str) -> Result<PathBuf> {
    Ok(PathBuf::from(argument(name).with_context(|| format!("{name} is missing"))?))
}

#[expect(clippy::print_stdout, reason = "the tables are what this program is for")]
fn show(table: &Table) {
    println!("\n{table}");
}

#[tokio::main]
async fn main() -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let setup = Setup {
        relay: path("--relay")?,
        control_axum: path("--control-axum")?,
        control_ws: path("--control-ws")?,
        scratch: scratch.path().to_owned(),
        quick: std::env::args().any(|argument| argument == "--quick"),
    };
    let only = argument("--only");
    let wanted = |name: &str| only.as_deref().is_none_or(|only| only == name);
    if wanted("memory") {
        show(&bench::memory(&setup).await?);
    }
    if wanted("controls") {
        show(&bench::controls(&setup).await?);
    }
    if wanted("throughput") {
        show(&bench::throughput(&setup).await?);
    }
    if wanted("startup") {
        show(&bench::startup(&setup).await?);
    }
    Ok(())
}
