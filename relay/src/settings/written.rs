//! Queues, workstreams and widgets as they were written, in the file and by the API: what the API shows.

use std::collections::BTreeMap;

use model::Slug;
use serde_json::{Map, Value as Json};
use toml::{Table, Value};

use super::mistakes::Mistakes;
use super::read::table_of;

/// A JSON object.
pub(crate) type Document = Map<String, Json>;

/// A kind of configured object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Presence,
    Queue,
    Workstream,
    Widget,
    /// What supervisors may do: a section rather than a list, and so there is one of it.
    Supervision,
}

impl Kind {
    /// All of them; those that others refer to first.
    pub(crate) const ALL: [Self; 5] = [Self::Presence, Self::Queue, Self::Workstream, Self::Widget, Self::Supervision];

    /// The list in the settings file.
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::Presence => "presences",
            Self::Queue => "queues",
            Self::Workstream => "workstreams",
            Self::Widget => "widgets",
            Self::Supervision => SUPERVISORS,
        }
    }

    /// What one is called.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::Queue => "queue",
            Self::Workstream => "workstream",
            Self::Widget => "widget",
            Self::Supervision => "section",
        }
    }
}

/// The section about supervisors.
const SUPERVISORS: &str = "supervisors";

/// Its name among things that have one.
pub(crate) fn supervisors() -> Slug {
    SUPERVISORS.parse().expect("invariant: a word is a name")
}

/// An object that the API has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its name.
    pub(crate) name: Slug,
    /// What is set, with the names and values of the file, and without its name.
    pub(crate) document: Document,
}

/// What was written, by kind and name, without the name. Lengths of time and addresses as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written(BTreeMap<(Kind, Slug), Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    document: Document,
    is_made: bool,
}

impl Written {
    /// One object's document.
    pub(crate) fn get(&self, kind: Kind, name: &Slug) -> Option<&Document> {
        self.0.get(&(kind, name.clone())).map(|entry| &entry.document)
    }

    /// Whether there is one.
    pub(crate) fn has(&self, kind: Kind, name: &Slug) -> bool {
        self.get(kind, name).is_some()
    }

    /// Whether the API has made it.
    pub(crate) fn is_made(&self, kind: Kind, name: &Slug) -> bool {
        self.0.get(&(kind, name.clone())).is_some_and(|entry| entry.is_made)
    }

    /// How many there are.
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.0.keys().filter(|(other, _)| *other == kind).count()
    }

    /// How many of them the API has made.
    pub(super) fn count_made(&self, kind: Kind) -> usize {
        self.0.iter().filter(|((other, _), entry)| *other == kind && entry.is_made).count()
    }

    /// Takes what a table holds. What is not a table, or has no good name, is a mistake that the reading reports.
    fn of(table: &Table) -> Self {
        let mut written = Self::default();
        if let Some(section) = table.get(SUPERVISORS).and_then(Value::as_table) {
            let document = section.iter().map(|(key, value)| (key.clone(), json_of(value))).collect();
            written.0.insert((Kind::Supervision, supervisors()), Entry { document, is_made: false });
        }
        for kind in Kind::ALL {
            let items = table.get(kind.list()).and_then(Value::as_array);
            for item in items.into_iter().flatten().filter_map(Value::as_table) {
                let name = item.get("name").and_then(Value::as_str).and_then(|name| name.parse().ok());
                let Some(name) = name else { continue };
                let rest = item.iter().filter(|(key, _)| *key != "name");
                let document = rest.map(|(key, value)| (key.clone(), json_of(value))).collect();
                written.0.insert((kind, name), Entry { document, is_made: false });
            }
        }
        written
    }
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(value) => (*value).into(),
        Value::Datetime(time) => time.to_string().into(),
        Value::Array(items) => items.iter().map(json_of).collect(),
        Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), json_of(value))).collect(),
    }
}

/// Adds what was made to a file's lists, at their ends, but for those that the file declares itself.
pub(super) fn put_together(file: &Table, made: &[Made], mistakes: &mut Mistakes) -> (Table, Written) {
    let mut table = file.clone();
    let mut written = Written::of(file);
    for Made { kind, name, document } in made {
        if written.has(*kind, name) {
            continue;
        }
        let mut item = table_of(document, mistakes);
        if *kind == Kind::Supervision {
            table.insert(SUPERVISORS.to_owned(), Value::Table(item));
            written.0.insert((*kind, name.clone()), Entry { document: document.clone(), is_made: true });
            continue;
        }
        if item.insert("name".to_owned(), Value::String(name.to_string())).is_some() {
            mistakes.add("name", "can't be changed");
        }
        if let Value::Array(list) = table.entry(kind.list()).or_insert_with(|| Value::Array(Vec::new())) {
            list.push(Value::Table(item));
        }
        written.0.insert((*kind, name.clone()), Entry { document: document.clone(), is_made: true });
    }
    (table, written)
}
