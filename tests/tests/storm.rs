//! Everybody loses the relay at once and comes back: the widget's and the console's machines over real sockets, a relay that is killed.
//! Nothing may be lost, doubled, or land in another conversation. `REJOIN_LONG=1` makes it 2,000 customers, and cuts them off too.

#![expect(clippy::print_stdout, reason = "a test tells what it measured")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The built relay: from `cargo xtask test`, else beside this program.
fn relay() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_BIN_EXE_bench")).with_file_name("rejoin");
    Some(std::env::var_os("REJOIN_RELAY").map_or_else(beside, PathBuf::from)).filter(|path| path.is_file())
}

#[test]
fn everybody_comes_back_with_everything() {
    let Some(relay) = relay() else {
        println!("skipped: the relay isn't built; `cargo xtask test --only shell` builds it");
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let mut bench = Command::new(env!("CARGO_BIN_EXE_bench"));
    bench.args(["--only", "storm"]).arg("--relay").arg(relay).arg("--scratch").arg(scratch.path().join("storm"));
    if std::env::var_os("REJOIN_LONG").is_some() {
        bench.args(["--clients", "2000"]);
    } else {
        bench.args(["--clients", "80", "--brief"]);
    }
    let done = bench.output().unwrap();
    let (tables, errors) = (String::from_utf8(done.stdout).unwrap(), String::from_utf8_lossy(&done.stderr));
    for line in tables.lines().filter(|line| line.contains("rejoin")) {
        println!("figure: {}", line.trim());
    }
    assert!(done.status.success(), "{tables}{errors}");
    assert!(tables.contains("0 lost, 0 doubled, 0 otherwise wrong"), "{tables}{errors}");
}
