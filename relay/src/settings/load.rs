//! Puts the file, the environment and the flags together, and checks the whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::Slug;
use toml::{Table, Value};

use super::mistakes::Mistakes;
use super::objects::{is_origin, read_queue, read_widget, read_workstream};
use super::read::Fields;
use super::{LogFormat, Logs, Settings};

/// Where settings come from, besides the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    /// `REJOIN__…` variables.
    pub(crate) environment: Vec<(String, String)>,
    /// Flags, as paths and values.
    pub(crate) flags: Vec<(&'static str, String)>,
}

/// Loads settings. `file: None` takes `rejoin.toml` where it exists.
///
/// # Errors
/// All [`Mistakes`] at once, one sentence each.
pub(crate) fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Settings, Mistakes> {
    let table = read_file(file)?;
    from_table(table, overrides)
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
    for (name, value) in &overrides.environment {
        let Some(path) = name.strip_prefix("REJOIN__") else { continue };
        let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        if !set(&mut table, &keys, value) {
            mistakes.add(name, "does not name a setting");
        }
    }
    for (path, value) in &overrides.flags {
        let keys: Vec<&str> = path.split('.').collect();
        set(&mut table, &keys, value);
    }
    let mut fields = Fields::new("", table, &mut mistakes);
    let mut settings = Settings::default();
    read_sections(&mut fields, &mut settings);
    settings.queues = fields.list("queues", read_queue);
    settings.workstreams = fields.list("workstreams", read_workstream);
    settings.widgets = fields.list("widgets", read_widget);
    fields.refuse_the_rest();
    check_names(&settings, &mut mistakes);
    mistakes.into_result().map(|()| settings)
}

fn set(table: &mut Table, keys: &[&str], value: &str) -> bool {
    match keys {
        [] => false,
        [key] => table.insert((*key).to_owned(), Value::String(value.to_owned())).is_some() || !key.is_empty(),
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

fn read_sections(fields: &mut Fields<'_>, settings: &mut Settings) {
    fields.section("server", |fields| {
        let server = &mut settings.server;
        fields.take("listen", &mut server.listen);
        fields.take("public_url", &mut server.public_url);
        fields.take("other_urls", &mut server.other_urls);
        fields.take("assets", &mut server.assets);
        fields.take("health_listen", &mut server.health_listen);
        fields.take("client_address_header", &mut server.client_address_header);
        fields.take("come_back_within", &mut server.come_back_within);
        for (key, address) in [("listen", &server.listen), ("health_listen", &server.health_listen)] {
            if !(address.is_empty() && key == "health_listen") && address.parse::<std::net::SocketAddr>().is_err() {
                fields.mistake(key, "must be an address and a port, such as \"127.0.0.1:8080\"");
            }
        }
        if !server.public_url.is_empty() && !is_origin(&server.public_url) {
            fields.mistake("public_url", "must be an origin such as \"https://chat.example.com\", without a path");
        }
        if server.other_urls.iter().any(|url| !is_origin(url)) {
            fields.mistake("other_urls", "each element must be an origin such as \"https://chat.example.com\"");
        }
        if server.come_back_within.0 > 60_000 {
            fields.mistake("come_back_within", "must be at most one minute");
        }
    });
    fields.section("store", |fields| fields.take("path", &mut settings.store.path));
    fields.section("logs", |fields| read_logs(fields, &mut settings.logs));
    fields.section("sign_in", |fields| {
        let sign_in = &mut settings.sign_in;
        fields.take("idle_after", &mut sign_in.idle_after);
        fields.take("ends_after", &mut sign_in.ends_after);
        fields.take("tries_per_name", &mut sign_in.tries_per_name);
        fields.take("tries_per_address", &mut sign_in.tries_per_address);
        fields.take("checks_at_once", &mut sign_in.checks_at_once);
        if sign_in.idle_after.0 < 60_000 || sign_in.ends_after < sign_in.idle_after {
            fields.mistake("idle_after", "must be at least one minute and not longer than ends_after");
        }
    });
    fields.section("limits", |fields| {
        let limits = &mut settings.limits;
        fields.take("connections_max", &mut limits.connections_max);
        fields.take("waiting_inputs_max", &mut limits.waiting_inputs_max);
        fields.take("head_within", &mut limits.head_within);
        fields.take("write_within", &mut limits.write_within);
        for (key, time) in [("head_within", limits.head_within), ("write_within", limits.write_within)] {
            if !(100..=120_000).contains(&time.0) {
                fields.mistake(key, "must be between 100 milliseconds and two minutes");
            }
        }
    });
}

fn read_logs(fields: &mut Fields<'_>, logs: &mut Logs) {
    match fields.optional::<String>("format").as_deref() {
        None => {}
        Some("text") => logs.format = LogFormat::Text,
        Some("json") => logs.format = LogFormat::Json,
        Some(_) => fields.mistake("format", "must be \"text\" or \"json\""),
    }
    fields.take("level", &mut logs.level);
    if !["error", "warn", "info", "debug", "trace"].contains(&logs.level.as_str()) {
        fields.mistake("level", "must be \"error\", \"warn\", \"info\", \"debug\" or \"trace\"");
    }
}

fn check_names(settings: &Settings, mistakes: &mut Mistakes) {
    let queues = check_unique("queues", settings.queues.iter().map(|queue| &queue.name), mistakes);
    let workstreams = check_unique("workstreams", settings.workstreams.iter().map(|stream| &stream.name), mistakes);
    check_unique("widgets", settings.widgets.iter().map(|widget| &widget.name), mistakes);
    for (index, workstream) in settings.workstreams.iter().enumerate() {
        if !queues.contains(&workstream.queue) {
            mistakes.add(&format!("workstreams[{index}].queue"), format!("there is no queue \"{}\"", workstream.queue));
        }
    }
    for (index, widget) in settings.widgets.iter().enumerate() {
        if !workstreams.contains(&widget.workstream) {
            let what = format!("there is no workstream \"{}\"", widget.workstream);
            mistakes.add(&format!("widgets[{index}].workstream"), what);
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
