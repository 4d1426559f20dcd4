//! The words that states and entries need and the desk does not have: names, last words, pages.

use std::collections::BTreeMap;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use desk::{AgentView, Body, ConversationFact, Fact, Recorded};
use gate::Names;
use log::LogReader;
use model::{
    AgentId, Audience, ConversationId, DisplayName, PageAddress, PresenceId, QueueId, Seq, WidgetId, WorkstreamId,
};
use wire::limits::LAST_WORDS_CHARS_MAX;

/// How far back in a conversation its last words are looked for.
const LOOKED_AT_MAX: u32 = 100;

/// Names, last words and pages.
#[derive(Debug, Default)]
pub(crate) struct NameStore(RwLock<Inside>);

#[derive(Debug, Default)]
struct Inside {
    agents: BTreeMap<AgentId, DisplayName>,
    queues: BTreeMap<QueueId, String>,
    workstreams: BTreeMap<WorkstreamId, String>,
    widgets: BTreeMap<WidgetId, String>,
    presences: BTreeMap<PresenceId, String>,
    conversations: BTreeMap<ConversationId, Words>,
    pages: BTreeMap<ConversationId, PageAddress>,
}

/// Kept from a conversation's start, or from when it was first looked up, until it is forgotten.
#[derive(Clone, Debug, Default)]
struct Words {
    customer: Option<DisplayName>,
    last: Option<Box<str>>,
}

impl NameStore {
    fn read(&self) -> RwLockReadGuard<'_, Inside> {
        self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inside> {
        self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// An agent's name.
    pub(crate) fn put_agent(&self, agent: AgentId, name: DisplayName) {
        self.write().agents.insert(agent, name);
    }

    /// A queue's name.
    pub(crate) fn put_queue(&self, queue: QueueId, title: String) {
        self.write().queues.insert(queue, title);
    }

    /// A workstream's name.
    pub(crate) fn put_workstream(&self, workstream: WorkstreamId, name: String) {
        self.write().workstreams.insert(workstream, name);
    }

    /// A widget's name.
    pub(crate) fn put_widget(&self, widget: WidgetId, name: String) {
        self.write().widgets.insert(widget, name);
    }

    /// A custom presence's title.
    pub(crate) fn put_presence(&self, presence: PresenceId, title: String) {
        self.write().presences.insert(presence, title);
    }

    /// The page that a customer is on.
    pub(crate) fn put_page(&self, conversation: ConversationId, page: PageAddress) {
        self.write().pages.insert(conversation, page);
    }

    /// Takes what became durable.
    pub(crate) fn extend(&self, entries: &[Recorded]) {
        let mut inside = self.write();
        for recorded in entries {
            inside.take(recorded);
        }
    }

    /// The conversations of an agent's lists whose words are not known yet, with the heads of their agents' sequences.
    pub(crate) fn missing(&self, view: &AgentView) -> Vec<(ConversationId, Seq)> {
        let offered = view.offers.iter().map(|offer| &offer.conversation);
        let invited = view.staff.invitations.iter().map(|invitation| &invitation.conversation);
        let beside = invited.chain(&view.staff.consulting).chain(&view.staff.monitoring);
        let all = offered.chain(&view.mine).chain(&view.closed).chain(beside);
        let inside = self.read();
        all.filter(|view| !inside.conversations.contains_key(&view.id)).map(|view| (view.id, view.head)).collect()
    }

    /// Whether the words of this conversation are not known yet.
    pub(crate) fn is_missing(&self, conversation: ConversationId) -> bool {
        !self.read().conversations.contains_key(&conversation)
    }

    /// Reads the words of conversations from the log. Blocks.
    pub(crate) fn load(&self, reader: &dyn LogReader, conversations: &[(ConversationId, Seq)]) {
        for (conversation, head) in conversations {
            let first = reader.conversation(*conversation, 0, 1).unwrap_or_default();
            let after = Seq(head.0.saturating_sub(LOOKED_AT_MAX));
            let newest = reader.entries(*conversation, Audience::Agents, after, LOOKED_AT_MAX as usize);
            let words = Words {
                customer: first.first().and_then(customer_name),
                last: newest.unwrap_or_default().iter().rev().find_map(last_words),
            };
            self.write().conversations.entry(*conversation).or_insert(words);
        }
    }
}

impl Inside {
    fn take(&mut self, recorded: &Recorded) {
        let Fact::Conversation { id, what, .. } = &recorded.fact else { return };
        if let ConversationFact::Started { .. } = what {
            let words = Words { customer: customer_name(recorded), last: None };
            self.conversations.insert(*id, words);
        }
        if let (Some(known), Some(words)) = (self.conversations.get_mut(id), last_words(recorded)) {
            known.last = Some(words);
        }
        if let ConversationFact::Forgotten = what {
            self.conversations.remove(id);
            self.pages.remove(id);
        }
    }
}

fn customer_name(recorded: &Recorded) -> Option<DisplayName> {
    match &recorded.body {
        Some(Body::Name(name)) => Some(name.clone()),
        Some(Body::Words(_) | Body::Context(_) | Body::Page(_) | Body::Answered(..)) | None => None,
    }
}

/// Never internal words: the card may be seen over somebody's shoulder.
fn last_words(recorded: &Recorded) -> Option<Box<str>> {
    match (&recorded.fact, &recorded.body) {
        (
            Fact::Conversation { what: ConversationFact::Said { audience: Audience::Customer, .. }, .. },
            Some(Body::Words(text)),
        ) => Some(text.as_str().chars().take(LAST_WORDS_CHARS_MAX + 1).collect::<String>().into_boxed_str()),
        _ => None,
    }
}

impl Names for NameStore {
    fn agent(&self, agent: AgentId) -> Option<DisplayName> {
        self.read().agents.get(&agent).cloned()
    }

    fn queue(&self, queue: QueueId) -> Option<String> {
        self.read().queues.get(&queue).cloned()
    }

    fn widget(&self, widget: WidgetId) -> Option<String> {
        self.read().widgets.get(&widget).cloned()
    }

    fn workstream(&self, workstream: WorkstreamId) -> Option<String> {
        self.read().workstreams.get(&workstream).cloned()
    }

    fn presence(&self, presence: PresenceId) -> Option<String> {
        self.read().presences.get(&presence).cloned()
    }

    fn customer(&self, conversation: ConversationId) -> Option<DisplayName> {
        self.read().conversations.get(&conversation)?.customer.clone()
    }

    fn last_words(&self, conversation: ConversationId) -> Option<String> {
        self.read().conversations.get(&conversation)?.last.as_deref().map(str::to_owned)
    }

    fn page(&self, conversation: ConversationId) -> Option<PageAddress> {
        self.read().pages.get(&conversation).cloned()
    }
}
