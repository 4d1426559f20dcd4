//! What agents do with each other in a storm: consult, transfer, advise.

use client::agent::Console;
use model::{AgentId, ConversationId, Part};
use wire::{CardState, Request, StaffState};

use crate::canary::mark;
use crate::people::{AGENTS, BACK_OFFICE, QUEUE, agent_id};
use crate::rng::Rng;
use crate::world::World;

pub(super) fn somebody_else(rng: &mut Rng) -> AgentId {
    agent_id(rng.pick(&AGENTS).expect("invariant: there are agents"))
}

pub(super) fn a_queue(rng: &mut Rng) -> model::QueueId {
    if rng.chance(60) { BACK_OFFICE } else { QUEUE }
}

impl World {
    /// One of those windows of which this is true, if any.
    pub(super) fn one_who(
        &self,
        rng: &mut Rng,
        from: &[&'static str],
        is: impl Fn(&Console) -> bool,
    ) -> Option<&'static str> {
        let machine = |name: &str| self.windows.get(name).and_then(|window| window.machine.as_ref());
        let those: Vec<&'static str> = from.iter().copied().filter(|name| machine(name).is_some_and(&is)).collect();
        rng.pick(&those).copied()
    }

    /// Whoever is offered or asked something answers. False where nobody is.
    pub(super) fn somebody_answers(&mut self, rng: &mut Rng) -> bool {
        let all = self.windows_of_storm();
        if rng.chance(50) {
            let offered = self.one_who(rng, all, |machine| machine.desk().is_some_and(|desk| !desk.offers.is_empty()));
            let Some(name) = offered else { return false };
            self.accepts(name);
            return true;
        }
        let invited = |machine: &Console| machine.staff().is_some_and(|staff| !staff.invitations.is_empty());
        let Some(name) = self.one_who(rng, all, invited) else { return false };
        let machine = self.windows.get(name).and_then(|window| window.machine.as_ref());
        let invitation = machine.and_then(|machine| machine.staff()?.invitations.first());
        let Some(conversation) = invitation.map(|one| one.card.conversation) else { return false };
        self.looks_at(name, conversation);
        self.asks(
            name,
            if rng.chance(85) {
                Request::AcceptInvitation { conversation }
            } else {
                Request::DeclineInvitation { conversation }
            },
        );
        true
    }

    pub(super) fn a_colleague_acts(&mut self, rng: &mut Rng, number: usize) {
        let all = self.windows_of_storm();
        let takes_part = |machine: &Console| {
            machine.staff().is_some_and(|staff| !staff.consulting.is_empty()) || !active(machine).is_empty()
        };
        let anybody = *rng.pick(all).expect("invariant: there are windows");
        let name = self.one_who(rng, all, takes_part).filter(|_| rng.chance(80)).unwrap_or(anybody);
        let Some(machine) = self.windows.get(name).and_then(|window| window.machine.as_ref()) else {
            self.opens_console(name);
            return;
        };
        let consulting = machine.staff().map_or(vec![], consulting);
        let one_of_mine = rng.pick(&active(machine)).copied();
        let to = somebody_else(rng);
        let request = match rng.below(20) {
            0..=5 => one_of_mine.map(|conversation| Request::Consult { conversation, agent: to }),
            6 | 7 => one_of_mine.map(|conversation| Request::ConsultQueue { conversation, queue: a_queue(rng) }),
            8..=12 => one_of_mine.and_then(|id| {
                let consultant = self.consultant(name, id)?;
                Some(if rng.chance(70) {
                    Request::LetIn { conversation: id, agent: consultant }
                } else {
                    Request::EndConsult { conversation: id, agent: consultant }
                })
            }),
            13 if rng.chance(50) => rng.pick(&consulting).map(|id| Request::LeaveConsult { conversation: *id }),
            13 | 14 => one_of_mine.map(|conversation| Request::TransferToAgent { conversation, agent: to }),
            15 if rng.chance(40) => {
                one_of_mine.map(|conversation| Request::TransferToQueue { conversation, queue: a_queue(rng) })
            }
            16 => one_of_mine.map(|conversation| Request::WithdrawInvitation { conversation }),
            _ => {
                if let Some(id) = rng.pick(&consulting).copied() {
                    self.advises(rng, name, id, number);
                }
                None
            }
        };
        request.into_iter().for_each(|request| self.asks(name, request));
    }

    /// Writes to colleagues, or to the customer where that is possible.
    pub(super) fn advises(&mut self, rng: &mut Rng, name: &str, id: ConversationId, number: usize) {
        self.looks_at(name, id);
        if rng.chance(50) {
            self.whispers(name, &format!("{name} advises {}.", mark(number as u64)));
        } else {
            self.answers(name, &format!("{name} helps {}.", mark(number as u64)));
        }
    }

    fn consultant(&self, name: &str, id: ConversationId) -> Option<AgentId> {
        let parts = self.windows.get(name)?.machine.as_ref()?.opened(id)?.parts()?;
        let beside = parts.participants.iter().find(|one| matches!(one.part, Part::Consultant | Part::LetIn));
        beside.map(|one| one.who.agent)
    }
}

fn active(machine: &Console) -> Vec<ConversationId> {
    let mine = machine.desk().into_iter().flat_map(|desk| &desk.mine);
    mine.filter(|card| matches!(card.state, CardState::Active { .. })).map(|card| card.conversation).collect()
}

fn consulting(staff: &StaffState) -> Vec<ConversationId> {
    staff.consulting.iter().map(|card| card.conversation).collect()
}
