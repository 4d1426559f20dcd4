//! What is asked before a conversation, on a customer's connection (product 8).

use std::sync::Arc;

use desk::{PageSaid, RefusalReason, StartSaid};
use model::{Answer, PreChat, Question, QuestionKind};
use wire::{AskedQuestion, Phase, Questions, RelayToCustomer};

use crate::customer::{Awaits, CustomerGate, Place};

/// What the widget asks, as far as this connection knows.
#[derive(Clone, Debug)]
pub(crate) struct Asks {
    all: Arc<PreChat>,
    is_told: bool,
}

impl CustomerGate {
    /// What the widget asks from now on. To be said before every frame, so that a start is held against what is asked then.
    pub fn put_questions(&mut self, questions: &Arc<PreChat>) {
        let is_known = match &self.asks {
            Some(asks) => Arc::ptr_eq(&asks.all, questions) || asks.all == *questions,
            None => questions.is_empty(),
        };
        if !is_known {
            self.asks = Some(Box::new(Asks { all: Arc::clone(questions), is_told: false }));
        }
    }

    /// Whether this connection may start a conversation, as far as its client knows: it has none, or one that is over.
    #[must_use]
    pub fn may_start(&self) -> bool {
        match self.place {
            Place::Nowhere | Place::AtPrompt(_) => self.awaits != Awaits::Hello,
            Place::Joined(_) => self.shown.as_ref().is_some_and(|shown| matches!(shown.phase, Phase::Ended { .. })),
        }
    }

    /// The questions to send, if there are others than those sent last, and a conversation may be started.
    pub fn take_questions(&mut self) -> Option<RelayToCustomer> {
        if !self.may_start() || self.asks.as_ref()?.is_told {
            return None;
        }
        let language = self.language().map(str::to_owned);
        let asks = self.asks.as_mut()?;
        asks.is_told = true;
        let asked = |question: &Question| asked(question, language.as_deref());
        let all: Vec<AskedQuestion> = asks.all.questions().iter().map(asked).collect();
        Some(RelayToCustomer::Questions { questions: Questions::new(&all) })
    }

    /// What comes along with a start, its answers held against the questions.
    pub(crate) fn said_at_start(&self, page: PageSaid, answers: &[Answer]) -> Option<Box<StartSaid>> {
        let nothing = PreChat::default();
        let questions = self.asks.as_ref().map_or(&nothing, |asks| &*asks.all);
        let language = self.language().or(page.language.as_deref());
        let (answers, refused) = match questions.answered(answers, language) {
            Ok(answers) => (answers, None),
            Err(mistake) => (Vec::new(), Some(RefusalReason::from(mistake))),
        };
        let said = StartSaid { page, answers, refused };
        (said != StartSaid::default()).then(|| Box::new(said))
    }
}

fn asked(question: &Question, language: Option<&str>) -> AskedQuestion {
    let (kind, options, autocomplete) = match &question.kind {
        QuestionKind::Line(autocomplete) => ("line", Vec::new(), autocomplete.map(|hint| hint.code().to_owned())),
        QuestionKind::Lines => ("lines", Vec::new(), None),
        QuestionKind::Choice(options) => ("choice", options.clone(), None),
        QuestionKind::Consent => ("consent", Vec::new(), None),
    };
    AskedQuestion {
        name: question.name.clone(),
        text: question.text_in(language).to_owned(),
        kind: kind.to_owned(),
        required: question.required,
        options,
        autocomplete,
    }
}
