//! How each fact of a conversation changes the record.

use model::{
    AgentId, Audience, CloseReason, ConversationId, OfferEnd, Presence, Seq, SessionEnd, Timestamp, Units,
    WorkstreamRules, WrapUpRule,
};

use crate::fact::{Author, ConversationFact};
use crate::fold_promise::{add_token, end_hold, extend, forget_asked_first};
use crate::record::{
    AgentRecord, ConversationRecord, CustomerLink, Offer, Record, Stage, Waiting, WordsAt, Work, WorkKind, WrapUp,
    WrapUpSession, make_room,
};
use crate::staff_side::Invitation;
use crate::times;
use crate::ways_back::WaysBack;

impl Record {
    pub(crate) fn fold_conversation(&mut self, at: Timestamp, id: ConversationId, what: &ConversationFact) {
        match what {
            ConversationFact::Started { .. } => self.fold_started(at, id, what),
            ConversationFact::Forgotten => self.fold_forgotten(id),
            ConversationFact::OfferMade { agent, until } => self.fold_offer_made(at, id, *agent, *until),
            ConversationFact::OfferEnded { agent, how } => self.fold_offer_ended(at, id, *agent, *how),
            ConversationFact::AgentJoined { agent, picked } => self.fold_joined(at, id, *agent, *picked),
            ConversationFact::CustomerDisconnected => self.fold_disconnected(at, id),
            ConversationFact::EndedByAgent(_) => self.fold_end(at, id, CloseReason::AgentEnded),
            ConversationFact::EndedByCustomer => self.fold_end(at, id, CloseReason::CustomerEnded),
            ConversationFact::SessionEnded { agent, reason, .. } => self.fold_session_ended(at, id, *agent, *reason),
            ConversationFact::Requeued => {
                let Some(rules) = self.rules(id) else { return };
                self.set(id, |conversation| conversation.stage = Stage::Open(waiting(at, &rules)));
            }
            ConversationFact::WaitingConfirmed => {
                let Some(rules) = self.rules(id) else { return };
                self.set(id, |conversation| {
                    if let Stage::Open(now_waiting) = &mut conversation.stage {
                        let (since, offer) = (now_waiting.since, now_waiting.offer);
                        *now_waiting = Waiting { since, offer, ..waiting(at, &rules) };
                    }
                });
            }
            ConversationFact::Closed(reason) => self.fold_closed(at, id, *reason),
            ConversationFact::CustomerAway { since } => self.set(id, |conversation| {
                let disconnected_at = *since + conversation.disconnect_after;
                conversation.link = CustomerLink::Away { since: *since, disconnected_at };
            }),
            ConversationFact::CustomerBack => self.set(id, |conversation| conversation.link = CustomerLink::Here),
            ConversationFact::ReadByCustomer { upto } => {
                self.set(id, |conversation| conversation.read_by_customer = *upto);
            }
            ConversationFact::ReadByAgent { agent, upto } => self.set(id, |conversation| {
                conversation.staff_mut(*agent).read = *upto;
                mark_read_for_customer(conversation);
            }),
            ConversationFact::CustomerReturned { how } => self.fold_returned(id, *how),
            ConversationFact::HoldEnded(why) => self.fold_hold_ended(at, id, *why),
            ConversationFact::PromiseEnded(why) => self.fold_promise_ended(at, id, *why),
            ConversationFact::PromiseExtended => self.set(id, extend),
            ConversationFact::LinkMinted { link, .. } => {
                self.set(id, |conversation| conversation.ways_back_mut().links.push(*link));
            }
            ConversationFact::TokenAdded { token, how, needs_sign_in, .. } => {
                self.set(id, |conversation| add_token(conversation, *token, *how, !*needs_sign_in));
            }
            ConversationFact::CustomerIdentified(identity) => self.set(id, |conversation| {
                let ways = conversation.ways_back_mut();
                ways.identity = Some(*identity);
                // What is theirs now is theirs alone.
                ways.tokens.iter_mut().for_each(|added| added.stands_alone = false);
            }),
            ConversationFact::Overflowed { to, .. } => self.set(id, |conversation| {
                conversation.queue = *to;
                if let Stage::Open(waiting) = &mut conversation.stage {
                    waiting.since = at;
                }
            }),
            ConversationFact::Invited { kind, by, to, queue, until, passed_on } => {
                let (kind, by, to, queue, until) = (*kind, *by, *to, *queue, *until);
                self.fold_invited(id, Invitation { kind, by, to, queue, made_at: at, until }, *passed_on);
            }
            ConversationFact::InvitationEnded { kind, to, how } => self.fold_invitation_ended(id, *kind, *to, *how),
            ConversationFact::ConsultBegan(agent) => self.fold_consult_began(at, id, *agent),
            ConversationFact::ConsultantLetIn { agent, .. } => self.fold_let_in(id, *agent),
            ConversationFact::ConsultEnded { agent, .. } => self.fold_consult_ended(id, *agent),
            ConversationFact::SentToQueue { queue, .. } => self.fold_sent_to_queue(at, id, *queue),
            ConversationFact::MonitoringBegan(agent) => self.fold_monitoring_began(at, id, *agent),
            ConversationFact::MonitoringEnded { agent, .. } => self.fold_monitoring_ended(id, *agent),
            ConversationFact::SupervisorJoined(agent) => self.fold_supervisor_joined(id, *agent),
            ConversationFact::Assigned { to, over, .. } => self.fold_assigned(at, id, *to, *over),
            ConversationFact::Said { .. }
            | ConversationFact::LinkOffered(_)
            | ConversationFact::ForceClosedBy(_)
            | ConversationFact::Routed { .. } => {}
        }
    }

    pub(crate) fn set(&mut self, id: ConversationId, change: impl FnOnce(&mut ConversationRecord)) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            change(conversation);
        }
    }

    pub(crate) fn rules(&self, id: ConversationId) -> Option<WorkstreamRules> {
        self.conversations.get(&id).map(|conversation| self.rules_of(conversation))
    }

    fn fold_started(&mut self, at: Timestamp, id: ConversationId, what: &ConversationFact) {
        let ConversationFact::Started {
            customer,
            widget,
            workstream,
            queue,
            token,
            number,
            cost,
            disconnect_after,
            reconnect,
            identity,
        } = what
        else {
            return;
        };
        self.started_count = self.started_count.max(*number);
        let conversation = ConversationRecord {
            customer: *customer,
            widget: *widget,
            workstream: *workstream,
            queue: *queue,
            token: *token,
            number: *number,
            cost: *cost,
            disconnect_after: *disconnect_after,
            reconnect: *reconnect,
            opened_at: at,
            last_at: at,
            position: 0,
            customer_seq: Seq::START,
            agents_seq: Seq::START,
            stage: Stage::Open(waiting(at, &self.workstream_rules(*workstream, *queue))),
            link: CustomerLink::Here,
            last_agent: None,
            read_by_customer: Seq::START,
            read_by_agent: Seq::START,
            staff: Vec::new(),
            customer_words: Vec::new(),
            keys: Vec::new(),
            staff_side: None,
            ways_back: identity.map(|identity| Box::new(WaysBack { identity: Some(identity), ..WaysBack::default() })),
        };
        self.conversations.insert(id, Box::new(conversation));
    }

    fn fold_forgotten(&mut self, id: ConversationId) {
        let Some(conversation) = self.conversations.remove(&id) else { return };
        if let Some(agent) = conversation.last_agent.and_then(|agent| self.agents.get_mut(&agent)) {
            // The oldest is forgotten first, so it stands in front.
            if let Some(place) = agent.closed.iter().position(|closed| *closed == id) {
                agent.closed.remove(place);
            }
        }
    }

    fn fold_offer_made(&mut self, at: Timestamp, id: ConversationId, agent: AgentId, until: Timestamp) {
        self.assigned_count += 1;
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if let Stage::Open(waiting) = &mut conversation.stage {
            waiting.offer = Some(Offer { agent, made_at: at, until });
        }
        conversation.staff_mut(agent);
        if let Some(known) = self.agents.get_mut(&agent) {
            known.assigned = self.assigned_count;
            let (kind, units) = (WorkKind::Offer, conversation.cost);
            let work = Work { kind, units, until: Some(until), since: at, beyond: Units(0) };
            known.work.insert(id, work);
        }
    }

    fn fold_offer_ended(&mut self, at: Timestamp, id: ConversationId, agent: AgentId, how: OfferEnd) {
        let workstream = self.conversations.get(&id).map(|conversation| conversation.workstream);
        let routing = workstream.and_then(|workstream| self.routings.get(&workstream));
        let disturbs_no_more = routing.is_some_and(|routing| routing.decline_sets_do_not_disturb);
        self.set(id, |conversation| {
            if let Stage::Open(waiting) = &mut conversation.stage {
                waiting.offer = None;
            }
            match how {
                OfferEnd::Declined | OfferEnd::Missed => {
                    count_try(conversation, agent, at);
                    forget_asked_first(conversation);
                }
                OfferEnd::Accepted | OfferEnd::Withdrawn => {}
            }
        });
        self.set_agent(agent, |known| {
            known.work.remove(&id);
            match how {
                OfferEnd::Missed => known.set_presence(Some(Presence::Inactive), None, None),
                OfferEnd::Declined if disturbs_no_more => {
                    known.set_presence(Some(Presence::DoNotDisturb), None, None);
                }
                OfferEnd::Accepted | OfferEnd::Declined | OfferEnd::Withdrawn => {}
            }
        });
    }

    fn fold_joined(&mut self, at: Timestamp, id: ConversationId, agent: AgentId, picked: bool) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        // Who comes back, or was given back, waits by other rules: only first waits make the estimate.
        if let Stage::Open(waiting) = conversation.stage
            && conversation.last_agent.is_none()
            && let Some(queue) = self.queues.get_mut(&conversation.queue)
        {
            queue.waits.accepted(at, at.since(waiting.since));
        }
        conversation.stage = Stage::Active { agent, since: at };
        conversation.last_agent = Some(agent);
        let staff = conversation.staff_mut(agent);
        (staff.took_part, staff.gave_back) = (true, false);
        forget_asked_first(conversation);
        mark_read_for_customer(conversation);
        let cost = conversation.cost;
        if picked {
            self.assigned_count += 1;
        }
        if let Some(known) = self.agents.get_mut(&agent) {
            if picked {
                known.assigned = self.assigned_count;
            }
            let reserved = known.work.get(&id).map_or(Units(0), |work| work.beyond);
            let beyond = if picked { known.beyond(id, cost) } else { reserved };
            known.work.insert(id, Work { kind: WorkKind::Active, units: cost, until: None, since: at, beyond });
            forget_short_choice(known);
        }
    }

    /// An end stops the customer's clocks; an Open conversation is closed by the fact that follows.
    fn fold_end(&mut self, at: Timestamp, id: ConversationId, because: CloseReason) {
        self.set(id, |conversation| conversation.link = CustomerLink::Unwatched);
        self.fold_wrap_up(at, id, because);
    }

    /// Active → Wrap-up, with the wrap-up rule.
    pub(crate) fn fold_wrap_up(&mut self, at: Timestamp, id: ConversationId, because: CloseReason) {
        let Some(rules) = self.rules(id) else { return };
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let Stage::Active { agent, .. } = conversation.stage else { return };
        let (units, until) = match rules.wrap_up {
            WrapUpRule::Always => (conversation.cost, None),
            WrapUpRule::Never => (Units(0), None),
            WrapUpRule::For(time) => (conversation.cost, Some(at + time)),
        };
        let closes_at = until.unwrap_or(at).max(at) + rules.auto_close_wrap_up_after;
        conversation.stage =
            Stage::WrapUp(WrapUp { since: at, because, session: Some(WrapUpSession { agent, closes_at }) });
        if let Some(work) = self.agents.get_mut(&agent).and_then(|known| known.work.get_mut(&id)) {
            *work = Work { kind: WorkKind::WrapUp, units, until, ..*work };
        }
    }

    fn fold_session_ended(&mut self, at: Timestamp, id: ConversationId, agent: AgentId, reason: SessionEnd) {
        self.set(id, |conversation| {
            if let Stage::WrapUp(wrap_up) = &mut conversation.stage {
                wrap_up.session = None;
            }
            if matches!(reason, SessionEnd::AgentReleased | SessionEnd::TransferredToQueue) {
                count_try(conversation, agent, at);
                conversation.staff_mut(agent).gave_back = true;
            }
            let transfers =
                [SessionEnd::Transferred, SessionEnd::TransferredToQueue, SessionEnd::TransferredBySupervisor];
            if transfers.contains(&reason) {
                let side = conversation.staff_side_mut();
                side.transfers = side.transfers.saturating_add(1);
            }
            // A hold lives no longer than its agent's session.
            if let Some(promise) = conversation.ways_back.as_mut().and_then(|ways| ways.promise.as_mut()) {
                promise.hold_until = None;
            }
        });
        self.set_agent(agent, |known| {
            forget_short_choice(known);
            let Some(work) = known.work.get_mut(&id) else { return };
            end_hold(work, at);
            let frees_at_once = matches!(reason, SessionEnd::CustomerReturned | SessionEnd::ForceClosed);
            if work.kind == WorkKind::WrapUp && work.until.is_some() && !frees_at_once {
                // A set block time lasts even when the session ends earlier (product 5).
                work.kind = WorkKind::Block;
            } else {
                known.work.remove(&id);
            }
        });
    }

    fn fold_closed(&mut self, at: Timestamp, id: ConversationId, reason: CloseReason) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let ended_at = if let Stage::WrapUp(wrap_up) = conversation.stage { wrap_up.since } else { at };
        conversation.stage = Stage::Closed { at, reason, ended_at, forget_at: at + times::TOKEN_KEPT_FOR };
        conversation.link = CustomerLink::Unwatched;
        if let Some(ways) = &mut conversation.ways_back {
            ways.links = Vec::new();
            ways.promise = None;
            ways.asked_first = None;
        }
        // The start's key stays, so that a late retry of the start is told where its words are.
        conversation.keys.retain(|known| known.author == 0 && known.seq == Seq(1));
        conversation.keys.shrink_to_fit();
        conversation.customer_words = Vec::new();
        let last_agent = conversation.last_agent;
        self.fold_no_staff(id);
        if let Some(agent) = last_agent.and_then(|agent| self.agents.get_mut(&agent)) {
            agent.closed.push_back(id);
        }
    }
}

pub(crate) fn waiting(at: Timestamp, rules: &WorkstreamRules) -> Waiting {
    let (ask_at, close_at) = (at + rules.still_waiting_after, at + rules.auto_close_open_after);
    Waiting { since: at, ask_at, close_at, offer: None }
}

fn count_try(conversation: &mut ConversationRecord, agent: AgentId, at: Timestamp) {
    let staff = conversation.staff_mut(agent);
    staff.tries = staff.tries.saturating_add(1);
    staff.again_at = at + times::SAME_OFFER_AFTER;
}

/// Available and Busy last until the next accepted or closed conversation (reference, dynamics 5).
fn forget_short_choice(agent: &mut AgentRecord) {
    if matches!(agent.set, Some(Presence::Available | Presence::Busy)) {
        agent.set_presence(None, None, None);
    }
}

/// Only what the agent who has it has read counts as read for the customer.
fn mark_read_for_customer(conversation: &mut ConversationRecord) {
    let read = conversation.session_agent().and_then(|agent| conversation.staff(agent)).map(|staff| staff.read);
    if let Some(read) = read {
        conversation.read_by_agent = conversation.read_by_agent.max(conversation.customer_words_until(read));
    }
}

/// What needs the position of the fact itself.
pub(crate) fn fold_words(conversation: &mut ConversationRecord, what: &ConversationFact) {
    if let ConversationFact::Said { by, audience, key, digest } = what {
        let (customer, agents) = (conversation.customer_seq, conversation.agents_seq);
        let seq = match by {
            Author::Customer => {
                make_room(&mut conversation.customer_words);
                conversation.customer_words.push(WordsAt { agents, customer });
                customer
            }
            Author::Agent(_) => agents,
        };
        conversation.remember_key(*by, *key, *digest, *audience == Audience::Agents, seq);
    }
}
