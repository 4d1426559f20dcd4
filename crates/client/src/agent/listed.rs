//! Lists whose rows arrive one by one.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A list whose rows arrive one by one. A new whole list takes the place of the old one when all of it is there.
#[derive(Clone, Debug)]
pub(super) struct Listed<K, V> {
    pub(super) shown: BTreeMap<K, Arc<V>>,
    pub(super) arriving: Option<BTreeMap<K, Arc<V>>>,
    pub(super) is_whole: bool,
}

impl<K: Ord, V> Default for Listed<K, V> {
    fn default() -> Self {
        Self { shown: BTreeMap::new(), arriving: None, is_whole: false }
    }
}

impl<K: Ord, V> Listed<K, V> {
    /// Takes a frame's worth; true where what is shown may have changed.
    pub(super) fn take(
        &mut self,
        starts_over: bool,
        more: bool,
        new: impl Iterator<Item = (K, V)>,
        gone: &[K],
    ) -> bool {
        if starts_over {
            self.arriving = Some(BTreeMap::new());
        }
        let list = self.arriving.as_mut().unwrap_or(&mut self.shown);
        list.extend(new.map(|(key, value)| (key, Arc::new(value))));
        for key in gone {
            list.remove(key);
        }
        if more && self.arriving.is_some() {
            return false;
        }
        if let Some(whole) = self.arriving.take() {
            self.shown = whole;
            self.is_whole = true;
        }
        true
    }
}
