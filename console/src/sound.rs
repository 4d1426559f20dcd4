//! The sound for offers and customers' words: on until somebody switches it off in this browser, and one sound, however many windows of
//! the console are open.

use page::storage::Storage;

const OFF: &str = "rejoin.v1.console.no-sound";
/// When a window of this browser sounded last, by the browser's clock.
const SOUNDED: &str = "rejoin.v1.console.sounded";
/// What several windows hear of at once sounds once in this time.
const ONCE_IN_MS: u64 = 1_500;

/// Whether it is on.
#[must_use]
pub(crate) fn is_on() -> bool {
    Storage::Local.read(OFF).is_none()
}

/// Switches it on or off.
pub(crate) fn switch(on: bool) {
    if on {
        Storage::Local.remove(OFF);
    } else {
        Storage::Local.write(OFF, "1");
    }
}

/// Plays it, if it is on and no other window just did.
pub(crate) fn play() {
    let now = page::clock::now().0;
    let last = Storage::Local.read(SOUNDED).and_then(|text| text.parse::<u64>().ok());
    if is_on() && last.is_none_or(|last| now.abs_diff(last) >= ONCE_IN_MS) {
        Storage::Local.write(SOUNDED, &now.to_string());
        page::sound::chime();
    }
}
