//! Views of the staff side: who takes part in a conversation, what an agent may do there, and what they have beside their own.

use model::{AgentId, ConversationId, InvitationKind, Part, Role, SupervisorRights};

use crate::desk::Desk;
use crate::policy::Action;
use crate::record::{AgentLink, AgentRecord, ConversationRecord, Stage};
use crate::view::{InvitationView, ParticipantView, PartsView, RunningView, StaffMay, StaffView};

impl Desk {
    /// Who takes part in a conversation, and what `agent` may do there now.
    #[must_use]
    pub fn parts_view(&self, conversation: ConversationId, agent: AgentId) -> Option<PartsView> {
        let known = self.record.conversations.get(&conversation)?;
        Some(PartsView {
            version: self.version,
            conversation,
            participants: self.participants(known),
            invitation: known.invitation().map(|running| RunningView {
                kind: running.kind,
                by: running.by,
                to: running.to,
                queue: running.queue,
                made_at: running.made_at,
                until: running.until,
            }),
            my_part: known.part_of(agent),
            may: self.staff_may(known, agent),
        })
    }

    fn participants(&self, known: &ConversationRecord) -> Vec<ParticipantView> {
        let primary = known.session_agent().zip(known.session_since());
        let primary = primary.map(|(agent, since)| (agent, Part::Primary, since));
        let consultants = known.consultants().iter().map(|consultant| {
            let part = if consultant.let_in { Part::LetIn } else { Part::Consultant };
            (consultant.agent, part, consultant.since)
        });
        let monitors = known.monitors().iter().map(|monitor| {
            let part = if monitor.joined { Part::Joined } else { Part::Monitor };
            (monitor.agent, part, monitor.since)
        });
        let all = primary.into_iter().chain(consultants).chain(monitors);
        all.map(|(agent, part, since)| {
            let lost_since = match self.record.agents.get(&agent).map(|known| known.link) {
                Some(AgentLink::Lost { since, .. }) => Some(since),
                Some(AgentLink::Here | AgentLink::Gone) | None => None,
            };
            ParticipantView { agent, part, since, lost_since }
        })
        .collect()
    }

    fn staff_may(&self, known: &ConversationRecord, agent: AgentId) -> StaffMay {
        if matches!(known.stage, Stage::Closed { .. }) {
            return StaffMay::default();
        }
        let may = |action| self.allows(agent, action, known).is_ok();
        let (is_open, is_active) = (matches!(known.stage, Stage::Open(_)), matches!(known.stage, Stage::Active { .. }));
        let monitor = known.monitors().iter().find(|monitor| monitor.agent == agent);
        let withdraw = known.invitation().is_some_and(|running| {
            may(if running.kind == InvitationKind::SupervisorTransfer {
                Action::SupervisorTransfer
            } else {
                Action::Withdraw
            })
        });
        StaffMay {
            say: known.may_write(agent),
            say_internally: may(Action::SayInternally),
            consult: is_active && may(Action::Consult),
            transfer: is_active && may(Action::Transfer),
            withdraw,
            answer: may(Action::AnswerInvitation),
            leave_consult: may(Action::LeaveConsult),
            monitor: !is_open && monitor.is_none() && may(Action::Monitor),
            stop_monitoring: may(Action::StopMonitoring),
            join: is_active && monitor.is_some_and(|monitor| !monitor.joined) && may(Action::Join),
            assign: is_open && may(Action::Assign),
            supervisor_transfer: is_active && may(Action::SupervisorTransfer),
            force_close: may(Action::ForceClose),
        }
    }

    /// What an agent has beside their own conversations.
    pub(crate) fn staff_view(&self, agent: AgentId, known: &AgentRecord) -> StaffView {
        let oversees = matches!(known.rules.role, Role::Supervisor | Role::Admin);
        let rights = if oversees { self.record.supervision } else { SupervisorRights::default() };
        let mut view = StaffView { oversees, rights, ..StaffView::default() };
        for id in &known.beside {
            let Some(conversation) = self.record.conversations.get(id) else { continue };
            let Some(card) = self.conversation_view(*id, agent) else { continue };
            if let Some(asked) = conversation.invitation().filter(|asked| asked.to == agent) {
                view.invitations.push(InvitationView {
                    conversation: card,
                    kind: asked.kind,
                    from: asked.by,
                    queue: asked.queue,
                    made_at: asked.made_at,
                    until: asked.until,
                });
            }
            if conversation.consultants().iter().any(|consultant| consultant.agent == agent) {
                view.consulting.push(card);
            }
            if conversation.monitors().iter().any(|monitor| monitor.agent == agent) {
                view.monitoring.push(card);
            }
        }
        view.invitations.sort_by_key(|invitation| (invitation.made_at, invitation.conversation.number));
        view
    }
}
