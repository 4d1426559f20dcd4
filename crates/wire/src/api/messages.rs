//! Automated messages: `/api/messages`.

use model::{Slug, Trigger, TriggerKind};
use serde::{Deserialize, Serialize};

/// `GET /api/messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomatedMessages {
    /// The languages that every message has a text of its own in. A customer who reads none of the languages there are gets the
    /// first of these.
    pub languages: Vec<String>,
    /// One for every trigger, in the order of a conversation.
    pub messages: Vec<AutomatedMessage>,
}

/// One automated message: when it is told, and its texts. Also the answer to `PUT /api/messages/{trigger}/{language}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomatedMessage {
    /// When it is told.
    pub trigger: Trigger,
    /// What it is.
    pub kind: TriggerKind,
    /// Whether it is told where nothing was set. A notice is the widget's to switch on.
    pub on: bool,
    /// The places that its text may have, without their braces: `AgentName`. Context variables may stand in all.
    pub slugs: Vec<String>,
    /// Our own texts, one for each of the languages.
    pub defaults: Vec<DefaultText>,
    /// What was set: first for all widgets, then by widget, by language.
    pub set: Vec<SetMessage>,
}

/// A text of our own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultText {
    /// Its language.
    pub language: String,
    /// The text.
    pub text: String,
}

/// What was set for one language, of one widget or of all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetMessage {
    /// The language: a tag such as `de` or `pt-br`, in small letters.
    pub language: String,
    /// The widget; none: all that have nothing of their own.
    pub widget: Option<Slug>,
    /// The text; none: that of the next wider setting, at last our own.
    pub text: Option<String>,
    /// Whether it is told; none: as the next wider setting says, at last as it comes.
    pub on: Option<bool>,
    /// The settings file declares it: it is read-only here.
    pub declared_in_file: bool,
}

/// `PUT /api/messages/{trigger}/{language}`, of one widget with `?widget=`: what is set from now on, instead of all that was. At least
/// one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageChange {
    /// The text, 1 to 2000 characters.
    #[serde(default)]
    pub text: Option<String>,
    /// Whether it is told.
    #[serde(default)]
    pub on: Option<bool>,
}
