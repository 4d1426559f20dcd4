//! Who may do what. One table, and `handle` is the only one who asks it: rights decide who is let in and who may write, never which
//! entries of the agents' sequence are shown (product 5).

use std::collections::BTreeSet;

use model::{AgentId, ConversationId, QueueId, Role, SupervisorRights, WorkstreamId};

use crate::desk::Desk;
use crate::outcome::RefusalReason;
use crate::record::{ConversationRecord, Stage};

/// What an agent can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Read transcript and state, and mark what was read.
    Read,
    /// Write to the customer, and show that one writes.
    Say,
    /// Write to colleagues.
    SayInternally,
    /// Accept or decline the running offer.
    AnswerOffer,
    /// Take it out of a queue.
    Pick,
    /// End the talk.
    End,
    /// Close one's own side of it.
    Close,
    /// Give it back to its queue.
    Release,
    /// Offer or take a reconnect link.
    OfferLink,
    /// Stop keeping the customer's place.
    ReleaseHold,
    /// Invite a consultant, let one in, end a consult.
    Consult,
    /// Invite another agent to take it over, or send it to a queue.
    Transfer,
    /// Take one's own running invitation back.
    Withdraw,
    /// Accept or decline the running invitation.
    AnswerInvitation,
    /// Leave as a consultant.
    LeaveConsult,
    /// Read along.
    Monitor,
    /// Stop reading along.
    StopMonitoring,
    /// Join while reading along.
    Join,
    /// Give an Open one to an agent or a queue.
    Assign,
    /// Invite an agent to take it over from its primary, and take that back.
    SupervisorTransfer,
    /// Close it, whatever its state.
    ForceClose,
    /// Watch the floor.
    WatchFloor,
    /// Set another agent's presence.
    SetPresenceOf,
    /// Ask why its customer is still waiting.
    AskWhy,
}

impl Action {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Read,
        Self::Say,
        Self::SayInternally,
        Self::AnswerOffer,
        Self::Pick,
        Self::End,
        Self::Close,
        Self::Release,
        Self::OfferLink,
        Self::ReleaseHold,
        Self::Consult,
        Self::Transfer,
        Self::Withdraw,
        Self::AnswerInvitation,
        Self::LeaveConsult,
        Self::Monitor,
        Self::StopMonitoring,
        Self::Join,
        Self::Assign,
        Self::SupervisorTransfer,
        Self::ForceClose,
        Self::WatchFloor,
        Self::SetPresenceOf,
        Self::AskWhy,
    ];
}

/// What an agent is to a conversation. One agent can be several things to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Has it, Active or in wrap-up.
    Primary,
    /// Advises.
    Consultant,
    /// Advises, and was let in.
    LetIn,
    /// Reads along as a supervisor.
    Monitor,
    /// Reads along and has joined.
    Joined,
    /// Is invited.
    Invited,
    /// Is offered it.
    Offered,
    /// Serves the queue that it is Open in.
    OfTheQueue,
    /// Had it.
    TookPart,
}

impl Relation {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Primary,
        Self::Consultant,
        Self::LetIn,
        Self::Monitor,
        Self::Joined,
        Self::Invited,
        Self::Offered,
        Self::OfTheQueue,
        Self::TookPart,
    ];
}

/// What a supervisor needs besides the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    /// The role alone.
    Role,
    Monitor,
    Assign,
    Transfer,
    ForceClose,
}

/// Who stands to a conversation as an action needs it.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// Whoever is one of these.
    Are(&'static [Relation]),
    /// Whoever is none of these.
    AreNot(&'static [Relation]),
    /// Whoever is one of these, and whoever oversees.
    AreOrOversee(&'static [Relation]),
}

/// One line of the table.
struct Rule {
    who: Who,
    right: Option<Right>,
    /// Said to whoever has the right, if one is needed, but stands otherwise to the conversation.
    otherwise: RefusalReason,
}

/// The table.
const fn rule(action: Action) -> Rule {
    use Relation::{Consultant, Invited, Joined, LetIn, Monitor, OfTheQueue, Offered, Primary, TookPart};
    const ANYONE: Who = Who::AreNot(&[]);
    const PRIMARY: Who = Who::Are(&[Primary]);
    const NOT_THEIR_OWN: Who = Who::AreNot(&[Primary]);
    const READERS: &[Relation] = &[Primary, Consultant, LetIn, Monitor, Joined, Invited, Offered, OfTheQueue, TookPart];
    let (who, right, otherwise) = match action {
        Action::Read => (Who::Are(READERS), None, RefusalReason::NotAllowed),
        Action::AskWhy => (Who::AreOrOversee(READERS), None, RefusalReason::NotAllowed),
        Action::Say => (Who::Are(&[Primary, LetIn, Joined]), None, RefusalReason::NotYours),
        Action::SayInternally => (Who::Are(&[Primary, Consultant, LetIn, Joined]), None, RefusalReason::NotYours),
        Action::AnswerOffer => (Who::Are(&[Offered]), None, RefusalReason::OfferGone),
        Action::Pick => (Who::Are(&[OfTheQueue]), None, RefusalReason::NotAllowed),
        Action::End
        | Action::Close
        | Action::Release
        | Action::OfferLink
        | Action::ReleaseHold
        | Action::Consult
        | Action::Transfer
        | Action::Withdraw => (PRIMARY, None, RefusalReason::NotYours),
        Action::AnswerInvitation => (Who::Are(&[Invited]), None, RefusalReason::InvitationGone),
        Action::LeaveConsult => (Who::Are(&[Consultant, LetIn]), None, RefusalReason::NotYours),
        Action::Monitor => (Who::AreNot(&[Primary, Consultant, LetIn]), Some(Right::Monitor), RefusalReason::YourOwn),
        Action::StopMonitoring => (Who::Are(&[Monitor, Joined]), None, RefusalReason::NotYours),
        Action::Join => (Who::Are(&[Monitor, Joined]), Some(Right::Monitor), RefusalReason::NotYours),
        Action::Assign => (ANYONE, Some(Right::Assign), RefusalReason::NotAllowed),
        Action::SupervisorTransfer => (NOT_THEIR_OWN, Some(Right::Transfer), RefusalReason::YourOwn),
        Action::ForceClose => (NOT_THEIR_OWN, Some(Right::ForceClose), RefusalReason::YourOwn),
        Action::WatchFloor | Action::SetPresenceOf => (ANYONE, Some(Right::Role), RefusalReason::NotAllowed),
    };
    Rule { who, right, otherwise }
}

/// Whether somebody of this role, while these rights are switched on, may do this, being all this to the conversation.
///
/// # Errors
/// Why not.
pub fn check(
    action: Action,
    role: Role,
    rights: SupervisorRights,
    relations: &BTreeSet<Relation>,
) -> Result<(), RefusalReason> {
    let Rule { who, right, otherwise } = rule(action);
    let oversees = matches!(role, Role::Supervisor | Role::Admin);
    let has_right = right.is_none_or(|right| {
        oversees
            && match right {
                Right::Role => true,
                Right::Monitor => rights.monitor,
                Right::Assign => rights.assign,
                Right::Transfer => rights.transfer,
                Right::ForceClose => rights.force_close,
            }
    });
    if !has_right {
        return Err(RefusalReason::NotAllowed);
    }
    let fits = match who {
        Who::Are(some) => some.iter().any(|relation| relations.contains(relation)),
        Who::AreOrOversee(some) => oversees || some.iter().any(|relation| relations.contains(relation)),
        Who::AreNot(none) => !none.iter().any(|relation| relations.contains(relation)),
    };
    if fits { Ok(()) } else { Err(otherwise) }
}

impl ConversationRecord {
    /// What this agent is to the conversation; whether they serve its queue is the caller's to know.
    fn relations(&self, agent: AgentId, serves: bool) -> BTreeSet<Relation> {
        let consultant = self.consultants().iter().find(|consultant| consultant.agent == agent);
        let monitor = self.monitors().iter().find(|monitor| monitor.agent == agent);
        let all = [
            (self.session_agent() == Some(agent), Relation::Primary),
            (consultant.is_some_and(|consultant| !consultant.let_in), Relation::Consultant),
            (consultant.is_some_and(|consultant| consultant.let_in), Relation::LetIn),
            (monitor.is_some_and(|monitor| !monitor.joined), Relation::Monitor),
            (monitor.is_some_and(|monitor| monitor.joined), Relation::Joined),
            (self.invitation().is_some_and(|invitation| invitation.to == agent), Relation::Invited),
            (self.offer().is_some_and(|offer| offer.agent == agent), Relation::Offered),
            (self.waiting().is_some() && serves, Relation::OfTheQueue),
            (self.staff(agent).is_some_and(|staff| staff.took_part), Relation::TookPart),
        ];
        all.into_iter().filter_map(|(is, relation)| is.then_some(relation)).collect()
    }
}

impl Desk {
    pub(crate) fn serves(&self, agent: AgentId, queue: QueueId) -> bool {
        self.record.agents.get(&agent).is_some_and(|known| known.rules.enabled && known.rules.queues.contains(&queue))
    }

    /// Whether a conversation is closed; `None` for one that the desk does not know, or no longer.
    #[must_use]
    pub fn is_over(&self, id: ConversationId) -> Option<bool> {
        self.record.conversations.get(&id).map(|known| matches!(known.stage, Stage::Closed { .. }))
    }

    /// The workstream that distributes a conversation; `None` for one that the desk does not know, or no longer.
    #[must_use]
    pub fn workstream_of(&self, id: ConversationId) -> Option<WorkstreamId> {
        self.record.conversations.get(&id).map(|known| known.workstream)
    }

    /// What an agent is to a conversation. Empty: nothing.
    #[must_use]
    pub fn relations(&self, agent: AgentId, id: ConversationId) -> BTreeSet<Relation> {
        let known = self.record.conversations.get(&id);
        known.map(|known| known.relations(agent, self.serves(agent, known.queue))).unwrap_or_default()
    }

    /// Whether the table lets this agent do this in a conversation, whatever its stage.
    pub(crate) fn allows(
        &self,
        agent: AgentId,
        action: Action,
        known: &ConversationRecord,
    ) -> Result<(), RefusalReason> {
        let relations = known.relations(agent, self.serves(agent, known.queue));
        let person = self.record.agents.get(&agent).filter(|person| person.rules.enabled);
        let role = person.ok_or(RefusalReason::NotAllowed)?.rules.role;
        check(action, role, self.record.supervision, &relations)
    }

    /// A conversation that is not closed, in which this agent may do this.
    pub(crate) fn may(
        &self,
        agent: AgentId,
        action: Action,
        id: ConversationId,
    ) -> Result<&ConversationRecord, RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        if matches!(known.stage, Stage::Closed { .. }) {
            return Err(RefusalReason::ConversationClosed);
        }
        self.allows(agent, action, known)?;
        Ok(known)
    }

    /// The same, and it must be Active.
    pub(crate) fn may_while_active(
        &self,
        agent: AgentId,
        action: Action,
        id: ConversationId,
    ) -> Result<&ConversationRecord, RefusalReason> {
        let known = self.may(agent, action, id)?;
        match known.stage {
            Stage::Active { .. } => Ok(known),
            Stage::WrapUp(_) => Err(RefusalReason::ConversationEnded),
            Stage::Open(_) | Stage::Closed { .. } => Err(RefusalReason::WrongState),
        }
    }

    /// What is of no conversation: the floor, another agent's presence.
    pub(crate) fn may_oversee(&self, agent: AgentId, action: Action) -> Result<(), RefusalReason> {
        let person = self.record.agents.get(&agent).filter(|person| person.rules.enabled);
        let role = person.ok_or(RefusalReason::NotAllowed)?.rules.role;
        check(action, role, self.record.supervision, &BTreeSet::new())
    }

    /// Who may read it, also when it is closed.
    ///
    /// # Errors
    /// [`RefusalReason`].
    pub fn may_read(&self, agent: AgentId, id: ConversationId) -> Result<(), RefusalReason> {
        let known = self.record.conversations.get(&id).ok_or(RefusalReason::NoConversation)?;
        self.allows(agent, Action::Read, known)
    }
}
