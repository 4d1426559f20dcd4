//! What a widget asks before a conversation: up to ten questions, in order.

use serde_json::{Map, Value, json};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::ordered::Change;
use super::rules::{input, list, mistakes, select, words_of};
use super::spec::Word;
use crate::http::NotDone;
use crate::ui::form::toggle_box;

/// The most questions of one widget (product 8).
const QUESTIONS_MAX: usize = 10;
const KINDS: &[Word] = &[
    ("line", "One line"),
    ("lines", "Several lines"),
    ("choice", "One of a few"),
    ("consent", "A check mark: consent"),
];
/// What a browser may fill in by itself.
const FILLS: &[Word] = &[("", "Nothing"), ("name", "Their name"), ("email", "Their address"), ("tel", "Their number")];

/// What the questions need.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The questions, as the settings have them.
    pub(super) questions: Value,
    /// What was refused lately.
    pub(super) refused: Option<NotDone>,
    /// What they are called.
    pub(super) label: &'static str,
    /// What to know of them.
    pub(super) hint: &'static str,
    /// Who hears of other questions; null: none.
    pub(super) on_questions: Callback<Value>,
}

/// The questions, to be edited.
#[component]
pub(super) fn Questions(props: &Props) -> Html {
    let questions = props.questions.as_array().cloned().unwrap_or_default();
    let count = questions.len();
    // What is typed stays with its question when it moves.
    let moves = use_state_eq(|| 0_u32);
    let edit = {
        let (questions, on_questions, moves) = (questions.clone(), props.on_questions.clone(), moves.clone());
        Callback::from(move |change: Change| {
            if !matches!(change, Change::Replace(..)) {
                moves.set(*moves + 1);
            }
            on_questions.emit(change.apply(&questions));
        })
    };
    let add = edit.reform(|_: MouseEvent| Change::Insert(json!({ "name": "", "text": "", "kind": "line" })));
    html! {
        <fieldset class="form-field rules">
            <legend class="form-label">{ props.label }</legend>
            <p class="form-hint">{ props.hint }</p>
            { mistakes(props.refused.as_ref(), "pre_chat: ") }
            { for questions.iter().enumerate().map(|(at, question)| one((at, count, *moves), question, props.refused.as_ref(), &edit)) }
            if count < QUESTIONS_MAX {
                <div><button type="button" class="button" onclick={add}>{ "Add a question" }</button></div>
            }
        </fieldset>
    }
}

fn one(
    (at, count, moves): (usize, usize, u32),
    question: &Value,
    refused: Option<&NotDone>,
    edit: &Callback<Change>,
) -> Html {
    let name = format!("Question {}", at + 1);
    let text = |key: &str| question.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let put = |key: &'static str| {
        let (question, edit) = (question.clone(), edit.clone());
        move |value: Value| edit.emit(Change::Replace(at, with(&question, key, value)))
    };
    let put_text = |key: &'static str| {
        let put = put(key);
        move |typed: String| put(if typed.is_empty() && key == "autocomplete" { Value::Null } else { typed.into() })
    };
    let kind = text("kind");
    let on_kind = {
        let (question, edit) = (question.clone(), edit.clone());
        move |kind: String| edit.emit(Change::Replace(at, of_kind(&question, &kind)))
    };
    let is_required = question.get("required") == Some(&Value::Bool(true));
    let on_required = put("required");
    let options = list(question, "options");
    let options: Vec<&str> = options.iter().filter_map(Value::as_str).collect();
    let on_options = put("options");
    let on_texts = put("texts");
    html! {
        <div class="rule" role="group" aria-label={name.clone()} key={format!("{moves} {at}")}>
            <div class="rule-head">
                <span class="rule-name">{ &name }</span>
                <button type="button" class="link" disabled={at == 0} aria-label={format!("{name}: further up")}
                    onclick={edit.reform(move |_: MouseEvent| Change::Up(at))}>{ "Up" }</button>
                <button type="button" class="link" disabled={at + 1 == count} aria-label={format!("{name}: further down")}
                    onclick={edit.reform(move |_: MouseEvent| Change::Up(at + 1))}>{ "Down" }</button>
                <button type="button" class="link" aria-label={format!("{name}: remove")}
                    onclick={edit.reform(move |_: MouseEvent| Change::Remove(at))}>{ "Remove" }</button>
            </div>
            { mistakes(refused, &format!("pre_chat[{at}]")) }
            <div class="rule-line">{ input(format!("{name}: text"), "text", "As customers read it", &text("text"), put_text("text")) }</div>
            <div class="rule-line">
                { select(format!("{name}: kind"), &words_of(KINDS), &kind, on_kind) }
                { input(format!("{name}: context variable"), "text", "Context variable, such as topic", &text("name"), put_text("name")) }
                if kind == "line" {
                    { select(format!("{name}: the browser fills in"), &words_of(FILLS), &text("autocomplete"), put_text("autocomplete")) }
                }
                if kind != "consent" {
                    { toggle_box("Must be answered", is_required, move |on| on_required(if on { true.into() } else { Value::Null })) }
                }
            </div>
            if kind == "choice" {
                <Lines label={format!("{name}: Options, one a line")} lines={options.join("\n")} on_lines={move |lines: Vec<String>| on_options(lines.into())} />
            }
            <Lines label={format!("{name}: In other languages, one a line, such as de: Worum geht es?")} lines={texts(question)}
                on_lines={move |lines: Vec<String>| on_texts(by_language(&lines))} />
        </div>
    }
}

/// A question with another value of one setting; null: without it.
fn with(question: &Value, key: &str, value: Value) -> Value {
    let mut question = question.as_object().cloned().unwrap_or_default();
    if value.is_null() {
        question.remove(key);
    } else {
        question.insert(key.to_owned(), value);
    }
    question.into()
}

/// A question of another kind, without what says nothing there.
fn of_kind(question: &Value, kind: &str) -> Value {
    let mut new = with(question, "kind", kind.into());
    for (key, of) in [("options", "choice"), ("autocomplete", "line")] {
        if kind != of {
            new = with(&new, key, Value::Null);
        }
    }
    if kind == "consent" { with(&new, "required", Value::Null) } else { new }
}

/// The texts in other languages, one a line: "de: Worum geht es?".
fn texts(question: &Value) -> String {
    let texts = question.get("texts").and_then(Value::as_object).into_iter().flatten();
    let lines = texts.map(|(language, text)| format!("{language}: {}", text.as_str().unwrap_or_default()));
    lines.collect::<Vec<_>>().join("\n")
}

/// A line that names no language is taken for the name of one, so that the relay's mistake tells of it.
fn by_language(lines: &[String]) -> Value {
    let texts: Map<String, Value> = lines
        .iter()
        .map(|line| line.split_once(':').unwrap_or((line, "")))
        .map(|(language, text)| (language.trim().to_owned(), text.trim().into()))
        .collect();
    if texts.is_empty() { Value::Null } else { texts.into() }
}

#[derive(Clone, PartialEq, Properties)]
struct LinesProps {
    label: String,
    lines: String,
    on_lines: Callback<Vec<String>>,
}

/// A list as one types it, one a line: what is shown stays as it was typed, blanks and all.
#[component]
fn Lines(props: &LinesProps) -> Html {
    let typed = use_state_eq(|| props.lines.clone());
    let value = (*typed).clone();
    let on_lines = props.on_lines.clone();
    let oninput = move |event: InputEvent| {
        let new = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        let lines = new.lines().map(str::trim).filter(|line| !line.is_empty());
        on_lines.emit(lines.map(str::to_owned).collect());
        typed.set(new);
    };
    html! {
        <label class="rule-lines">
            <span class="form-hint">{ props.label.split_once(": ").map_or("", |(_, what)| what).to_owned() }</span>
            <textarea class="input" rows="2" dir="auto" aria-label={props.label.clone()} spellcheck="false" {value} {oninput} />
        </label>
    }
}

/// The questions as people read them.
pub(super) fn words(questions: &Value) -> Html {
    let lines = questions.as_array().into_iter().flatten().map(|question| {
        let text = |key: &str| question.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = KINDS.iter().find(|(kind, _)| *kind == text("kind")).map_or("", |(_, word)| *word);
        let options = list(question, "options");
        let options: Vec<&str> = options.iter().filter_map(Value::as_str).collect();
        let more = if options.is_empty() { kind.to_owned() } else { options.join(", ") };
        html! { <li>{ text("text") }<span class="cell-hint">{ format!(" {more}") }</span></li> }
    });
    html! { <ol class="rule-words">{ for lines }</ol> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::snapshot;

    fn topic() -> Value {
        json!({ "name": "topic", "text": "What is it about?", "kind": "choice", "options": ["An order", "A return"], "required": true })
    }

    #[test]
    fn another_kind_drops_what_says_nothing_there() {
        let line = of_kind(&topic(), "line");
        assert_eq!(line, json!({ "name": "topic", "text": "What is it about?", "kind": "line", "required": true }));
        let email = with(&line, "autocomplete", "email".into());
        let consent = json!({ "name": "topic", "text": "What is it about?", "kind": "consent" });
        assert_eq!(of_kind(&email, "consent"), consent);
    }

    #[test]
    fn texts_are_lines_with_their_languages() {
        let lines = ["de: Worum geht es?".to_owned(), "ar : ما الموضوع؟".to_owned(), "fr".to_owned()];
        let texts = by_language(&lines);
        assert_eq!(texts, json!({ "de": "Worum geht es?", "ar": "ما الموضوع؟", "fr": "" }));
        assert_eq!(super::texts(&json!({ "texts": { "de": "Worum geht es?" } })), "de: Worum geht es?");
        assert_eq!(by_language(&[]), Value::Null);
    }

    #[tokio::test]
    async fn questions_read_as_a_list() {
        insta::assert_snapshot!(snapshot::html(words(&json!([topic()]))).await, @r#"
        <ol class="rule-words">
        <li>What is it about?<span class="cell-hint"> An order, A return</span>
        </li>
        </ol>
        "#);
    }
}
