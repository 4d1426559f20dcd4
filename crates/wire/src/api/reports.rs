//! Reports: `/api/reports/…`.

use std::collections::BTreeMap;

use model::{AgentId, Timestamp};
use serde::{Deserialize, Serialize};

/// `GET /api/reports/summary`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The beginning, cut to the quarter of an hour.
    pub from: Timestamp,
    /// The end, filled to the quarter of an hour.
    pub to: Timestamp,
    /// Whose hours and days the steps are: a name of the IANA's.
    pub time_zone: String,
    /// The whole time.
    pub total: Figures,
    /// Each hour or day in which something was, where `step` was asked for.
    pub series: Vec<SummaryPoint>,
    /// By agent, queue or widget, where `by` was asked for.
    pub groups: Vec<SummaryGroup>,
}

/// One step of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryPoint {
    /// When it begins.
    pub at: Timestamp,
    /// Its figures.
    pub figures: Figures,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryGroup {
    /// An agent's, a queue's or a widget's id.
    pub id: String,
    /// Its figures.
    pub figures: Figures,
}

/// Figures of conversations that started in a time, and of sessions and offers in it. An agent's conversations are those that they
/// were the first to accept; their sessions, declines and misses are their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Conversations that started.
    pub incoming: u64,
    /// Of these, accepted by an agent.
    pub engaged: u64,
    /// Of these, over before an agent accepted, later than `short_abandon`.
    pub abandoned: u64,
    /// Over within `short_abandon`: they are not counted as abandoned.
    pub abandoned_short: u64,
    /// Closed by now.
    pub closed: u64,
    /// From the start until an agent accepted or the customer was gone, in ms.
    pub wait_ms_mean: Option<u64>,
    /// The longest of these waits, in ms.
    pub longest_wait_ms: Option<u64>,
    /// From the start until an agent accepted, in ms.
    pub answer_ms_mean: Option<u64>,
    /// Accepted within so many seconds.
    pub answered_within: BTreeMap<String, u64>,
    /// Agents' parts.
    pub sessions: u64,
    /// Talk of one session, in ms.
    pub talk_ms_mean: Option<u64>,
    /// Wrap-up of one session, in ms.
    pub wrap_up_ms_mean: Option<u64>,
    /// Both, in ms.
    pub handle_ms_mean: Option<u64>,
    /// Sessions that ended by a transfer.
    pub transfers: u64,
    /// Offers that were made.
    pub offered: u64,
    /// Offers that were declined.
    pub declined: u64,
    /// Offers that were missed.
    pub missed: u64,
    /// Customers who were away for longer than the limit.
    pub disconnects: u64,
    /// Customers who came back after that.
    pub returns: Returns,
    /// Time that agents' places were kept for customers who came back, in ms.
    pub hold_saved_ms: u64,
    /// Time that they were kept in vain, in ms.
    pub hold_wasted_ms: u64,
    /// Sessions that ended because the agent was gone.
    pub agent_disconnects: u64,
}

/// How customers came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returns {
    /// By their browser's token alone.
    pub token: u64,
    /// By a reconnect link.
    pub link: u64,
    /// By *Continue*, in a browser that held a token.
    pub prompt: u64,
    /// By *Continue*, found by the sign-in.
    pub sign_in: u64,
    /// By a hand-over from another site.
    pub handover: u64,
}

/// `GET /api/reports/presence`: how long agents were in which presence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceReport {
    /// The beginning.
    pub from: Timestamp,
    /// The end.
    pub to: Timestamp,
    /// Whoever was known then, by id.
    pub people: Vec<PresenceTimes>,
    /// One after the other, oldest first, where the report is about one agent; at most 2,000.
    pub spans: Vec<PresenceSpan>,
}

/// How long one agent was in which presence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceTimes {
    /// Who.
    pub agent: AgentId,
    /// Milliseconds by presence: those that can be set, custom ones by their names, `offline` also for whoever has no console, and `by-capacity` while nothing is
    /// chosen.
    pub presences_ms: BTreeMap<String, u64>,
}

/// A presence that lasted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceSpan {
    /// Since when; not before the beginning.
    pub since: Timestamp,
    /// Until when; not after the end.
    pub until: Timestamp,
    /// Which, as in [`PresenceTimes::presences_ms`].
    pub presence: String,
}
