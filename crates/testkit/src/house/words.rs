//! Names and words, as the relay keeps them beside the desk.

use std::collections::{BTreeMap, BTreeSet};

use desk::{Body, ConversationFact, Fact, Recorded};
use gate::Names;
use model::{AgentId, Audience, ConversationId, DisplayName, PageAddress, QueueId};

use crate::canary::marks;
use crate::people::{agent_name, queue_name};

/// Built from the facts at the start, and kept up with what becomes durable.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) conversations: BTreeSet<ConversationId>,
    customers: BTreeMap<ConversationId, DisplayName>,
    last_words: BTreeMap<ConversationId, String>,
    pub(super) pages: BTreeMap<ConversationId, PageAddress>,
    /// Whose words and variables carry which mark.
    pub(super) marks: BTreeMap<u64, BTreeSet<ConversationId>>,
}

impl Words {
    pub(super) fn of(facts: &[Recorded]) -> Self {
        let mut words = Self::default();
        facts.iter().for_each(|recorded| words.learn(recorded));
        words
    }

    pub(super) fn learn(&mut self, recorded: &Recorded) {
        let Fact::Conversation { id, what, .. } = &recorded.fact else { return };
        self.conversations.insert(*id);
        let said = match &recorded.body {
            Some(Body::Words(text)) => vec![text.as_str()],
            Some(Body::Page(said)) => said.context.variables().iter().filter_map(|one| one.value.as_text()).collect(),
            Some(Body::Context(context)) => context.variables().iter().filter_map(|one| one.value.as_text()).collect(),
            Some(Body::Answered(said, answers)) => {
                let claimed = said.context.variables().iter().filter_map(|one| one.value.as_text());
                claimed.chain(answers.iter().map(|answer| answer.value.as_str())).collect()
            }
            Some(Body::Name(_)) | None => Vec::new(),
        };
        let said = said.into_iter().flat_map(|text| marks(text.as_bytes()));
        // What a page says is said again where a start was not known to be saved.
        for mark in said {
            self.marks.entry(mark).or_default().insert(*id);
        }
        match (&recorded.body, what) {
            (Some(Body::Name(name)), _) => {
                self.customers.insert(*id, name.clone());
            }
            (Some(Body::Words(text)), ConversationFact::Said { audience: Audience::Customer, .. }) => {
                self.last_words.insert(*id, text.as_str().to_owned());
            }
            (Some(Body::Words(_) | Body::Context(_) | Body::Page(_) | Body::Answered(..)) | None, _) => {}
        }
    }
}

impl Names for Words {
    fn agent(&self, agent: AgentId) -> Option<DisplayName> {
        agent_name(agent)
    }

    fn queue(&self, queue: QueueId) -> Option<String> {
        queue_name(queue)
    }

    fn customer(&self, conversation: ConversationId) -> Option<DisplayName> {
        self.customers.get(&conversation).cloned()
    }

    fn last_words(&self, conversation: ConversationId) -> Option<String> {
        self.last_words.get(&conversation).cloned()
    }

    fn page(&self, conversation: ConversationId) -> Option<PageAddress> {
        self.pages.get(&conversation).cloned()
    }
}
