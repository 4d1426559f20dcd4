//! What colleagues and supervisors do on a timeline.

use std::collections::BTreeMap;

use model::{
    AgentId, ConsultEnd, ConversationId, InvitationEnd, InvitationKind, MonitorEnd, Part, PresenceChoice, QueueId,
    Role, SupervisorRights,
};
use rejoin_desk::{AgentRequest, AgentView, Configuration, ConversationFact as What, Desk, Input};

use crate::presences::choice;
use crate::script::clock;
use crate::stage::{QUEUE, SECOND, Stage};
use crate::words::Names;

/// What the second queue is called on a timeline.
pub(crate) const BILLING: &str = "billing";

impl Stage {
    fn queue(&self, name: &str) -> Option<QueueId> {
        match name {
            "sales" => Some(QUEUE),
            BILLING => Some(SECOND),
            "nowhere" => Some(QueueId::from_u128(99)),
            _ => None,
        }
    }

    pub(crate) fn staff_request(&self, what: &str) -> Option<AgentRequest> {
        if let Some(rest) = what.strip_prefix("sets ") {
            let (name, presence) = rest.split_once(" to ")?;
            let agent = *self.agents.get(name)?;
            return Some(match choice(presence)? {
                None => AgentRequest::SetPresenceOf(agent, None),
                Some(PresenceChoice::Base(presence)) => AgentRequest::SetPresenceOf(agent, Some(presence)),
                Some(PresenceChoice::Custom(presence)) => AgentRequest::SetCustomPresenceOf(agent, presence),
            });
        }
        let (act, name) = what.rsplit_once(' ')?;
        if let Some(talk) = self.talks.get(name).copied() {
            return self.request_about(act, talk);
        }
        // `transfers mia to ana`
        let (act, customer) = act.strip_suffix(" to")?.split_once(' ')?;
        let talk = *self.talks.get(customer)?;
        let (agent, queue) = (self.agents.get(name).copied(), self.queue(name));
        match (act, agent, queue) {
            ("transfers", Some(agent), _) => Some(AgentRequest::TransferToAgent(talk, agent)),
            ("transfers", _, Some(queue)) => Some(AgentRequest::TransferToQueue(talk, queue)),
            ("assigns", Some(agent), _) => Some(AgentRequest::AssignToAgent(talk, agent)),
            ("assigns", _, Some(queue)) => Some(AgentRequest::AssignToQueue(talk, queue)),
            ("moves", Some(agent), _) => Some(AgentRequest::SupervisorTransfer(talk, agent)),
            _ => None,
        }
    }

    fn request_about(&self, act: &str, talk: ConversationId) -> Option<AgentRequest> {
        if let Some(whom) = act.strip_prefix("consults ").and_then(|rest| rest.strip_suffix(" about")) {
            if let Some(queue) = self.queue(whom) {
                return Some(AgentRequest::ConsultQueue(talk, queue));
            }
            return Some(AgentRequest::Consult(talk, *self.agents.get(whom)?));
        }
        if let Some(whose) = act.strip_prefix("ends the consult of ").and_then(|rest| rest.strip_suffix(" about")) {
            return Some(AgentRequest::EndConsult(talk, *self.agents.get(whose)?));
        }
        if let Some(whom) = act.strip_prefix("lets ").and_then(|rest| rest.strip_suffix(" in to")) {
            return Some(AgentRequest::LetIn(talk, *self.agents.get(whom)?));
        }
        Some(match act {
            "leaves the consult about" => AgentRequest::LeaveConsult(talk),
            "withdraws the invitation about" => AgentRequest::WithdrawInvitation(talk),
            "accepts the invitation about" => AgentRequest::AcceptInvitation(talk),
            "declines the invitation about" => AgentRequest::DeclineInvitation(talk),
            "monitors" => AgentRequest::Monitor(talk),
            "stops monitoring" => AgentRequest::StopMonitoring(talk),
            "joins" => AgentRequest::Join(talk),
            "force-closes" => AgentRequest::ForceClose(talk),
            _ => return None,
        })
    }

    /// `monitor, force close`; `none`.
    pub(crate) fn set_rights(&mut self, names: &str) -> Option<()> {
        let mut rights = SupervisorRights::default();
        for name in names.split(", ") {
            match name {
                "none" => {}
                "all" => {
                    rights = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };
                }
                "monitor" => rights.monitor = true,
                "assign" => rights.assign = true,
                "transfer" => rights.transfer = true,
                "force close" => rights.force_close = true,
                _ => return None,
            }
        }
        self.tell(Input::Configure(Configuration::Supervision(rights)));
        Some(())
    }
}

pub(crate) fn role(name: &str) -> Option<Role> {
    match name {
        "agent" => Some(Role::Agent),
        "supervisor" => Some(Role::Supervisor),
        "admin" => Some(Role::Admin),
        _ => None,
    }
}

fn to_what(kind: InvitationKind) -> &'static str {
    match kind {
        InvitationKind::Consult => "to advise",
        InvitationKind::Transfer => "to take over",
        InvitationKind::SupervisorTransfer => "to take over, as a supervisor wants",
    }
}

fn queue_called(queue: QueueId) -> &'static str {
    match queue {
        QUEUE => "sales",
        SECOND => BILLING,
        _ => "nowhere",
    }
}

impl Names {
    /// A fact of the staff side. `None` for others.
    pub(crate) fn staff_fact(&self, id: ConversationId, what: &What) -> Option<String> {
        let mia = self.talk(id);
        Some(match what {
            What::Invited { kind, by, to, queue, until, .. } => {
                let of = queue.map_or_else(String::new, |queue| format!(" of {}", queue_called(queue)));
                let (by, to) = (self.agent(*by), self.agent(*to));
                format!("{by} invited {to}{of} {} {mia}, until {}", to_what(*kind), clock(*until))
            }
            What::InvitationEnded { to, how, .. } => {
                let how = match how {
                    InvitationEnd::Accepted => "accepted",
                    InvitationEnd::Declined => "declined",
                    InvitationEnd::Missed => "missed",
                    InvitationEnd::Withdrawn => "withdrawn",
                };
                format!("invitation of {} about {mia} {how}", self.agent(*to))
            }
            What::ConsultBegan(agent) => format!("{} advises about {mia}", self.agent(*agent)),
            What::ConsultantLetIn { agent, by } => {
                format!("{} let {} in to {mia}", self.agent(*by), self.agent(*agent))
            }
            What::ConsultEnded { agent, why, was_let_in } => {
                let why = match why {
                    ConsultEnd::Left => "left",
                    ConsultEnd::EndedByPrimary => "thanked",
                    ConsultEnd::TalkOver => "the talk is over",
                    ConsultEnd::CustomerDisconnected => "the customer was away too long",
                    ConsultEnd::Transferred => "another agent has it",
                    ConsultEnd::AgentGone => "the agent is gone",
                };
                let told = if *was_let_in { ", the customer reads it" } else { "" };
                format!("{} no longer advises about {mia}: {why}{told}", self.agent(*agent))
            }
            What::SentToQueue { by, queue } => {
                format!("{} sent {mia} to {}", self.agent(*by), queue_called(*queue))
            }
            What::MonitoringBegan(agent) => format!("{} monitors {mia}", self.agent(*agent)),
            What::MonitoringEnded { agent, why, had_joined } => {
                let why = match why {
                    MonitorEnd::Stopped => "stopped",
                    MonitorEnd::RightTaken => "the right is gone",
                    MonitorEnd::BecameTheirs => "it is their own",
                    MonitorEnd::AgentGone => "the agent is gone",
                };
                let told = if *had_joined { ", the customer reads it" } else { "" };
                format!("{} no longer monitors {mia}: {why}{told}", self.agent(*agent))
            }
            What::SupervisorJoined(agent) => format!("{} joined {mia}", self.agent(*agent)),
            What::Assigned { by, to, over } => {
                let over = if over.0 > 0 { format!(", {} over", over.0) } else { String::new() };
                format!("{} assigned {mia} to {}{over}", self.agent(*by), self.agent(*to))
            }
            What::ForceClosedBy(agent) => format!("{} closed {mia} as a supervisor", self.agent(*agent)),
            _ => return None,
        })
    }

    /// What an agent sees besides their own conversations, by aspect.
    pub(crate) fn staff_desk(
        &self,
        desk: &Desk,
        agent: AgentId,
        view: &AgentView,
        seen: &mut BTreeMap<String, String>,
    ) {
        for asked in &view.staff.invitations {
            let name = self.talk(asked.conversation.id);
            let words = format!("asked {} {name} until {}", to_what(asked.kind), clock(asked.until));
            seen.insert(format!("20 asked {name}"), words);
        }
        for card in view.staff.consulting.iter().chain(&view.staff.monitoring) {
            let name = self.talk(card.id);
            let part = desk.parts_view(card.id, agent).and_then(|parts| parts.my_part);
            let words = match part {
                Some(Part::Consultant) => "advises about",
                Some(Part::LetIn) => "advises about and may write to",
                Some(Part::Monitor) => "monitors",
                Some(Part::Joined) => "has joined",
                Some(Part::Primary) | None => "is beside",
            };
            seen.insert(format!("21 beside {name}"), format!("{words} {name}"));
        }
    }
}
