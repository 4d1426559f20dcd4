//! Automated messages as the settings file and the API set them.

use model::{Slug, Trigger, TriggerKind};

use super::language::is_language;
use super::read::Fields;

/// `[[messages]]`: one automated message in one language, of one widget or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageSettings {
    /// What it is set for.
    pub(crate) key: MessageKey,
    /// The text, where it has one of its own.
    pub(crate) text: Option<String>,
    /// Whether it is told, where that is said.
    pub(crate) on: Option<bool>,
    /// The API has made it.
    pub(crate) is_made: bool,
}

/// What an automated message is set for. There is one of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MessageKey {
    /// When it is told.
    pub(crate) trigger: Trigger,
    /// Of which widget; none: of all that have nothing of their own.
    pub(crate) widget: Option<Slug>,
    /// The tag of its language, in small letters.
    pub(crate) language: String,
}

impl core::fmt::Display for MessageKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}/{}", self.trigger.code(), self.language)?;
        self.widget.iter().try_for_each(|widget| write!(f, "/{widget}"))
    }
}

pub(super) fn read_message(fields: &mut Fields<'_>) -> Option<MessageSettings> {
    let code: Option<String> = fields.required("trigger");
    let language: Option<String> = fields.required("language");
    let widget: Option<Slug> = fields.optional("widget");
    let trigger = code.as_deref().and_then(Trigger::of);
    if code.is_some() && trigger.is_none() {
        fields.mistake("trigger", "must be the code of an automated message, such as \"agent-joined\"");
    }
    let read = language.as_deref().and_then(read_language);
    if language.is_some() && read.is_none() {
        fields.mistake("language", LANGUAGE);
    }
    let (text, on) = match trigger {
        Some(trigger) => read_change(fields, trigger),
        // Taken all the same, so that they are not called unknown.
        None => (fields.optional("text"), fields.optional("on")),
    };
    Some(MessageSettings { key: MessageKey { trigger: trigger?, widget, language: read? }, text, on, is_made: false })
}

/// What a language must be.
pub(crate) const LANGUAGE: &str = "must be a language tag such as \"de\" or \"pt-BR\"";

/// A language's tag in small letters, where it is one.
pub(crate) fn read_language(tag: &str) -> Option<String> {
    is_language(tag).then(|| tag.to_ascii_lowercase())
}

/// What is said of a message: its text, and whether it is told.
pub(crate) fn read_change(fields: &mut Fields<'_>, trigger: Trigger) -> (Option<String>, Option<bool>) {
    if !fields.has("text") && !fields.has("on") {
        fields.mistake("text", "is missing; a message has a text, says whether it is on, or both");
    }
    let is_notice = trigger.kind() == TriggerKind::Notice;
    if is_notice && fields.has("on") {
        fields.mistake("on", "can't be set here: the widget's monitoring_notice switches it on");
    }
    let text: Option<String> = fields.optional("text");
    if let Some(Err(mistake)) = text.as_deref().map(|text| trigger.pieces(text)) {
        fields.mistake("text", mistake);
    }
    (text, fields.optional("on"))
}
