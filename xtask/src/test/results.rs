//! What a test program said about itself.

use std::{
    fmt,
    ops::{Add, AddAssign},
};

/// Tests that passed, failed, and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Ran and held.
    pub passed: u64,
    /// Ran and didn't, or didn't get to an end.
    pub failed: u64,
    /// Did not run.
    pub skipped: u64,
}

impl Count {
    /// Something failed that never came to counting.
    pub(super) const fn one_failure() -> Self {
        Self { passed: 0, failed: 1, skipped: 0 }
    }

    /// So many of those that passed said that they did not run.
    pub(super) fn skip(&mut self, tests: usize) {
        let tests = self.passed.min(tests as u64);
        self.passed -= tests;
        self.skipped += tests;
    }

    /// Adds up the result lines in a program's output; none if there is no such line.
    pub(super) fn read(output: &str) -> Option<Self> {
        output.lines().filter_map(Self::read_line).reduce(Add::add)
    }

    /// `test result: ok. 5 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s`
    fn read_line(line: &str) -> Option<Self> {
        let rest = line.trim().strip_prefix("test result: ")?;
        let number = |word: &str| -> Option<u64> {
            let before = rest.split_once(&format!(" {word}"))?.0;
            before.rsplit([' ', ';']).next()?.parse().ok()
        };
        Some(Self { passed: number("passed")?, failed: number("failed")?, skipped: number("ignored")? })
    }
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_added_up() {
        let output = "running 3 tests\ntest a ... ok\n\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s\n\n\
            test result: FAILED. 10 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(Count::read(output), Some(Count { passed: 12, failed: 3, skipped: 1 }));
    }

    #[test]
    fn no_result_line_is_no_result() {
        assert_eq!(Count::read("running 3 tests\ntest a ... "), None);
    }

    #[test]
    fn the_last_line_has_one_form() {
        let count = Count { passed: 412, failed: 0, skipped: 3 };
        assert_eq!(count.to_string(), "412 passed, 0 failed, 3 skipped");
    }
}
