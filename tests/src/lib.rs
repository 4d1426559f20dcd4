//! End to end: the real relay as a process, real browsers, load and faults.

pub mod bench;
pub mod browser;
