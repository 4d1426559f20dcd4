//! What the desk knows of a queue: order, hours, overflow (product 5, reference 4.9).

use serde::{Deserialize, Serialize};

use crate::{AssignmentMethod, Millis, OverflowCause, QueueId, RulesError, Timestamp, limits};

/// The most opening times that one set of rules holds.
pub const OPEN_WINDOWS_MAX: usize = 400;
/// The least important priority of a queue; 0 is the most important.
pub const PRIORITY_MAX: u16 = 1_000;
/// The most waiting conversations that a limit of a queue can allow.
pub const WAITING_MAX: u32 = 10_000;

/// What the desk knows of a queue. `Default` holds the documented defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRules {
    /// How it chooses among eligible agents.
    pub assignment: AssignmentMethod,
    /// Which queue an agent of several is offered from first: the smaller number; of equals, whoever waits longest (100).
    pub priority: u16,
    /// When it is open (always).
    pub hours: Hours,
    /// What becomes of a conversation that starts while it is closed (assigned anyway).
    pub out_of_hours: Overflow,
    /// What becomes of a conversation that starts while too many wait.
    pub full: Option<FullRule>,
    /// What becomes of a conversation that waits for too long.
    pub slow: Option<SlowRule>,
}

impl QueueRules {
    /// The documented defaults.
    pub const DEFAULT: Self = Self {
        assignment: AssignmentMethod::HighestCapacity,
        priority: 100,
        hours: Hours::Always,
        out_of_hours: Overflow::AssignAnyway,
        full: None,
        slow: None,
    };
}

impl Default for QueueRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// When a queue is open. The desk knows no time zones: the shell translates weekly hours and holidays into instants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hours {
    /// All the time.
    Always,
    /// In these windows, in order and apart from each other; closed before, between and after them.
    Windows(Vec<OpenWindow>),
}

impl Hours {
    /// Whether it is open at `now`. A window is over at its instant.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::Windows(windows) => {
                let begun = windows.partition_point(|window| window.opens_at <= now);
                begun.checked_sub(1).is_some_and(|last| now < windows[last].closes_at)
            }
        }
    }
}

/// One opening time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenWindow {
    /// From then on.
    pub opens_at: Timestamp,
    /// Until just before.
    pub closes_at: Timestamp,
}

/// What becomes of a conversation that its queue can't serve well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Overflow {
    /// It waits there all the same.
    AssignAnyway,
    /// It is closed, and its customer is told why.
    End,
    /// It waits in another queue, where it is not looked at in this way again.
    Queue(QueueId),
}

/// A queue takes no more than so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullRule {
    /// So many may wait, offered ones included; 1 to [`WAITING_MAX`].
    pub waiting_max: u32,
    /// What becomes of one more.
    pub then: Overflow,
}

/// In a queue nobody waits longer than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlowRule {
    /// The longest wait in this queue, 1 min to 48 h. A running offer is waited for.
    pub wait_max: Millis,
    /// What becomes of who waits longer; not `AssignAnyway`. A conversation that an agent has had is never ended by it.
    pub then: Overflow,
}

impl QueueRules {
    /// What becomes of a conversation that starts at `now` while `waiting` others wait. Hours count before the number.
    #[must_use]
    pub fn overflow(&self, now: Timestamp, waiting: usize) -> Option<(OverflowCause, Overflow)> {
        let closed = (!self.hours.is_open(now)).then_some((OverflowCause::OutOfHours, self.out_of_hours));
        let full = self.full.filter(|rule| waiting >= usize::try_from(rule.waiting_max).unwrap_or(usize::MAX));
        let full = full.map(|rule| (OverflowCause::QueueFull, rule.then));
        let does_something = |found: &(OverflowCause, Overflow)| found.1 != Overflow::AssignAnyway;
        closed.filter(does_something).or(full.filter(does_something))
    }

    /// All mistakes at once. `own` is the queue's own id.
    #[must_use]
    pub fn mistakes(&self, own: QueueId) -> Vec<RulesError> {
        let targets = [Some(self.out_of_hours), self.full.map(|rule| rule.then), self.slow.map(|rule| rule.then)];
        let wait_fits = |rule: SlowRule| limits::WAIT.contains(&rule.wait_max);
        [
            (self.priority <= PRIORITY_MAX, RulesError::Priority),
            (self.hours.are_in_order(), RulesError::Hours),
            (self.full.is_none_or(|rule| (1..=WAITING_MAX).contains(&rule.waiting_max)), RulesError::WaitingMax),
            (self.slow.is_none_or(wait_fits), RulesError::WaitMax),
            (self.slow.is_none_or(|rule| rule.then != Overflow::AssignAnyway), RulesError::SlowAssignsAnyway),
            (!targets.contains(&Some(Overflow::Queue(own))), RulesError::OverflowToItself),
        ]
        .into_iter()
        .filter_map(|(fits, mistake)| (!fits).then_some(mistake))
        .collect()
    }
}

impl Hours {
    fn are_in_order(&self) -> bool {
        let Self::Windows(windows) = self else { return true };
        windows.len() <= OPEN_WINDOWS_MAX
            && windows.iter().all(|window| window.opens_at < window.closes_at)
            && windows.windows(2).all(|pair| pair[0].closes_at < pair[1].opens_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(opens_at: u64, closes_at: u64) -> OpenWindow {
        OpenWindow { opens_at: Timestamp(opens_at), closes_at: Timestamp(closes_at) }
    }

    #[test]
    fn a_window_is_open_from_its_beginning_and_over_at_its_end() {
        let hours = Hours::Windows(vec![window(10, 20), window(30, 40)]);
        let open: Vec<u64> =
            [9, 10, 19, 20, 29, 30, 39, 40, 41].into_iter().filter(|at| hours.is_open(Timestamp(*at))).collect();
        assert_eq!(open, [10, 19, 30, 39]);
        assert!(!Hours::Windows(Vec::new()).is_open(Timestamp(5)));
        assert!(Hours::Always.is_open(Timestamp(5)));
    }

    #[test]
    fn hours_count_before_the_number_and_assigning_anyway_is_no_overflow() {
        let elsewhere = Overflow::Queue(QueueId::from_u128(2));
        let closed = Hours::Windows(vec![window(10, 20)]);
        let rules = QueueRules {
            hours: closed,
            out_of_hours: Overflow::End,
            full: Some(FullRule { waiting_max: 2, then: elsewhere }),
            ..QueueRules::default()
        };
        assert_eq!(rules.overflow(Timestamp(15), 1), None);
        assert_eq!(rules.overflow(Timestamp(15), 2), Some((OverflowCause::QueueFull, elsewhere)));
        assert_eq!(rules.overflow(Timestamp(25), 2), Some((OverflowCause::OutOfHours, Overflow::End)));
        let rules = QueueRules { out_of_hours: Overflow::AssignAnyway, ..rules };
        assert_eq!(rules.overflow(Timestamp(25), 1), None);
        assert_eq!(rules.overflow(Timestamp(25), 2), Some((OverflowCause::QueueFull, elsewhere)));
    }

    #[test]
    fn all_mistakes_are_told() {
        let own = QueueId::from_u128(1);
        assert_eq!(QueueRules::default().mistakes(own), []);
        let rules = QueueRules {
            priority: 1_001,
            hours: Hours::Windows(vec![window(10, 20), window(20, 30)]),
            out_of_hours: Overflow::Queue(own),
            full: Some(FullRule { waiting_max: 0, then: Overflow::End }),
            slow: Some(SlowRule { wait_max: Millis::seconds(59), then: Overflow::AssignAnyway }),
            ..QueueRules::default()
        };
        let all = [
            RulesError::Priority,
            RulesError::Hours,
            RulesError::WaitingMax,
            RulesError::WaitMax,
            RulesError::SlowAssignsAnyway,
            RulesError::OverflowToItself,
        ];
        assert_eq!(rules.mistakes(own), all);
    }
}
