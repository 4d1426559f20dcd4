//! Progress, in lines that read well in a terminal and in a CI log alike.

use std::{
    io::{IsTerminal, Write, stdout},
    time::{Duration, Instant},
};

/// One line.
#[expect(clippy::print_stdout, reason = "talking to the person who started the chore is what this file is for")]
pub(crate) fn line(text: &str) {
    println!("{text}");
    // A closed pipe is the reader's decision; the chore goes on.
    drop(stdout().flush());
}

/// The one sentence that a chore ends with when it can't go on.
#[expect(clippy::print_stderr, reason = "the sentence that explains a failed chore belongs on stderr")]
pub(crate) fn sorry(error: &anyhow::Error) {
    eprintln!("xtask: {error:#}");
}

/// A step that has begun; says how long it took when it is done.
pub(crate) struct Step {
    began: Instant,
}

/// Says that a step begins and, where it is known to take long, about how long.
pub(crate) fn step(what: &str, about: Option<&str>) -> Step {
    match about {
        Some(about) => line(&format!("· {what} ({about})")),
        None => line(&format!("· {what}")),
    }
    Step { began: Instant::now() }
}

impl Step {
    /// Ends the step; `note` says what came of it.
    pub(crate) fn done(&self, note: &str) {
        let took = duration(self.began.elapsed());
        if note.is_empty() { line(&format!("  done in {took}")) } else { line(&format!("  {note}, {took}")) }
    }
}

/// `0.4 s`, `12 s`, `3 min 5 s`.
pub(crate) fn duration(of: Duration) -> String {
    let seconds = of.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", of.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// `1,234` bytes as `1.2 KB`, in thousands.
pub(crate) fn size(bytes: u64) -> String {
    if bytes < 1_000_000 {
        format!("{}.{} KB", bytes / 1_000, bytes % 1_000 / 100)
    } else {
        format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
    }
}

/// Text that a person should not overlook, where the terminal can show it.
pub(crate) fn strong(text: &str) -> String {
    if stdout().is_terminal() { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
}
