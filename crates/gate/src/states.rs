//! Whole latest values: the desk's views with the words that it does not have.

use desk::{
    AgentReason, AgentView, ClientConnection, ConversationStage, ConversationView, CustomerView, LedgerCause,
    LedgerEntry, OfferView, PromptView, QueueReason, WhyNot, WhyWaiting,
};
use model::AgentId;
use wire::{
    AgentCard, AgentConnection, Card, CardState, ConnectionClock, ConversationState, CustomerState, DeskState,
    LedgerLine, OfferCard, Phase, PromptState, SessionClock, WaitReason, WhyNotReason, limits,
};

use crate::names::{Names, agent_name};

/// What the customer may know of their conversation.
#[must_use]
pub fn customer_state(view: &CustomerView, names: &dyn Names) -> CustomerState {
    let phase = match view.stage {
        ConversationStage::Open { .. } => {
            let (position, closes_at) = (view.position, view.closes_at);
            match view.expected_at {
                Some(expected_at) => Phase::WaitingUntil { position, closes_at, expected_at },
                None => Phase::Waiting { position, closes_at },
            }
        }
        ConversationStage::Active { agent, .. } => Phase::Talking {
            agent: AgentCard { name: agent_name(names, agent) },
            connection: match view.agent_away_until {
                Some(until) => AgentConnection::Away { until },
                None => AgentConnection::Connected,
            },
        },
        ConversationStage::WrapUp { since, because, .. } => Phase::Ended { because: because.into(), at: since },
        ConversationStage::Closed { reason, ended_at, .. } => Phase::Ended { because: reason.into(), at: ended_at },
    };
    CustomerState {
        version: view.version,
        phase,
        agent_typing: view.agent_typing,
        read_by_agent: view.read_by_agent,
        read_by_customer: view.read_by_customer,
        head: view.head,
    }
}

/// What stands at the prompt.
#[must_use]
pub fn prompt_state(view: &PromptView, names: &dyn Names) -> PromptState {
    PromptState {
        version: view.version,
        agent: view.agent.map(|agent| AgentCard { name: agent_name(names, agent) }),
        hold_until: view.hold_until,
        until: view.until,
        may_extend: view.may_extend,
        is_elsewhere: view.is_elsewhere,
    }
}

/// An agent's desk.
#[must_use]
pub fn desk_state(view: &AgentView, names: &dyn Names) -> DeskState {
    let cards = |views: &[ConversationView]| -> Vec<Card> {
        views.iter().take(limits::CARDS_PER_LIST_MAX).map(|view| card(view, names)).collect()
    };
    DeskState {
        version: view.version,
        presence: view.presence,
        chosen: view.chosen,
        capacity: view.capacity,
        ledger: view.ledger.iter().map(ledger_line).collect(),
        offers: view.offers.iter().map(|offer| offer_card(offer, names)).collect(),
        mine: view.mine.iter().map(|view| card(view, names)).collect(),
        open: Vec::new(),
        open_count: 0,
        closed: cards(&view.closed),
        closed_count: view.closed_count,
    }
}

/// What agents see of a conversation, as the asking agent sees it.
#[must_use]
pub fn conversation_state(view: &ConversationView, names: &dyn Names) -> ConversationState {
    let agent = holder(view.stage);
    ConversationState {
        version: view.version,
        card: card(view, names),
        agent: agent.map(|agent| agent_name(names, agent)),
        session: agent.zip(view.session_since).map(|(agent, since)| SessionClock { agent, since }),
        may_write: view.may_write,
        disconnect_after: view.disconnect_after,
        customer_typing: view.customer_typing,
        read_by_customer: view.read_by_customer,
        read_by_me: view.read_by_me,
        head: view.head,
        page: names.page(view.id),
        signed_in: view.signed_in,
        returned_by: view.returned_by,
        may_offer_link: view.may_offer_link,
    }
}

/// The answer to the question why a customer is still waiting.
#[must_use]
pub fn why_waiting(why: &WhyWaiting, names: &dyn Names) -> wire::WhyWaiting {
    wire::WhyWaiting {
        conversation: why.conversation,
        queue: names.queue(why.queue).unwrap_or_default(),
        since: why.since,
        reasons: why.reasons.iter().map(|reason| wait_reason(*reason, names)).collect(),
        agents: why.agents.iter().take(limits::WHY_AGENTS_MAX).map(|why| why_not(why, names)).collect(),
        agents_count: why.agents_count,
    }
}

fn wait_reason(reason: QueueReason, names: &dyn Names) -> WaitReason {
    match reason {
        QueueReason::Picked => WaitReason::Picked,
        QueueReason::CustomerAway => WaitReason::CustomerAway,
        QueueReason::OutOfHours => WaitReason::OutOfHours,
        QueueReason::Offered { agent, until } => WaitReason::Offered { to: agent_name(names, agent), until },
        QueueReason::NobodyServes => WaitReason::NobodyServes,
        QueueReason::NobodyHere => WaitReason::NobodyHere,
        QueueReason::EveryoneDeclined => WaitReason::EveryoneDeclined,
    }
}

fn why_not(why: &WhyNot, names: &dyn Names) -> wire::WhyNot {
    let reason = |reason: &AgentReason| match *reason {
        AgentReason::Disabled => WhyNotReason::Disabled,
        AgentReason::NotInQueue => WhyNotReason::NotInQueue,
        AgentReason::NoConsole => WhyNotReason::NoConsole,
        AgentReason::Presence(presence) => WhyNotReason::InPresence { presence },
        AgentReason::CapacityShort { by } => WhyNotReason::CapacityShort { by },
        AgentReason::AskedAgainAt(at) => WhyNotReason::AskedAgainAt { at },
        AgentReason::LimitReached => WhyNotReason::LimitReached,
    };
    let reasons = why.reasons.iter().map(reason).collect();
    wire::WhyNot { agent: why.agent, name: agent_name(names, why.agent), reasons }
}

pub(crate) fn holder(stage: ConversationStage) -> Option<AgentId> {
    match stage {
        ConversationStage::Active { agent, .. } => Some(agent),
        ConversationStage::WrapUp { agent, .. } => agent,
        ConversationStage::Open { .. } | ConversationStage::Closed { .. } => None,
    }
}

/// One conversation of a list.
#[must_use]
pub fn card(view: &ConversationView, names: &dyn Names) -> Card {
    Card {
        conversation: view.id,
        customer: names.customer(view.id),
        number: view.number,
        state: card_state(view.stage),
        connection: connection_clock(view.connection),
        last_words: names.last_words(view.id).map(|words| shorten(&words)),
        last_at: view.last_at,
        unread: view.unread,
        queue: names.queue(view.queue).unwrap_or_default(),
    }
}

pub(crate) fn card_state(stage: ConversationStage) -> CardState {
    match stage {
        ConversationStage::Open { since } => CardState::Open { since },
        ConversationStage::Active { since, .. } => CardState::Active { since },
        ConversationStage::WrapUp { since, closes_at, promise, .. } => CardState::WrapUp {
            since,
            closes_at,
            hold_until: promise.and_then(|promise| promise.hold_until),
            promise_until: promise.map(|promise| promise.until),
        },
        ConversationStage::Closed { at, reason, .. } => CardState::Closed { at, reason },
    }
}

pub(crate) fn connection_clock(connection: ClientConnection) -> ConnectionClock {
    match connection {
        ClientConnection::Connected { connections } => ConnectionClock::Connected { connections },
        ClientConnection::Away { since, disconnected_at } => ConnectionClock::Away { since, disconnected_at },
        ClientConnection::Disconnected { since } => ConnectionClock::Disconnected { since },
        ClientConnection::Over => ConnectionClock::Over,
    }
}

/// At most [`limits::LAST_WORDS_CHARS_MAX`] characters, the last of them "…" where something was cut.
fn shorten(words: &str) -> String {
    if words.chars().count() <= limits::LAST_WORDS_CHARS_MAX {
        return words.to_owned();
    }
    words.chars().take(limits::LAST_WORDS_CHARS_MAX - 1).chain(['…']).collect()
}

fn offer_card(offer: &OfferView, names: &dyn Names) -> OfferCard {
    OfferCard { card: card(&offer.conversation, names), made_at: offer.made_at, until: offer.until }
}

/// One entry of the capacity ledger.
#[must_use]
pub fn ledger_line(entry: &LedgerEntry) -> LedgerLine {
    LedgerLine {
        conversation: entry.conversation,
        units: entry.units,
        cause: match entry.cause {
            LedgerCause::Offer => wire::LedgerCause::Offer,
            LedgerCause::Active => wire::LedgerCause::Active,
            LedgerCause::WrapUp => wire::LedgerCause::WrapUp,
            LedgerCause::Hold => wire::LedgerCause::Hold,
            LedgerCause::Override => wire::LedgerCause::Override,
            LedgerCause::Transfer => wire::LedgerCause::Transfer,
        },
        until: entry.until,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_are_cut_by_characters() {
        let long = "é".repeat(500);
        let cut = shorten(&long);
        assert_eq!(cut.chars().count(), limits::LAST_WORDS_CHARS_MAX);
        assert!(cut.ends_with('…'));
        let short = "é".repeat(limits::LAST_WORDS_CHARS_MAX);
        assert_eq!(shorten(&short), short);
    }
}
