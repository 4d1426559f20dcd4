//! The staff side: invitations, parts in conversations, the floor and colleagues (product 6 and 7).

use std::sync::Arc;

use model::{AgentId, ConversationId, Timestamp};
use wire::{Card, ColleaguesState, ConsoleToRelay, FloorAgent, FloorRow, PartsState, StaffState};

use super::frames::find;
use super::listed::Listed;
use super::{Console, Effect};

/// All ongoing conversations and all agents, as the relay told them last.
#[derive(Clone, Debug, Default)]
pub struct Floor {
    rows: Listed<ConversationId, FloorRow>,
    agents: Listed<AgentId, FloorAgent>,
    revision: u64,
}

impl Floor {
    /// Whether both whole lists have arrived once.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.rows.is_whole && self.agents.is_whole
    }

    /// Grows with every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The ongoing conversations, in the order of their ids, which is the order in which they began.
    pub fn rows(&self) -> impl Iterator<Item = &Arc<FloorRow>> {
        self.rows.shown.values()
    }

    /// The agents, in the order of their ids.
    pub fn agents(&self) -> impl Iterator<Item = &Arc<FloorAgent>> {
        self.agents.shown.values()
    }
}

/// What a console knows of the staff side.
#[derive(Debug, Default)]
pub(super) struct Staff {
    pub(super) state: Option<StaffState>,
    is_current: bool,
    pub(super) floor: Option<Floor>,
    watches_floor: bool,
    pub(super) colleagues: Option<ColleaguesState>,
    watches_colleagues: bool,
}

impl Staff {
    /// What is known is of an earlier connection.
    pub(super) fn lost(&mut self) {
        self.is_current = false;
        if let Some(floor) = &mut self.floor {
            (floor.rows.arriving, floor.agents.arriving) = (None, None);
        }
    }

    /// The card of a conversation that this agent is invited to, consults in or monitors.
    pub(super) fn card(&self, conversation: ConversationId) -> Option<&Card> {
        let state = self.state.as_ref()?;
        let invited = || state.invitations.iter().map(|one| &one.card).find(|card| card.conversation == conversation);
        find(&state.consulting, conversation).or_else(|| find(&state.monitoring, conversation)).or_else(invited)
    }
}

impl Console {
    pub(super) fn watch_floor(&mut self, on: bool) {
        if core::mem::replace(&mut self.staff.watches_floor, on) == on {
            return;
        }
        if !on {
            self.staff.floor = None;
            self.touched = true;
        }
        if self.link.is_up() {
            self.send(if on { &ConsoleToRelay::WatchFloor } else { &ConsoleToRelay::LeaveFloor });
        }
    }

    pub(super) fn watch_colleagues(&mut self, on: bool) {
        if core::mem::replace(&mut self.staff.watches_colleagues, on) == on {
            return;
        }
        if !on {
            self.staff.colleagues = None;
            self.touched = true;
        }
        if self.link.is_up() {
            self.send(if on { &ConsoleToRelay::WatchColleagues } else { &ConsoleToRelay::LeaveColleagues });
        }
    }

    /// Asks again for what is watched: the relay knows nothing of an earlier connection.
    pub(super) fn watch_again(&mut self) {
        self.staff.is_current = false;
        if self.staff.watches_floor {
            self.send(&ConsoleToRelay::WatchFloor);
        }
        if self.staff.watches_colleagues {
            self.send(&ConsoleToRelay::WatchColleagues);
        }
    }

    pub(super) fn took_staff(&mut self, state: StaffState) {
        let known = self.staff.state.as_ref().filter(|_| self.staff.is_current);
        if known.is_some_and(|known| known.version > state.version) {
            return;
        }
        let was_running = |conversation, made_at: Timestamp| {
            let before = self.staff.state.iter().flat_map(|before| &before.invitations);
            before.into_iter().any(|one| one.card.conversation == conversation && one.made_at == made_at)
        };
        for invitation in &state.invitations {
            let conversation = invitation.card.conversation;
            if !was_running(conversation, invitation.made_at) {
                self.effects.push(Effect::NewInvitation { conversation });
            }
        }
        self.staff.is_current = true;
        self.staff.state = Some(state);
        self.follow_again(Self::takes_part);
        self.touched = true;
    }

    /// What the relay sent no more of, because it was another agent's, is followed again once it is this one's business again.
    pub(super) fn follow_again(&mut self, is_theirs: impl Fn(&Self, ConversationId) -> bool) {
        let gone = self.opened.iter().filter(|(_, opened)| opened.is_gone).map(|(id, _)| *id);
        let back: Vec<ConversationId> = gone.filter(|id| is_theirs(self, *id)).collect();
        for id in &back {
            if let Some(opened) = self.opened.get_mut(id) {
                (opened.is_gone, opened.followed) = (false, false);
            }
        }
        if !back.is_empty() {
            self.follow();
        }
    }

    pub(super) fn took_parts(&mut self, parts: PartsState) {
        let Some(opened) = self.opened.get_mut(&parts.conversation) else { return };
        let known = opened.parts.as_ref().filter(|_| opened.parts_are_current);
        if known.is_some_and(|known| known.version > parts.version) {
            return;
        }
        opened.parts_are_current = true;
        opened.parts = Some(parts);
        self.touched = true;
    }

    pub(super) fn took_floor_rows(
        &mut self,
        starts_over: bool,
        more: bool,
        rows: Vec<FloorRow>,
        gone: &[ConversationId],
    ) {
        if !self.staff.watches_floor {
            return;
        }
        let floor = self.staff.floor.get_or_insert_default();
        let rows = rows.into_iter().map(|row| (row.conversation, row));
        if floor.rows.take(starts_over, more, rows, gone) {
            floor.revision += 1;
            self.touched = true;
        }
    }

    pub(super) fn took_floor_agents(
        &mut self,
        starts_over: bool,
        more: bool,
        agents: Vec<FloorAgent>,
        gone: &[AgentId],
    ) {
        if !self.staff.watches_floor {
            return;
        }
        let floor = self.staff.floor.get_or_insert_default();
        let agents = agents.into_iter().map(|agent| (agent.who.agent, agent));
        if floor.agents.take(starts_over, more, agents, gone) {
            floor.revision += 1;
            self.touched = true;
        }
    }

    /// The role was taken away: nothing of the floor stays in this window.
    pub(super) fn floor_over(&mut self) {
        self.staff.floor = None;
        self.staff.watches_floor = false;
        self.touched = true;
    }

    pub(super) fn took_colleagues(&mut self, colleagues: ColleaguesState) {
        if self.staff.watches_colleagues {
            self.staff.colleagues = Some(colleagues);
            self.touched = true;
        }
    }

    /// What this agent has besides their own conversations, once it has arrived.
    #[must_use]
    pub fn staff(&self) -> Option<&StaffState> {
        self.staff.state.as_ref()
    }

    /// The floor, while it is watched and once something of it has arrived.
    #[must_use]
    pub fn floor(&self) -> Option<&Floor> {
        self.staff.floor.as_ref()
    }

    /// Whom this agent can ask, while that is watched and once it has arrived.
    #[must_use]
    pub fn colleagues(&self) -> Option<&ColleaguesState> {
        self.staff.colleagues.as_ref()
    }

    /// Whether this agent takes part in a conversation that another one has: as consultant or as supervisor.
    #[must_use]
    pub fn takes_part(&self, conversation: ConversationId) -> bool {
        let Some(state) = &self.staff.state else { return false };
        find(&state.consulting, conversation).or_else(|| find(&state.monitoring, conversation)).is_some()
    }
}
