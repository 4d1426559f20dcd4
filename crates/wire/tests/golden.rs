//! The exact bytes of every frame, in both encodings. The files in `golden/` outlive releases: they are added to, never edited.
//!
//! `REJOIN_GOLDEN=add cargo test -p rejoin-wire --test golden` writes the files that are missing and touches no other.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_wire as wire;

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use wire::{Encoding, Frame};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn adding() -> bool {
    #[expect(clippy::disallowed_methods, reason = "a test is told by its environment to write missing golden files")]
    std::env::var("REJOIN_GOLDEN").is_ok_and(|value| value == "add")
}

/// The names of the directions, and of the kinds of frame in each.
fn directions() -> [(&'static str, &'static [&'static str]); 4] {
    [
        ("customer-to-relay", wire::CustomerToRelay::kinds()),
        ("relay-to-customer", wire::RelayToCustomer::kinds()),
        ("console-to-relay", wire::ConsoleToRelay::kinds()),
        ("relay-to-console", wire::RelayToConsole::kinds()),
    ]
}

/// Hexadecimal, 32 bytes a line.
fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.chunks(32) {
        for byte in line {
            write!(text, "{byte:02x}").unwrap();
        }
        text.push('\n');
    }
    text
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).unwrap()).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// What each file should hold.
fn expected() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for sample in support::samples() {
        let json = format!("{}\n", String::from_utf8(sample.json.clone()).unwrap());
        for (ending, text) in [("json", json), ("bin", to_hex(&sample.binary))] {
            let before = files.insert(format!("{}.{ending}", sample.stem()), text);
            assert!(before.is_none(), "two samples are called {}", sample.stem());
        }
    }
    files
}

fn on_disk() -> BTreeMap<String, String> {
    let Ok(entries) = std::fs::read_dir(folder()) else { return BTreeMap::new() };
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let text = std::fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), text)
        })
        .collect()
}

#[test]
fn every_sample_has_its_golden_bytes() {
    let on_disk = on_disk();
    for (file, text) in expected() {
        match on_disk.get(&file) {
            Some(golden) => assert_eq!(&text, golden, "{file}: frames are added to, never changed"),
            None if adding() => {
                std::fs::create_dir_all(folder()).unwrap();
                std::fs::write(folder().join(&file), text).unwrap();
            }
            None => panic!("golden/{file} is missing; write it with REJOIN_GOLDEN=add"),
        }
    }
}

#[test]
fn every_golden_file_can_be_read_and_written_again() {
    for (file, text) in on_disk() {
        let direction = file.split('.').next().unwrap();
        if file.ends_with(".json") {
            let bytes = text.trim_end().as_bytes();
            let (json, _) = support::again(direction, Encoding::Json, bytes).unwrap_or_else(|| panic!("{file}"));
            assert_eq!(json, bytes, "{file}");
        } else {
            let bytes = from_hex(&text);
            let (_, binary) = support::again(direction, Encoding::Binary, &bytes).unwrap_or_else(|| panic!("{file}"));
            assert_eq!(binary, bytes, "{file}");
        }
    }
}

#[test]
fn every_kind_of_frame_has_golden_files_in_both_encodings() {
    let on_disk = on_disk();
    for (direction, kinds) in directions() {
        assert!(!kinds.is_empty());
        for kind in kinds {
            for ending in ["json", "bin"] {
                let found = on_disk.keys().any(|file| {
                    file.strip_prefix(&format!("{direction}.{kind}.")).is_some_and(|rest| rest.ends_with(ending))
                });
                assert!(found, "no golden file: {direction}.{kind}….{ending}");
            }
        }
    }
}

/// The names of the variants that a type inside a frame has, and whether each is written in some golden file.
#[test]
fn every_variant_inside_a_frame_is_in_some_golden_file() {
    let mut written = BTreeSet::new();
    for (file, text) in on_disk() {
        if file.ends_with(".json") {
            collect(&serde_json::from_str(&text).unwrap(), &mut written);
        }
    }
    let inside = [
        wire::variant_names::<wire::CustomerEvent>(),
        wire::variant_names::<wire::AgentsEvent>(),
        wire::variant_names::<wire::Speaker>(),
        wire::variant_names::<wire::Request>(),
        wire::variant_names::<wire::CanResume>(),
        wire::variant_names::<wire::Arrival>(),
        wire::variant_names::<wire::ArrivalAnswer>(),
        wire::variant_names::<wire::SignInAnswer>(),
        wire::variant_names::<model::ReturnedBy>(),
        wire::variant_names::<model::HoldEnd>(),
        wire::variant_names::<model::PromiseEnd>(),
        wire::variant_names::<wire::Phase>(),
        wire::variant_names::<wire::AgentConnection>(),
        wire::variant_names::<wire::EndedBecause>(),
        wire::variant_names::<wire::CardState>(),
        wire::variant_names::<wire::ConnectionClock>(),
        wire::variant_names::<wire::LedgerCause>(),
        wire::variant_names::<wire::RefusalCode>(),
        wire::variant_names::<model::Presence>(),
        wire::variant_names::<model::Role>(),
        wire::variant_names::<model::CloseReason>(),
        wire::variant_names::<model::OverflowCause>(),
        wire::variant_names::<wire::WaitReason>(),
        wire::variant_names::<wire::WhyNotReason>(),
        wire::variant_names::<model::ContextValue>(),
        wire::variant_names::<model::SessionEnd>(),
        wire::variant_names::<wire::AgentLink>(),
        wire::variant_names::<model::Part>(),
        wire::variant_names::<model::InvitationKind>(),
        wire::variant_names::<model::InvitationEnd>(),
        wire::variant_names::<model::ConsultEnd>(),
        wire::variant_names::<model::MonitorEnd>(),
    ];
    for names in inside {
        assert!(!names.is_empty());
        for name in names {
            assert!(written.contains(*name), "{name} is in no golden file");
        }
    }
}

/// All strings and keys.
fn collect(value: &serde_json::Value, into: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::String(text) => {
            into.insert(text.clone());
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
        serde_json::Value::Object(object) => {
            for (key, value) in object {
                into.insert(key.clone());
                collect(value, into);
            }
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}
