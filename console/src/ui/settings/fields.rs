//! Draws what a table of settings describes: as fields of a form, or as words while nothing is edited.

use serde_json::Value;
use yew::prelude::*;

use super::spec::{self, Kind, Set, Spec, Word};
use super::{questions, rules};
use crate::http::NotDone;
use crate::ui::form::{Field, toggle};

/// What settings refer to: names and titles.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Refs {
    pub(super) queues: Vec<(String, String)>,
    pub(super) workstreams: Vec<(String, String)>,
    pub(super) widgets: Vec<(String, String)>,
    pub(super) presences: Vec<(String, String)>,
}

const WRAP_UPS: &[Word] = &[("always", "Until it is closed"), ("never", "Never"), ("2m", "For a set time")];
const USUAL_PRESENCES: [&str; 2] = ["available", "busy"];

/// The fields of a form. Changes are a path and its new value.
pub(super) fn fields(
    specs: &[Spec],
    set: &Set,
    refs: &Refs,
    refused: Option<&NotDone>,
    on_change: &Callback<(String, Value)>,
) -> Html {
    let drawn = specs.iter().filter(|spec| spec.counts(set)).map(|spec| {
        html! {
            <div key={[spec.path, spec.label].concat()} class={if spec.is_wide() { "form-wide" } else { "form-cell" }}>
                { one(spec, set, refs, refused, on_change) }
            </div>
        }
    });
    html! { <div class="form-grid">{ for drawn }</div> }
}

fn one(spec: &Spec, set: &Set, refs: &Refs, refused: Option<&NotDone>, on_change: &Callback<(String, Value)>) -> Html {
    let field = Field { empty: spec.empty, ..Field::new(spec.path, spec.label, spec.hint, refused) };
    let path = spec.path;
    let change = on_change.clone();
    let put = move |value: Value| change.emit((path.to_owned(), value));
    let typed = spec::text(set, path);
    match spec.kind {
        Kind::Heading => html! {
            <>
                <h3 class="form-heading">{ spec.label }</h3>
                <p class="form-hint">{ spec.hint }</p>
            </>
        },
        Kind::Line => field.line("text", &typed, move |value| put(spec::line_value(&value))),
        Kind::Number => field.line("number", &typed, move |value| put(spec::number_value(&value))),
        Kind::Switch(default) => {
            let on = spec::get(set, path).and_then(Value::as_bool).unwrap_or(default);
            field.yes(on, move |on| put(if on == default { Value::Null } else { on.into() }))
        }
        Kind::Part(begin) => {
            field.yes(spec::get(set, path).is_some(), move |on| put(if on { begin() } else { Value::Null }))
        }
        Kind::Choice(words) => choice(field, &owned(words), &typed, put),
        Kind::Rows | Kind::Times => html! {
            <Listed member={path} label={spec.label} hint={spec.hint} empty={spec.empty} rows={matches!(spec.kind, Kind::Rows)}
                list={spec::texts(set, path)} refused={refused.cloned()} on_list={on_change.reform(move |list: Vec<String>| {
                    (path.to_owned(), if list.is_empty() { Value::Null } else { list.into() })
                })} />
        },
        Kind::Queue => reference(field, &refs.queues, &typed, put),
        Kind::Workstream => reference(field, &refs.workstreams, &typed, put),
        Kind::Overflow(default) => choice(field, &overflows(default, &refs.queues), &typed, put),
        Kind::WrapUp => wrap_up(field, &typed, on_change),
        Kind::Presences => presences(field, set, refs, put),
        Kind::Rules => html! {
            <rules::Rules rules={set.get(path).cloned().unwrap_or_default()} refs={refs.clone()} refused={refused.cloned()}
                label={spec.label} hint={spec.hint} on_rules={on_change.reform(move |rules: Value| (path.to_owned(), rules))} />
        },
        Kind::Questions => html! {
            <questions::Questions questions={set.get(path).cloned().unwrap_or_default()} refused={refused.cloned()}
                label={spec.label} hint={spec.hint} on_questions={on_change.reform(move |questions: Value| (path.to_owned(), questions))} />
        },
    }
}

fn owned(words: &[Word]) -> Vec<(String, String)> {
    words.iter().map(|(value, word)| ((*value).to_owned(), (*word).to_owned())).collect()
}

/// One of a few; the first is what counts by default, and needs not be set.
fn choice(field: Field<'_>, options: &[(String, String)], chosen: &str, put: impl Fn(Value) + 'static) -> Html {
    let first = options.first().map(|(value, _)| value.clone()).unwrap_or_default();
    let chosen = if chosen.is_empty() { &first } else { chosen };
    let default = first.clone();
    field.choice(options, chosen, move |value| put(if value == default { Value::Null } else { value.into() }))
}

/// One that must be named. A name that there is not stays, so that the mistake is seen.
fn reference(field: Field<'_>, known: &[(String, String)], chosen: &str, put: impl Fn(Value) + 'static) -> Html {
    let mut options = vec![(String::new(), "Choose one".to_owned())];
    options.extend_from_slice(known);
    if known.iter().all(|(name, _)| name != chosen) && !chosen.is_empty() {
        options.push((chosen.to_owned(), format!("{chosen} (unknown)")));
    }
    field.choice(&options, chosen, move |value| put(spec::line_value(&value)))
}

fn overflows(default: &str, queues: &[(String, String)]) -> Vec<(String, String)> {
    let mut options = owned(&[("end", "The conversation is ended"), ("assign-anyway", "They wait all the same")]);
    options.sort_by_key(|(value, _)| value != default);
    options.extend(queues.iter().map(|(name, title)| (format!("queue:{name}"), format!("It goes to {title}"))));
    options
}

fn wrap_up(field: Field<'_>, typed: &str, on_change: &Callback<(String, Value)>) -> Html {
    let kind = WRAP_UPS.iter().map(|(value, _)| *value).find(|value| *value == typed);
    let is_time = kind.is_none() && !typed.is_empty() || typed == "2m";
    let put = {
        let (on_change, path) = (on_change.clone(), field.member.to_owned());
        move |value: Value| on_change.emit((path.clone(), value))
    };
    html! {
        <div class="form-together">
            { choice(field, &owned(WRAP_UPS), if is_time { "2m" } else { typed }, put.clone()) }
            if is_time {
                { Field::new("wrap_up-time", "Set time", "From 30s to 60m.", None).line("text", typed, move |value| put(value.into())) }
            }
        </div>
    }
}

fn presences(field: Field<'_>, set: &Set, refs: &Refs, put: impl Fn(Value) + 'static) -> Html {
    let chosen = match spec::get(set, field.member) {
        Some(_) => spec::texts(set, field.member),
        None => USUAL_PRESENCES.map(str::to_owned).to_vec(),
    };
    let now = chosen.clone();
    let on_toggle = Callback::from(move |name: String| {
        let mut new = now.clone();
        toggle(&mut new, name);
        put(new.into());
    });
    field.boxes(&refs.presences, &chosen, &on_toggle)
}

#[derive(Clone, PartialEq, Properties)]
struct ListedProps {
    member: &'static str,
    label: &'static str,
    hint: &'static str,
    empty: &'static str,
    /// One a line; else with commas between them.
    rows: bool,
    list: Vec<String>,
    refused: Option<NotDone>,
    on_list: Callback<Vec<String>>,
}

/// A list as one types it: what is shown stays as it was typed, blanks and all.
#[component]
fn Listed(props: &ListedProps) -> Html {
    let between = if props.rows { '\n' } else { ',' };
    let typed = use_state_eq(|| props.list.join(if props.rows { "\n" } else { ", " }));
    let field =
        Field { empty: props.empty, ..Field::new(props.member, props.label, props.hint, props.refused.as_ref()) };
    let on_list = props.on_list.clone();
    let value = (*typed).clone();
    let on_typed = move |new: String| {
        let items = new.split(between).map(str::trim).filter(|item| !item.is_empty());
        on_list.emit(items.map(str::to_owned).collect());
        typed.set(new);
    };
    if props.rows { field.text(&value, on_typed) } else { field.line("text", &value, on_typed) }
}

/// What is set, in words; what is not has its default.
pub(super) fn words(specs: &[Spec], set: &Set, refs: &Refs) -> Html {
    let known = |name: &str| specs.iter().any(|spec| spec.path.split('.').next() == Some(name));
    // A title stands over it, and parts are what is in them.
    let is_said = |spec: &&Spec| !matches!(spec.path, "" | "title") && !matches!(spec.kind, Kind::Part(_));
    let set_now = specs.iter().filter(is_said);
    let lines = set_now.filter_map(|spec| Some((spec.label.to_owned(), word(spec, spec::get(set, spec.path)?, refs))));
    let others =
        set.iter().filter(|(name, _)| !known(name)).map(|(name, value)| (spoken(name), html! { { plain(value) } }));
    let lines: Vec<(String, Html)> = lines.chain(others).collect();
    if lines.is_empty() {
        return html! { <p class="page-hint">{ "Everything as by default." }</p> };
    }
    html! {
        <dl class="settings-list">
            { for lines.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }) }
        </dl>
    }
}

fn word(spec: &Spec, value: &Value, refs: &Refs) -> Html {
    let of = |options: &[(String, String)], value: &str| {
        options.iter().find(|(known, _)| known == value).map_or_else(|| value.to_owned(), |(_, word)| word.clone())
    };
    let text = value.as_str().unwrap_or_default();
    let said = match spec.kind {
        Kind::Choice(words) => of(&owned(words), text),
        Kind::Overflow(default) => of(&overflows(default, &refs.queues), text),
        Kind::WrapUp if text != "2m" => of(&owned(WRAP_UPS), text),
        Kind::Queue => of(&refs.queues, text),
        Kind::Workstream => of(&refs.workstreams, text),
        Kind::Presences => {
            let list = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            list.map(|one| of(&refs.presences, one)).collect::<Vec<_>>().join(", ")
        }
        Kind::Rules => return rules::words(value, refs),
        Kind::Questions => return questions::words(value),
        Kind::Rows => {
            let rows = value.as_array().into_iter().flatten().filter_map(Value::as_str);
            return rows.map(|row| html! { <div>{ row.to_owned() }</div> }).collect();
        }
        Kind::Heading | Kind::Line | Kind::Number | Kind::Switch(_) | Kind::Part(_) | Kind::Times | Kind::WrapUp => {
            plain(value)
        }
    };
    html! { { said } }
}

/// "disconnect_after" as people read it.
fn spoken(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &letters.as_str().replace('_', " ")
}

/// A value that no table knows.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(set) => {
            set.iter().map(|(name, value)| format!("{}: {}", spoken(name), plain(value))).collect::<Vec<_>>().join("; ")
        }
        Value::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ui::snapshot;

    fn refs() -> Refs {
        let pair = |name: &str, title: &str| (name.to_owned(), title.to_owned());
        Refs { queues: vec![pair("late", "Late shift")], ..Refs::default() }
    }

    fn set(value: &Value) -> Set {
        value.as_object().unwrap().clone()
    }

    #[tokio::test]
    async fn a_field_that_needs_another_one_comes_with_it() {
        let page = async |settings: &Value| {
            snapshot::html(fields(spec::QUEUE, &set(settings), &refs(), None, &Callback::from(|_| ()))).await
        };
        let html = page(&json!({})).await;
        assert!(html.contains("At most so many wait") && !html.contains("When one more comes"), "{html}");
        assert!(!html.contains("Monday"), "{html}");
        let html = page(&json!({ "waiting_max": 5, "hours": { "monday": ["08:00-12:00", "13:00-17:00"] } })).await;
        assert!(html.contains("When one more comes") && html.contains("It goes to Late shift"), "{html}");
        assert!(html.contains("08:00-12:00, 13:00-17:00"), "{html}");
    }

    #[tokio::test]
    async fn what_is_set_reads_as_words_and_what_no_table_knows_is_shown_too() {
        let settings = json!({ "when_full": "queue:late", "waiting_max": 5, "new_setting": true });
        let html = snapshot::html(words(spec::QUEUE, &set(&settings), &refs())).await;
        assert!(html.contains("It goes to Late shift") && html.contains("New setting"), "{html}");
        assert!(snapshot::html(words(spec::QUEUE, &Set::new(), &refs())).await.contains("by default"));
    }
}
