//! Nobody used a right that they did not have: looked up in the log, with a book of its own of who may what and who takes part.

use std::collections::{BTreeMap, BTreeSet};

use desk::{Author, ConversationFact, Fact, Recorded};
use model::{AgentId, Audience, ConversationId, InvitationKind, Role, SessionEnd, SupervisorRights};

use crate::people::called;

/// Who takes part in one conversation.
#[derive(Default)]
struct Parts {
    primary: Option<AgentId>,
    /// And whether they were let in.
    consultants: BTreeMap<AgentId, bool>,
    /// And whether they joined.
    monitors: BTreeMap<AgentId, bool>,
    /// Who has just sent it to a queue.
    sends: Option<AgentId>,
}

/// What the log has told so far.
#[derive(Default)]
struct Book {
    overseers: BTreeSet<AgentId>,
    rights: SupervisorRights,
    parts: BTreeMap<ConversationId, Parts>,
}

/// Reads the log from its beginning.
#[expect(clippy::wildcard_enum_match_arm, reason = "of all that there is, some is looked at")]
pub(super) fn check_rights(facts: &[Recorded]) {
    let mut book = Book::default();
    for recorded in facts {
        match &recorded.fact {
            Fact::AgentConfigured(agent, rules) => {
                if rules.enabled && rules.role != Role::Agent {
                    book.overseers.insert(*agent);
                } else {
                    book.overseers.remove(agent);
                }
            }
            Fact::SupervisionConfigured(rights) => book.rights = *rights,
            Fact::PresenceSetBy { by, .. } => book.must(*by, true, "the role", &recorded.fact),
            Fact::Conversation { id, what, .. } => book.take(*id, what, &recorded.fact),
            _ => {}
        }
    }
    for (id, parts) in &book.parts {
        for agent in parts.monitors.keys() {
            let may = book.rights.monitor && book.overseers.contains(agent);
            assert!(may, "{:?} still reads along in {id}, without the right", called(*agent));
        }
    }
}

impl Book {
    fn must(&self, agent: AgentId, has_right: bool, right: &str, fact: &Fact) {
        let oversees = self.overseers.contains(&agent);
        assert!(oversees && has_right, "{:?} used {right} without having it: {fact:?}", called(agent));
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "of all that there is, some is looked at")]
    fn take(&mut self, id: ConversationId, what: &ConversationFact, fact: &Fact) {
        let rights = self.rights;
        let parts = self.parts.entry(id).or_default();
        let sends = parts.sends.take();
        let is_primary = |agent: &AgentId| parts.primary == Some(*agent);
        match what {
            ConversationFact::AgentJoined { agent, .. } => parts.primary = Some(*agent),
            ConversationFact::SessionEnded { agent, reason, .. } => {
                parts.primary = None;
                parts.sends = (*reason == SessionEnd::TransferredToQueue).then_some(*agent);
            }
            ConversationFact::Closed(_) => *parts = Parts::default(),
            ConversationFact::ConsultBegan(agent) => drop(parts.consultants.insert(*agent, false)),
            ConversationFact::ConsultantLetIn { agent, by } => {
                assert!(is_primary(by), "{:?} lets somebody in: {fact:?}", called(*by));
                parts.consultants.insert(*agent, true);
            }
            ConversationFact::ConsultEnded { agent, .. } => drop(parts.consultants.remove(agent)),
            ConversationFact::MonitoringEnded { agent, .. } => drop(parts.monitors.remove(agent)),
            ConversationFact::MonitoringBegan(agent) => {
                assert!(!is_primary(agent), "{:?} monitors their own: {fact:?}", called(*agent));
                parts.monitors.insert(*agent, false);
                self.must(*agent, rights.monitor, "monitor", fact);
            }
            ConversationFact::SupervisorJoined(agent) => {
                parts.monitors.insert(*agent, true);
                self.must(*agent, rights.monitor, "monitor", fact);
            }
            ConversationFact::Assigned { by, .. } => self.must(*by, rights.assign, "assign", fact),
            ConversationFact::SentToQueue { by, .. } if sends != Some(*by) => {
                self.must(*by, rights.assign, "assign", fact);
            }
            ConversationFact::Invited { kind: InvitationKind::SupervisorTransfer, by, .. } => {
                assert!(!is_primary(by), "{:?} transfers their own: {fact:?}", called(*by));
                self.must(*by, rights.transfer, "transfer", fact);
            }
            ConversationFact::Invited { by, .. } => {
                assert!(is_primary(by), "{:?} invites and has it not: {fact:?}", called(*by));
            }
            ConversationFact::ForceClosedBy(by) => {
                assert!(!is_primary(by), "{:?} closes their own by force: {fact:?}", called(*by));
                self.must(*by, rights.force_close, "force close", fact);
            }
            ConversationFact::Said { by: Author::Agent(agent), audience, .. } => {
                let consults = parts.consultants.get(agent);
                let may = is_primary(agent)
                    || parts.monitors.get(agent) == Some(&true)
                    || consults.is_some_and(|let_in| *let_in || *audience == Audience::Agents);
                assert!(may, "{:?} writes to {audience:?} and takes no part: {fact:?}", called(*agent));
            }
            _ => {}
        }
    }
}
