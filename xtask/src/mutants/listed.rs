//! Which mutants there are, by cargo-mutants, and a fair sample of them.

use std::{collections::BTreeMap, path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{run, workspace::Workspace};

/// Whose rules are changed.
pub(super) const PACKAGES: [&str; 3] = ["rejoin-desk", "rejoin-gate", "rejoin-client"];

/// A place in a file: line and column in characters, from 1.
pub(super) type Place = (usize, usize);

/// One change to one file.
pub(super) struct Mutant {
    /// What cargo-mutants calls it, with line and column.
    pub name: String,
    /// The same without them, so that it stays known when lines move.
    pub key: String,
    pub package: String,
    /// From the top of the checkout.
    pub file: String,
    /// The function that it changes, if it is in one: name and extent.
    pub function: Option<(String, Place, Place)>,
    pub from: Place,
    pub to: Place,
    pub replacement: String,
}

/// Every mutant of the packages.
pub(super) fn all(workspace: &Workspace, program: &Path) -> Result<Vec<Mutant>> {
    let mut command = Command::new(program);
    command.current_dir(workspace.root()).args(["mutants", "--list", "--json", "--no-config"]);
    command.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    let output = run::quietly(&mut command, "the mutants can't be listed")?;
    let list: Vec<Value> = serde_json::from_slice(&output.stdout).context("cargo-mutants lists no JSON")?;
    let mut seen = BTreeMap::new();
    list.iter()
        .map(|entry| read(entry, &mut seen).with_context(|| format!("cargo-mutants lists what can't be read: {entry}")))
        .collect()
}

fn read(entry: &Value, seen: &mut BTreeMap<String, usize>) -> Option<Mutant> {
    let text = |of: &Value| of.as_str().map(str::to_owned);
    let (name, file) = (text(&entry["name"])?, text(&entry["file"])?);
    let place = |of: &Value| {
        let number = |key: &str| usize::try_from(of[key].as_u64()?).ok();
        Some((number("line")?, number("column")?))
    };
    let (from, to) = (place(&entry["span"]["start"])?, place(&entry["span"]["end"])?);
    let what = name.strip_prefix(&format!("{file}:{}:{}: ", from.0, from.1))?;
    let again = seen.entry(format!("{file}: {what}")).or_insert(0);
    *again += 1;
    let function = &entry["function"];
    Some(Mutant {
        key: format!("{file}: {what} #{again}"),
        package: text(&entry["package"])?,
        function: text(&function["function_name"])
            .and_then(|name| Some((name, place(&function["span"]["start"])?, place(&function["span"]["end"])?))),
        replacement: text(&entry["replacement"])?,
        name,
        file,
        from,
        to,
    })
}

/// The first so many in an order that hangs on the seed and the names alone.
pub(super) fn draw(mut mutants: Vec<Mutant>, seed: u64, count: usize) -> Vec<Mutant> {
    mutants.sort_by_cached_key(|mutant| Sha256::digest(format!("{seed} {}", mutant.key)).to_vec());
    mutants.truncate(count);
    mutants
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = r#"{
        "name": "a.rs:3:7: replace == with != in f", "package": "p", "file": "a.rs", "replacement": "!=",
        "function": {"function_name": "f", "return_type": "", "span": {"start": {"line": 2, "column": 1}, "end": {"line": 4, "column": 2}}},
        "span": {"start": {"line": 3, "column": 7}, "end": {"line": 3, "column": 9}}, "genre": "BinaryOperator"
    }"#;

    fn mutants(count: usize) -> Vec<Mutant> {
        let entry = serde_json::from_str(ENTRY).unwrap();
        let mut seen = BTreeMap::new();
        (0..count).map(|_| read(&entry, &mut seen).unwrap()).collect()
    }

    #[test]
    fn a_mutant_stays_known_when_lines_move() {
        let [first, second] = mutants(2).try_into().ok().unwrap();
        assert_eq!((first.from, first.to), ((3, 7), (3, 9)));
        assert_eq!(first.function, Some(("f".to_owned(), (2, 1), (4, 2))));
        assert_eq!(first.key, "a.rs: replace == with != in f #1");
        assert_eq!(second.key, "a.rs: replace == with != in f #2");
    }

    #[test]
    fn a_smaller_sample_is_the_beginning_of_a_larger_one() {
        let keys = |seed, count| draw(mutants(50), seed, count).into_iter().map(|it| it.key).collect::<Vec<_>>();
        assert_eq!(keys(1, 10), keys(1, 40)[..10]);
        assert_ne!(keys(1, 10), keys(2, 10));
    }
}
