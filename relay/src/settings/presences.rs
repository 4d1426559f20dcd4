//! `[[presences]]`: custom presences (product 5).

use model::{NAME_CHARS_MAX, Presence, PresenceChoice, Slug};

use super::objects::presence_id;
use super::read::Fields;

/// A custom presence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PresenceSettings {
    /// Its name in settings.
    pub(crate) name: Slug,
    /// What people read.
    pub(crate) title: String,
    /// What it counts as.
    pub(crate) base: Presence,
}

/// A presence of the system that can be asked for in a workstream, by its name.
pub(super) fn base_presence(name: &str) -> Option<Presence> {
    choosable(name).filter(|presence| *presence != Presence::Offline)
}

fn choosable(name: &str) -> Option<Presence> {
    Some(match name {
        "available" => Presence::Available,
        "busy" => Presence::Busy,
        "do-not-disturb" => Presence::DoNotDisturb,
        "away" => Presence::Away,
        "offline" => Presence::Offline,
        _ => return None,
    })
}

/// In place of a presence: what the capacity makes it.
pub(crate) const COMPUTED: &str = "computed";

/// The name of that.
pub(crate) fn computed() -> Slug {
    COMPUTED.parse().expect("invariant: a word is a name")
}

/// Whether a name is one of the system's presences.
pub(super) fn is_reserved(name: &Slug) -> bool {
    choosable(name.as_str()).is_some() || ["inactive", COMPUTED].contains(&name.as_str())
}

/// What a name stands for; `None`: the computed one. Whether a custom one exists is the caller's question.
pub(crate) fn choice(name: &Slug) -> Option<PresenceChoice> {
    match choosable(name.as_str()) {
        Some(presence) => Some(PresenceChoice::Base(presence)),
        None if is_reserved(name) => None,
        None => Some(PresenceChoice::Custom(presence_id(name))),
    }
}

pub(super) fn read_presence(fields: &mut Fields<'_>) -> Option<PresenceSettings> {
    let name: Option<Slug> = fields.required("name");
    let title: Option<String> = fields.required("title");
    let base: Option<String> = fields.required("base");
    if name.as_ref().is_some_and(is_reserved) {
        fields.mistake("name", "is that of a presence that there is anyway");
    }
    if title.as_ref().is_some_and(|title| title.trim().is_empty() || title.chars().count() > NAME_CHARS_MAX) {
        fields.mistake("title", "must have 1 to 100 characters");
    }
    let base = base.and_then(|base| {
        let known = choosable(&base);
        if known.is_none() {
            fields.mistake("base", "must be \"available\", \"busy\", \"do-not-disturb\", \"away\" or \"offline\"");
        }
        known
    });
    Some(PresenceSettings { name: name?, title: title?, base: base? })
}
