//! `[[workstreams.routing]]`: which queue a conversation goes to.

use model::{CONTEXT_NAME_CHARS_MAX, CONTEXT_VALUE_CHARS_MAX, Condition, ContextValue, RoutingRule, Share, Slug, Test};

use super::objects::{queue_id, widget_id};
use super::read::Fields;

/// What the rules of a workstream name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Queues, with the number of the rule from 0.
    pub(crate) queues: Vec<(usize, Slug)>,
    /// Widgets, likewise.
    pub(crate) widgets: Vec<(usize, Slug)>,
}

/// One rule as it was read, and the queues and widgets that it names.
type ReadRule = (RoutingRule, Vec<Slug>, Vec<Slug>);

/// Reads the list.
pub(super) fn read_routing(fields: &mut Fields<'_>) -> (Vec<RoutingRule>, Named) {
    let mut named = Named::default();
    let mut rules = Vec::new();
    for (number, (rule, queues, widgets)) in fields.list("routing", read_rule).into_iter().enumerate() {
        rules.push(rule);
        named.queues.extend(queues.into_iter().map(|queue| (number, queue)));
        named.widgets.extend(widgets.into_iter().map(|widget| (number, widget)));
    }
    (rules, named)
}

fn read_rule(fields: &mut Fields<'_>) -> Option<ReadRule> {
    let conditions = fields.list("when", read_condition);
    let mut queues = Vec::new();
    let mut to = Vec::new();
    for text in fields.required::<Vec<String>>("to")? {
        match share(&text) {
            Some((name, percent)) => {
                to.push(Share { queue: queue_id(&name), percent });
                queues.push(name);
            }
            None => {
                fields.mistake("to", "each element must be a queue's name, or a name and a share such as \"sales 30%\"")
            }
        }
    }
    let widgets = conditions.iter().flat_map(|(_, widgets)| widgets.clone()).collect();
    let all = conditions.into_iter().map(|(condition, _)| condition).collect();
    Some((RoutingRule { all, to }, queues, widgets))
}

/// `sales`, `sales 30%`.
fn share(text: &str) -> Option<(Slug, u8)> {
    match text.split_once(' ') {
        None => Some((text.parse().ok()?, 100)),
        Some((name, percent)) => {
            let percent = percent.strip_suffix('%').filter(|percent| percent.bytes().all(|b| b.is_ascii_digit()))?;
            Some((name.parse().ok()?, percent.parse().ok()?))
        }
    }
}

fn read_condition(fields: &mut Fields<'_>) -> Option<(Condition, Vec<Slug>)> {
    if let Some(name) = fields.optional::<String>("variable") {
        if name.is_empty() || name.chars().count() > CONTEXT_NAME_CHARS_MAX {
            fields.mistake("variable", format!("must have 1 to {CONTEXT_NAME_CHARS_MAX} characters"));
        }
        return Some((Condition::Variable(name, read_test(fields)?), Vec::new()));
    }
    if let Some(language) = fields.optional::<String>("language") {
        return Some((Condition::Language(language), Vec::new()));
    }
    if let Some(signed_in) = fields.optional::<bool>("signed_in") {
        return Some((Condition::SignedIn(signed_in), Vec::new()));
    }
    if fields.has("widgets") {
        let texts = fields.optional::<Vec<String>>("widgets")?;
        let names: Option<Vec<Slug>> = texts.iter().map(|text| text.parse().ok()).collect();
        let Some(names) = names else {
            fields.mistake("widgets", "each element must be a widget's name");
            return None;
        };
        return Some((Condition::Widget(names.iter().map(widget_id).collect()), names));
    }
    fields.mistake(
        "variable",
        "is missing, and so are language, signed_in and widgets: one of them says what is looked at",
    );
    None
}

fn read_test(fields: &mut Fields<'_>) -> Option<Test> {
    let mut found = Vec::new();
    found.extend(fields.optional::<ContextValue>("is").map(Test::Is));
    found.extend(fields.optional::<ContextValue>("is_not").map(Test::IsNot));
    found.extend(fields.optional::<String>("contains").map(Test::Contains));
    found.extend(read_number(fields, "above").map(Test::IsAbove));
    found.extend(read_number(fields, "below").map(Test::IsBelow));
    found.extend(fields.optional::<bool>("exists").map(|exists| if exists { Test::Exists } else { Test::IsMissing }));
    let fits = found.iter().all(|test| match test {
        Test::Is(ContextValue::Text(text)) | Test::IsNot(ContextValue::Text(text)) | Test::Contains(text) => {
            (1..=CONTEXT_VALUE_CHARS_MAX).contains(&text.chars().count())
        }
        Test::Is(_) | Test::IsNot(_) | Test::Exists | Test::IsMissing | Test::IsAbove(_) | Test::IsBelow(_) => true,
    });
    if !fits {
        fields.mistake("variable", format!("is held against a text of 1 to {CONTEXT_VALUE_CHARS_MAX} characters"));
    }
    if found.len() != 1 {
        fields.mistake("variable", "needs exactly one of is, is_not, contains, above, below and exists");
    }
    found.pop()
}

fn read_number(fields: &mut Fields<'_>, key: &str) -> Option<model::Number> {
    let value: ContextValue = fields.optional(key)?;
    let ContextValue::Number(number) = value else {
        fields.mistake(key, "must be a number");
        return None;
    };
    Some(number)
}
