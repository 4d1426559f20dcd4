//! Queues, workstreams and widgets as they were written: what the API shows.

use std::collections::BTreeMap;

use model::Slug;
use serde_json::{Map, Value};

/// A JSON object.
pub(crate) type Document = Map<String, Value>;

/// A kind of configured object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Queue,
    Workstream,
    Widget,
}

impl Kind {
    /// All of them; those that others refer to first.
    pub(crate) const ALL: [Self; 3] = [Self::Queue, Self::Workstream, Self::Widget];

    /// The list in the settings file.
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::Queue => "queues",
            Self::Workstream => "workstreams",
            Self::Widget => "widgets",
        }
    }
}

/// What was written, by kind and name, without the name. Lengths of time and addresses as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written(BTreeMap<(Kind, Slug), Document>);

impl Written {
    /// Takes what a table holds of one kind. What is not a table, or has no good name, is a mistake that the reading reports.
    pub(super) fn of(table: &toml::Table) -> Self {
        let mut written = Self::default();
        for kind in Kind::ALL {
            let items = table.get(kind.list()).and_then(toml::Value::as_array);
            for item in items.into_iter().flatten().filter_map(toml::Value::as_table) {
                let name = item.get("name").and_then(toml::Value::as_str).and_then(|name| name.parse().ok());
                let Some(name) = name else { continue };
                let rest = item.iter().filter(|(key, _)| *key != "name");
                let document = rest.filter_map(|(key, value)| Some((key.clone(), serde_json::to_value(value).ok()?)));
                written.0.insert((kind, name), document.collect());
            }
        }
        written
    }

    /// One object's document.
    pub(crate) fn get(&self, kind: Kind, name: &Slug) -> Option<&Document> {
        self.0.get(&(kind, name.clone()))
    }
}
