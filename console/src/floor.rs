//! All ongoing conversations and all agents: what is counted, filtered and ordered for supervisors. Pure.

use std::cmp::Reverse;
use std::sync::Arc;

use model::{AgentId, ConversationId, Millis, QueueId, Timestamp};
use serde::{Deserialize, Serialize};
use wire::{AgentLink, CardState, ConnectionClock, FloorAgent, FloorRow};

use crate::steady::Keyed;

/// Somebody who has been away for this long is soon counted as disconnected.
const AWAY_LONG: Millis = Millis::minutes(2);

/// The floor as it was told last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FloorView {
    /// Whether all of it has arrived.
    pub is_whole: bool,
    /// The ongoing conversations, oldest first.
    pub rows: Vec<Arc<FloorRow>>,
    /// The agents.
    pub agents: Vec<Arc<FloorAgent>>,
}

impl Keyed for Arc<FloorRow> {
    type Key = ConversationId;

    fn key(&self) -> ConversationId {
        self.conversation
    }
}

/// Which states are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum States {
    /// All.
    #[default]
    All,
    /// In a queue.
    Open,
    /// With an agent.
    Active,
    /// The talk is over.
    WrapUp,
    /// The customer may be away, or their place is kept.
    AwayOrHeld,
}

impl States {
    /// All of them, in the order of their chips.
    pub const ALL: [Self; 5] = [Self::All, Self::Open, Self::Active, Self::WrapUp, Self::AwayOrHeld];

    /// Their name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "All ongoing",
            Self::Open => "Open",
            Self::Active => "Active",
            Self::WrapUp => "Wrap-up",
            Self::AwayOrHeld => "Away or held",
        }
    }

    fn has(self, row: &FloorRow) -> bool {
        match self {
            Self::All => true,
            Self::Open => matches!(row.state, CardState::Open { .. }),
            Self::Active => matches!(row.state, CardState::Active { .. }),
            Self::WrapUp => matches!(row.state, CardState::WrapUp { .. }),
            Self::AwayOrHeld => is_away(row) || hold_until(row).is_some(),
        }
    }
}

fn is_away(row: &FloorRow) -> bool {
    matches!(row.connection, ConnectionClock::Away { .. })
}

/// Until when the agent's place is kept for the customer.
#[must_use]
pub const fn hold_until(row: &FloorRow) -> Option<Timestamp> {
    match row.state {
        CardState::WrapUp { hold_until, .. } => hold_until,
        CardState::Open { .. } | CardState::Active { .. } | CardState::Closed { .. } => None,
    }
}

/// A column that can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// Who.
    Customer,
    /// Where the conversation is.
    State,
    /// Whether the customer is there.
    Connection,
    /// Who has it.
    Agent,
    /// Which queue.
    Queue,
    /// How long until somebody had it.
    Waited,
    /// How long somebody has had it.
    Handling,
}

/// An order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// The greatest first.
    pub descending: bool,
}

impl Default for Order {
    /// Who has waited longest comes first.
    fn default() -> Self {
        Self { column: Column::State, descending: false }
    }
}

impl Order {
    /// What a press on a column's head makes of it: the same column turns round, another begins.
    #[must_use]
    pub fn pressed(self, column: Column) -> Self {
        let longest_first = matches!(column, Column::Waited | Column::Handling);
        let descending = if self.column == column { !self.descending } else { longest_first };
        Self { column, descending }
    }
}

/// What the table shows, and how.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Which states.
    pub states: States,
    /// Only of this queue.
    pub queue: Option<QueueId>,
    /// Only of this agent.
    pub agent: Option<AgentId>,
    /// Only where the customer, the agent, the queue or the number has these letters.
    pub words: String,
    /// In which order.
    pub order: Order,
}

/// A look that was kept under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedLook {
    /// The name.
    pub name: String,
    /// The look.
    pub look: Look,
}

impl Look {
    /// How many rows there are of each state, whatever state is chosen.
    #[must_use]
    pub fn counts(&self, floor: &FloorView) -> [usize; 5] {
        let mut counts = [0; 5];
        for row in floor.rows.iter().filter(|row| self.has_but_state(row)) {
            for (states, count) in States::ALL.iter().zip(&mut counts) {
                *count += usize::from(states.has(row));
            }
        }
        counts
    }

    /// The rows to show, in order.
    #[must_use]
    pub fn rows(&self, floor: &FloorView) -> Vec<Arc<FloorRow>> {
        let fits = |row: &&Arc<FloorRow>| self.states.has(row) && self.has_but_state(row);
        let mut rows: Vec<Arc<FloorRow>> = floor.rows.iter().filter(fits).cloned().collect();
        self.order.sort(&mut rows);
        rows
    }

    fn has_but_state(&self, row: &FloorRow) -> bool {
        let words = self.words.trim().to_lowercase();
        self.queue.is_none_or(|queue| row.queue.queue == queue)
            && self.agent.is_none_or(|agent| row.agent.as_ref().is_some_and(|one| one.agent == agent))
            && (words.is_empty() || searched(row).contains(&words))
    }
}

fn searched(row: &FloorRow) -> String {
    let agent = row.agent.as_ref().map_or("", |agent| agent.name.as_str());
    format!("{} {agent} {}", customer(row), row.queue.name).to_lowercase()
}

/// How the customer is called.
#[must_use]
pub fn customer(row: &FloorRow) -> String {
    match &row.customer {
        Some(name) => name.as_str().to_owned(),
        None => format!("Customer {}", row.number),
    }
}

impl Order {
    /// Sorts rows; what is alike stays in the order in which it began. Clocks that run are compared by when they started, so that no
    /// row moves because time passes.
    fn sort(self, rows: &mut [Arc<FloorRow>]) {
        match self.column {
            Column::Customer => rows.sort_by_cached_key(|row| customer(row).to_lowercase()),
            Column::State => rows.sort_by_key(|row| (state_rank(row), since(row))),
            Column::Connection => rows.sort_by_key(|row| connection_rank(row)),
            Column::Agent => rows.sort_by_cached_key(|row| agent_name(row)),
            Column::Queue => rows.sort_by_cached_key(|row| row.queue.name.to_lowercase()),
            Column::Waited => rows.sort_by_key(|row| waited_rank(row)),
            Column::Handling => rows.sort_by_key(|row| (handling_since(row).is_some(), Reverse(handling_since(row)))),
        }
        if self.descending {
            rows.reverse();
        }
    }
}

const fn state_rank(row: &FloorRow) -> u8 {
    match row.state {
        CardState::Open { .. } => 0,
        CardState::Active { .. } => 1,
        CardState::WrapUp { .. } => 2,
        CardState::Closed { .. } => 3,
    }
}

/// Those who need somebody first: away, then held, then gone, then there.
fn connection_rank(row: &FloorRow) -> (u8, Timestamp) {
    match (row.connection, hold_until(row)) {
        (ConnectionClock::Away { since, .. }, _) => (0, since),
        (_, Some(until)) => (1, until),
        (ConnectionClock::Disconnected { since }, None) => (2, since),
        (ConnectionClock::Connected { .. }, None) => (3, row.started_at),
        (ConnectionClock::Over, None) => (4, row.started_at),
    }
}

/// Nobody comes after everybody.
fn agent_name(row: &FloorRow) -> (bool, String) {
    let name = row.agent.as_ref().map(|agent| agent.name.as_str().to_lowercase());
    (name.is_none(), name.unwrap_or_default())
}

/// Those who wait still have waited longer than those who don't, the longer the earlier they came.
fn waited_rank(row: &FloorRow) -> (bool, Reverse<Timestamp>, Millis) {
    match row.state {
        CardState::Open { since } => (true, Reverse(since), Millis::ZERO),
        CardState::Active { .. } | CardState::WrapUp { .. } | CardState::Closed { .. } => {
            (false, Reverse(Timestamp(0)), waited(row).unwrap_or(Millis::ZERO))
        }
    }
}

/// Since when the conversation is in its state.
#[must_use]
pub const fn since(row: &FloorRow) -> Timestamp {
    match row.state {
        CardState::Open { since } | CardState::Active { since } | CardState::WrapUp { since, .. } => since,
        CardState::Closed { at, .. } => at,
    }
}

/// How long the customer waited until somebody had the conversation; `None` while they wait, and where it is over.
#[must_use]
pub fn waited(row: &FloorRow) -> Option<Millis> {
    match row.state {
        CardState::Active { since } => Some(since.since(row.started_at)),
        CardState::Open { .. } | CardState::WrapUp { .. } | CardState::Closed { .. } => None,
    }
}

/// Since when somebody has it.
#[must_use]
pub const fn handling_since(row: &FloorRow) -> Option<Timestamp> {
    match row.state {
        CardState::Active { since } | CardState::WrapUp { since, .. } => Some(since),
        CardState::Open { .. } | CardState::Closed { .. } => None,
    }
}

/// The six figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Conversations in a queue.
    pub waiting: usize,
    /// Since when the longest of them waits.
    pub longest_since: Option<Timestamp>,
    /// Conversations with an agent.
    pub active: usize,
    /// Agents who have one.
    pub busy_agents: usize,
    /// Customers who may be away.
    pub away: usize,
    /// Those of them who will soon count as disconnected.
    pub away_long: usize,
    /// Conversations whose customer's place is kept.
    pub held: usize,
    /// Units kept for them.
    pub held_units: i32,
    /// Conversations whose talk is over.
    pub wrap_up: usize,
    /// Units that are free with agents who are there and take offers.
    pub free_units: i32,
    /// How many agents these are.
    pub free_agents: usize,
}

impl Figures {
    /// Counts.
    #[must_use]
    pub fn of(floor: &FloorView, now: Timestamp) -> Self {
        let mut figures = Self::default();
        for row in &floor.rows {
            match row.state {
                CardState::Open { since } => {
                    figures.waiting += 1;
                    figures.longest_since = Some(figures.longest_since.map_or(since, |longest| longest.min(since)));
                }
                CardState::Active { .. } => figures.active += 1,
                CardState::WrapUp { hold_until, .. } => {
                    figures.wrap_up += 1;
                    figures.held += usize::from(hold_until.is_some());
                }
                CardState::Closed { .. } => {}
            }
            if let ConnectionClock::Away { since, .. } = row.connection {
                figures.away += 1;
                figures.away_long += usize::from(now.since(since) >= AWAY_LONG);
            }
        }
        for agent in &floor.agents {
            figures.busy_agents += usize::from(agent.active > 0);
            figures.held_units += agent.held.0;
            let free = (agent.total - agent.used).0;
            if free > 0 && takes_offers(agent) {
                figures.free_units += free;
                figures.free_agents += 1;
            }
        }
        figures
    }
}

/// Whether somebody is there and, by what presences mean, takes offers.
fn takes_offers(agent: &FloorAgent) -> bool {
    use model::Presence::{Available, Busy};
    agent.link == AgentLink::Connected && matches!(agent.presence, Available | Busy)
}

/// By how many units it would exceed an agent's capacity to give them this conversation.
#[must_use]
pub fn exceeds_by(agent: &FloorAgent, row: &FloorRow) -> i32 {
    (agent.used.0 + row.cost.0 - agent.total.0).max(0)
}

/// Queues that occur on the floor, by name, for a filter.
#[must_use]
pub fn queues(floor: &FloorView) -> Vec<wire::QueueName> {
    let of_agents = floor.agents.iter().flat_map(|agent| &agent.queues);
    let mut all: Vec<wire::QueueName> = floor.rows.iter().map(|row| &row.queue).chain(of_agents).cloned().collect();
    all.sort_by_cached_key(|queue| (queue.name.to_lowercase(), queue.queue));
    all.dedup_by_key(|queue| queue.queue);
    all
}

/// Agents by name; those who are there before those who are not.
#[must_use]
pub fn agents(floor: &FloorView) -> Vec<Arc<FloorAgent>> {
    let mut all = floor.agents.clone();
    all.sort_by_cached_key(|agent| (agent.link == AgentLink::Gone, agent.who.name.as_str().to_lowercase()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, NOW};

    fn names(look: &Look) -> Vec<String> {
        look.rows(&canned::floor()).iter().map(|row| customer(row)).collect()
    }

    #[test]
    fn who_waits_longest_comes_first() {
        assert_eq!(
            names(&Look::default()),
            ["Anna Kovács", "Jun Li", "Tomás Ortiz", "Mia Berg", "Ines Duarte", "Customer 7"]
        );
    }

    #[test]
    fn filters_narrow_and_chips_count_what_they_would_show() {
        let floor = canned::floor();
        assert_eq!(Look::default().counts(&floor), [6, 2, 3, 1, 2]);
        let away = Look { states: States::AwayOrHeld, ..Look::default() };
        assert_eq!(names(&away), ["Mia Berg", "Customer 7"]);
        let words = Look { words: "  ravi ".to_owned(), ..Look::default() };
        assert_eq!(names(&words), ["Tomás Ortiz", "Mia Berg", "Customer 7"]);
        assert_eq!(words.counts(&floor), [3, 0, 2, 1, 2]);
        let billing = queues(&floor).into_iter().find(|queue| queue.name == "Billing").unwrap();
        assert_eq!(names(&Look { queue: Some(billing.queue), ..Look::default() }), ["Tomás Ortiz"]);
    }

    #[test]
    fn every_column_orders() {
        let by = |column, descending| names(&Look { order: Order { column, descending }, ..Look::default() });
        assert_eq!(by(Column::Customer, false)[..2], ["Anna Kovács", "Customer 7"]);
        assert_eq!(by(Column::Connection, false)[..2], ["Mia Berg", "Customer 7"]);
        assert_eq!(by(Column::Waited, true)[..2], ["Anna Kovács", "Jun Li"]);
        assert_eq!(by(Column::Handling, true)[0], "Tomás Ortiz");
        assert_eq!(by(Column::Agent, false)[0], "Mia Berg");
    }

    #[test]
    fn a_second_press_turns_the_order_round() {
        let order = Order::default().pressed(Column::Waited);
        assert_eq!(order, Order { column: Column::Waited, descending: true });
        assert!(!order.pressed(Column::Waited).descending);
    }

    #[test]
    fn the_figures_count() {
        let figures = Figures::of(&canned::floor(), NOW);
        assert_eq!((figures.waiting, figures.active, figures.wrap_up), (2, 3, 1));
        assert_eq!((figures.away, figures.away_long, figures.held, figures.held_units), (1, 0, 1, 1));
        assert_eq!(figures.longest_since, Some(NOW - Millis::seconds(250)));
    }

    #[test]
    fn an_assignment_says_by_how_much_it_goes_beyond() {
        let floor = canned::floor();
        let row = &floor.rows[0];
        let over = agents(&floor).iter().map(|agent| exceeds_by(agent, row)).collect::<Vec<_>>();
        assert_eq!(over, [0, 2, 0]);
    }
}
