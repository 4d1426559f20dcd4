//! What goes wrong on a person's machine is told in one clear sentence, before anything is compiled.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::{
    net::{SocketAddr, TcpListener},
    process::{Command, Output},
};

fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments);
    command
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[track_caller]
fn assert_sentence(output: &Output, parts: &[&str]) {
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(text.trim().lines().count(), 1, "one sentence, not: {text}");
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

#[test]
fn a_busy_port_is_named_with_the_way_out() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let output = xtask(&["demo", "--relay", &address]).output().unwrap();
    assert_sentence(&output, &[&address, "can't be used", "--relay"]);
    let other = free_address().to_string();
    let output = xtask(&["demo", "--relay", &other, "--portal", &address]).output().unwrap();
    assert_sentence(&output, &[&address, "--portal"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named_with_the_way_out() {
    let (relay, portal) = (free_address().to_string(), free_address().to_string());
    // Nobody can make a folder there, root included, which a changed mode would not stop.
    let output = xtask(&["demo", "--relay", &relay, "--portal", &portal, "--data", "/proc/demo"]).output().unwrap();
    assert_sentence(&output, &["/proc/demo", "can't be written", "--data"]);
}

#[test]
fn a_tool_that_cannot_be_installed_is_named_with_what_to_do() {
    let tools = tempfile::tempdir().unwrap();
    // A machine with Rust, but without Node.
    for program in ["cargo", "rustc", "rustup"] {
        if let Some(file) = on_path(program) {
            std::os::unix::fs::symlink(file, tools.path().join(program)).unwrap();
        }
    }
    fake_tools(tools.path());
    let output = xtask(&["assets", "--force"]).env("PATH", tools.path()).output().unwrap();
    assert_sentence(&output, &["`node` is missing", "install Node.js"]);
}

/// Trunk and wasm-bindgen that say they are the right ones.
fn fake_tools(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let lock = include_str!("../../Cargo.lock");
    let bindgen = lock.split("name = \"wasm-bindgen\"\nversion = \"").nth(1).unwrap().split('"').next().unwrap();
    for (program, version) in [("trunk", "0.21.14"), ("wasm-bindgen", bindgen)] {
        let file = folder.join(program);
        std::fs::write(&file, format!("#!/bin/sh\necho {program} {version}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn on_path(program: &str) -> Option<std::path::PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|file| file.is_file())
}
