//! When views are shown. A busy conversation changes the same views hundreds of times a second, and each is a whole value: the first
//! change is shown at once, what follows within a moment is shown once at its end.

use std::collections::BTreeSet;

use desk::ViewKey;
use model::{Millis, Timestamp};

/// A view is shown because of changes at most once in this time, and never later than this.
const MOMENT: Millis = Millis(100);

/// Views shown in this moment, and those that wait for its end.
#[derive(Debug, Default)]
pub(super) struct Showing {
    ends_at: Timestamp,
    shown: BTreeSet<ViewKey>,
    waiting: BTreeSet<ViewKey>,
}

impl Showing {
    /// Takes what changed and what somebody has not seen at all; gives what is to be shown now.
    pub(super) fn due(
        &mut self,
        now: Timestamp,
        new: BTreeSet<ViewKey>,
        changed: BTreeSet<ViewKey>,
    ) -> BTreeSet<ViewKey> {
        let mut due = new;
        if now >= self.ends_at {
            self.shown.clear();
            self.ends_at = now + MOMENT;
            due.append(&mut self.waiting);
        }
        for view in changed {
            if self.shown.contains(&view) && !due.contains(&view) {
                self.waiting.insert(view);
            } else {
                due.insert(view);
            }
        }
        for view in &due {
            self.waiting.remove(view);
        }
        self.shown.extend(&due);
        due
    }

    /// When to ask again at the latest; `None` while nothing waits.
    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        (!self.waiting.is_empty()).then_some(self.ends_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AgentId, ConversationId};

    fn agent(number: u128) -> ViewKey {
        ViewKey::Agent(AgentId::from_u128(number))
    }

    fn set<const N: usize>(views: [ViewKey; N]) -> BTreeSet<ViewKey> {
        views.into()
    }

    #[test]
    fn the_first_change_shows_at_once_and_the_rest_once_at_the_end_of_the_moment() {
        let mut showing = Showing::default();
        let at = |ms: u64| Timestamp(1_000_000 + ms);
        assert_eq!(showing.due(at(0), set([]), set([agent(1)])), set([agent(1)]));
        assert_eq!(showing.wake_at(), None);
        assert_eq!(showing.due(at(1), set([]), set([agent(1), agent(2)])), set([agent(2)]));
        assert_eq!(showing.due(at(30), set([]), set([agent(1)])), set([]));
        assert_eq!(showing.wake_at(), Some(at(100)));
        assert_eq!(showing.due(at(100), set([]), set([])), set([agent(1)]));
        assert_eq!(showing.wake_at(), None);
        assert_eq!(showing.due(at(101), set([]), set([agent(1)])), set([]));
        assert_eq!(showing.due(at(200), set([]), set([agent(1)])), set([agent(1)]));
    }

    #[test]
    fn who_has_no_view_yet_does_not_wait() {
        let mut showing = Showing::default();
        let view = ViewKey::Customer(ConversationId::from_u128(1));
        let at = Timestamp(1_000_000);
        assert_eq!(showing.due(at, set([]), set([view])), set([view]));
        assert_eq!(showing.due(at, set([]), set([view])), set([]));
        assert_eq!(showing.due(at, set([view]), set([])), set([view]));
        assert_eq!(showing.wake_at(), None, "shown just now, whatever waited");
    }
}
