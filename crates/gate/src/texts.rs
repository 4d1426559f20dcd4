//! Automated messages on a customer's connection: their texts, and which of those beside the state holds now (product 4.7; reference 3).

use desk::{ConversationStage, CustomerView};
use model::{ConversationId, QueueId, Seq, Timestamp, Trigger};
use wire::{AutomatedText, CustomerState, RelayToCustomer};

use crate::customer::{Awaits, CustomerGate};

/// The language of a chat, as its page claims it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Language(pub(crate) Option<String>);

/// What the texts of one connection are made from. Others are made when it is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextsOf {
    /// The settings that they come from, by a number that changes with them.
    pub revision: u64,
    /// The conversation whose context variables are in them.
    pub conversation: Option<ConversationId>,
    /// The queue that they name.
    pub queue: QueueId,
    /// It is a day on which that queue is closed.
    pub is_holiday: bool,
}

/// What a client that draws automated messages has been told.
#[derive(Clone, Debug)]
pub(crate) struct Texts {
    language: Option<String>,
    of: Option<TextsOf>,
    waiting: Option<Vec<AutomatedText>>,
    /// Which of [`BESIDE`] are on.
    on: [bool; BESIDE.len()],
    /// Which of them holds, on or off, of which version that is, and where the customer's sequence was when it began.
    holds: Option<Trigger>,
    version: u64,
    since: Seq,
    /// What was told last.
    told: Option<Trigger>,
    /// The queue that the conversation is in, and when it was over.
    queue: Option<QueueId>,
    ended_at: Option<Timestamp>,
}

/// What is told beside a state.
const BESIDE: [Trigger; 4] =
    [Trigger::AgentAsked, Trigger::NobodyAvailable, Trigger::ConsultAccepted, Trigger::ConsultEnded];

impl CustomerGate {
    pub(crate) fn draws_texts(&mut self, language: Language) {
        let Language(language) = language;
        self.texts = Some(Box::new(Texts {
            language,
            of: None,
            waiting: None,
            on: [false; BESIDE.len()],
            holds: None,
            version: 0,
            since: Seq::START,
            told: None,
            queue: None,
            ended_at: None,
        }));
    }

    /// Whether the client draws automated messages.
    #[must_use]
    pub const fn wants_texts(&self) -> bool {
        self.texts.is_some()
    }

    /// The language of the chat, as its page claims it.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.texts.as_ref()?.language.as_deref()
    }

    /// The queue that the conversation is in, as far as a state has told.
    #[must_use]
    pub fn queue(&self) -> Option<QueueId> {
        self.conversation().and(self.texts.as_ref()?.queue)
    }

    /// When the conversation was over, if it is, as far as a state has told: its messages are of that day.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.conversation().and(self.texts.as_ref()?.ended_at)
    }

    /// Whether texts are to be made: the client draws them, and those that it was told were made from something else.
    #[must_use]
    pub fn lacks_texts(&self, of: TextsOf) -> bool {
        self.texts.as_ref().is_some_and(|texts| texts.of != Some(of))
    }

    /// The texts from now on; those that are off are missing.
    pub fn put_texts(&mut self, of: TextsOf, all: Vec<AutomatedText>) {
        let Some(texts) = &mut self.texts else { return };
        texts.of = Some(of);
        texts.on = BESIDE.map(|trigger| all.iter().any(|text| text.trigger == trigger.code()));
        texts.waiting = Some(all);
    }

    /// The newest view of the conversation: which queue it is in, and which message beside its state holds.
    pub fn put_waiting(&mut self, view: &CustomerView) {
        let Some(texts) = &mut self.texts else { return };
        texts.queue = Some(view.queue);
        texts.ended_at = match view.stage {
            ConversationStage::Closed { ended_at, .. } => Some(ended_at),
            ConversationStage::Open { .. } | ConversationStage::Active { .. } | ConversationStage::WrapUp { .. } => {
                None
            }
        };
        if view.version >= texts.version {
            texts.version = view.version;
            let holds = texts.holds_now(view);
            if holds != texts.holds {
                (texts.holds, texts.since) = (holds, view.head);
            }
        }
    }

    /// The texts to send, if there are others than those sent last: before everything that needs them.
    pub fn take_texts(&mut self) -> Option<RelayToCustomer> {
        if self.awaits == Awaits::Hello {
            // Nothing comes before the welcome.
            return None;
        }
        let texts = self.texts.as_mut()?.waiting.take()?;
        Some(RelayToCustomer::Texts { texts })
    }

    /// Which message beside the state holds, where it is another than the one sent last. One that is off is nothing, so that what it would
    /// tell is not told.
    pub(crate) fn take_beside(&mut self) -> Option<RelayToCustomer> {
        let texts = self.texts.as_mut()?;
        let on = texts.on;
        let trigger = texts.holds.filter(|trigger| BESIDE.iter().zip(on).any(|(one, on)| on && one == trigger));
        if trigger == texts.told {
            return None;
        }
        texts.told = trigger;
        Some(RelayToCustomer::Beside {
            version: texts.version,
            trigger: trigger.map(|trigger| trigger.code().to_owned()),
        })
    }

    /// Whether a state is another than the one sent last: a newer version of the same would tell that something happened which is not
    /// for the customer.
    pub(crate) fn tells_more(&mut self, state: &CustomerState) -> bool {
        let is_same = |shown: &CustomerState| {
            shown.version < state.version && *shown == CustomerState { version: shown.version, ..state.clone() }
        };
        if self.shown.as_deref().is_some_and(is_same) {
            return false;
        }
        self.shown = Some(Box::new(state.clone()));
        true
    }

    /// The connection goes elsewhere.
    pub(crate) fn forget_waiting(&mut self) {
        self.shown = None;
        if let Some(texts) = &mut self.texts {
            (texts.queue, texts.ended_at, texts.told, texts.holds, texts.version) = (None, None, None, None, 0);
        }
    }
}

impl Texts {
    fn holds_now(&self, view: &CustomerView) -> Option<Trigger> {
        let was_consulting = match self.holds {
            Some(Trigger::ConsultAccepted) => true,
            // The next entry takes its place.
            Some(Trigger::ConsultEnded) => view.head == self.since,
            Some(_) | None => false,
        };
        holds(view, was_consulting)
    }
}

/// What is told beside a state: whom a customer in a queue waits for, where that is not simply their turn, and who is asked in a talk.
fn holds(view: &CustomerView, was_consulting: bool) -> Option<Trigger> {
    match view.stage {
        ConversationStage::Open { .. } if view.is_offered => Some(Trigger::AgentAsked),
        ConversationStage::Open { .. } if view.is_unserved => Some(Trigger::NobodyAvailable),
        ConversationStage::Active { .. } if view.is_consulting => Some(Trigger::ConsultAccepted),
        ConversationStage::Active { .. } if was_consulting => Some(Trigger::ConsultEnded),
        ConversationStage::Open { .. }
        | ConversationStage::Active { .. }
        | ConversationStage::WrapUp { .. }
        | ConversationStage::Closed { .. } => None,
    }
}
