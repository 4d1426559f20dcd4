//! Lists whose order counts, as they are edited.

use serde_json::Value;

/// A change of such a list.
pub(super) enum Change {
    Insert(Value),
    Remove(usize),
    /// One of them goes before the one above it.
    Up(usize),
    Replace(usize, Value),
}

impl Change {
    /// The list after it; null: none is left.
    pub(super) fn apply(self, list: &[Value]) -> Value {
        let mut list = list.to_vec();
        match self {
            Self::Insert(one) => list.push(one),
            Self::Remove(at) => drop(list.remove(at)),
            Self::Up(at) => list.swap(at - 1, at),
            Self::Replace(at, one) => list[at] = one,
        }
        if list.is_empty() { Value::Null } else { list.into() }
    }
}
