//! The pre-chat survey: what a widget asks before a conversation (product 8; reference 8.2). Answers become context variables.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::web_url::WebUrl;
use crate::{CONTEXT_NAME_CHARS_MAX, CONTEXT_VALUE_CHARS_MAX, Context, ContextValue, ContextVariable};

/// The most questions of one widget.
pub const QUESTIONS_MAX: usize = 10;
/// The longest text of a question, in characters.
pub const QUESTION_CHARS_MAX: usize = 512;
/// The most options of a choice.
pub const OPTIONS_MAX: usize = 50;
/// The longest option, in characters.
pub const OPTION_CHARS_MAX: usize = 100;
/// All names, texts and options of one widget together, in bytes: they travel in one frame.
pub const PRE_CHAT_BYTES_MAX: usize = 32 * 1024;
/// The longest answer, in characters: that of a variable's value.
pub const ANSWER_CHARS_MAX: usize = CONTEXT_VALUE_CHARS_MAX;
/// All names and answers together, in bytes: they travel in one frame with the page's own variables and the first words.
pub const ANSWERS_BYTES_MAX: usize = 12 * 1024;
/// The answer to a question for consent.
pub const CONSENTED: &str = "true";

/// The questions of one widget, checked, in the order in which they are asked. `Default` asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreChat(Vec<Question>);

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The variable that its answer fills, 1 to [`CONTEXT_NAME_CHARS_MAX`] characters.
    pub name: String,
    /// What is asked where no other text is in the customer's language, 1 to [`QUESTION_CHARS_MAX`] characters on one line. One link
    /// may stand in the text of a consent: `[words](https://…)`.
    pub text: String,
    /// The same in other languages, by tag in small letters.
    pub texts: BTreeMap<String, String>,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether nothing starts without an answer.
    pub required: bool,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// In one line.
    Line(Option<Autocomplete>),
    /// In several lines.
    Lines,
    /// By one of 1 to [`OPTIONS_MAX`] options, each of 1 to [`OPTION_CHARS_MAX`] characters on one line.
    Choice(Vec<String>),
    /// By a check mark. Always required.
    Consent,
}

/// What a browser may fill in by itself (WCAG 1.3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Autocomplete {
    /// The customer's name.
    Name,
    /// Their address for electronic mail, which the browser checks.
    Email,
    /// Their telephone number.
    Tel,
}

impl Autocomplete {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Name, Self::Email, Self::Tel];

    /// As in settings, frames and the `autocomplete` of a field.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Tel => "tel",
        }
    }

    /// The one of this code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What is wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QuestionMistake {
    /// Its variable has no name, or one that is too long.
    #[error("must have 1 to {CONTEXT_NAME_CHARS_MAX} characters and no control characters")]
    Name,
    /// Another question fills the same variable.
    #[error("is that of another question, too")]
    NameTwice,
    /// A text is missing, too long, or not on one line.
    #[error("must have 1 to {QUESTION_CHARS_MAX} characters on one line")]
    Text,
    /// The text in another language is.
    #[error("\"{0}\" must have 1 to {QUESTION_CHARS_MAX} characters on one line")]
    TextIn(String),
    /// A link in a text is none, or is one too many, or stands in a question of another kind.
    #[error("may hold one link, \"[words](https://…)\", in a question for consent only")]
    Link,
    /// A choice has no options, or too many.
    #[error("must be 1 to {OPTIONS_MAX} options")]
    Options,
    /// One of them is empty, too long, or not on one line.
    #[error("each must have 1 to {OPTION_CHARS_MAX} characters on one line")]
    Option,
    /// Two of them are the same.
    #[error("\"{0}\" is there twice")]
    OptionTwice(String),
    /// A question for consent that may be left out asks for nothing.
    #[error("must be true of a question for consent")]
    ConsentNotRequired,
    /// There are too many questions.
    #[error("must be at most {QUESTIONS_MAX} questions")]
    TooMany,
    /// All of it is too much for one frame.
    #[error("must have at most {PRE_CHAT_BYTES_MAX} bytes of names, texts and options together")]
    TooMuch,
}

impl QuestionMistake {
    /// Which part of a question it is about, as settings name it; `None`: all questions together.
    #[must_use]
    pub const fn part(&self) -> Option<&'static str> {
        match self {
            Self::Name | Self::NameTwice => Some("name"),
            Self::Text | Self::Link => Some("text"),
            Self::TextIn(_) => Some("texts"),
            Self::Options | Self::Option | Self::OptionTwice(_) => Some("options"),
            Self::ConsentNotRequired => Some("required"),
            Self::TooMany | Self::TooMuch => None,
        }
    }
}

/// A mistake and the number of its question, from 0; `None`: all questions together.
pub type NumberedMistake = (Option<usize>, QuestionMistake);

/// What a customer answered, as it arrives: nothing about it is known to be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The variable that the question fills.
    pub name: String,
    /// The answer: words, the option, or [`CONSENTED`].
    pub value: String,
}

/// What a customer answered, as it is kept: with the question as they read it, which may be another one later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The variable that it fills.
    pub name: String,
    /// The question in the customer's language; a link in it stands as its words and its address.
    pub question: String,
    /// The answer.
    pub value: String,
}

/// Why answers can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AnswerMistake {
    /// A question that must be answered is not.
    #[error("a required answer is missing")]
    Missing,
    /// There is no such question.
    #[error("there is no such question")]
    Unknown,
    /// One is none of the options, too long, in several lines where one is asked for, or there twice; or all are too much together.
    #[error("an answer does not fit its question")]
    Invalid,
}

impl PreChat {
    /// Takes questions after checking them.
    ///
    /// # Errors
    /// Every mistake, with the number of its question.
    pub fn new(questions: Vec<Question>) -> Result<Self, Vec<NumberedMistake>> {
        let mut mistakes: Vec<NumberedMistake> = Vec::new();
        let mut names = BTreeSet::new();
        for (number, question) in questions.iter().enumerate() {
            let twice = (!names.insert(question.name.as_str())).then_some(QuestionMistake::NameTwice);
            mistakes.extend(question.mistakes().into_iter().chain(twice).map(|mistake| (Some(number), mistake)));
        }
        if questions.len() > QUESTIONS_MAX {
            mistakes.push((None, QuestionMistake::TooMany));
        }
        if questions.iter().map(Question::bytes).sum::<usize>() > PRE_CHAT_BYTES_MAX {
            mistakes.push((None, QuestionMistake::TooMuch));
        }
        if mistakes.is_empty() { Ok(Self(questions)) } else { Err(mistakes) }
    }

    /// The questions, in order.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.0
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Holds answers against the questions. Those that say nothing are left out; the others come in the order of the questions, with
    /// what a customer of this language read.
    ///
    /// # Errors
    /// [`AnswerMistake`]; a missing one is told first.
    pub fn answered(&self, answers: &[Answer], language: Option<&str>) -> Result<Vec<Answered>, AnswerMistake> {
        let mut given = BTreeMap::new();
        let mut is_twice = false;
        for answer in answers.iter().filter(|answer| !answer.value.trim().is_empty()) {
            is_twice |= given.insert(answer.name.as_str(), answer.value.trim()).is_some();
        }
        if self.0.iter().any(|question| question.required && !given.contains_key(question.name.as_str())) {
            return Err(AnswerMistake::Missing);
        }
        let mut taken = Vec::new();
        for question in &self.0 {
            let Some(value) = given.remove(question.name.as_str()) else { continue };
            if !question.takes(value) {
                return Err(AnswerMistake::Invalid);
            }
            let (name, value) = (question.name.clone(), value.to_owned());
            taken.push(Answered { name, question: plain(question.text_in(language)), value });
        }
        if !given.is_empty() {
            return Err(AnswerMistake::Unknown);
        }
        let bytes: usize = taken.iter().map(|answer| answer.name.len() + answer.value.len()).sum();
        if is_twice || bytes > ANSWERS_BYTES_MAX { Err(AnswerMistake::Invalid) } else { Ok(taken) }
    }
}

impl Question {
    /// The text for a customer of this language: of the narrowest tag that has one, else the one for all.
    #[must_use]
    pub fn text_in(&self, language: Option<&str>) -> &str {
        let language = language.unwrap_or_default().to_ascii_lowercase();
        let mut tag = language.as_str();
        loop {
            if let Some(text) = self.texts.get(tag) {
                return text;
            }
            match tag.rsplit_once('-') {
                Some((wider, _)) => tag = wider,
                None => return &self.text,
            }
        }
    }

    fn mistakes(&self) -> Vec<QuestionMistake> {
        let mut mistakes = Vec::new();
        if !is_line(&self.name, CONTEXT_NAME_CHARS_MAX) {
            mistakes.push(QuestionMistake::Name);
        }
        if !is_line(&self.text, QUESTION_CHARS_MAX) {
            mistakes.push(QuestionMistake::Text);
        }
        let bad = self.texts.iter().filter(|(_, text)| !is_line(text, QUESTION_CHARS_MAX));
        mistakes.extend(bad.map(|(language, _)| QuestionMistake::TextIn(language.clone())));
        let mut texts = core::iter::once(&self.text).chain(self.texts.values());
        let links_max = usize::from(self.kind == QuestionKind::Consent);
        if !texts
            .all(|text| text.matches("](").count() <= links_max && (!text.contains("](") || link_in(text).is_some()))
        {
            mistakes.push(QuestionMistake::Link);
        }
        match &self.kind {
            QuestionKind::Choice(options) => mistakes.extend(mistakes_of(options)),
            QuestionKind::Consent if !self.required => mistakes.push(QuestionMistake::ConsentNotRequired),
            QuestionKind::Line(_) | QuestionKind::Lines | QuestionKind::Consent => {}
        }
        mistakes
    }

    /// Whether a trimmed answer that says something fits.
    fn takes(&self, value: &str) -> bool {
        match &self.kind {
            QuestionKind::Line(_) => is_line(value, ANSWER_CHARS_MAX),
            QuestionKind::Lines => {
                let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
                value.chars().count() <= ANSWER_CHARS_MAX && value.chars().all(is_plain)
            }
            QuestionKind::Choice(options) => options.iter().any(|option| option == value),
            QuestionKind::Consent => value == CONSENTED,
        }
    }

    fn bytes(&self) -> usize {
        let options = if let QuestionKind::Choice(options) = &self.kind { options.as_slice() } else { &[] };
        let texts = self.texts.values().chain(options).chain([&self.name, &self.text]);
        texts.map(String::len).sum()
    }
}

fn mistakes_of(options: &[String]) -> Vec<QuestionMistake> {
    let mut mistakes = Vec::new();
    if !(1..=OPTIONS_MAX).contains(&options.len()) {
        mistakes.push(QuestionMistake::Options);
    }
    // An answer is trimmed before it is compared.
    if !options.iter().all(|option| is_line(option, OPTION_CHARS_MAX) && option.trim() == option) {
        mistakes.push(QuestionMistake::Option);
    }
    let mut known = BTreeSet::new();
    let twice = options.iter().find(|option| !known.insert(option.as_str()));
    mistakes.extend(twice.map(|option| QuestionMistake::OptionTwice(option.clone())));
    mistakes
}

fn is_line(text: &str, chars_max: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= chars_max && !text.chars().any(char::is_control)
}

/// A text in the parts around its link: before it, its words, its address, after it. `None` where none stands in it.
fn link_in(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (front, rest) = text.split_once("](")?;
    let (before, words) = front.rsplit_once('[')?;
    let (url, after) = rest.split_once(')')?;
    let fits = !words.trim().is_empty() && url.parse::<WebUrl>().is_ok();
    fits.then_some((before, words, url, after))
}

/// As somebody reads it who sees no link.
fn plain(text: &str) -> String {
    match link_in(text) {
        Some((before, words, url, after)) => format!("{before}{words} ({url}){after}"),
        None => text.to_owned(),
    }
}

/// Answers over what the page said: of one name, the answer counts.
#[must_use]
pub fn with_answers(context: &Context, answers: &[Answered]) -> Context {
    let said = context.variables().iter().filter(|said| !answers.iter().any(|answer| answer.name == said.name));
    let mut all: Vec<ContextVariable> = said.cloned().collect();
    all.extend(
        answers.iter().map(|answer| ContextVariable {
            name: answer.name.clone(),
            value: ContextValue::Text(answer.value.clone()),
        }),
    );
    all.sort_by(|one, other| one.name.cmp(&other.name));
    // Each part was checked, and whoever reads variables looks for names.
    Context::unchecked(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &str, kind: QuestionKind, required: bool) -> Question {
        Question { name: name.to_owned(), text: format!("What {name}?"), texts: BTreeMap::new(), kind, required }
    }

    fn choice(options: &[&str]) -> QuestionKind {
        QuestionKind::Choice(options.iter().map(|&option| option.to_owned()).collect())
    }

    fn survey() -> PreChat {
        let mut consent = question("consent", QuestionKind::Consent, true);
        consent.text = "I read the [terms](https://shop.example/terms).".to_owned();
        consent.texts.insert("de".to_owned(), "Ich kenne die [AGB](https://shop.example/agb).".to_owned());
        PreChat::new(vec![
            question("name", QuestionKind::Line(Some(Autocomplete::Name)), false),
            question("topic", choice(&["Order", "Return"]), true),
            question("more", QuestionKind::Lines, false),
            consent,
        ])
        .unwrap()
    }

    fn answers(all: &[(&str, &str)]) -> Vec<Answer> {
        let answer = |(name, value): &(&str, &str)| Answer { name: (*name).to_owned(), value: (*value).to_owned() };
        all.iter().map(answer).collect()
    }

    fn mistake(change: impl FnOnce(&mut Question)) -> Vec<QuestionMistake> {
        let mut question = question("topic", choice(&["Order"]), true);
        change(&mut question);
        match PreChat::new(vec![question]) {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.into_iter().map(|(_, mistake)| mistake).collect(),
        }
    }

    #[test]
    fn every_part_of_a_question_is_checked() {
        let long = |chars| "ü".repeat(chars);
        assert!(mistake(|_| {}).is_empty());
        assert!(mistake(|one| (one.name, one.text) = (long(100), long(512))).is_empty());
        assert_eq!(mistake(|one| one.name = long(101)), [QuestionMistake::Name]);
        assert_eq!(mistake(|one| one.name = " ".to_owned()), [QuestionMistake::Name]);
        assert_eq!(mistake(|one| one.text = long(513)), [QuestionMistake::Text]);
        assert_eq!(mistake(|one| one.text = "two\nlines".to_owned()), [QuestionMistake::Text]);
        let german = |one: &mut Question| drop(one.texts.insert("de".to_owned(), String::new()));
        assert_eq!(mistake(german), [QuestionMistake::TextIn("de".to_owned())]);
        assert_eq!(mistake(|one| one.kind = choice(&[])), [QuestionMistake::Options]);
        let many = |count: usize| QuestionKind::Choice((0..count).map(|number| number.to_string()).collect());
        assert!(mistake(|one| one.kind = many(50)).is_empty());
        assert_eq!(mistake(|one| one.kind = many(51)), [QuestionMistake::Options]);
        assert_eq!(mistake(|one| one.kind = choice(&[" a"])), [QuestionMistake::Option]);
        assert_eq!(mistake(|one| one.kind = choice(&["a", "b", "a"])), [QuestionMistake::OptionTwice("a".to_owned())]);
        let optional = |one: &mut Question| (one.kind, one.required) = (QuestionKind::Consent, false);
        assert_eq!(mistake(optional), [QuestionMistake::ConsentNotRequired]);
    }

    #[test]
    fn a_consent_may_hold_one_link() {
        let consent = |text: &str| mistake(|one| (one.kind, one.text) = (QuestionKind::Consent, text.to_owned()));
        assert!(consent("Our [terms](https://shop.example/terms) hold.").is_empty());
        assert!(consent("[Terms]").is_empty(), "brackets alone are no link");
        for bad in
            ["[a](javascript:alert(1))", "[a](/terms)", "[](https://a.example)", "a](https://a.example)", "[a](b"]
        {
            assert_eq!(consent(bad), [QuestionMistake::Link], "{bad}");
        }
        assert_eq!(consent("[a](https://a.example) [b](https://b.example)"), [QuestionMistake::Link]);
        assert_eq!(mistake(|one| one.text = "[a](https://a.example)".to_owned()), [QuestionMistake::Link]);
    }

    #[test]
    fn questions_together_have_limits() {
        let all = |count: usize| (0..count).map(|n| question(&n.to_string(), QuestionKind::Lines, false)).collect();
        assert!(PreChat::new(all(10)).is_ok());
        assert_eq!(PreChat::new(all(11)), Err(vec![(None, QuestionMistake::TooMany)]));
        let twice = vec![question("a", QuestionKind::Lines, false), question("a", QuestionKind::Lines, true)];
        assert_eq!(PreChat::new(twice), Err(vec![(Some(1), QuestionMistake::NameTwice)]));
        let mut large: Vec<Question> = all(10);
        for one in &mut large {
            one.texts = (0..4).map(|n| (format!("x{n}"), "ü".repeat(512))).collect();
        }
        assert_eq!(PreChat::new(large), Err(vec![(None, QuestionMistake::TooMuch)]));
    }

    #[test]
    fn answers_are_kept_with_what_was_read() {
        let given = answers(&[("consent", "true"), ("topic", " Return "), ("name", "  ")]);
        let taken = survey().answered(&given, Some("de-AT")).unwrap();
        let read: Vec<_> =
            taken.iter().map(|one| (one.name.as_str(), one.question.as_str(), one.value.as_str())).collect();
        assert_eq!(
            read,
            [("topic", "What topic?", "Return"), ("consent", "Ich kenne die AGB (https://shop.example/agb).", "true")]
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let good = [("topic", "Order"), ("consent", "true")];
        let with = |more: &[(&str, &str)]| survey().answered(&answers(&[&good[..], more].concat()), None);
        assert!(with(&[]).is_ok());
        assert!(with(&[("more", "two\nlines")]).is_ok());
        assert!(with(&[("more", &"ü".repeat(4_000))]).is_ok());
        assert_eq!(with(&[("more", &"ü".repeat(4_001))]), Err(AnswerMistake::Invalid));
        assert_eq!(with(&[("more", &"字".repeat(4_000)), ("name", &"x".repeat(400))]), Err(AnswerMistake::Invalid));
        assert_eq!(with(&[("more", "a\0b")]), Err(AnswerMistake::Invalid));
        assert_eq!(with(&[("name", "two\nlines")]), Err(AnswerMistake::Invalid));
        assert_eq!(with(&[("topic", "Return")]), Err(AnswerMistake::Invalid), "twice");
        assert_eq!(with(&[("plan", "gold")]), Err(AnswerMistake::Unknown));
        let missing = [answers(&[]), answers(&[("topic", "Order")]), answers(&[("topic", " "), ("consent", "true")])];
        for given in missing {
            assert_eq!(survey().answered(&given, None), Err(AnswerMistake::Missing));
        }
        for bad in [[("topic", "order"), ("consent", "true")], [("topic", "Order"), ("consent", "yes")]] {
            assert_eq!(survey().answered(&answers(&bad), None), Err(AnswerMistake::Invalid));
        }
        assert_eq!(PreChat::default().answered(&answers(&good), None), Err(AnswerMistake::Unknown));
        assert_eq!(PreChat::default().answered(&[], None), Ok(Vec::new()));
    }

    #[test]
    fn an_answer_wins_over_what_the_page_said() {
        let text = |name: &str, value: &str| ContextVariable {
            name: name.to_owned(),
            value: ContextValue::Text(value.to_owned()),
        };
        let page = Context::new(vec![text("plan", "gold"), text("topic", "Order")]).unwrap();
        let taken = survey().answered(&answers(&[("topic", "Return"), ("consent", "true")]), None).unwrap();
        let all = with_answers(&page, &taken);
        let value = |name: &str| all.get(name).and_then(ContextValue::as_text);
        assert_eq!((value("plan"), value("topic"), value("consent")), (Some("gold"), Some("Return"), Some("true")));
        assert_eq!(all.variables().len(), 3);
    }
}
