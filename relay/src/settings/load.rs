//! Puts the file, the environment and the flags together, and checks the whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::Slug;
use toml::{Table, Value};

use super::messages::read_message;
use super::mistakes::Mistakes;
use super::objects::{read_queue, read_widget, read_workstream};
use super::presences::read_presence;
use super::read::Fields;
use super::written::{self, Kind, Made, Written};
use super::{Settings, sections};

/// Where settings come from, besides the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    /// `REJOIN__…` variables.
    pub(crate) environment: Vec<(String, String)>,
    /// Flags, as paths and values.
    pub(crate) flags: Vec<(&'static str, String)>,
}

/// Where the settings of this process come from: read at the start and at every reload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// The file, where one was named.
    pub(crate) file: Option<PathBuf>,
    /// What overrides it.
    pub(crate) overrides: Overrides,
}

impl Source {
    /// Loads settings.
    ///
    /// # Errors
    /// As [`load`].
    pub(crate) fn load(&self) -> Result<Settings, Mistakes> {
        from_table(read_file(self.file.as_deref())?, &self.overrides)
    }

    /// The file with what overrides it, for [`Settings::of`].
    ///
    /// # Errors
    /// All [`Mistakes`] at once, one sentence each.
    pub(crate) fn table(&self) -> Result<Table, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut table = read_file(self.file.as_deref())?;
        self.overrides.apply(&mut table, &mut mistakes);
        mistakes.into_result().map(|()| table)
    }
}

impl Overrides {
    fn apply(&self, table: &mut Table, mistakes: &mut Mistakes) {
        for (name, value) in &self.environment {
            let Some(path) = name.strip_prefix("REJOIN__") else { continue };
            let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
            let keys: Vec<&str> = path.iter().map(String::as_str).collect();
            if !set(table, &keys, value) {
                mistakes.add(name, "does not name a setting");
            }
        }
        for (path, value) in &self.flags {
            let keys: Vec<&str> = path.split('.').collect();
            set(table, &keys, value);
        }
    }
}

impl Settings {
    /// The settings of a file with objects that the API has made beside it. Where both have one of a name, the file's counts.
    ///
    /// # Errors
    /// All [`Mistakes`] at once; what was made is named by its place after the file's.
    pub(crate) fn of(file: &Table, made: &[Made]) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let (table, written) = written::put_together(file, made, &mut mistakes);
        let settings = read(table, written, &mut mistakes);
        mistakes.into_result().map(|()| settings)
    }
}

fn read_file(file: Option<&Path>) -> Result<Table, Mistakes> {
    let wanted = file.map_or_else(|| PathBuf::from("rejoin.toml"), Path::to_path_buf);
    let shown = wanted.display();
    match std::fs::read_to_string(&wanted) {
        Ok(text) => text.parse().map_err(|mistake: toml::de::Error| {
            let line = mistake.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Mistakes::one(format!("{shown}, line {line}: {}.", mistake.message().replace('\n', " ")))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && file.is_none() => Ok(Table::new()),
        Err(error) => Err(Mistakes::one(format!("{shown} can't be read: {error}."))),
    }
}

pub(super) fn from_table(mut table: Table, overrides: &Overrides) -> Result<Settings, Mistakes> {
    let mut mistakes = Mistakes::default();
    overrides.apply(&mut table, &mut mistakes);
    let (table, written) = written::put_together(&table, &[], &mut mistakes);
    let settings = read(table, written, &mut mistakes);
    mistakes.into_result().map(|()| settings)
}

fn read(table: Table, written: Written, mistakes: &mut Mistakes) -> Settings {
    let mut settings = Settings { written, ..Settings::default() };
    let mut fields = Fields::new("", table, mistakes);
    sections::read(&mut fields, &mut settings);
    let made = |kind: Kind| settings.written.count_made(kind);
    settings.presences = fields.objects(Kind::Presence.list(), made(Kind::Presence), read_presence);
    settings.queues = fields.objects(Kind::Queue.list(), made(Kind::Queue), read_queue);
    settings.workstreams = fields.objects(Kind::Workstream.list(), made(Kind::Workstream), read_workstream);
    settings.widgets = fields.objects(Kind::Widget.list(), made(Kind::Widget), read_widget);
    settings.messages = fields.list("messages", read_message);
    fields.refuse_the_rest();
    check_names(&settings, mistakes);
    check_messages(&settings, mistakes);
    settings
}

fn set(table: &mut Table, keys: &[&str], value: &str) -> bool {
    match keys {
        [] | [""] => false,
        [key] => {
            table.insert((*key).to_owned(), Value::String(value.to_owned()));
            true
        }
        [key, rest @ ..] => match table.entry(*key).or_insert_with(|| Value::Table(Table::new())) {
            Value::Table(inner) => set(inner, rest, value),
            Value::Array(items) => match (rest.split_first(), items) {
                (Some((index, rest)), items) => {
                    match index.parse().ok().and_then(|index: usize| items.get_mut(index)) {
                        Some(Value::Table(inner)) => set(inner, rest, value),
                        _ => false,
                    }
                }
                (None, _) => false,
            },
            Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => false,
        },
    }
}

fn check_names(settings: &Settings, mistakes: &mut Mistakes) {
    let queues = check_unique("queues", settings.queues.iter().map(|queue| &queue.name), mistakes);
    let workstreams = check_unique("workstreams", settings.workstreams.iter().map(|stream| &stream.name), mistakes);
    let presences = check_unique("presences", settings.presences.iter().map(|presence| &presence.name), mistakes);
    check_unique("widgets", settings.widgets.iter().map(|widget| &widget.name), mistakes);
    for (index, queue) in settings.queues.iter().enumerate() {
        for (key, other) in queue.overflows_into.iter().filter(|(_, other)| !queues.contains(other)) {
            mistakes.add(&format!("queues[{index}].{key}"), format!("there is no queue \"{other}\""));
        }
    }
    for (index, workstream) in settings.workstreams.iter().enumerate() {
        for presence in workstream.presences.iter().filter(|presence| !presences.contains(presence)) {
            let what = format!("there is no presence \"{presence}\"");
            mistakes.add(&format!("workstreams[{index}].allowed_presences"), what);
        }
        if !queues.contains(&workstream.queue) {
            mistakes.add(&format!("workstreams[{index}].queue"), format!("there is no queue \"{}\"", workstream.queue));
        }
    }
    let widgets: BTreeSet<&Slug> = settings.widgets.iter().map(|widget| &widget.name).collect();
    for (index, workstream) in settings.workstreams.iter().enumerate() {
        for (rule, queue) in workstream.named.queues.iter().filter(|(_, queue)| !queues.contains(queue)) {
            let what = format!("there is no queue \"{queue}\"");
            mistakes.add(&format!("workstreams[{index}].routing[{rule}].to"), what);
        }
        for (rule, widget) in workstream.named.widgets.iter().filter(|(_, widget)| !widgets.contains(widget)) {
            let what = format!("there is no widget \"{widget}\"");
            mistakes.add(&format!("workstreams[{index}].routing[{rule}].when"), what);
        }
    }
    for (index, widget) in settings.widgets.iter().enumerate() {
        if !workstreams.contains(&widget.workstream) {
            let what = format!("there is no workstream \"{}\"", widget.workstream);
            mistakes.add(&format!("widgets[{index}].workstream"), what);
        }
    }
}

fn check_messages(settings: &Settings, mistakes: &mut Mistakes) {
    let mut seen = BTreeSet::new();
    for (index, message) in settings.messages.iter().enumerate() {
        let widget = message.key.widget.as_ref();
        if let Some(widget) = widget.filter(|name| settings.widgets.iter().all(|widget| widget.name != **name)) {
            mistakes.add(&format!("messages[{index}].widget"), format!("there is no widget \"{widget}\""));
        }
        if !seen.insert(&message.key) {
            mistakes.add(&format!("messages[{index}]"), "is set twice for this language and widget");
        }
    }
}

fn check_unique<'a>(list: &str, names: impl Iterator<Item = &'a Slug>, mistakes: &mut Mistakes) -> BTreeSet<&'a Slug> {
    let mut seen = BTreeSet::new();
    for (index, name) in names.enumerate() {
        if !seen.insert(name) {
            mistakes.add(&format!("{list}[{index}].name"), format!("there are two called \"{name}\""));
        }
    }
    seen
}
