//! What agents and admins do.

use model::{
    AgentId, AgentRules, Audience, CloseReason, ConnectionId, ConsultEnd, ConversationId, Millis, OfferEnd, Presence,
};
use model::{SendKey, Seq, SessionEnd};
use rejoin_desk::{AgentRequest, Configuration, ConversationFact as What, Fact, Notice, RefusalReason as No, Sent};

use super::{Chosen, Clock, Done, Person, Reference, State, Where};

impl Reference {
    /// A program needs a console of its agent's to come into a conversation, and to choose a presence.
    pub(super) fn in_name_of(&self, agent: AgentId, ask: AgentRequest) -> Result<AgentId, No> {
        if !self.people.get(&agent).is_some_and(|person| person.rules.enabled) {
            return Err(No::NotAllowed);
        }
        let comes_in = matches!(
            ask,
            AgentRequest::Accept(_)
                | AgentRequest::Pick(_)
                | AgentRequest::AcceptInvitation(_)
                | AgentRequest::Monitor(_)
                | AgentRequest::Join(_)
                | AgentRequest::SetPresence(_)
                | AgentRequest::SetCustomPresence(_)
        );
        if comes_in && self.people[&agent].at != Where::In { Err(No::AgentUnavailable) } else { Ok(agent) }
    }

    pub(super) fn ask(
        &mut self,
        connection: ConnectionId,
        request: u32,
        agent: Result<AgentId, No>,
        ask: AgentRequest,
    ) {
        let done = match (agent, ask) {
            (Err(reason), _) => Err(reason),
            (Ok(agent), AgentRequest::WhyWaiting(conversation)) => match self.may_ask_why(agent, conversation) {
                Ok(()) => return self.replies.push(Notice::WhyWaiting { connection, request, conversation }),
                Err(reason) => Err(reason),
            },
            (Ok(agent), _) => self.carry_out(agent, ask),
        };
        self.replies.push(match done {
            Ok(()) => Notice::Done { connection, request },
            Err(reason) => Notice::Refused { connection, request: Some(request), reason },
        });
    }

    pub(super) fn carry_out(&mut self, agent: AgentId, ask: AgentRequest) -> Done {
        let id = match ask {
            AgentRequest::Accept(id)
            | AgentRequest::Decline(id)
            | AgentRequest::Pick(id)
            | AgentRequest::End(id)
            | AgentRequest::Close(id)
            | AgentRequest::Release(id)
            | AgentRequest::OfferLink(id)
            | AgentRequest::TakeLink(id, _)
            | AgentRequest::ReleaseHold(id) => id,
            AgentRequest::SetPresence(presence) => return self.choose(agent, presence),
            AgentRequest::SetPresenceOf(whose, presence) => return self.set_presence_of(agent, whose, presence),
            AgentRequest::SetCustomPresence(presence) => return self.choose_custom(agent, presence),
            AgentRequest::SetCustomPresenceOf(whose, presence) => return self.set_custom_of(agent, whose, presence),
            AgentRequest::Consult(id, _)
            | AgentRequest::ConsultQueue(id, _)
            | AgentRequest::EndConsult(id, _)
            | AgentRequest::LetIn(id, _)
            | AgentRequest::LeaveConsult(id)
            | AgentRequest::TransferToAgent(id, _)
            | AgentRequest::TransferToQueue(id, _)
            | AgentRequest::WithdrawInvitation(id)
            | AgentRequest::AcceptInvitation(id)
            | AgentRequest::DeclineInvitation(id)
            | AgentRequest::Monitor(id)
            | AgentRequest::StopMonitoring(id)
            | AgentRequest::Join(id)
            | AgentRequest::AssignToAgent(id, _)
            | AgentRequest::AssignToQueue(id, _)
            | AgentRequest::SupervisorTransfer(id, _)
            | AgentRequest::ForceClose(id) => return self.staff_ask(agent, id, ask),
            AgentRequest::WhyWaiting(_) => panic!("answered otherwise"),
            AgentRequest::Read(id, upto) => return self.read_as(agent, id, upto),
            AgentRequest::Type(id) => return self.may_type(agent, id),
        };
        let index = self.find(id).ok_or(No::NoConversation)?;
        let talk = &self.talks[index];
        let (state, offered) = (talk.state, talk.offer == Some(agent));
        let mine = matches!(state, State::Active(has) | State::WrapUp(Some(has)) if has == agent);
        match (ask, state) {
            (AgentRequest::Accept(_) | AgentRequest::Decline(_), State::Active(has)) if has != agent => {
                return Err(No::AlreadyTaken);
            }
            (AgentRequest::Accept(_) | AgentRequest::Decline(_), _) if !offered => return Err(No::OfferGone),
            (AgentRequest::Accept(_), _) => {
                self.becomes_theirs(index, agent);
                self.take_over(index, agent, false);
            }
            (AgentRequest::Decline(_), _) => self.end_offer(index, OfferEnd::Declined),
            (AgentRequest::Pick(_), State::Open) => {
                if !self.people[&agent].rules.queues.contains(&talk.queue) {
                    return Err(No::NotAllowed);
                }
                if !offered {
                    self.end_offer(index, OfferEnd::Withdrawn);
                }
                self.becomes_theirs(index, agent);
                self.take_over(index, agent, !offered);
            }
            (AgentRequest::Pick(_), State::Active(has)) => {
                return Err(if has == agent { No::WrongState } else { No::AlreadyTaken });
            }
            (AgentRequest::Pick(_), State::WrapUp(_)) => return Err(No::ConversationEnded),
            (_, State::Closed) => return Err(No::ConversationClosed),
            (_, _) if !mine => return Err(No::NotYours),
            (AgentRequest::End(_), State::Active(_)) => {
                self.part_company(index, ConsultEnd::TalkOver);
                self.drop_strangers(index);
                self.note(index, What::EndedByAgent(agent));
                self.talks[index].away_since = None;
                self.wrap_up(index, CloseReason::AgentEnded, Millis::ZERO);
            }
            (AgentRequest::Release(_), State::Active(_)) => self.requeue(index, SessionEnd::AgentReleased),
            (AgentRequest::Close(_), State::WrapUp(_)) => self.end_wrap_up(index, SessionEnd::AgentClosed),
            (AgentRequest::Close(_), _) => return Err(No::WrongState),
            (AgentRequest::ReleaseHold(_), _) => return self.release_hold(index),
            (AgentRequest::OfferLink(_), _) => return self.offer_link(index, agent),
            (AgentRequest::TakeLink(_, link), _) => return self.take_link(index, agent, link),
            (_, _) => return Err(No::ConversationEnded),
        }
        Ok(())
    }

    fn may_ask_why(&self, agent: AgentId, conversation: ConversationId) -> Done {
        let index = self.find(conversation).ok_or(No::NoConversation)?;
        let oversees = self.people[&agent].rules.role != model::Role::Agent;
        if !oversees && !self.may_read(agent, index) {
            return Err(No::NotAllowed);
        }
        if self.talks[index].state == State::Open { Ok(()) } else { Err(No::WrongState) }
    }

    pub(super) fn choose(&mut self, agent: AgentId, presence: Option<Presence>) -> Done {
        if presence == Some(Presence::Inactive) {
            return Err(No::PresenceNotChoosable);
        }
        if !self.is_set(agent, presence) {
            self.write(Fact::PresenceChosen { agent, presence });
            self.people.get_mut(&agent).unwrap().set = presence.map(Chosen::plain);
        }
        Ok(())
    }

    pub(super) fn connect_agent(&mut self, connection: ConnectionId, agent: AgentId) {
        if !self.people.get(&agent).is_some_and(|person| person.rules.enabled) {
            self.replies.push(Notice::SignedOut { connection });
            return;
        }
        let person = self.people.get_mut(&agent).unwrap();
        person.windows.push(connection);
        if person.windows.len() > rejoin_desk::limits::CONNECTIONS_PER_AGENT_MAX {
            let oldest = person.windows.remove(0);
            self.floor.remove(&oldest);
            for talk in &mut self.talks {
                talk.followers.retain(|follower| *follower != oldest);
            }
            self.replies.push(Notice::Displace { connection: oldest });
        }
        self.agent_is_here(agent);
    }

    pub(super) fn agent_is_here(&mut self, agent: AgentId) {
        match self.people[&agent].at {
            Where::In => return,
            Where::Out => self.write(Fact::AgentArrived(agent)),
            Where::Dropped => self.write(Fact::AgentReturned(agent)),
        }
        let person = self.people.get_mut(&agent).unwrap();
        let begins = person.at == Where::Out;
        person.at = Where::In;
        if begins {
            person.set = None;
            self.begin(agent);
        }
        self.stop(Clock::AgentAway(agent));
        self.stop(Clock::AgentGone(agent));
    }

    pub(super) fn close_windows(&mut self, agent: AgentId) {
        let windows = std::mem::take(&mut self.people.get_mut(&agent).unwrap().windows);
        for connection in windows {
            self.forget_floor(connection);
            for talk in &mut self.talks {
                talk.followers.retain(|follower| *follower != connection);
            }
            self.replies.push(Notice::SignedOut { connection });
        }
    }

    pub(super) fn configure(&mut self, configuration: &Configuration) {
        match configuration {
            Configuration::Queue(queue, rules) => {
                if self.queues.insert(*queue, rules.clone()).as_ref() != Some(rules) {
                    self.write(Fact::QueueRulesSet(*queue, rules.clone()));
                }
            }
            Configuration::Workstream(stream, rules) => {
                if self.streams.insert(*stream, rules.clone()).as_ref() != Some(rules) {
                    self.write(Fact::WorkstreamConfigured(*stream, rules.clone()));
                }
            }
            Configuration::Routing(stream, routing) => {
                let before = self.routings.insert(*stream, routing.clone()).unwrap_or_default();
                if before != *routing {
                    self.write(Fact::RoutingSet(*stream, routing.clone()));
                }
            }
            Configuration::Widget(widget, rules) => {
                if self.widgets.insert(*widget, rules.clone()).as_ref() != Some(rules) {
                    self.write(Fact::WidgetConfigured(*widget, rules.clone()));
                }
            }
            Configuration::Agent(agent, rules) => self.configure_agent(*agent, rules),
            Configuration::Supervision(rights) => self.set_rights(*rights),
            Configuration::Presences(presences) => self.set_presences(presences),
            Configuration::DefaultPresence(agent, begins_in) => self.set_default(*agent, *begins_in),
            Configuration::Distribution(stream, more) => {
                let before = self.distributions.insert(*stream, more.clone()).unwrap_or_default();
                if before != *more {
                    self.write(Fact::DistributionSet(*stream, more.clone()));
                }
            }
        }
    }

    pub(super) fn configure_agent(&mut self, agent: AgentId, rules: &AgentRules) {
        let fact = Fact::AgentConfigured(agent, rules.clone());
        let Some(person) = self.people.get(&agent) else {
            self.write(fact);
            let person = Person {
                rules: rules.clone(),
                at: Where::Out,
                set: None,
                begins_in: None,
                turn: 0,
                windows: Vec::new(),
            };
            self.people.insert(agent, person);
            return;
        };
        if person.rules == *rules {
            return;
        }
        let is_disabled = person.rules.enabled && !rules.enabled;
        if is_disabled {
            self.end_work(agent, SessionEnd::AgentDisabled);
        }
        self.write(fact);
        self.people.get_mut(&agent).unwrap().rules = rules.clone();
        if is_disabled {
            self.leave(agent);
            self.close_windows(agent);
        }
        self.enforce_rights();
        let mut ids: Vec<_> = self.talks.iter().map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in ids {
            let index = self.find(id).unwrap();
            self.drop_strangers(index);
        }
        let windows = self.people[&agent].windows.clone();
        for connection in windows {
            if self.floor.contains(&connection) {
                self.replies.push(Notice::FloorOpened { connection });
            }
        }
    }

    pub(super) fn answer(
        &mut self,
        connection: ConnectionId,
        conversation: Option<ConversationId>,
        audience: Audience,
        key: SendKey,
        done: Result<Seq, No>,
    ) {
        self.replies.push(match (done, conversation) {
            (Ok(seq), Some(conversation)) => {
                Notice::Sent { connection, key, sent: Sent { conversation, audience, seq } }
            }
            (Ok(_), None) => panic!("sent to nowhere"),
            (Err(reason), conversation) => Notice::NotSent { connection, conversation, key, reason },
        });
    }

    pub(super) fn follow(&mut self, connection: ConnectionId, conversation: ConversationId) {
        let allowed = self.agent_of(connection).ok_or(No::NotAllowed).and_then(|agent| {
            let index = self.find(conversation).ok_or(No::NoConversation)?;
            if self.may_read(agent, index) { Ok(index) } else { Err(No::NotAllowed) }
        });
        let index = match allowed {
            Ok(index) => index,
            Err(reason) => {
                self.refuse(connection, reason);
                return self.replies.push(Notice::Unfollowed { connection, conversation });
            }
        };
        if !self.talks[index].followers.contains(&connection) {
            self.talks[index].followers.push(connection);
        }
        self.replies.push(Notice::Following { connection, conversation });
    }

    pub(super) fn agent_reads(&mut self, connection: ConnectionId, conversation: ConversationId, upto: Seq) {
        let Some(agent) = self.agent_of(connection) else { return self.refuse(connection, No::NotAllowed) };
        if let Err(reason) = self.read_as(agent, conversation, upto) {
            self.refuse(connection, reason);
        }
    }

    /// That somebody writes is on no record, so it changes nothing here.
    fn may_type(&self, agent: AgentId, conversation: ConversationId) -> Done {
        let talk = &self.talks[self.find(conversation).ok_or(No::NoConversation)?];
        let has_it = matches!(talk.state, State::Active(has) | State::WrapUp(Some(has)) if has == agent);
        match talk.state {
            State::Closed => Err(No::ConversationClosed),
            _ if !has_it && !talk.beside.may_write(agent) => Err(No::NotYours),
            State::Active(_) => Ok(()),
            State::WrapUp(_) => Err(No::ConversationEnded),
            State::Open => Err(No::WrongState),
        }
    }

    fn read_as(&mut self, agent: AgentId, conversation: ConversationId, upto: Seq) -> Done {
        let index = self.find(conversation).ok_or(No::NoConversation)?;
        if !self.may_read(agent, index) {
            return Err(No::NotAllowed);
        }
        let talk = &mut self.talks[index];
        let upto = upto.0.min(talk.agents_seq);
        let read = talk.read_by.entry(agent).or_insert(0);
        if talk.state != State::Closed && upto > *read {
            *read = upto;
            self.note(index, What::ReadByAgent { agent, upto: Seq(upto) });
        }
        Ok(())
    }
}
