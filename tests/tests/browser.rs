//! End to end in Chromium: what "the chat survives" means, seen by the two people in it.
//!
//! `cargo xtask test --only browser` builds what these need and runs them one at a time. Every picture that is taken goes to
//! `target/screenshots`.

#[path = "browser/clocks.rs"]
mod clocks;
#[path = "browser/conversation.rs"]
mod conversation;
#[path = "browser/harness.rs"]
mod harness;
#[path = "browser/hosts.rs"]
mod hosts;
#[path = "browser/pages.rs"]
mod pages;
#[path = "browser/pictures.rs"]
mod pictures;
#[path = "browser/reconnect.rs"]
mod reconnect;
#[path = "browser/storage.rs"]
mod storage;
#[path = "browser/windows.rs"]
mod windows;

/// Messages as the transcript must show them.
fn messages(all: &[&str]) -> Vec<String> {
    all.iter().map(|message| (*message).to_owned()).collect()
}
