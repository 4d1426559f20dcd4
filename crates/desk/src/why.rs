//! "Why is this customer still waiting?" has an answer for each agent considered (product 5). Asked, never stored.

use model::{AgentId, ConnectionId, ConversationId, Presence, QueueId, Timestamp, Units, WorkMode};

use crate::desk::Desk;
use crate::limits::WHY_AGENTS_MAX;
use crate::outcome::{Notice, RefusalReason};
use crate::policy::Action;
use crate::record::{AgentLink, ConversationRecord, CustomerLink};
use crate::turn::Turn;

/// Why a customer is still waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyWaiting {
    /// Which conversation.
    pub conversation: ConversationId,
    /// In which queue.
    pub queue: QueueId,
    /// When it came into that queue.
    pub since: Timestamp,
    /// What is so for all agents.
    pub reasons: Vec<QueueReason>,
    /// Those who serve the queue, then those who had it and don't; cut at [`WHY_AGENTS_MAX`].
    pub agents: Vec<WhyNot>,
    /// How many there are.
    pub agents_count: u32,
}

/// What keeps a conversation waiting, whoever is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueueReason {
    /// Its workstream offers nothing: agents pick.
    Picked,
    /// The customer may be away: they are passed over until they are back.
    CustomerAway,
    /// The queue is closed at this time; it waits all the same.
    OutOfHours,
    /// It is being offered.
    Offered {
        /// To whom.
        agent: AgentId,
        /// Until when.
        until: Timestamp,
    },
    /// Nobody serves the queue.
    NobodyServes,
    /// Nobody who serves the queue has a console.
    NobodyHere,
    /// Everybody who could be asked has declined or missed it.
    EveryoneDeclined,
}

/// Why one agent was not offered a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// Who.
    pub agent: AgentId,
    /// Why; nothing where they can be asked.
    pub reasons: Vec<AgentReason>,
}

/// What keeps one agent from being offered one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgentReason {
    /// They can't sign in.
    Disabled,
    /// They don't serve the queue.
    NotInQueue,
    /// They have no console.
    NoConsole,
    /// They are in a presence that the workstream does not ask.
    Presence(Presence),
    /// They have not enough free units.
    CapacityShort {
        /// By how many.
        by: Units,
    },
    /// They declined, missed or gave it back, and are asked again from then on, if nobody else can be.
    AskedAgainAt(Timestamp),
    /// They had it as often as may be; they can still pick it.
    LimitReached,
}

impl Desk {
    /// Why the customer of this conversation is still waiting. `None` where they are not.
    #[must_use]
    pub fn why_waiting(&self, conversation: ConversationId) -> Option<WhyWaiting> {
        let known = self.record.conversations.get(&conversation)?;
        let waiting = known.waiting()?;
        let serving = self.index.queues.get(&known.queue).map(|index| &index.agents);
        let serving = serving.into_iter().flatten().copied();
        // Who can't sign in, and who had it before and was taken out of the queue, is missed by those who ask.
        let others = self.record.agents.iter().filter(|(agent, other)| {
            let is_member = other.rules.queues.contains(&known.queue);
            (is_member && !other.rules.enabled) || (!is_member && known.staff(**agent).is_some())
        });
        let all: Vec<AgentId> = serving.chain(others.map(|(agent, _)| *agent)).collect();
        let agents: Vec<WhyNot> = all
            .iter()
            .filter_map(|agent| Some(WhyNot { agent: *agent, reasons: self.why_not(known, *agent)? }))
            .collect();
        Some(WhyWaiting {
            conversation,
            queue: known.queue,
            since: waiting.since,
            reasons: self.queue_reasons(known, &agents),
            agents_count: u32::try_from(agents.len()).unwrap_or(u32::MAX),
            agents: agents.into_iter().take(WHY_AGENTS_MAX).collect(),
        })
    }

    fn queue_reasons(&self, known: &ConversationRecord, agents: &[WhyNot]) -> Vec<QueueReason> {
        let is_here = |why: &WhyNot| {
            let away = [AgentReason::Disabled, AgentReason::NotInQueue, AgentReason::NoConsole];
            !why.reasons.iter().any(|reason| away.contains(reason))
        };
        let has_declined = |why: &WhyNot| {
            why.reasons.iter().any(|it| matches!(it, AgentReason::LimitReached | AgentReason::AskedAgainAt(_)))
        };
        let serves = |why: &&WhyNot| {
            !why.reasons.contains(&AgentReason::NotInQueue) && !why.reasons.contains(&AgentReason::Disabled)
        };
        let here: Vec<&WhyNot> = agents.iter().filter(|why| is_here(why)).collect();
        let offer = known.offer();
        [
            (self.record.rules_of(known).mode == WorkMode::Pick).then_some(QueueReason::Picked),
            matches!(known.link, CustomerLink::Away { .. }).then_some(QueueReason::CustomerAway),
            (!self.record.queue_rules(known.queue).hours.is_open(self.now)).then_some(QueueReason::OutOfHours),
            offer.map(|offer| QueueReason::Offered { agent: offer.agent, until: offer.until }),
            (agents.iter().filter(serves).count() == 0).then_some(QueueReason::NobodyServes),
            (here.is_empty() && agents.iter().any(|why| serves(&why))).then_some(QueueReason::NobodyHere),
            (offer.is_none() && !here.is_empty() && here.iter().all(|why| has_declined(why)))
                .then_some(QueueReason::EveryoneDeclined),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn why_not(&self, known: &ConversationRecord, agent: AgentId) -> Option<Vec<AgentReason>> {
        let person = self.record.agents.get(&agent)?;
        let rules = self.record.rules_of(known);
        let staff = known.staff(agent);
        let (tries, again_at) = staff.map_or((0, self.now), |staff| (staff.tries, staff.again_at));
        let has_offer = known.offer().is_some_and(|offer| offer.agent == agent);
        // What their own running offer of it takes does not keep them from it.
        let free = if has_offer { person.free() + known.cost } else { person.free() };
        let is_here = person.link == AgentLink::Here;
        let limit_is_reached = tries >= rules.offers_per_agent_max;
        let reasons = [
            (!person.rules.enabled).then_some(AgentReason::Disabled),
            (!person.rules.queues.contains(&known.queue)).then_some(AgentReason::NotInQueue),
            (!is_here).then_some(AgentReason::NoConsole),
            (is_here && !has_offer && !person.is_asked(&rules, self.record.distribution_of(known)))
                .then_some(AgentReason::Presence(person.presence())),
            (free < known.cost).then(|| AgentReason::CapacityShort { by: known.cost - free }),
            (tries > 0 && again_at > self.now && !limit_is_reached).then_some(AgentReason::AskedAgainAt(again_at)),
            limit_is_reached.then_some(AgentReason::LimitReached),
        ];
        Some(reasons.into_iter().flatten().collect())
    }

    pub(crate) fn answer_why(
        &mut self,
        turn: &mut Turn,
        connection: ConnectionId,
        request: u32,
        agent: AgentId,
        conversation: ConversationId,
    ) {
        match self.may_ask_why(agent, conversation) {
            Ok(()) => turn.tell(Notice::WhyWaiting { connection, request, conversation }),
            Err(reason) => turn.refuse(connection, Some(request), reason),
        }
    }

    fn may_ask_why(&self, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        self.allows(agent, Action::AskWhy, known)?;
        if known.waiting().is_some() { Ok(()) } else { Err(RefusalReason::WrongState) }
    }
}
