//! Long lists whose rows change one by one: of each row only the newest value waits, however slowly the peer reads, and nothing is
//! sent before the rows that begin the list anew.

use std::collections::{BTreeMap, BTreeSet};

use wire::limits::ROWS_PER_FRAME_MAX;

/// One long list of rows.
#[derive(Clone, Debug)]
pub(crate) struct Rows<K, R> {
    /// The newest of each row that changed; `None`: it is gone.
    waiting: BTreeMap<K, Option<R>>,
    /// What the peer has, or gets with what waits.
    shown: BTreeSet<K>,
    starts_over: bool,
    /// The first of these frames is sent, the last is not.
    is_sending_all: bool,
}

/// Rows that leave together.
pub(crate) struct Taken<K, R> {
    pub(crate) starts_over: bool,
    pub(crate) more: bool,
    pub(crate) rows: Vec<R>,
    pub(crate) gone: Vec<K>,
}

impl<K: Copy + Ord, R> Rows<K, R> {
    pub(crate) fn all(rows: impl Iterator<Item = (K, R)>) -> Self {
        let waiting: BTreeMap<K, Option<R>> = rows.map(|(key, row)| (key, Some(row))).collect();
        let shown = waiting.keys().copied().collect();
        Self { waiting, shown, starts_over: true, is_sending_all: true }
    }

    pub(crate) fn put(&mut self, key: K, row: Option<R>) {
        if row.is_some() {
            self.shown.insert(key);
            self.waiting.insert(key, row);
        } else if self.shown.remove(&key) {
            self.waiting.insert(key, None);
        } else {
            self.waiting.remove(&key);
        }
    }

    pub(crate) fn take(&mut self) -> Option<Taken<K, R>> {
        if !self.starts_over && self.waiting.is_empty() {
            return None;
        }
        let (mut rows, mut gone) = (Vec::new(), Vec::new());
        while rows.len() + gone.len() < ROWS_PER_FRAME_MAX {
            match self.waiting.pop_first() {
                Some((_, Some(row))) => rows.push(row),
                Some((key, None)) => gone.push(key),
                None => break,
            }
        }
        let starts_over = std::mem::take(&mut self.starts_over);
        self.is_sending_all &= !self.waiting.is_empty();
        Some(Taken { starts_over, more: self.is_sending_all, rows, gone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(rows: &mut Rows<u32, &'static str>) -> Option<(bool, bool, Vec<&'static str>, Vec<u32>)> {
        rows.take().map(|taken| (taken.starts_over, taken.more, taken.rows, taken.gone))
    }

    #[test]
    fn a_list_starts_over_once_and_then_sends_the_newest_of_each_row() {
        let mut rows = Rows::all([(1, "a"), (2, "b")].into_iter());
        rows.put(1, Some("a again"));
        rows.put(3, Some("c"));
        rows.put(4, None);
        assert_eq!(taken(&mut rows), Some((true, false, vec!["a again", "b", "c"], vec![])));
        assert_eq!(taken(&mut rows), None);
        rows.put(2, None);
        rows.put(3, Some("c again"));
        rows.put(3, Some("c once more"));
        assert_eq!(taken(&mut rows), Some((false, false, vec!["c once more"], vec![2])));
        rows.put(2, None);
        assert_eq!(taken(&mut rows), None, "gone is said once");
    }

    #[test]
    fn an_empty_list_is_sent_too() {
        let mut rows = Rows::<u32, &str>::all(std::iter::empty());
        assert_eq!(taken(&mut rows), Some((true, false, vec![], vec![])));
        assert_eq!(taken(&mut rows), None);
    }

    #[test]
    fn a_long_list_comes_in_frames() {
        let count = 2 * ROWS_PER_FRAME_MAX + 1;
        let mut rows = Rows::all((0..count as u32).map(|key| (key, "row")));
        let mut frames = Vec::new();
        while let Some((starts_over, more, rows, _)) = taken(&mut rows) {
            frames.push((starts_over, more, rows.len()));
        }
        let full = ROWS_PER_FRAME_MAX;
        assert_eq!(frames, [(true, true, full), (false, true, full), (false, false, 1)]);
    }
}
