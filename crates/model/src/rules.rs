//! What the desk decides by: the rules of agents, queues, workstreams and widgets. They enter the desk as facts.
//!
//! Words (texts, themes, wording) are not here: the desk never decides by them.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Millis, Presence, QueueId, Units, WorkstreamId, WrapUpRule, limits};

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answers customers.
    Agent,
    /// An agent with oversight rights.
    Supervisor,
    /// The person who configures.
    Admin,
}

/// What the desk knows of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRules {
    /// A disabled agent can't sign in, is offered nothing and loses their sessions.
    pub enabled: bool,
    /// What they may do.
    pub role: Role,
    /// How much they can carry, 0 to 1,000 units.
    pub capacity: Units,
    /// The queues they serve.
    pub queues: Vec<QueueId>,
}

/// How a queue chooses among eligible agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssignmentMethod {
    /// Most free capacity first; ties: longest since last assignment.
    #[default]
    HighestCapacity,
    /// In turn: longest since last assignment.
    RoundRobin,
}

/// Whether a workstream offers conversations to agents, or waits for them to pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkMode {
    /// Conversations are offered.
    #[default]
    Push,
    /// Agents pick them.
    Pick,
}

/// What the desk knows of a workstream. `Default` holds the documented defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkstreamRules {
    /// Where its conversations wait.
    pub queue: QueueId,
    /// Push or pick.
    pub mode: WorkMode,
    /// Units that one conversation takes, 1 to 100.
    pub cost: Units,
    /// Whether wrap-up blocks capacity.
    pub wrap_up: WrapUpRule,
    /// The presences in which an agent is offered its conversations.
    pub allowed_presences: Vec<Presence>,
    /// How long an offer stands (120 s).
    pub offer_for: Millis,
    /// How often one agent may be offered one conversation (3).
    pub offers_per_agent_max: u8,
    /// When an Open conversation is closed by itself (20 min).
    pub auto_close_open_after: Millis,
    /// When a connected customer is asked "Still waiting?" (18 min); shorter than the above.
    pub still_waiting_after: Millis,
    /// When a session in wrap-up ends by itself (15 min).
    pub auto_close_wrap_up_after: Millis,
}

impl WorkstreamRules {
    /// The documented defaults for a workstream that feeds `queue`.
    #[must_use]
    pub fn for_queue(queue: QueueId) -> Self {
        Self {
            queue,
            mode: WorkMode::Push,
            cost: Units(1),
            wrap_up: WrapUpRule::Always,
            allowed_presences: vec![Presence::Available, Presence::Busy],
            offer_for: Millis::seconds(120),
            offers_per_agent_max: 3,
            auto_close_open_after: Millis::minutes(20),
            still_waiting_after: Millis::minutes(18),
            auto_close_wrap_up_after: Millis::minutes(15),
        }
    }
}

/// The reconnect settings of a widget (product 3). Fixed for a conversation when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconnectRules {
    /// *Reconnect to previous agent for*: how long the agent's capacity is kept, 0 to 24 h; 0 keeps nothing.
    pub hold_for: Millis,
    /// *Reconnect time limit*: how long the customer may come back, 1 s to 7 days; at least the hold.
    pub limit: Millis,
}

/// What the desk knows of a widget. `for_workstream` holds the documented defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidgetRules {
    /// Where its conversations go.
    pub workstream: WorkstreamId,
    /// When an away customer counts as disconnected (3 min; at least 3 s).
    pub disconnect_after: Millis,
    /// Reconnect, where it is on.
    pub reconnect: Option<ReconnectRules>,
    /// A Portal URL is set, so that links can be offered; read when used.
    pub has_portal: bool,
    /// An anonymous customer whose browser holds the token of a conversation that they may continue is asked *Continue / Start
    /// new* (off); read when used.
    pub prompts_anonymous: bool,
}

impl WidgetRules {
    /// The documented defaults for a widget whose conversations go to `workstream`.
    #[must_use]
    pub fn for_workstream(workstream: WorkstreamId) -> Self {
        Self {
            workstream,
            disconnect_after: Millis::minutes(3),
            reconnect: None,
            has_portal: false,
            prompts_anonymous: false,
        }
    }
}

/// Why a set of rules can't be taken. One sentence each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RulesError {
    /// `disconnect_after` out of 3 s to 24 h.
    #[error("disconnect_after must be between 3 seconds and 24 hours")]
    DisconnectAfter,
    /// The limit is shorter than the hold.
    #[error("the reconnect time limit must not be shorter than the time kept for the previous agent")]
    LimitBeforeHold,
    /// The hold is longer than 24 h.
    #[error("the time kept for the previous agent must not be longer than 24 hours")]
    HoldFor,
    /// The reconnect time limit is out of 1 s to 7 days.
    #[error("the reconnect time limit must be between 1 second and 7 days")]
    Limit,
    /// Cost out of 1 to 100.
    #[error("cost must be between 1 and 100 units")]
    Cost,
    /// Capacity out of 0 to 1,000.
    #[error("capacity must be between 0 and 1000 units")]
    Capacity,
    /// A set wrap-up time out of 30 s to 60 min.
    #[error("a wrap-up block must be between 30 seconds and 60 minutes")]
    WrapUpBlock,
    /// An offer countdown out of 5 s to 1 h.
    #[error("the offer countdown must be between 5 seconds and 1 hour")]
    OfferFor,
    /// "Still waiting?" is not before auto-close.
    #[error("still_waiting_after must be shorter than auto_close_open_after")]
    StillWaiting,
    /// No presence is allowed, so nobody would ever be offered anything.
    #[error("at least one presence must be allowed")]
    NoPresence,
    /// Offers per agent out of 1 to 5.
    #[error("offers_per_agent_max must be between 1 and 5")]
    OffersPerAgent,
    /// A queue's priority above 1,000.
    #[error("priority must be between 0 and 1000")]
    Priority,
    /// Opening times that overlap, touch, end before they begin, or are too many.
    #[error("opening times must be in order, apart from each other, and not more than 400")]
    Hours,
    /// A limit on waiting conversations out of 1 to 10,000.
    #[error("the number of waiting conversations must be between 1 and 10000")]
    WaitingMax,
    /// The longest wait out of 1 min to 48 h.
    #[error("the longest wait must be between 1 minute and 48 hours")]
    WaitMax,
    /// Who waits too long can't be told to go on waiting.
    #[error("who waits for too long can be ended or moved, not assigned anyway")]
    SlowAssignsAnyway,
    /// A queue overflows into itself.
    #[error("a queue can't overflow into itself")]
    OverflowToItself,
    /// More routing rules than may be.
    #[error("there may be at most 100 routing rules")]
    RoutingRules,
    /// More conditions in one routing rule than may be.
    #[error("a routing rule may have at most 15 conditions")]
    Conditions,
    /// A rule's shares are not 100 percent of 1 to 5 queues.
    #[error("a routing rule names 1 to 5 queues, whose shares are whole percents above 0 and 100 together")]
    Shares,
}

impl WidgetRules {
    /// All mistakes at once.
    #[must_use]
    pub fn mistakes(&self) -> Vec<RulesError> {
        let mut found = Vec::new();
        if !limits::DISCONNECT_AFTER.contains(&self.disconnect_after) {
            found.push(RulesError::DisconnectAfter);
        }
        if let Some(ReconnectRules { hold_for, limit }) = self.reconnect {
            if limit < hold_for {
                found.push(RulesError::LimitBeforeHold);
            }
            if !limits::HOLD_FOR.contains(&hold_for) {
                found.push(RulesError::HoldFor);
            }
            if !limits::RECONNECT_LIMIT.contains(&limit) {
                found.push(RulesError::Limit);
            }
        }
        found
    }
}

impl AgentRules {
    /// All mistakes at once.
    #[must_use]
    pub fn mistakes(&self) -> Vec<RulesError> {
        if limits::CAPACITY.contains(&self.capacity.0) { Vec::new() } else { vec![RulesError::Capacity] }
    }
}

impl WorkstreamRules {
    /// All mistakes at once.
    #[must_use]
    pub fn mistakes(&self) -> Vec<RulesError> {
        let block_fits = match self.wrap_up {
            WrapUpRule::Always | WrapUpRule::Never => true,
            WrapUpRule::For(time) => limits::WRAP_UP_BLOCK.contains(&time),
        };
        [
            (limits::COST.contains(&self.cost.0), RulesError::Cost),
            (block_fits, RulesError::WrapUpBlock),
            (limits::OFFER_FOR.contains(&self.offer_for), RulesError::OfferFor),
            (self.still_waiting_after < self.auto_close_open_after, RulesError::StillWaiting),
            (!self.allowed_presences.is_empty(), RulesError::NoPresence),
            (limits::OFFERS_PER_AGENT.contains(&self.offers_per_agent_max), RulesError::OffersPerAgent),
        ]
        .into_iter()
        .filter_map(|(fits, mistake)| (!fits).then_some(mistake))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reconnect_is_held_to_its_limits_and_all_mistakes_are_told() {
        let mistakes = |hold_for, limit| {
            let reconnect = Some(ReconnectRules { hold_for, limit });
            WidgetRules { reconnect, ..WidgetRules::for_workstream(WorkstreamId::from_u128(1)) }.mistakes()
        };
        let week = Millis::hours(7 * 24);
        assert_eq!(mistakes(Millis::ZERO, Millis::seconds(1)), []);
        assert_eq!(mistakes(Millis::hours(24), week), []);
        assert_eq!(mistakes(Millis::minutes(5), Millis::minutes(5)), []);
        assert_eq!(mistakes(Millis::minutes(6), Millis::minutes(5)), [RulesError::LimitBeforeHold]);
        assert_eq!(mistakes(Millis::ZERO, Millis(999)), [RulesError::Limit]);
        assert_eq!(mistakes(Millis::ZERO, week + Millis(1)), [RulesError::Limit]);
        assert_eq!(mistakes(Millis::hours(25), week), [RulesError::HoldFor]);
        let all = [RulesError::LimitBeforeHold, RulesError::HoldFor, RulesError::Limit];
        assert_eq!(mistakes(Millis::hours(25), Millis::ZERO), all);
    }
}
