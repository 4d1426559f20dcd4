//! Visibility as a function: what each audience reads of a fact (product 4.6, 4.7; design 2.12).

use desk::{Author, Body, ConversationFact, Fact, Recorded};
use model::{AgentId, Audience, MessageText, OfferEnd, Seq, SessionEnd, Timestamp};
use wire::{AgentsEntry, AgentsEvent, CustomerEntry, CustomerEvent, Speaker};

use crate::names::{Names, agent_name};

/// Shown in place of words that were erased: the sequence stays dense.
pub const ERASED_WORDS: &str = "…";

/// What the customer reads of a fact: an entry exactly where [`ConversationFact::is_for`] names the customer.
#[must_use]
pub fn customer_entry(recorded: &Recorded, names: &dyn Names) -> Option<CustomerEntry> {
    let Fact::Conversation { customer_seq, what, .. } = &recorded.fact else { return None };
    let event = what.is_for(Audience::Customer).then(|| customer_event(what, recorded.body.as_ref(), names))??;
    Some(CustomerEntry { seq: *customer_seq, at: recorded.at, event })
}

fn customer_event(what: &ConversationFact, body: Option<&Body>, names: &dyn Names) -> Option<CustomerEvent> {
    let agent = |id: AgentId| agent_name(names, id);
    Some(match *what {
        ConversationFact::Said { audience: Audience::Customer, by: Author::Customer, key, .. } => {
            CustomerEvent::Mine { key, text: words(body) }
        }
        ConversationFact::Said { audience: Audience::Customer, by: Author::Agent(by), .. } => {
            CustomerEvent::Theirs { agent: agent(by), text: words(body) }
        }
        ConversationFact::AgentJoined { agent: who, .. } => CustomerEvent::AgentJoined { agent: agent(who) },
        // Another agent has the conversation already, or gets it with the next fact.
        ConversationFact::SessionEnded {
            agent: who,
            reason: SessionEnd::Transferred | SessionEnd::TransferredBySupervisor,
            ..
        } => CustomerEvent::ColleagueLeft { agent: agent(who) },
        ConversationFact::SessionEnded { agent: who, .. } => CustomerEvent::AgentLeft { agent: agent(who) },
        ConversationFact::EndedByAgent(who) => CustomerEvent::EndedByAgent { agent: agent(who) },
        ConversationFact::EndedByCustomer => CustomerEvent::EndedByCustomer,
        ConversationFact::Closed(reason) => CustomerEvent::Closed { reason },
        ConversationFact::LinkOffered(who) => CustomerEvent::LinkOffered { agent: agent(who) },
        ConversationFact::TokenAdded { is_other_device: true, .. } => CustomerEvent::OtherDeviceJoined,
        ConversationFact::ConsultantLetIn { agent: who, .. } | ConversationFact::SupervisorJoined(who) => {
            CustomerEvent::ColleagueJoined { agent: agent(who) }
        }
        ConversationFact::ConsultEnded { agent: who, was_let_in: true, .. }
        | ConversationFact::MonitoringEnded { agent: who, had_joined: true, .. } => {
            CustomerEvent::ColleagueLeft { agent: agent(who) }
        }
        // Not for the customer, and listed here once more so that a new fact needs a decision in both places.
        ConversationFact::Said { audience: Audience::Agents, .. }
        | ConversationFact::Started { .. }
        | ConversationFact::ReadByCustomer { .. }
        | ConversationFact::ReadByAgent { .. }
        | ConversationFact::OfferMade { .. }
        | ConversationFact::OfferEnded { .. }
        | ConversationFact::CustomerAway { .. }
        | ConversationFact::CustomerBack
        | ConversationFact::CustomerDisconnected
        | ConversationFact::CustomerReturned { .. }
        | ConversationFact::HoldEnded(_)
        | ConversationFact::PromiseEnded(_)
        | ConversationFact::PromiseExtended
        | ConversationFact::LinkMinted { .. }
        | ConversationFact::TokenAdded { is_other_device: false, .. }
        | ConversationFact::CustomerIdentified(_)
        | ConversationFact::WaitingConfirmed
        | ConversationFact::Requeued
        | ConversationFact::Overflowed { .. }
        | ConversationFact::Invited { .. }
        | ConversationFact::InvitationEnded { .. }
        | ConversationFact::ConsultBegan(_)
        | ConversationFact::ConsultEnded { was_let_in: false, .. }
        | ConversationFact::SentToQueue { .. }
        | ConversationFact::MonitoringBegan(_)
        | ConversationFact::MonitoringEnded { had_joined: false, .. }
        | ConversationFact::Assigned { .. }
        | ConversationFact::ForceClosedBy(_)
        | ConversationFact::Routed { .. }
        | ConversationFact::Forgotten => return None,
    })
}

/// What agents read of a fact: an entry exactly where [`ConversationFact::is_for`] names them.
#[must_use]
pub fn agents_entry(recorded: &Recorded, names: &dyn Names) -> Option<AgentsEntry> {
    let Fact::Conversation { customer_seq, agents_seq, what, .. } = &recorded.fact else { return None };
    let event =
        what.is_for(Audience::Agents).then(|| agents_event(what, recorded.body.as_ref(), *customer_seq, names))??;
    Some(AgentsEntry { seq: *agents_seq, at: recorded.at, event })
}

fn agents_event(
    what: &ConversationFact,
    body: Option<&Body>,
    customer_seq: Seq,
    names: &dyn Names,
) -> Option<AgentsEvent> {
    let agent = |id: AgentId| Speaker::Agent { id, name: agent_name(names, id) };
    Some(match *what {
        ConversationFact::Started { .. } => AgentsEvent::Started,
        ConversationFact::Said { by, audience, key, .. } => {
            let from = match by {
                Author::Customer => Speaker::Customer,
                Author::Agent(id) => agent(id),
            };
            let text = words(body);
            match audience {
                Audience::Customer => AgentsEvent::Message { from, key, text, customer_seq },
                Audience::Agents => AgentsEvent::Internal { from, key, text },
            }
        }
        ConversationFact::OfferMade { agent: to, until } => AgentsEvent::Offered { to: agent(to), until },
        ConversationFact::OfferEnded { agent: whose, how } => offer_ended(agent(whose), how),
        ConversationFact::AgentJoined { agent: who, picked } => AgentsEvent::Joined { who: agent(who), picked },
        ConversationFact::CustomerAway { since } => away(since),
        ConversationFact::CustomerBack => AgentsEvent::CustomerBack,
        ConversationFact::CustomerDisconnected => AgentsEvent::CustomerDisconnected,
        ConversationFact::WaitingConfirmed => AgentsEvent::StillWaiting,
        ConversationFact::EndedByAgent(who) => AgentsEvent::EndedByAgent { who: agent(who) },
        ConversationFact::EndedByCustomer => AgentsEvent::EndedByCustomer,
        ConversationFact::SessionEnded { agent: who, reason, .. } => {
            AgentsEvent::SessionEnded { who: agent(who), reason }
        }
        ConversationFact::Requeued => AgentsEvent::Requeued,
        ConversationFact::Closed(reason) => AgentsEvent::Closed { reason },
        ConversationFact::CustomerReturned { how } => AgentsEvent::CustomerReturned { how },
        ConversationFact::HoldEnded(why) => AgentsEvent::HoldEnded { why },
        ConversationFact::PromiseEnded(why) => AgentsEvent::PromiseEnded { why },
        ConversationFact::PromiseExtended => AgentsEvent::LimitExtended,
        ConversationFact::LinkOffered(who) => AgentsEvent::LinkOffered { who: agent(who) },
        ConversationFact::LinkMinted { by: Author::Agent(who), .. } => AgentsEvent::LinkTaken { who: agent(who) },
        ConversationFact::TokenAdded { is_other_device: true, how, .. } => AgentsEvent::OtherDeviceJoined { how },
        ConversationFact::CustomerIdentified(_) => AgentsEvent::SignedIn,
        ConversationFact::Overflowed { to, cause } => {
            AgentsEvent::Overflowed { queue: names.queue(to).unwrap_or_default(), cause }
        }
        ConversationFact::Invited { kind, by, to, queue, until, .. } => {
            let queue = queue.map(|queue| names.queue(queue).unwrap_or_default());
            AgentsEvent::Invited { kind, by: agent(by), to: agent(to), until, queue }
        }
        ConversationFact::InvitationEnded { kind, to, how } => {
            AgentsEvent::InvitationEnded { kind, to: agent(to), how }
        }
        ConversationFact::ConsultBegan(who) => AgentsEvent::ConsultBegan { who: agent(who) },
        ConversationFact::ConsultantLetIn { agent: who, by } => AgentsEvent::LetIn { who: agent(who), by: agent(by) },
        ConversationFact::ConsultEnded { agent: who, why, .. } => AgentsEvent::ConsultEnded { who: agent(who), why },
        ConversationFact::SentToQueue { by, queue } => {
            AgentsEvent::SentToQueue { by: agent(by), queue: names.queue(queue).unwrap_or_default() }
        }
        ConversationFact::MonitoringBegan(who) => AgentsEvent::MonitoringBegan { who: agent(who) },
        ConversationFact::MonitoringEnded { agent: who, why, .. } => {
            AgentsEvent::MonitoringEnded { who: agent(who), why }
        }
        ConversationFact::SupervisorJoined(who) => AgentsEvent::SupervisorJoined { who: agent(who) },
        ConversationFact::Assigned { by, to, over } => AgentsEvent::Assigned { by: agent(by), to: agent(to), over },
        ConversationFact::ForceClosedBy(by) => AgentsEvent::ForceClosed { by: agent(by) },
        ConversationFact::ReadByCustomer { .. }
        | ConversationFact::ReadByAgent { .. }
        | ConversationFact::LinkMinted { by: Author::Customer, .. }
        | ConversationFact::TokenAdded { is_other_device: false, .. }
        | ConversationFact::Routed { .. }
        | ConversationFact::Forgotten => return None,
    })
}

fn away(since: Timestamp) -> AgentsEvent {
    AgentsEvent::CustomerAway { since }
}

fn offer_ended(whose: Speaker, how: OfferEnd) -> AgentsEvent {
    match how {
        OfferEnd::Declined => AgentsEvent::OfferDeclined { by: whose },
        OfferEnd::Missed => AgentsEvent::OfferMissed { by: whose },
        // `Accepted` is never written: joining ends the offer.
        OfferEnd::Withdrawn | OfferEnd::Accepted => AgentsEvent::OfferWithdrawn { from: whose },
    }
}

fn words(body: Option<&Body>) -> MessageText {
    match body {
        Some(Body::Words(text)) => text.clone(),
        Some(Body::Name(_) | Body::Context(_) | Body::Page(_) | Body::Answered(..)) | None => {
            MessageText::new(ERASED_WORDS).expect("invariant: the mark is a text")
        }
    }
}
