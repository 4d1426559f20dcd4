//! Looks at the floor that this browser keeps: the last one, and those with a name.

use page::storage::Storage;

use crate::floor::{Look, SavedLook};

const LAST: &str = "rejoin.v1.console.floor";
const KEPT: &str = "rejoin.v1.console.floor-views";
/// The most looks that are kept.
const KEPT_MAX: usize = 30;

fn read<T: serde::de::DeserializeOwned>(storage: Storage, key: &str) -> Option<T> {
    // Rendered on the host there is no browser.
    if !cfg!(target_arch = "wasm32") {
        return None;
    }
    serde_json::from_str(&storage.read(key)?).ok()
}

fn write(storage: Storage, key: &str, value: &impl serde::Serialize) {
    let json = serde_json::to_string(value).expect("invariant: plain values can be written");
    // Where nothing is kept, the look lasts as long as the page.
    storage.write(key, &json);
}

/// The look of this window before a reload, or the usual one.
pub(super) fn last() -> Look {
    read(Storage::Tab, LAST).unwrap_or_default()
}

/// Keeps the look of this window for a reload.
pub(super) fn remember(look: &Look) {
    write(Storage::Tab, LAST, look);
}

/// Those with a name, by name.
pub(super) fn kept() -> Vec<SavedLook> {
    read(Storage::Local, KEPT).unwrap_or_default()
}

/// Keeps one under its name, in the place of one that had it; gives all.
pub(super) fn keep(new: SavedLook) -> Vec<SavedLook> {
    let mut all = kept();
    all.retain(|one| one.name != new.name);
    all.truncate(KEPT_MAX - 1);
    all.push(new);
    all.sort_by_key(|one| one.name.to_lowercase());
    write(Storage::Local, KEPT, &all);
    all
}

/// Forgets one; gives the rest.
pub(super) fn forget(name: &str) -> Vec<SavedLook> {
    let mut all = kept();
    all.retain(|one| one.name != name);
    write(Storage::Local, KEPT, &all);
    all
}
