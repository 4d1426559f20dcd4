//! Takes values out of a TOML table one key at a time, so that every mistake is found and not only the first.

use std::collections::BTreeSet;
use std::path::PathBuf;

use model::{ContextValue, DisplayName, Millis, Number, Role, Slug, Units};
use serde_json::{Map, Value as Json};
use toml::{Table, Value};
use wire::{WEB_URL_BYTES_MAX, WebUrl};

use super::mistakes::Mistakes;
use super::span;

/// A JSON object as a table; `null` is as good as nothing.
pub(super) fn table_of(document: &Map<String, Json>, mistakes: &mut Mistakes) -> Table {
    let mut table = Table::new();
    for (key, value) in document.iter().filter(|(_, value)| !value.is_null()) {
        match Value::try_from(value) {
            Ok(value) => {
                table.insert(key.clone(), value);
            }
            Err(_) => mistakes.add(key, "is not a value that can be set"),
        }
    }
    table
}

/// One table of the settings, and where it is.
pub(crate) struct Fields<'a> {
    path: String,
    table: Table,
    mistakes: &'a mut Mistakes,
    /// Lists, numbers and the like may be written as text, as the environment must.
    takes_text: bool,
    /// Keys of a JSON body that are there and null: as good as nothing, but known or not.
    nulls: BTreeSet<String>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(path: impl Into<String>, table: Table, mistakes: &'a mut Mistakes) -> Self {
        Self { path: path.into(), table, mistakes, takes_text: true, nulls: BTreeSet::new() }
    }

    /// Values of a JSON body: text stands for nothing but text.
    pub(crate) fn of_json(document: &Map<String, Json>, mistakes: &'a mut Mistakes) -> Self {
        let nulls = document.iter().filter(|(_, value)| value.is_null()).map(|(key, _)| key.clone()).collect();
        let table = table_of(document, mistakes);
        Self { takes_text: false, nulls, ..Self::new("", table, mistakes) }
    }

    /// The whole path of a key.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Notes a mistake about a key.
    pub(crate) fn mistake(&mut self, key: &str, what: impl core::fmt::Display) {
        let path = self.path_of(key);
        self.mistakes.add(&path, what);
    }

    /// Replaces `into` by the key's value, if there is one.
    pub(crate) fn take<T: FromValue>(&mut self, key: &str, into: &mut T) {
        if let Some(value) = self.optional(key) {
            *into = value;
        }
    }

    /// The key's value, if there is one and it fits.
    pub(crate) fn optional<T: FromValue>(&mut self, key: &str) -> Option<T> {
        #[cfg(test)]
        super::asked::note(&self.path_of(key));
        self.nulls.remove(key);
        let mut value = self.table.remove(key)?;
        if !self.takes_text && !T::IS_TEXT && value.is_str() {
            // What no type takes: the mistake says what this one does.
            value = Value::Table(Table::new());
        }
        T::from_value(value).map_err(|what| self.mistake(key, what)).ok()
    }

    /// The key's value; a mistake when it is missing.
    pub(crate) fn required<T: FromValue>(&mut self, key: &str) -> Option<T> {
        if !self.has(key) {
            self.mistake(key, "is missing");
        }
        self.optional(key)
    }

    /// A table inside this one.
    pub(crate) fn section(&mut self, key: &str, read: impl FnOnce(&mut Fields<'_>)) {
        #[cfg(test)]
        super::asked::note(&self.path_of(key));
        let Some(value) = self.table.remove(key) else { return };
        let Value::Table(table) = value else { return self.mistake(key, "must be a table") };
        let takes_text = self.takes_text;
        let mut fields = Fields { takes_text, ..Fields::new(self.path_of(key), table, self.mistakes) };
        read(&mut fields);
        fields.refuse_the_rest();
    }

    /// A table of values of one kind, whatever their keys.
    pub(crate) fn map<T: FromValue>(&mut self, key: &str) -> Vec<(String, T)> {
        #[cfg(test)]
        super::asked::note(&self.path_of(key));
        let Some(value) = self.table.remove(key) else { return Vec::new() };
        let Value::Table(table) = value else {
            self.mistake(key, "must be a table");
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, value) in table {
            match T::from_value(value) {
                Ok(value) => found.push((name, value)),
                Err(what) => self.mistake(&format!("{key}.{name}"), what),
            }
        }
        found
    }

    /// A list of tables inside this one.
    pub(crate) fn list<T>(&mut self, key: &str, read: impl Fn(&mut Fields<'_>) -> Option<T>) -> Vec<T> {
        self.objects(key, 0, read)
    }

    /// The same, where the last of them, so many, come from JSON bodies.
    pub(super) fn objects<T>(
        &mut self,
        key: &str,
        of_json: usize,
        read: impl Fn(&mut Fields<'_>) -> Option<T>,
    ) -> Vec<T> {
        #[cfg(test)]
        super::asked::note(&self.path_of(key));
        let Some(value) = self.table.remove(key) else { return Vec::new() };
        let Value::Array(items) = value else {
            self.mistake(key, "must be a list of tables");
            return Vec::new();
        };
        let mut found = Vec::new();
        let texts = if self.takes_text { items.len().saturating_sub(of_json) } else { 0 };
        for (index, item) in items.into_iter().enumerate() {
            let path = format!("{}[{index}]", self.path_of(key));
            let Value::Table(table) = item else {
                self.mistakes.add(&path, "must be a table");
                continue;
            };
            let mut fields = Fields { takes_text: index < texts, ..Fields::new(path, table, self.mistakes) };
            found.extend(read(&mut fields));
            fields.refuse_the_rest();
        }
        found
    }

    /// Every key that nobody took is unknown.
    pub(crate) fn refuse_the_rest(self) {
        for key in self.table.keys().chain(&self.nulls) {
            let path = self.path_of(key);
            self.mistakes.add(&path, "is not a known setting");
        }
    }
}

/// A value of a setting.
pub(crate) trait FromValue: Sized {
    /// Whether it is text by nature.
    const IS_TEXT: bool = true;

    /// The value, or what it must be.
    fn from_value(value: Value) -> Result<Self, String>;
}

fn text(value: Value, kind: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::Array(_)
        | Value::Table(_) => Err(format!("must be {kind}")),
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self, String> {
        text(value, "text in quotes")
    }
}

impl FromValue for PathBuf {
    fn from_value(value: Value) -> Result<Self, String> {
        text(value, "a path in quotes").map(Self::from)
    }
}

impl FromValue for Slug {
    fn from_value(value: Value) -> Result<Self, String> {
        text(value, "a name in quotes")?.parse().map_err(|mistake: model::SlugError| mistake.to_string())
    }
}

impl FromValue for DisplayName {
    fn from_value(value: Value) -> Result<Self, String> {
        Self::new(&text(value, "text in quotes")?).map_err(|_| "must have 1 to 100 characters on one line".to_owned())
    }
}

impl FromValue for Role {
    fn from_value(value: Value) -> Result<Self, String> {
        match text(value, "text in quotes")?.as_str() {
            "agent" => Ok(Self::Agent),
            "supervisor" => Ok(Self::Supervisor),
            "admin" => Ok(Self::Admin),
            _ => Err("must be \"agent\", \"supervisor\" or \"admin\"".to_owned()),
        }
    }
}

impl FromValue for Units {
    const IS_TEXT: bool = false;

    fn from_value(value: Value) -> Result<Self, String> {
        let number = value.as_integer().and_then(|number| i32::try_from(number).ok());
        number.map(Self).ok_or_else(|| "must be a whole number".to_owned())
    }
}

impl FromValue for Millis {
    fn from_value(value: Value) -> Result<Self, String> {
        let kind = "a length of time in quotes, such as \"30s\", \"3m\" or \"12h\"";
        span::parse(&text(value, kind)?).ok_or_else(|| format!("must be {kind}"))
    }
}

impl FromValue for WebUrl {
    fn from_value(value: Value) -> Result<Self, String> {
        let text = text(value, "an address in quotes")?;
        text.parse().map_err(|_: wire::WebUrlError| {
            format!(
                "must be an http or https address of at most {WEB_URL_BYTES_MAX} bytes, without a user name, a password, blanks or \
                 control characters"
            )
        })
    }
}

impl FromValue for bool {
    const IS_TEXT: bool = false;

    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Boolean(value) => Some(value),
            // Values from the environment are text.
            Value::String(text) => text.parse().ok(),
            Value::Integer(_) | Value::Float(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
        }
        .ok_or_else(|| "must be true or false".to_owned())
    }
}

impl FromValue for ContextValue {
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Some(Self::Text(text)),
            // Whole numbers that big are no amounts of anything.
            Value::Integer(number) => {
                i32::try_from(number).ok().and_then(|number| Number::new(f64::from(number))).map(Self::Number)
            }
            Value::Float(number) => Number::new(number).map(Self::Number),
            Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
        }
        .ok_or_else(|| "must be text in quotes or a number".to_owned())
    }
}

impl FromValue for u32 {
    const IS_TEXT: bool = false;

    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Integer(number) => Self::try_from(number).ok(),
            // Values from the environment are text.
            Value::String(digits) => digits.parse().ok(),
            Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
        }
        .filter(|number| *number > 0)
        .ok_or_else(|| "must be a whole number of at least 1".to_owned())
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    const IS_TEXT: bool = false;

    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Array(items) => items.into_iter().map(T::from_value).collect(),
            // Values from the environment are text: one element per comma.
            Value::String(list) => list
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| T::from_value(Value::String(item.to_owned())))
                .collect(),
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => {
                Err("must be a list".to_owned())
            }
        }
        .map_err(|what| format!("each element {what}").replace("each element must be a list", "must be a list"))
    }
}
