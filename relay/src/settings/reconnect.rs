//! Reconnect, links and customers' sign-in, as a widget declares them.

use std::path::{Path, PathBuf};

use model::{Millis, ReconnectRules, WidgetRules};
use serde_json::{Map, Value as Json};
use wire::WebUrl;

use super::mistakes::Mistakes;
use super::read::Fields;
use super::{WidgetSettings, span};
use crate::identity::{Expected, IdentitySettings, KEYS_BYTES_MAX, KeySet, KeySource, is_good_address};

/// The longest issuer and audience.
pub(super) const NAME_BYTES_MAX: usize = 1_000;

/// The keys of a widget that are about reconnect.
const KEYS: [&str; 6] = [HOLD, LIMIT, PORTAL, REDIRECT, PROMPT, QUERY];
const HOLD: &str = "reconnect_to_previous_agent_for";
const LIMIT: &str = "reconnect_time_limit";
const PORTAL: &str = "portal_url";
const REDIRECT: &str = "redirection_url";
const PROMPT: &str = "prompt_anonymous";
const QUERY: &str = "link_in_query";

/// What the relay needs of a widget's reconnect settings and the desk doesn't: read when used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WayBack {
    /// Where reconnect links lead: a page of one of the sites.
    pub(crate) portal: Option<WebUrl>,
    /// Where a customer is sent who comes too late.
    pub(crate) redirect: Option<WebUrl>,
    /// Whether links carry their secret in the query instead of the fragment.
    pub(crate) link_in_query: bool,
}

/// Whether the file says anything about reconnect.
pub(super) fn declares_reconnect(fields: &Fields<'_>) -> bool {
    KEYS.iter().any(|key| fields.has(key))
}

/// Reads everything about reconnect; what the desk decides by goes into the rules, which are checked as a whole.
pub(super) fn read_reconnect(fields: &mut Fields<'_>, sites: Option<&[String]>, rules: &mut WidgetRules) -> WayBack {
    rules.reconnect = read_times(fields);
    fields.take(PROMPT, &mut rules.prompts_anonymous);
    let way_back = WayBack {
        portal: read_portal(fields, sites),
        redirect: fields.optional(REDIRECT),
        link_in_query: fields.optional(QUERY).unwrap_or(false),
    };
    rules.has_portal = way_back.portal.is_some();
    for mistake in rules.mistakes() {
        fields.mistake("rules", mistake);
    }
    way_back
}

/// Reconnect is on where a time is set.
fn read_times(fields: &mut Fields<'_>) -> Option<ReconnectRules> {
    let hold: Option<Millis> = fields.optional(HOLD);
    let is_missing = !fields.has(LIMIT);
    match (hold, fields.optional(LIMIT)) {
        (hold, Some(limit)) => Some(ReconnectRules { hold_for: hold.unwrap_or(Millis::ZERO), limit }),
        (Some(_), None) if is_missing => {
            fields.mistake(LIMIT, "is missing; it must not be shorter than the time kept for the previous agent");
            None
        }
        (_, None) => None,
    }
}

fn read_portal(fields: &mut Fields<'_>, sites: Option<&[String]>) -> Option<WebUrl> {
    let portal: WebUrl = fields.optional(PORTAL)?;
    if portal.as_str().contains('#') {
        fields.mistake(PORTAL, "must not have a fragment (#…): the link's secret goes there");
    }
    if sites.is_some_and(|sites| !sites.contains(&portal.origin())) {
        fields.mistake(PORTAL, "must be a page of one of the widget's sites");
    }
    Some(portal)
}

impl WidgetSettings {
    /// This widget with other reconnect settings, as the admin API takes and the registry keeps them: a JSON object with the keys of
    /// the file, where `null` is as good as nothing.
    ///
    /// # Errors
    /// All mistakes, with the sentences of the file.
    pub(crate) fn with_reconnect(&self, document: &Map<String, Json>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut widget = self.clone();
        widget.rules.prompts_anonymous = false;
        let mut fields = Fields::of_json(document, &mut mistakes);
        widget.way_back = read_reconnect(&mut fields, Some(&self.sites), &mut widget.rules);
        fields.refuse_the_rest();
        mistakes.into_result().map(|()| widget)
    }

    /// The reconnect settings in the form that [`Self::with_reconnect`] takes.
    pub(crate) fn reconnect_document(&self) -> Map<String, Json> {
        let address = |url: &Option<WebUrl>| url.as_ref().map(|url| url.as_str().to_owned()).into();
        let times = self.rules.reconnect;
        let values: [Json; 6] = [
            times.map(|times| span::write(times.hold_for)).into(),
            times.map(|times| span::write(times.limit)).into(),
            address(&self.way_back.portal),
            address(&self.way_back.redirect),
            self.rules.prompts_anonymous.into(),
            self.way_back.link_in_query.into(),
        ];
        KEYS.into_iter().map(str::to_owned).zip(values).collect()
    }
}

/// `[widgets.sign_in]`
pub(super) fn read_sign_in(fields: &mut Fields<'_>) -> Option<IdentitySettings> {
    let issuer = read_name(fields, "issuer");
    let audience = read_name(fields, "audience");
    let files: Option<Vec<PathBuf>> = fields.optional("keys");
    let address: Option<String> = fields.optional("jwks_url");
    let keys = match (files, address) {
        (Some(files), None) => Some(KeySource::Files(read_files(fields, &files))),
        (None, Some(address)) => {
            if !is_good_address(&address) {
                fields.mistake(
                    "jwks_url",
                    "must be an https address (http only on this machine) without a name or password",
                );
            }
            Some(KeySource::Address(address))
        }
        (Some(_), Some(_)) => {
            fields.mistake("jwks_url", "must be left out where keys are set: keys come from one place");
            None
        }
        (None, None) => {
            fields.mistake("keys", "is missing; set either keys or jwks_url");
            None
        }
    };
    Some(IdentitySettings { expected: Expected { issuer: issuer?, audience: audience? }, keys: keys? })
}

fn read_name(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    let name: String = fields.required(key)?;
    if name.trim().is_empty() || name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
        fields.mistake(key, "must have 1 to 1000 characters");
    }
    Some(name)
}

fn read_files(fields: &mut Fields<'_>, files: &[PathBuf]) -> KeySet {
    let mut all = KeySet::default();
    if files.is_empty() {
        fields.mistake("keys", "must name at least one file");
    }
    for file in files {
        match read_file(file) {
            Ok(keys) => all.extend(keys),
            Err(what) => fields.mistake("keys", format!("{} {what}", file.display())),
        }
    }
    all
}

fn read_file(file: &Path) -> Result<KeySet, String> {
    let size = std::fs::metadata(file).map_err(|error| format!("can't be read: {error}"))?.len();
    if size > KEYS_BYTES_MAX as u64 {
        return Err("is larger than 256 KiB".to_owned());
    }
    let text = std::fs::read_to_string(file).map_err(|error| format!("can't be read: {error}"))?;
    KeySet::from_file(&text)
}
