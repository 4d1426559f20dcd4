//! Every way in which a conversation changes its state, and a timeline that shows it: the table of product 2, found rather than claimed.

use std::collections::BTreeMap;
use std::path::Path;

use model::{AgentId, ConversationId};
use rejoin_desk::{ConversationFact, ConversationStage, Desk, Fact, Outcome, Record};

use crate::words::Names;

/// What is written at the head of the table.
const HEAD: &str = "# How conversations change their states

What the timelines in this folder show, and the first of them that shows it. It is written by `REJOIN_UPDATE=1` as they are: a line that
goes is a rule that no timeline shows any more.

| from | to | by | seen in |
|---|---|---|---|
";

/// From, to, by what; and where it was seen first.
pub(crate) type Changes = BTreeMap<(&'static str, &'static str, String), String>;

/// Plays the facts of one timeline once more, one by one.
#[derive(Default)]
pub(crate) struct Watch {
    record: Record,
    /// The changes seen.
    pub(crate) seen: Vec<(&'static str, &'static str, String)>,
}

impl Watch {
    /// Notes what one answer of the desk changed.
    pub(crate) fn note(&mut self, outcome: &Outcome, names: &Names) {
        let names = names.of_anybody();
        let mut told: BTreeMap<ConversationId, Vec<String>> = BTreeMap::new();
        for recorded in &outcome.facts {
            let Fact::Conversation { id, what, .. } = &recorded.fact else {
                self.record.apply(recorded.at, &recorded.fact);
                continue;
            };
            let was = self.state(*id);
            self.record.apply(recorded.at, &recorded.fact);
            let is = self.state(*id);
            let causes = told.entry(*id).or_default();
            if let ConversationFact::SentToQueue { .. } = what {
                causes.push("an agent sent the customer to another queue".to_owned());
            } else if is_cause(what) {
                causes.extend(names.fact(recorded));
            }
            if was != is || (is.0 == "Open" && changes_queue(what)) {
                self.seen.push((was.0, is.0, causes.join("; ")));
                causes.clear();
            }
        }
    }

    /// Its state, and who has it.
    fn state(&self, conversation: ConversationId) -> (&'static str, Option<AgentId>) {
        let view = Desk::new(self.record.clone()).customer_view(conversation);
        match view.map(|view| view.stage) {
            None => ("–", None),
            Some(ConversationStage::Open { .. }) => ("Open", None),
            Some(ConversationStage::Active { agent, .. }) => ("Active", Some(agent)),
            Some(ConversationStage::WrapUp { .. }) => ("Wrap-up", None),
            Some(ConversationStage::Closed { .. }) => ("Closed", None),
        }
    }
}

/// Whether it waits elsewhere now: Open → Open.
fn changes_queue(what: &ConversationFact) -> bool {
    matches!(what, ConversationFact::Overflowed { .. } | ConversationFact::SentToQueue { .. })
}

/// Whether it says why a state changes. What follows from a change or stands beside it doesn't.
fn is_cause(what: &ConversationFact) -> bool {
    matches!(
        what,
        ConversationFact::Started { .. }
            | ConversationFact::AgentJoined { .. }
            | ConversationFact::Assigned { .. }
            | ConversationFact::CustomerDisconnected
            | ConversationFact::CustomerReturned { .. }
            | ConversationFact::EndedByAgent(_)
            | ConversationFact::EndedByCustomer
            | ConversationFact::SessionEnded { .. }
            | ConversationFact::Overflowed { .. }
            | ConversationFact::PromiseEnded(_)
            | ConversationFact::ForceClosedBy(_)
            | ConversationFact::Closed(_)
            | ConversationFact::Forgotten
    )
}

impl Names {
    /// The same facts in words that name nobody.
    fn of_anybody(&self) -> Self {
        let agents = self.agents.keys().map(|agent: &AgentId| (*agent, "an agent".to_owned())).collect();
        let talks = self.talks.keys().map(|talk| (*talk, "the customer".to_owned())).collect();
        Self { agents, talks }
    }
}

/// Adds what one timeline shows.
pub(crate) fn add(changes: &mut Changes, watch: Watch, file: &Path) {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    for change in watch.seen {
        changes.entry(change).or_insert_with(|| name.clone().into_owned());
    }
}

/// The table.
pub(crate) fn table(changes: &Changes) -> String {
    let rows = changes.iter().map(|((from, to, cause), file)| format!("| {from} | {to} | {cause} | {file} |\n"));
    std::iter::once(HEAD.to_owned()).chain(rows).collect()
}
