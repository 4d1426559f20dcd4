//! Whole values: only the newest counts.

/// Keeps of a value with versions the newest that was not sent yet. What lies between is never sent: a slow reader skips it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest<T> {
    newest: Option<u64>,
    waiting: Option<T>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { newest: None, waiting: None }
    }
}

impl<T> Latest<T> {
    /// Puts a value that replaces what waits; an older one than seen before is dropped. The same version again is sent again: the
    /// relay has a reason to.
    pub fn put(&mut self, version: u64, value: T) {
        if self.newest.is_none_or(|newest| version >= newest) {
            self.newest = Some(version);
            self.waiting = Some(value);
        }
    }

    /// Takes what waits.
    pub fn take(&mut self) -> Option<T> {
        self.waiting.take()
    }

    /// Forgets everything: the next value counts whatever its version, as after a resume.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The same for a value that changes seldom: keeps what was put last, so that the caller can see whether the next one is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed<T> {
    version: u64,
    value: Option<T>,
    waits: bool,
}

impl<T> Default for Changed<T> {
    fn default() -> Self {
        Self { version: 0, value: None, waits: false }
    }
}

impl<T: Clone> Changed<T> {
    /// What was put last, sent or not.
    pub(crate) fn newest(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Puts a value that replaces what was put before; an older one is dropped.
    pub(crate) fn put(&mut self, version: u64, value: T) {
        if version >= self.version {
            *self = Self { version, value: Some(value), waits: true };
        }
    }

    /// Takes what waits.
    pub(crate) fn take(&mut self) -> Option<T> {
        std::mem::take(&mut self.waits).then(|| self.value.clone()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_leaves_and_only_once() {
        let mut latest = Latest::default();
        latest.put(1, "a");
        latest.put(3, "c");
        latest.put(2, "b");
        assert_eq!(latest.take(), Some("c"));
        assert_eq!(latest.take(), None);
        latest.put(2, "b again");
        assert_eq!(latest.take(), None);
        latest.put(3, "c again");
        assert_eq!(latest.take(), Some("c again"));
        latest.reset();
        latest.put(1, "after a resume");
        assert_eq!(latest.take(), Some("after a resume"));
    }
}
