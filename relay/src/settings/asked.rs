//! Which keys the readers ask for.

use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local!(static ASKED: RefCell<BTreeSet<String>> = RefCell::default());

/// A reader asks for this key.
pub(super) fn note(path: &str) {
    // Numbers of items are all one.
    let parts = path.split('[').map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
    let path = parts.collect::<Vec<&str>>().join("[");
    ASKED.with_borrow_mut(|asked| asked.insert(path));
}

/// The keys that are asked for meanwhile.
pub(super) fn asked(read: impl FnOnce()) -> BTreeSet<String> {
    ASKED.take();
    read();
    ASKED.take()
}
