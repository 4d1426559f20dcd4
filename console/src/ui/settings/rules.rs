//! Routing rules: which conversations go to which queue. In order; each has conditions that hold together, and queues with shares.

use serde_json::{Map, Value, json};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::fields::Refs;
use super::ordered::Change;
use super::spec::Word;
use crate::http::NotDone;

/// What a condition looks at.
const LOOKS: &[Word] =
    &[("variable", "Context variable"), ("language", "Language"), ("signed_in", "Signed in"), ("widgets", "Widget")];
/// How a variable is held against a value.
const TESTS: &[Word] = &[
    ("is", "is"),
    ("is_not", "is not"),
    ("contains", "contains"),
    ("above", "is above"),
    ("below", "is below"),
    ("exists", "is there"),
    ("missing", "is not there"),
];

/// What the rules need.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The rules, as the settings have them.
    pub(super) rules: Value,
    /// What they name.
    pub(super) refs: Refs,
    /// What was refused lately.
    pub(super) refused: Option<NotDone>,
    /// What they are called.
    pub(super) label: &'static str,
    /// What to know of them.
    pub(super) hint: &'static str,
    /// Who hears of other rules; null: none.
    pub(super) on_rules: Callback<Value>,
}

/// The rules, to be edited.
#[component]
pub(super) fn Rules(props: &Props) -> Html {
    let rules = props.rules.as_array().cloned().unwrap_or_default();
    let count = rules.len();
    let edit = {
        let (rules, on_rules) = (rules.clone(), props.on_rules.clone());
        Callback::from(move |change: Change| {
            on_rules.emit(change.apply(&rules));
        })
    };
    let first_queue = props.refs.queues.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let add = edit.reform(move |_: MouseEvent| {
        Change::Insert(json!({ "when": [{ "variable": "", "is": "" }], "to": [first_queue.clone()] }))
    });
    html! {
        <fieldset class="form-field rules">
            <legend class="form-label">{ props.label }</legend>
            <p class="form-hint">{ props.hint }</p>
            { mistakes(props.refused.as_ref(), "routing: ") }
            { for rules.iter().enumerate().map(|(at, rule)| one(at, count, rule, props, &edit)) }
            <div><button type="button" class="button" onclick={add}>{ "Add a rule" }</button></div>
        </fieldset>
    }
}

pub(super) fn list(rule: &Value, name: &str) -> Vec<Value> {
    rule.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn with(rule: &Value, name: &str, items: Vec<Value>) -> Value {
    let mut rule = rule.as_object().cloned().unwrap_or_default();
    rule.insert(name.to_owned(), items.into());
    rule.into()
}

/// The mistakes that begin so, each as a line.
pub(super) fn mistakes(refused: Option<&NotDone>, start: &str) -> Html {
    let all = refused.map_or(&[][..], NotDone::mistakes).iter();
    all.filter_map(|mistake| mistake.strip_prefix(start))
        .map(|mistake| html! { <p class="form-mistake">{ mistake.trim_start_matches([']', '.', ':', ' ']).to_owned() }</p> })
        .collect()
}

fn one(at: usize, count: usize, rule: &Value, props: &Props, edit: &Callback<Change>) -> Html {
    let conditions = list(rule, "when");
    let name = format!("Rule {}", at + 1);
    let set_conditions = {
        let rule = rule.clone();
        edit.reform(move |items: Vec<Value>| Change::Replace(at, with(&rule, "when", items)))
    };
    let add = {
        let (items, set) = (conditions.clone(), set_conditions.clone());
        move |_: MouseEvent| {
            let mut items = items.clone();
            items.push(json!({ "variable": "", "is": "" }));
            set.emit(items);
        }
    };
    html! {
        <div class="rule" role="group" aria-label={name.clone()} key={at}>
            <div class="rule-head">
                <span class="rule-name">{ &name }</span>
                <button type="button" class="link" disabled={at == 0} aria-label={format!("{name}: further up")}
                    onclick={edit.reform(move |_: MouseEvent| Change::Up(at))}>{ "Up" }</button>
                <button type="button" class="link" disabled={at + 1 == count} aria-label={format!("{name}: further down")}
                    onclick={edit.reform(move |_: MouseEvent| Change::Up(at + 1))}>{ "Down" }</button>
                <button type="button" class="link" aria-label={format!("{name}: remove")}
                    onclick={edit.reform(move |_: MouseEvent| Change::Remove(at))}>{ "Remove" }</button>
            </div>
            { mistakes(props.refused.as_ref(), &format!("routing[{at}]")) }
            if conditions.is_empty() { <p class="form-hint">{ "Fits every conversation." }</p> }
            { for conditions.iter().enumerate().map(|(number, condition)| {
                condition_line(&format!("{name}, condition {}", number + 1), condition, &conditions, number, &props.refs, &set_conditions)
            }) }
            <div class="rule-line">
                <button type="button" class="link" aria-label={format!("{name}: add a condition")} onclick={add}>{ "Add a condition" }</button>
            </div>
            { shares(&name, at, rule, &props.refs, edit) }
        </div>
    }
}

/// A list with another element in one place, or without it.
fn replaced(items: &[Value], at: usize, item: Option<Value>) -> Vec<Value> {
    let mut items = items.to_vec();
    match item {
        Some(item) => items[at] = item,
        None => drop(items.remove(at)),
    }
    items
}

pub(super) fn select(
    label: String,
    options: &[(String, String)],
    chosen: &str,
    put: impl Fn(String) + 'static,
) -> Html {
    let onchange = move |event: Event| put(event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <select class="input" aria-label={label} {onchange}>
            { for options.iter().map(|(value, word)| html! { <option value={value.clone()} selected={value == chosen}>{ word }</option> }) }
        </select>
    }
}

pub(super) fn input(
    label: String,
    kind: &'static str,
    placeholder: &'static str,
    value: &str,
    put: impl Fn(String) + 'static,
) -> Html {
    let oninput = move |event: InputEvent| put(event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <input class="input" type={kind} aria-label={label} {placeholder} autocomplete="off" spellcheck="false" value={value.to_owned()} {oninput} />
    }
}

/// One box for each of what there is, ticked where it is among the chosen.
fn some_of(
    label: String,
    options: &[(String, String)],
    chosen: &[String],
    put: impl Fn(Vec<String>) + Clone + 'static,
) -> Html {
    let boxes = options.iter().map(|(value, word)| {
        let (put, value, before) = (put.clone(), value.clone(), chosen.to_vec());
        let checked = chosen.contains(&value);
        let onchange = move |_: Event| put(toggled(&before, &value));
        html! { <label class="form-box"><input type="checkbox" {checked} {onchange} />{ word }</label> }
    });
    html! { <span class="rule-boxes" role="group" aria-label={label}>{ for boxes }</span> }
}

/// The list with this one, or without it where it was there.
fn toggled(chosen: &[String], one: &String) -> Vec<String> {
    if chosen.contains(one) {
        chosen.iter().filter(|other| *other != one).cloned().collect()
    } else {
        chosen.iter().chain([one]).cloned().collect()
    }
}

pub(super) fn words_of(words: &[Word]) -> Vec<(String, String)> {
    words.iter().map(|(value, word)| ((*value).to_owned(), (*word).to_owned())).collect()
}

fn condition_line(
    name: &str,
    condition: &Value,
    all: &[Value],
    at: usize,
    refs: &Refs,
    set: &Callback<Vec<Value>>,
) -> Html {
    let put = {
        let (all, set) = (all.to_vec(), set.clone());
        move |item: Option<Value>| set.emit(replaced(&all, at, item))
    };
    let read = Condition::read(condition);
    let look = {
        let (put, first) = (put.clone(), refs.widgets.first().map(|(name, _)| name.clone()).unwrap_or_default());
        move |looks: String| {
            put(Some(match looks.as_str() {
                "language" => json!({ "language": "" }),
                "signed_in" => json!({ "signed_in": true }),
                "widgets" => json!({ "widgets": [first] }),
                _ => json!({ "variable": "", "is": "" }),
            }));
        }
    };
    let yes_no = [("true".to_owned(), "yes".to_owned()), ("false".to_owned(), "no".to_owned())];
    let rest = match &read {
        Condition::Language(language) => {
            let put = put.clone();
            input(format!("{name}: language"), "text", "de", language, move |typed| {
                put(Some(json!({ "language": typed })))
            })
        }
        Condition::SignedIn(yes) => {
            let put = put.clone();
            select(format!("{name}: signed in"), &yes_no, &yes.to_string(), move |value| {
                put(Some(json!({ "signed_in": value == "true" })));
            })
        }
        Condition::Widgets(widgets) => {
            let put = put.clone();
            some_of(format!("{name}: widgets"), &refs.widgets, widgets, move |widgets| {
                put(Some(json!({ "widgets": widgets })));
            })
        }
        Condition::Variable { variable, test, value } => variable_fields(name, variable, test, value, put.clone()),
    };
    html! {
        <div class="rule-line" key={at}>
            { select(format!("{name}: looks at"), &words_of(LOOKS), read.looks_at(), look) }
            { rest }
            <button type="button" class="link" aria-label={format!("{name}: remove")} onclick={move |_: MouseEvent| put(None)}>{ "Remove" }</button>
        </div>
    }
}

fn variable_fields(
    name: &str,
    variable: &str,
    test: &str,
    value: &str,
    put: impl Fn(Option<Value>) + Clone + 'static,
) -> Html {
    let with = |put: &dyn Fn(Option<Value>), variable: &str, test: &str, value: &str| {
        put(Some(Condition::variable(variable, test, value)));
    };
    let (variable_now, test_now, value_now) = (variable.to_owned(), test.to_owned(), value.to_owned());
    let on_variable = {
        let (put, test, value) = (put.clone(), test_now.clone(), value_now.clone());
        move |typed: String| with(&put, &typed, &test, &value)
    };
    let on_test = {
        let (put, variable, value) = (put.clone(), variable_now.clone(), value_now);
        move |test: String| with(&put, &variable, &test, &value)
    };
    let on_value = move |typed: String| with(&put, &variable_now, &test_now, &typed);
    html! {
        <>
            { input(format!("{name}: variable"), "text", "Name", variable, on_variable) }
            { select(format!("{name}: test"), &words_of(TESTS), test, on_test) }
            if !matches!(test, "exists" | "missing") {
                { input(format!("{name}: value"), "text", "Value", value, on_value) }
            }
        </>
    }
}

/// A condition as it is edited.
enum Condition {
    Variable { variable: String, test: String, value: String },
    Language(String),
    SignedIn(bool),
    Widgets(Vec<String>),
}

impl Condition {
    fn read(condition: &Value) -> Self {
        if let Some(language) = condition.get("language").and_then(Value::as_str) {
            return Self::Language(language.to_owned());
        }
        if let Some(yes) = condition.get("signed_in").and_then(Value::as_bool) {
            return Self::SignedIn(yes);
        }
        if let Some(widgets) = condition.get("widgets").and_then(Value::as_array) {
            return Self::Widgets(widgets.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect());
        }
        let variable = condition.get("variable").and_then(Value::as_str).unwrap_or_default().to_owned();
        let found = TESTS.iter().find_map(|(test, _)| Some((*test, condition.get(*test)?)));
        let (test, value) = match found {
            Some(("exists", value)) => (if value == &Value::Bool(false) { "missing" } else { "exists" }, String::new()),
            Some((test, Value::String(text))) => (test, text.clone()),
            Some((test, value)) => (test, value.as_f64().map_or_else(String::new, |number| number.to_string())),
            None => ("is", String::new()),
        };
        Self::Variable { variable, test: test.to_owned(), value }
    }

    const fn looks_at(&self) -> &'static str {
        match self {
            Self::Variable { .. } => "variable",
            Self::Language(_) => "language",
            Self::SignedIn(_) => "signed_in",
            Self::Widgets(_) => "widgets",
        }
    }

    /// A number is one where it is written as numbers are; an amount is always meant as one.
    fn variable(variable: &str, test: &str, value: &str) -> Value {
        let whole = value.parse::<i32>().ok().filter(|number| number.to_string() == value).map(Value::from);
        let number =
            whole.or_else(|| Some(value.parse::<f64>().ok().filter(|number| number.to_string() == value)?.into()));
        let (test, value) = match (test, number) {
            ("exists", _) => ("exists", true.into()),
            ("missing", _) => ("exists", false.into()),
            ("contains", _) | (_, None) => (test, value.into()),
            (_, Some(number)) => (test, number),
        };
        let mut condition = Map::new();
        condition.insert("variable".to_owned(), variable.into());
        condition.insert(test.to_owned(), value);
        condition.into()
    }
}

/// A queue and its share in percent, as the settings have them.
fn share(text: &str) -> (String, String) {
    match text.split_once(' ') {
        Some((queue, percent)) => (queue.to_owned(), percent.trim_end_matches('%').to_owned()),
        None => (text.to_owned(), String::new()),
    }
}

fn share_text(queue: &str, percent: &str) -> Value {
    if percent.is_empty() { queue.into() } else { format!("{queue} {percent}%").into() }
}

fn shares(name: &str, at: usize, rule: &Value, refs: &Refs, edit: &Callback<Change>) -> Html {
    let to = list(rule, "to");
    let set = {
        let rule = rule.clone();
        edit.reform(move |items: Vec<Value>| Change::Replace(at, with(&rule, "to", items)))
    };
    let single = to.len() < 2;
    let rows = to.iter().enumerate().map(|(number, one)| {
        let (queue, percent) = share(one.as_str().unwrap_or_default());
        let put = {
            let (to, set) = (to.clone(), set.clone());
            move |item: Option<Value>| set.emit(whole(replaced(&to, number, item)))
        };
        let label = format!("{name}, queue {}", number + 1);
        let on_queue = {
            let (put, percent) = (put.clone(), percent.clone());
            move |queue: String| put(Some(share_text(&queue, &percent)))
        };
        let on_percent = {
            let put = put.clone();
            move |percent: String| put(Some(share_text(&queue, &percent)))
        };
        let chosen = share(one.as_str().unwrap_or_default()).0;
        html! {
            <div class="rule-line" key={number}>
                <span class="rule-to">{ if number == 0 { "goes to" } else { "or to" } }</span>
                { select(label.clone(), &refs.queues, &chosen, on_queue) }
                if !single {
                    <span class="rule-share">
                        { input(format!("{label}: share in percent"), "number", "50", &percent, on_percent) }{ "%" }
                    </span>
                    <button type="button" class="link" aria-label={format!("{label}: remove")} onclick={move |_: MouseEvent| put(None)}>{ "Remove" }</button>
                }
            </div>
        }
    });
    let split = {
        let (to, set, first) = (to.clone(), set.clone(), refs.queues.first().map(|(name, _)| name.clone()));
        move |_: MouseEvent| set.emit(with_one_more(&to, first.as_deref().unwrap_or_default()))
    };
    html! {
        <>
            { for rows }
            <div class="rule-line">
                <button type="button" class="link" aria-label={format!("{name}: split between queues")} onclick={split}>{ "Split" }</button>
            </div>
        </>
    }
}

/// One queue alone has no share.
fn whole(mut to: Vec<Value>) -> Vec<Value> {
    if let [one] = &mut to[..] {
        *one = share(one.as_str().unwrap_or_default()).0.into();
    }
    to
}

/// A split by one queue more, in equal shares that make 100.
fn with_one_more(to: &[Value], queue: &str) -> Vec<Value> {
    let mut queues: Vec<String> = to.iter().map(|one| share(one.as_str().unwrap_or_default()).0).collect();
    queues.push(queue.to_owned());
    let (each, rest) = (100 / queues.len(), 100 % queues.len());
    let shares = queues.iter().enumerate().map(|(at, queue)| {
        let percent = if at == 0 { each + rest } else { each };
        share_text(queue, &percent.to_string())
    });
    shares.collect()
}

/// The rules as people read them: "plan is gold and signed in → vip".
pub(super) fn words(rules: &Value, refs: &Refs) -> Html {
    let of = |known: &[(String, String)], name: &str| {
        known.iter().find(|(one, _)| one == name).map_or_else(|| name.to_owned(), |(_, title)| title.clone())
    };
    let said = |condition: &Value| match Condition::read(condition) {
        Condition::Language(language) => format!("language is {language}"),
        Condition::SignedIn(true) => "signed in".to_owned(),
        Condition::SignedIn(false) => "not signed in".to_owned(),
        Condition::Widgets(widgets) => {
            format!("widget is {}", widgets.iter().map(|one| of(&refs.widgets, one)).collect::<Vec<_>>().join(" or "))
        }
        Condition::Variable { variable, test, value } => {
            let test = TESTS.iter().find(|(known, _)| *known == test).map_or("is", |(_, word)| *word);
            format!("{variable} {test} {value}").trim_end().to_owned()
        }
    };
    let lines = rules.as_array().into_iter().flatten().map(|rule| {
        let conditions = list(rule, "when").iter().map(said).collect::<Vec<_>>().join(" and ");
        let to = list(rule, "to");
        let to = to.iter().filter_map(Value::as_str).map(share).map(|(queue, percent)| {
            let title = of(&refs.queues, &queue);
            if percent.is_empty() { title } else { format!("{title} {percent} %") }
        });
        let to = to.collect::<Vec<_>>().join(" or ");
        html! { <li>{ if conditions.is_empty() { "always".to_owned() } else { conditions } }{ " → " }{ to }</li> }
    });
    html! { <ol class="rule-words">{ for lines }</ol> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_written_as_it_was_read() {
        for condition in [
            json!({ "variable": "plan", "is": "gold" }),
            json!({ "variable": "orders", "above": 10.5 }),
            json!({ "variable": "orders", "below": 10 }),
            json!({ "variable": "zip", "is": "01234" }),
            json!({ "variable": "note", "contains": "7" }),
            json!({ "variable": "vip", "exists": false }),
        ] {
            let Condition::Variable { variable, test, value } = Condition::read(&condition) else { panic!() };
            assert_eq!(Condition::variable(&variable, &test, &value), condition);
        }
        assert_eq!(Condition::variable("orders", "above", "many"), json!({ "variable": "orders", "above": "many" }));
    }

    #[test]
    fn a_widget_is_ticked_and_ticked_off_beside_others() {
        let (shop, help) = ("shop".to_owned(), "help".to_owned());
        let both = toggled(std::slice::from_ref(&shop), &help);
        assert_eq!(both, [shop.clone(), help.clone()]);
        assert_eq!(toggled(&both, &shop), [help]);
    }

    #[test]
    fn shares_make_a_hundred() {
        let to = with_one_more(&["a".into()], "b");
        assert_eq!(to, [json!("a 50%"), json!("b 50%")]);
        assert_eq!(whole(vec!["a 50%".into()]), [json!("a")]);
        assert_eq!(with_one_more(&to, "c"), [json!("a 34%"), json!("b 33%"), json!("c 33%")]);
    }

    #[tokio::test]
    async fn a_rule_reads_as_a_sentence() {
        let pair = |name: &str, title: &str| (name.to_owned(), title.to_owned());
        let refs = Refs { queues: vec![pair("vip", "VIP"), pair("late", "Late")], ..Refs::default() };
        let rules = json!([
            { "when": [{ "variable": "plan", "is": "gold" }, { "signed_in": true }], "to": ["vip"] },
            { "to": ["vip 70%", "late 30%"] },
        ]);
        insta::assert_snapshot!(crate::ui::snapshot::html(words(&rules, &refs)).await, @r#"
        <ol class="rule-words">
        <li>plan is gold and signed in → VIP</li>
        <li>always → VIP 70 % or Late 30 %</li>
        </ol>
        "#);
    }
}
