//! Automated messages that agents read: as their owner words them, in each conversation that a window has open (product 8; reference 3).

use desk::ConversationView;
use model::{ConversationId, QueueId, WidgetId};
use wire::{AutomatedText, RelayToConsole};

use crate::console::ConsoleGate;

/// What the agents' texts of a conversation are made from. Others are made when it is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentsTextsOf {
    /// The settings that they come from, by a number that changes with them.
    pub revision: u64,
    /// The queue that they name.
    pub queue: QueueId,
}

/// What a window has been told of one conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct AgentsTexts {
    /// Where the conversation came in and waits, once a view has told.
    place: Option<(WidgetId, QueueId)>,
    of: Option<AgentsTextsOf>,
    told: Vec<AutomatedText>,
}

impl ConsoleGate {
    /// The newest view of a conversation: whose texts are told in it.
    pub fn put_place(&mut self, view: &ConversationView) {
        if let Some(followed) = self.followed.get_mut(&view.id) {
            followed.texts.place = Some((view.widget, view.queue));
        }
    }

    /// The conversations that this window has open, with the widget and the queue of each, as far as a view has told.
    pub fn places(&self) -> impl Iterator<Item = (ConversationId, WidgetId, QueueId)> + '_ {
        self.followed.iter().filter_map(|(conversation, followed)| {
            followed.texts.place.map(|(widget, queue)| (*conversation, widget, queue))
        })
    }

    /// Whether the texts of a conversation are to be made: those that it was told were made from something else.
    #[must_use]
    pub fn lacks_agents_texts(&self, conversation: ConversationId, of: AgentsTextsOf) -> bool {
        self.followed.get(&conversation).is_some_and(|followed| followed.texts.of != Some(of))
    }

    /// The texts of a conversation from now on. Gives the frame, where they are others than those told last; at first there are none.
    pub fn put_agents_texts(
        &mut self,
        conversation: ConversationId,
        of: AgentsTextsOf,
        texts: Vec<AutomatedText>,
    ) -> Option<RelayToConsole> {
        let told = &mut self.followed.get_mut(&conversation)?.texts;
        told.of = Some(of);
        if told.told == texts {
            return None;
        }
        told.told.clone_from(&texts);
        Some(RelayToConsole::AgentsTexts { conversation, texts })
    }
}
