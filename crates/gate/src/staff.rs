//! The staff side as consoles get it: the desk's views with the names that it does not have.

use desk::{
    ColleaguesView, FloorAgentView, FloorRowView, InvitationView, ParticipantView, PartsView, PersonLink,
    PresencesView, RowMay, StaffMay, StaffView,
};
use model::{AgentId, Presence, PresenceId, QueueId};
use wire::{
    Abilities, AgentInPresence, AgentLink, AgentName, Colleague, ColleaguesState, CustomPresence, FloorAgent, FloorRow,
    InvitationCard, Participant, PartsState, PresencesState, QueueCard, QueueName, RowAbilities, RunningInvitation,
    StaffState,
};

use crate::names::{Names, agent_name};
use crate::states::{card, card_state, connection_clock, holder};

fn person(names: &dyn Names, agent: AgentId) -> AgentName {
    AgentName { agent, name: agent_name(names, agent) }
}

fn queue_name(names: &dyn Names, queue: QueueId) -> QueueName {
    QueueName { queue, name: names.queue(queue).unwrap_or_default() }
}

/// What an agent has beside their own conversations.
#[must_use]
pub fn staff_state(version: u64, view: &StaffView, names: &dyn Names) -> StaffState {
    StaffState {
        version,
        oversees: view.oversees,
        rights: view.rights,
        invitations: view.invitations.iter().map(|invitation| invitation_card(invitation, names)).collect(),
        consulting: view.consulting.iter().map(|view| card(view, names)).collect(),
        monitoring: view.monitoring.iter().map(|view| card(view, names)).collect(),
    }
}

fn invitation_card(view: &InvitationView, names: &dyn Names) -> InvitationCard {
    InvitationCard {
        card: card(&view.conversation, names),
        kind: view.kind,
        from: person(names, view.from),
        queue: view.queue.map(|queue| queue_name(names, queue)),
        made_at: view.made_at,
        until: view.until,
    }
}

/// Who takes part in a conversation, and what the asking agent may do there.
#[must_use]
pub fn parts_state(view: &PartsView, names: &dyn Names) -> PartsState {
    let participant = |one: &ParticipantView| Participant {
        who: person(names, one.agent),
        part: one.part,
        since: one.since,
        lost_since: one.lost_since,
    };
    PartsState {
        version: view.version,
        conversation: view.conversation,
        participants: view.participants.iter().map(participant).collect(),
        invitation: view.invitation.map(|running| RunningInvitation {
            kind: running.kind,
            by: person(names, running.by),
            to: person(names, running.to),
            queue: running.queue.map(|queue| queue_name(names, queue)),
            made_at: running.made_at,
            until: running.until,
        }),
        my_part: view.my_part,
        may: abilities(view.may),
    }
}

const fn abilities(may: StaffMay) -> Abilities {
    Abilities {
        say: may.say,
        say_internally: may.say_internally,
        consult: may.consult,
        transfer: may.transfer,
        withdraw: may.withdraw,
        answer: may.answer,
        leave_consult: may.leave_consult,
        monitor: may.monitor,
        stop_monitoring: may.stop_monitoring,
        join: may.join,
        assign: may.assign,
        supervisor_transfer: may.supervisor_transfer,
        force_close: may.force_close,
    }
}

const fn row_abilities(may: RowMay) -> RowAbilities {
    RowAbilities { monitor: may.monitor, assign: may.assign, transfer: may.transfer, force_close: may.force_close }
}

/// One ongoing conversation on the floor.
#[must_use]
pub fn floor_row(view: &FloorRowView, names: &dyn Names) -> FloorRow {
    FloorRow {
        conversation: view.id,
        number: view.number,
        customer: names.customer(view.id),
        state: card_state(view.stage),
        connection: connection_clock(view.connection),
        queue: queue_name(names, view.queue),
        workstream: names.workstream(view.workstream).unwrap_or_default(),
        widget: names.widget(view.widget).unwrap_or_default(),
        agent: holder(view.stage).map(|agent| person(names, agent)),
        offered_to: view.offered_to.map(|agent| person(names, agent)),
        started_at: view.started_at,
        last_at: view.last_at,
        cost: view.cost,
        transfers: view.transfers,
        consultants: view.consultants,
        monitors: view.monitors,
        invitation: view.invitation,
        may: row_abilities(view.may),
    }
}

/// One agent on the floor.
#[must_use]
pub fn floor_agent(view: &FloorAgentView, names: &dyn Names) -> FloorAgent {
    FloorAgent {
        who: person(names, view.agent),
        presence: view.presence,
        presence_since: view.presence_since,
        set_by: view.set_by.map(|agent| person(names, agent)),
        link: match view.link {
            PersonLink::Here => AgentLink::Connected,
            PersonLink::Lost { since, until } => AgentLink::Lost { since, until },
            PersonLink::Gone => AgentLink::Gone,
        },
        total: view.total,
        used: view.used,
        held: view.held,
        active: view.active,
        wrap_up: view.wrap_up,
        offers: view.offers,
        consults: view.consults,
        queues: view.queues.iter().map(|queue| queue_name(names, *queue)).collect(),
    }
}

/// Whom `me` can ask, and where they can send a conversation.
#[must_use]
pub fn colleagues_state(view: &ColleaguesView, me: AgentId, names: &dyn Names) -> ColleaguesState {
    let others = view.agents.iter().filter(|one| one.agent != me);
    ColleaguesState {
        version: view.version,
        agents: others
            .map(|one| Colleague {
                who: person(names, one.agent),
                presence: one.presence,
                free: one.free,
                connected: one.connected,
                queues: one.queues.clone(),
            })
            .collect(),
        queues: view
            .queues
            .iter()
            .map(|one| QueueCard {
                queue: queue_name(names, one.queue),
                waiting: one.waiting,
                agents: one.agents,
                connected: one.connected,
            })
            .collect(),
    }
}

/// The custom presences by title, and who is in one.
#[must_use]
pub fn presences_state(view: &PresencesView, names: &dyn Names) -> PresencesState {
    let custom = |&(id, base): &(PresenceId, Presence)| CustomPresence {
        id,
        title: names.presence(id).unwrap_or_default(),
        base,
    };
    let mut presences: Vec<CustomPresence> = view.presences.iter().map(custom).collect();
    presences.sort_by(|one, other| (&one.title, one.id).cmp(&(&other.title, other.id)));
    let agents = view.agents.iter().map(|&(agent, presence)| AgentInPresence { agent, presence }).collect();
    PresencesState { version: view.version, presences, agents }
}
