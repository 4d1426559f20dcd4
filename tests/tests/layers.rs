//! Holds every crate to the import table of ARCHITECTURE.md, and the pure ones to purity.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Crate → what it may import of ours.
const TABLE: &[(&str, &[&str])] = &[
    ("rejoin-model", &[]),
    ("rejoin-wire", &["rejoin-model"]),
    ("rejoin-desk", &["rejoin-model"]),
    ("rejoin-log", &["rejoin-model", "rejoin-desk"]),
    ("rejoin-gate", &["rejoin-model", "rejoin-wire", "rejoin-desk"]),
    ("rejoin-client", &["rejoin-model", "rejoin-wire"]),
    ("rejoin-page", &["rejoin-model", "rejoin-wire", "rejoin-client"]),
    ("rejoin-widget", &["rejoin-page", "rejoin-client", "rejoin-wire", "rejoin-model"]),
    ("rejoin-console", &["rejoin-page", "rejoin-client", "rejoin-wire", "rejoin-model"]),
    ("rejoin", &["rejoin-log", "rejoin-gate", "rejoin-desk", "rejoin-wire", "rejoin-model"]),
    ("rejoin-testkit", &["rejoin-model", "rejoin-wire", "rejoin-desk", "rejoin-log", "rejoin-gate", "rejoin-client"]),
    ("rejoin-tests", &["rejoin-client", "rejoin-wire", "rejoin-model", "rejoin-testkit"]),
    ("xtask", &[]),
];

/// Crates that run in one thread with a seed, a million steps a second: no runtime, no socket, no page, no dice.
const PURE: &[&str] = &["rejoin-model", "rejoin-wire", "rejoin-desk", "rejoin-gate", "rejoin-client"];

/// What purity forbids, anywhere below a pure crate.
const IMPURE: &[&str] = &[
    "axum",
    "getrandom",
    "gloo-timers",
    "hyper",
    "js-sys",
    "mio",
    "rand",
    "rusqlite",
    "rustix",
    "socket2",
    "tokio",
    "tungstenite",
    "wasm-bindgen",
    "web-sys",
    "yew",
];

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).exec().unwrap()
}

fn ours(metadata: &Metadata) -> Vec<&Package> {
    metadata.workspace_packages()
}

#[test]
fn every_crate_is_in_the_table_and_every_row_is_a_crate() {
    let metadata = metadata();
    let crates: BTreeSet<&str> = ours(&metadata).iter().map(|package| package.name.as_str()).collect();
    let rows: BTreeSet<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    assert_eq!(crates, rows);
}

/// The testkit may be a dev-dependency of anything: that is what it is for. All else holds for tests too.
#[test]
fn crates_import_only_what_the_table_allows() {
    let metadata = metadata();
    let names: BTreeSet<&str> = ours(&metadata).iter().map(|package| package.name.as_str()).collect();
    let table: BTreeMap<&str, &[&str]> = TABLE.iter().copied().collect();
    for package in ours(&metadata) {
        let allowed = table.get(package.name.as_str()).copied().unwrap_or_default();
        for dependency in &package.dependencies {
            let of_ours = names.contains(dependency.name.as_str());
            let own = dependency.name == package.name.as_str();
            let kit = dependency.name == "rejoin-testkit" && dependency.kind == DependencyKind::Development;
            assert!(
                !of_ours || own || kit || allowed.contains(&dependency.name.as_str()),
                "{} must not import {}",
                package.name,
                dependency.name
            );
        }
    }
}

#[test]
fn pure_crates_stay_pure_all_the_way_down() {
    let metadata = metadata();
    for name in PURE {
        let below = below(&metadata, name);
        for impure in IMPURE {
            assert!(!below.contains(*impure), "{name} is pure, but {impure} is below it");
        }
    }
}

/// The log's core is pure; its SQLite file is a feature on top, and the only thing that is.
#[test]
fn the_log_is_impure_only_through_its_sqlite_feature() {
    let metadata = metadata();
    let log = ours(&metadata).into_iter().find(|package| package.name.as_str() == "rejoin-log").unwrap();
    for dependency in log.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal) {
        let impure = IMPURE.contains(&dependency.name.as_str());
        assert!(!impure || dependency.optional, "rejoin-log must not need {}", dependency.name);
    }
    assert_eq!(log.features.get("sqlite").map(Vec::as_slice), Some(&["dep:rusqlite".to_owned()][..]));
}

/// Everything below a crate on this machine, without what only its own tests use.
fn below(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().unwrap();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let root = ours(metadata).into_iter().find(|package| package.name.as_str() == name).unwrap();
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![&root.id]);
    while let Some(id) = waiting.pop() {
        let normal =
            |kinds: &[cargo_metadata::DepKindInfo]| kinds.iter().any(|info| info.kind == DependencyKind::Normal);
        for dependency in nodes[id].deps.iter().filter(|dependency| normal(&dependency.dep_kinds)) {
            if seen.insert(metadata[&dependency.pkg].name.to_string()) {
                waiting.push(&dependency.pkg);
            }
        }
    }
    seen
}

#[test]
fn the_walk_below_a_crate_finds_what_is_there() {
    let metadata = metadata();
    assert!(below(&metadata, "rejoin").contains("mio"), "the relay stands on tokio");
    assert!(below(&metadata, "rejoin-widget").contains("web-sys"));
}

/// Our own CSP refuses `style="…"`, so a component that uses it looks right only until it is served.
#[test]
fn no_component_writes_a_style_attribute() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut found = Vec::new();
    for folder in ["widget/src", "console/src", "crates/page/src"] {
        visit(&root.join(folder), &mut |path, text| {
            let bad =
                |line: &&str| (line.contains(" style={") || line.contains(" style=\"")) && !line.contains("~style");
            found.extend(text.lines().filter(bad).map(|line| format!("{}: {}", path.display(), line.trim())));
        });
    }
    assert!(found.is_empty(), "use ~style={{…}}, an attribute or a custom property:\n{}", found.join("\n"));
}

fn visit(folder: &std::path::Path, look: &mut dyn FnMut(&std::path::Path, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, look);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            look(&path, &std::fs::read_to_string(&path).unwrap());
        }
    }
}
