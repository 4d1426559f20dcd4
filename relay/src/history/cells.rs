//! What is summed up, and by what: quarter of an hour, hour or day, queue, widget, and for half of the cells the agent.

use std::collections::BTreeMap;

use model::{AgentId, QueueId, SessionEnd, WidgetId};

use super::course::Course;

/// Waits are counted within these seconds: service levels, and short abandons.
pub(crate) const WITHIN_S: [u64; 7] = [5, 10, 20, 30, 40, 60, 120];

/// How many figures one cell has.
pub(super) const FIGURES: usize = 37;

/// Where each figure is.
pub(super) mod figure {
    pub(in super::super) const INCOMING: usize = 0;
    pub(in super::super) const ENGAGED: usize = 1;
    pub(in super::super) const ABANDONED: usize = 2;
    /// Seven of them, as in [`super::WITHIN_S`].
    pub(in super::super) const ABANDONED_WITHIN: usize = 3;
    /// Seven of them, as in [`super::WITHIN_S`].
    pub(in super::super) const ANSWERED_WITHIN: usize = 10;
    pub(in super::super) const WAITED_MS: usize = 17;
    pub(in super::super) const WAITS: usize = 18;
    pub(in super::super) const ANSWERED_MS: usize = 19;
    pub(in super::super) const TALKED_MS: usize = 20;
    pub(in super::super) const WRAPPED_UP_MS: usize = 21;
    pub(in super::super) const SESSIONS: usize = 22;
    pub(in super::super) const TRANSFERS: usize = 23;
    pub(in super::super) const DECLINED: usize = 24;
    pub(in super::super) const MISSED: usize = 25;
    pub(in super::super) const DISCONNECTS: usize = 26;
    /// Five of them: token, link, prompt, sign-in, hand-over.
    pub(in super::super) const RETURNS: usize = 27;
    pub(in super::super) const HOLD_SAVED_MS: usize = 32;
    pub(in super::super) const HOLD_WASTED_MS: usize = 33;
    pub(in super::super) const AGENT_DISCONNECTS: usize = 34;
    pub(in super::super) const CLOSED: usize = 35;
    pub(in super::super) const OFFERED: usize = 36;
}

/// The figures of one cell.
pub(super) type Figures = [i64; FIGURES];

/// What one cell comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) figures: Figures,
    /// Of those whose first wait is over, which is final: so nothing is ever to be taken away from it.
    pub(super) longest_wait_ms: i64,
}

impl Sums {
    pub(super) const NONE: Self = Self { figures: [0; FIGURES], longest_wait_ms: 0 };

    pub(super) fn add(&mut self, other: &Self) {
        self.figures.iter_mut().zip(other.figures).for_each(|(sum, figure)| *sum += figure);
        self.longest_wait_ms = self.longest_wait_ms.max(other.longest_wait_ms);
    }
}

/// A quarter of an hour since 1970, the smallest that clocks of the world differ by, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) quarter: u64,
    /// The first agent of a conversation, the agent of a session or an offer.
    pub(super) agent: Option<AgentId>,
    pub(super) queue: QueueId,
    pub(super) widget: WidgetId,
}

pub(super) const QUARTER_MS: u64 = 900_000;

/// What a conversation adds to each cell. Sums are kept by taking away what it added before and adding this.
pub(super) fn share(course: &Course, sign: i64, into: &mut BTreeMap<Cell, Sums>) {
    let cell = |at: u64, agent: Option<AgentId>, queue: QueueId| Cell {
        quarter: at / QUARTER_MS,
        agent,
        queue,
        widget: course.widget,
    };
    let mut add = |cell: Cell, figure: usize, amount: i64| {
        if amount != 0 {
            into.entry(cell).or_insert(Sums::NONE).figures[figure] += sign * amount;
        }
    };
    let whole = cell(course.started_at, course.first_agent, course.queue);
    add(whole, figure::INCOMING, 1);
    let waited = course.waited_until.map(|until| until.saturating_sub(course.started_at));
    let is_engaged = course.first_agent.is_some();
    if let Some(waited) = waited {
        let (count, within) = if is_engaged {
            (figure::ENGAGED, figure::ANSWERED_WITHIN)
        } else {
            (figure::ABANDONED, figure::ABANDONED_WITHIN)
        };
        add(whole, count, 1);
        add(whole, figure::WAITS, 1);
        let ms = i64::try_from(waited).unwrap_or(i64::MAX);
        add(whole, figure::WAITED_MS, ms);
        add(whole, figure::ANSWERED_MS, if is_engaged { ms } else { 0 });
        for (index, seconds) in WITHIN_S.into_iter().enumerate() {
            add(whole, within + index, i64::from(waited <= seconds * 1_000));
        }
    }
    for (agent, queue, at) in &course.offered {
        add(cell(*at, Some(*agent), *queue), figure::OFFERED, 1);
    }
    add(whole, figure::TRANSFERS, course.transfers);
    add(whole, figure::DISCONNECTS, course.disconnects);
    for (index, count) in course.returns.into_iter().enumerate() {
        add(whole, figure::RETURNS + index, count);
    }
    add(whole, figure::HOLD_SAVED_MS, course.hold_saved_ms);
    add(whole, figure::HOLD_WASTED_MS, course.hold_wasted_ms);
    add(whole, figure::CLOSED, i64::from(course.closed.is_some()));
    for session in &course.sessions {
        let theirs = cell(session.joined_at, Some(session.agent), session.queue);
        add(theirs, figure::SESSIONS, 1);
        add(theirs, figure::TALKED_MS, session.talked_ms);
        add(theirs, figure::WRAPPED_UP_MS, session.wrapped_up_ms);
        let is_lost = session.ended.is_some_and(|(_, reason)| reason == SessionEnd::AgentDisconnected);
        add(theirs, figure::AGENT_DISCONNECTS, i64::from(is_lost));
    }
    for offer in &course.offers {
        let figure = if offer.missed { figure::MISSED } else { figure::DECLINED };
        add(cell(offer.at, Some(offer.agent), offer.queue), figure, 1);
    }
    if let Some(waited) = waited.filter(|_| sign > 0) {
        let sums = into.entry(whole).or_insert(Sums::NONE);
        sums.longest_wait_ms = sums.longest_wait_ms.max(i64::try_from(waited).unwrap_or(i64::MAX));
    }
}
