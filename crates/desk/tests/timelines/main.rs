//! The rules as timelines that a supervisor could read: when, who does what, and what everybody then sees.
//!
//! Between two lines the relay's clock runs on, and whatever happens by itself is a line of its own, with `·` for nobody's act.
//! So a timeline also says what does not happen. `REJOIN_UPDATE=1` writes what was seen into the files, to be read before it
//! is kept.

#![expect(clippy::unwrap_used, reason = "a timeline that can't be read has failed")]
#![expect(clippy::wildcard_enum_match_arm, reason = "most facts and notices need no words here")]

mod agents;
mod changes;
mod customers;
mod presences;
mod script;
mod settings;
mod staff;
mod stage;
mod words;

use std::path::{Path, PathBuf};

use changes::{Changes, Watch};
use script::Script;
use stage::Stage;

/// Plays every timeline in this folder; `check` is all there is to a test of the rules.
#[test]
fn timelines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/timelines");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no timelines in {}", folder.display());
    let mut changes = Changes::default();
    let mut wrong = Vec::new();
    for file in &files {
        match check(file) {
            Ok(watch) => changes::add(&mut changes, watch, file),
            Err(difference) => wrong.push(difference),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    check_changes(&folder.join("changes.md"), &changes::table(&changes));
}

/// Holds the ways in which conversations changed their states against the ones that were read and kept.
fn check_changes(file: &Path, is: &str) {
    if must_update() {
        std::fs::write(file, is).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(file).unwrap();
    let missing: Vec<&str> = kept.lines().filter(|line| !is.lines().any(|is| is == *line)).collect();
    let new: Vec<&str> = is.lines().filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
    assert!(missing.is_empty() && new.is_empty(), "no longer shown: {missing:#?}\nnew: {new:#?}");
}

/// Plays one file and compares what was seen with what it says.
fn check(file: &Path) -> Result<Watch, String> {
    let text = std::fs::read_to_string(file).unwrap();
    let script = Script::parse(&text).map_err(|mistake| format!("{}: {mistake}", file.display()))?;
    let (seen, watch) = Stage::play(&script).map_err(|mistake| format!("{}: {mistake}", file.display()))?;
    let is = seen.to_string();
    if is == text {
        return Ok(watch);
    }
    if must_update() {
        std::fs::write(file, is).unwrap();
        return Ok(watch);
    }
    let line = is.lines().zip(text.lines()).position(|(is, was)| is != was);
    let line = line.unwrap_or(is.lines().count().min(text.lines().count()));
    Err(format!(
        "{}, line {}\n  written: {}\n  seen:    {}\n(REJOIN_UPDATE=1 writes what is seen)",
        file.display(),
        line + 1,
        text.lines().nth(line).unwrap_or("nothing more"),
        is.lines().nth(line).unwrap_or("nothing more"),
    ))
}

#[expect(clippy::disallowed_methods, reason = "whether to write files is asked outside of what is tested")]
fn must_update() -> bool {
    std::env::var("REJOIN_UPDATE").is_ok_and(|value| value == "1")
}
