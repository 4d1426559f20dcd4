//! What is asked before a conversation (product 8): questions arrive, a form is filled in, the answers leave with the first words.
//!
//! Neither is read here: the questions are drawn by a script of the widget's, which gives the answers back as names and values in turn with
//! a NUL between two of them. Answers live in this page's memory until the first words are submitted, and are stored with those.

use model::Timestamp;
use wire::{Questions, RefusalCode};

use super::{Customer, Standing};

/// What the customer is asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking<'a> {
    /// The questions, as [`Questions::into_json`] gives them.
    pub questions: &'a str,
    /// What was answered before to other questions, or was not taken: to be filled in again, and what is wrong with it said at once. Empty where
    /// nothing was.
    pub answers: &'a str,
}

impl Customer {
    /// What the customer is asked before they can write; `None` where nothing is, or they have answered.
    #[must_use]
    pub fn asking(&self) -> Option<Asking<'_>> {
        let asks = self.standing == Standing::Idle && !self.questions.is_empty() && !self.is_answered;
        asks.then_some(Asking { questions: &self.questions, answers: &self.answers })
    }

    pub(super) fn took_questions(&mut self, questions: Questions) {
        let questions = questions.into_json();
        if questions != self.questions {
            self.questions = questions;
            self.touched = true;
            // What is on its way is the relay's to judge.
            if self.standing == Standing::Idle {
                self.is_answered = false;
            }
        }
    }

    pub(super) fn gave_answers(&mut self, answers: String) {
        self.answers = answers;
        self.is_answered = true;
        self.touched = true;
    }

    /// The relay says no to a start, because of its answers: nothing has begun, and the form comes again with what was filled in. Its words
    /// wait in the composer.
    pub(super) fn answers_are_refused(&mut self, now: Timestamp, code: RefusalCode) -> bool {
        let is_about_answers =
            matches!(code, RefusalCode::AnswerMissing | RefusalCode::AnswerUnknown | RefusalCode::AnswerInvalid);
        if !is_about_answers || self.start.is_none() {
            return false;
        }
        self.is_answered = false;
        self.give_up_start(now);
        true
    }

    /// The conversation has begun, or it is somebody else who is asked.
    pub(super) fn forget_answers(&mut self) {
        self.answers.clear();
        self.is_answered = false;
    }
}
