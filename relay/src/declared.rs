//! What is configured now: what the settings file declares, and what the API has made beside it. The file comes first.

use core::ops::Deref;

use model::Slug;
use toml::Table;

use crate::registry::{Registry, RegistryError, WidgetDocument};
use crate::settings::{Kind, Made, MessageKey, MessageSettings, Mistakes, Settings};

/// The settings in use and what they were put together from.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    settings: Settings,
    /// The file with what overrides it, as it was read last.
    file: Table,
    /// Objects made by the API, also those that the file hides.
    made: Vec<Made>,
    /// Reconnect settings made by the API for widgets that say nothing about it themselves.
    reconnect: Vec<WidgetDocument>,
    /// Automated messages set by the API, also those that the file hides.
    messages: Vec<MessageSettings>,
}

impl Deref for Declared {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.settings
    }
}

impl Declared {
    /// Puts everything together.
    ///
    /// # Errors
    /// All mistakes of the file; or, where the file is good by itself, all that does not fit it.
    fn new(
        file: Table,
        made: Vec<Made>,
        reconnect: Vec<WidgetDocument>,
        messages: Vec<MessageSettings>,
    ) -> Result<Self, Mistakes> {
        let mut settings = Settings::of(&file, &made)?;
        let mut unfit = add_reconnect(&mut settings, &reconnect);
        unfit.extend(add_messages(&mut settings, &messages));
        if unfit.is_empty() {
            Ok(Self { settings, file, made, reconnect, messages })
        } else {
            Err(Mistakes::all(unfit))
        }
    }

    /// At a start: what does not fit the file any more is left out, and told.
    ///
    /// # Errors
    /// All mistakes of the file.
    pub(crate) fn at_start(file: Table, registry: &Registry) -> Result<(Self, Vec<String>), StartError> {
        let (all, reconnect, messages) = (registry.objects()?, registry.reconnect_documents()?, registry.messages()?);
        let mut told = Vec::new();
        let mut made = all.clone();
        if Settings::of(&file, &made).is_err() {
            // One by one, so that one that does not fit takes nothing along but what refers to it.
            made.clear();
            for object in all {
                made.push(object);
                if let Err(mistakes) = Settings::of(&file, &made) {
                    let object = made.pop().map(|object| object.name.to_string()).unwrap_or_default();
                    let sentences = mistakes.sentences().iter();
                    told.extend(
                        sentences.map(|sentence| format!("What the API made as \"{object}\" is left out: {sentence}")),
                    );
                }
            }
        }
        let mut settings = Settings::of(&file, &made)?;
        told.extend(add_reconnect(&mut settings, &reconnect));
        told.extend(add_messages(&mut settings, &messages));
        Ok((Self { settings, file, made, reconnect, messages }, told))
    }

    /// At a reload: a file that what was made does not fit is refused.
    ///
    /// # Errors
    /// All mistakes.
    pub(crate) fn at_reload(file: Table, registry: &Registry) -> Result<Self, Mistakes> {
        Settings::of(&file, &[])?;
        let read = || Ok((registry.objects()?, registry.reconnect_documents()?, registry.messages()?));
        let (made, reconnect, messages) = read().map_err(|error: RegistryError| {
            Mistakes::one(format!("The settings made by the API can't be read: {error}."))
        })?;
        Self::new(file, made, reconnect, messages)
    }

    /// With one object more, or another one in its place. The mistakes name its members.
    ///
    /// # Errors
    /// All mistakes.
    pub(crate) fn with(&self, mut object: Made) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let sign_in = object.document.get_mut("sign_in").and_then(serde_json::Value::as_object_mut);
        if object.kind == Kind::Widget && sign_in.is_some_and(|sign_in| sign_in.remove("keys").is_some()) {
            // Whoever may use the API need not be somebody who may look for files of this machine.
            mistakes.add("sign_in.keys", "can be set in the settings file only; use jwks_url");
        }
        let kind = object.kind;
        let mut made = self.others(kind, &object.name);
        let others = self.settings.written.count(kind) - usize::from(self.settings.written.has(kind, &object.name));
        made.push(object);
        let new = Self::new(self.file.clone(), made, self.reconnect.clone(), self.messages.clone());
        let path = format!("{}[{others}].", kind.list());
        let has_no_keys = !mistakes.is_empty();
        for sentence in new.as_ref().err().map_or(&[][..], Mistakes::sentences) {
            let sentence = sentence.strip_prefix(&path).unwrap_or(sentence);
            // Told already, and better.
            if !(has_no_keys && sentence.starts_with("sign_in.keys:")) {
                mistakes.add_sentence(sentence);
            }
        }
        mistakes.into_result()?;
        new
    }

    /// Without one object.
    ///
    /// # Errors
    /// What refers to it.
    pub(crate) fn without(&self, kind: Kind, name: &Slug) -> Result<Self, Mistakes> {
        let is_its = |document: &WidgetDocument| kind == Kind::Widget && document.0 == name.as_str();
        let reconnect = self.reconnect.iter().filter(|document| !is_its(document)).cloned().collect();
        let is_about = |message: &MessageSettings| kind == Kind::Widget && message.key.widget.as_ref() == Some(name);
        let messages = self.messages.iter().filter(|message| !is_about(message)).cloned().collect();
        Self::new(self.file.clone(), self.others(kind, name), reconnect, messages)
    }

    /// With an automated message set, or another one in its place; the file does not declare it.
    pub(crate) fn with_message(&self, message: MessageSettings) -> Self {
        let mut new = self.without_message(&message.key);
        new.settings.messages.push(message.clone());
        new.messages.push(message);
        new
    }

    /// With nothing that the API has set for an automated message.
    pub(crate) fn without_message(&self, key: &MessageKey) -> Self {
        let mut new = self.clone();
        new.settings.messages.retain(|other| !(other.is_made && other.key == *key));
        new.messages.retain(|other| other.key != *key);
        new
    }

    /// With other reconnect settings of a widget, which fit it.
    pub(crate) fn set_reconnect(&mut self, widget: crate::settings::WidgetSettings) {
        let document = (widget.name.to_string(), widget.reconnect_document());
        self.reconnect.retain(|other| other.0 != document.0);
        self.reconnect.push(document);
        if let Some(old) = self.settings.widgets.iter_mut().find(|old| old.name == widget.name) {
            *old = widget;
        }
    }

    fn others(&self, kind: Kind, name: &Slug) -> Vec<Made> {
        self.made.iter().filter(|made| (made.kind, &made.name) != (kind, name)).cloned().collect()
    }

    /// Objects that the API has made and the file hides, because it declares one of that name.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &Made> {
        self.made.iter().filter(|made| !self.settings.written.is_made(made.kind, &made.name))
    }
}

/// Why a relay does not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The file has mistakes.
    #[error("{0}")]
    Mistakes(#[from] Mistakes),
    /// What the API made can't be read.
    #[error("{0}.")]
    Registry(#[from] RegistryError),
}

/// Adds what the API has set for widgets that say nothing about reconnect. Gives the sentences about what does not fit, which is left
/// out.
fn add_reconnect(settings: &mut Settings, documents: &[WidgetDocument]) -> Vec<String> {
    let mut unfit = Vec::new();
    for (name, document) in documents {
        let found =
            settings.widgets.iter_mut().find(|widget| widget.name.as_str() == name && !widget.declares_reconnect);
        let Some(widget) = found else { continue };
        match widget.with_reconnect(document) {
            Ok(set) => *widget = set,
            Err(mistakes) => unfit.extend(mistakes.sentences().iter().map(|sentence| {
                format!("What was set for the widget \"{name}\" does not fit the settings any more: {sentence}")
            })),
        }
    }
    unfit
}

/// Adds automated messages that the API has set and the file does not. Gives the sentences about what does not fit, which is left out.
fn add_messages(settings: &mut Settings, messages: &[MessageSettings]) -> Vec<String> {
    let mut unfit = Vec::new();
    for message in messages {
        let key = &message.key;
        if settings.messages.iter().any(|other| other.key == *key) {
            continue;
        }
        let is_there = |name: &Slug| settings.widgets.iter().any(|widget| widget.name == *name);
        if let Some(widget) = key.widget.as_ref().filter(|name| !is_there(name)) {
            unfit.push(format!("The automated message \"{key}\" is left out: there is no widget \"{widget}\"."));
        } else {
            settings.messages.push(message.clone());
        }
    }
    unfit
}
