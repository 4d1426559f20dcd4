//! Views: whole latest values of everything that is not an entry.

use model::{AgentId, ConversationId, Seq, Timestamp};

use crate::desk::Desk;
use crate::limits::{self, CARDS_PER_LIST_MAX};
use crate::record::{AgentLink, AgentRecord, ConversationRecord, CustomerLink, Stage, WorkKind};
use crate::view::{
    AgentView, ClientConnection, ConversationStage, ConversationView, CustomerView, OfferView, PromiseView, PromptView,
};

impl ConversationRecord {
    pub(crate) fn shown(&self) -> ConversationStage {
        match self.stage {
            Stage::Open(_) => ConversationStage::Open { since: self.opened_at },
            Stage::Active { agent, since } => ConversationStage::Active { agent, since },
            Stage::WrapUp(wrap_up) => ConversationStage::WrapUp {
                agent: wrap_up.session.map(|session| session.agent),
                since: wrap_up.since,
                closes_at: wrap_up.session.map_or(wrap_up.since, |session| session.closes_at),
                because: wrap_up.because,
                promise: self
                    .promise()
                    .map(|promise| PromiseView { until: promise.until, hold_until: promise.hold_until }),
            },
            Stage::Closed { at, reason, ended_at, .. } => ConversationStage::Closed { at, reason, ended_at },
        }
    }

    /// When the session's clock started: joined, or wrap-up (product 6).
    pub(crate) fn session_since(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Active { since, .. } => Some(since),
            Stage::WrapUp(wrap_up) => wrap_up.session.map(|_| wrap_up.since),
            Stage::Open(_) | Stage::Closed { .. } => None,
        }
    }
}

impl Desk {
    /// What the customer may know of the conversation. `None` once it is forgotten.
    #[must_use]
    pub fn customer_view(&self, conversation: ConversationId) -> Option<CustomerView> {
        let known = self.record.conversations.get(&conversation)?;
        let live = self.live.conversation(conversation);
        let agent_away_until = match known.stage {
            Stage::Active { agent, .. } => self.record.agents.get(&agent).and_then(|agent| self.away_until(agent)),
            Stage::Open(_) | Stage::WrapUp(_) | Stage::Closed { .. } => None,
        };
        let asked = known.waiting().filter(|waiting| waiting.ask_at <= self.now);
        Some(CustomerView {
            version: self.version,
            stage: known.shown(),
            queue: known.queue,
            is_offered: known.waiting().is_some_and(|waiting| waiting.offer.is_some()),
            is_unserved: known.waiting().is_some() && live.is_some_and(|live| live.is_unserved),
            position: known.waiting().map_or(0, |_| live.map_or(0, |live| live.place)),
            expected_at: known.waiting().and_then(|_| live.and_then(|live| live.expected_at)),
            closes_at: asked.map(|waiting| waiting.close_at),
            agent_away_until,
            agent_typing: live.is_some_and(|live| live.agent_types_until.is_some()),
            is_consulting: known.consultants().iter().any(|consultant| !consultant.let_in),
            read_by_agent: known.read_by_agent,
            read_by_customer: known.read_by_customer,
            head: known.customer_seq,
        })
    }

    /// What is shown at the prompt of this conversation. `None` once it is over: too late.
    #[must_use]
    pub fn prompt_view(&self, conversation: ConversationId) -> Option<PromptView> {
        let known = self.record.conversations.get(&conversation).filter(|known| known.is_live())?;
        let promise = known.promise();
        let is_asked_first = self.record.distribution_of(known).previous_agent_first;
        Some(PromptView {
            version: self.version,
            agent: known.session_agent().or(known.last_agent.filter(|_| is_asked_first)),
            hold_until: promise.and_then(|promise| promise.hold_until),
            until: promise.map(|promise| promise.until),
            may_extend: promise.is_some_and(|promise| promise.extensions < limits::EXTENSIONS_MAX),
            is_elsewhere: known.is_going(),
        })
    }

    /// Until when an agent's place is kept, once they have been away for 10 s.
    fn away_until(&self, agent: &AgentRecord) -> Option<Timestamp> {
        match agent.link {
            AgentLink::Lost { told_at, gone_at, .. } if told_at <= self.now => Some(gone_at),
            AgentLink::Lost { .. } | AgentLink::Here | AgentLink::Gone => None,
        }
    }

    /// What `agent` sees of the conversation. Whether they may see it was decided when they followed it.
    #[must_use]
    pub fn conversation_view(&self, conversation: ConversationId, agent: AgentId) -> Option<ConversationView> {
        let known = self.record.conversations.get(&conversation)?;
        let live = self.live.conversation(conversation);
        let read_by_me = known.staff(agent).map_or(Seq::START, |staff| staff.read);
        Some(ConversationView {
            id: conversation,
            version: self.version,
            number: known.number,
            widget: known.widget,
            queue: known.queue,
            stage: known.shown(),
            connection: self.connection_of(conversation, known),
            disconnect_after: known.disconnect_after,
            last_at: known.last_at,
            customer_typing: live.is_some_and(|live| live.customer_types_until.is_some()),
            read_by_customer: known.read_by_customer,
            read_by_me,
            head: known.agents_seq,
            unread: known.unread_after(read_by_me),
            may_write: known.may_write(agent),
            session_since: known.session_since(),
            signed_in: known.identity().is_some() && known.added_tokens().iter().all(|added| !added.stands_alone),
            returned_by: known.ways_back.as_ref().and_then(|ways| ways.returned_by),
            reconnect: known.reconnect.is_some(),
            may_offer_link: known.may_write(agent)
                && known.session_agent() == Some(agent)
                && self.can_have_links(known).is_ok(),
        })
    }

    pub(crate) fn connection_of(&self, id: ConversationId, known: &ConversationRecord) -> ClientConnection {
        let connections = self.live.conversation(id).map_or(0, |live| live.connections.len());
        match known.link {
            CustomerLink::Here => {
                ClientConnection::Connected { connections: u32::try_from(connections).unwrap_or(u32::MAX) }
            }
            CustomerLink::Away { since, disconnected_at } => ClientConnection::Away { since, disconnected_at },
            CustomerLink::Disconnected { since } => ClientConnection::Disconnected { since },
            CustomerLink::Unwatched => ClientConnection::Over,
        }
    }

    /// The agent's desk.
    #[must_use]
    pub fn agent_view(&self, agent: AgentId) -> Option<AgentView> {
        let known = self.record.agents.get(&agent)?;
        let card = |id: &ConversationId| self.conversation_view(*id, agent);
        Some(AgentView {
            version: self.version,
            presence: known.presence(),
            chosen: known.chosen(),
            capacity: known.rules.capacity,
            ledger: known.ledger(&self.record),
            offers: self.offers_of(agent, known),
            mine: sessions_of(known).iter().filter_map(card).collect(),
            closed: known.closed.iter().rev().take(CARDS_PER_LIST_MAX).filter_map(card).collect(),
            closed_count: u32::try_from(known.closed.len()).unwrap_or(u32::MAX),
            staff: self.staff_view(agent, known),
        })
    }

    fn offers_of(&self, agent: AgentId, known: &AgentRecord) -> Vec<OfferView> {
        let offers = known.work.iter().filter(|(_, work)| work.kind == WorkKind::Offer);
        let mut offers: Vec<OfferView> = offers
            .filter_map(|(id, _)| {
                let offer = self.record.conversations.get(id)?.offer()?;
                let conversation = self.conversation_view(*id, agent)?;
                Some(OfferView { conversation, made_at: offer.made_at, until: offer.until })
            })
            .collect();
        offers.sort_by_key(|offer| (offer.made_at, offer.conversation.number));
        offers
    }
}

/// Active and in wrap-up, the oldest session first.
fn sessions_of(known: &AgentRecord) -> Vec<ConversationId> {
    let mut sessions: Vec<_> = known
        .work
        .iter()
        .filter(|(_, work)| matches!(work.kind, WorkKind::Active | WorkKind::WrapUp | WorkKind::Hold))
        .map(|(id, work)| (work.since, *id))
        .collect();
    sessions.sort_unstable();
    sessions.into_iter().map(|(_, id)| id).collect()
}
