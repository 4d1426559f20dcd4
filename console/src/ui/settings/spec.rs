//! What queues, workstreams and widgets can be set to: a table for each of them, with the names of the settings file. The forms and what
//! stands in their place while nothing is edited are drawn from it.

use serde_json::{Map, Value, json};

/// Settings of an object, by name.
pub(crate) type Set = Map<String, Value>;

/// A value and the word for it.
pub(super) type Word = (&'static str, &'static str);

/// One line of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    /// Where it is in the settings, with dots between the names.
    pub(super) path: &'static str,
    /// What people call it.
    pub(super) label: &'static str,
    /// What to know of it.
    pub(super) hint: &'static str,
    /// What counts where it is left out.
    pub(super) empty: &'static str,
    /// How it is written.
    pub(super) kind: Kind,
    /// It counts only where this is set, too; nothing: always.
    pub(super) with: &'static str,
}

/// How a setting is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// None: a title over those that follow.
    Heading,
    /// A text, or a length of time.
    Line,
    /// A whole number.
    Number,
    /// Yes or no, and which of them counts where it is left out.
    Switch(bool),
    /// A table that is there or not, and what it begins with.
    Part(fn() -> Value),
    /// One of a few; the first counts where it is left out.
    Choice(&'static [Word]),
    /// Texts, one a line.
    Rows,
    /// Times of one day.
    Times,
    /// A queue.
    Queue,
    /// A workstream.
    Workstream,
    /// What becomes of conversations that a queue can't take, and what counts where it is left out.
    Overflow(&'static str),
    /// How wrap-up blocks units.
    WrapUp,
    /// The presences in which conversations are offered.
    Presences,
    /// Routing rules.
    Rules,
    /// What is asked before a conversation.
    Questions,
}

const fn spec(path: &'static str, label: &'static str, kind: Kind) -> Spec {
    Spec { path, label, hint: "", empty: "", kind, with: "" }
}

const fn line(path: &'static str, label: &'static str, empty: &'static str) -> Spec {
    Spec { empty, ..spec(path, label, Kind::Line) }
}

const fn number(path: &'static str, label: &'static str, empty: &'static str) -> Spec {
    Spec { empty, ..spec(path, label, Kind::Number) }
}

const fn times(path: &'static str, label: &'static str) -> Spec {
    Spec { empty: "Closed", ..spec(path, label, Kind::Times) }.with("hours")
}

impl Spec {
    const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    const fn with(self, with: &'static str) -> Self {
        Self { with, ..self }
    }

    /// Whether it counts beside what is set.
    pub(super) fn counts(&self, set: &Set) -> bool {
        self.with.is_empty() || get(set, self.with).is_some()
    }

    /// Whether it takes the whole width of a form.
    pub(super) const fn is_wide(&self) -> bool {
        matches!(
            self.kind,
            Kind::Heading | Kind::Part(_) | Kind::Rows | Kind::Presences | Kind::Rules | Kind::Questions
        )
    }
}

const SECONDS: &[Word] = &[
    ("5s", "5 seconds"),
    ("10s", "10 seconds"),
    ("20s", "20 seconds"),
    ("30s", "30 seconds"),
    ("40s", "40 seconds"),
    ("60s", "60 seconds"),
    ("120s", "120 seconds"),
];

/// Of a queue.
pub(super) const QUEUE: &[Spec] = &[
    line("title", "Title", "Its name").hint("As agents read it."),
    spec(
        "assignment",
        "Who is asked first",
        Kind::Choice(&[("highest-capacity", "Whoever has most free units"), ("round-robin", "One after the other")]),
    ),
    number("priority", "Priority", "100").hint("For agents of several queues the smaller number goes first."),
    spec("short_abandon", "Left within this time did not wait, to reports", Kind::Choice(SECONDS)),
    spec("", "Overflow", Kind::Heading).hint("What becomes of conversations that the queue can't take."),
    number("waiting_max", "At most so many wait", "No limit"),
    spec("when_full", "When one more comes", Kind::Overflow("end")).with("waiting_max"),
    line("wait_max", "Nobody waits longer than", "No limit").hint("Such as 10m."),
    spec("when_too_long", "Whoever has waited so long", Kind::Overflow("end")).with("wait_max"),
    spec("hours", "Opening hours", Kind::Part(usual_hours)).hint("Without them it is always open."),
    line("hours.time_zone", "Time zone", "").hint("Such as Europe/Berlin.").with("hours"),
    spec("out_of_hours", "Whoever comes while it is closed", Kind::Overflow("assign-anyway")).with("hours"),
    times("hours.monday", "Monday").hint("Such as 08:00-12:30, 13:00-17:00."),
    times("hours.tuesday", "Tuesday"),
    times("hours.wednesday", "Wednesday"),
    times("hours.thursday", "Thursday"),
    times("hours.friday", "Friday"),
    times("hours.saturday", "Saturday"),
    times("hours.sunday", "Sunday"),
    spec("hours.holidays", "Closed on", Kind::Rows).hint("One date a line, such as 2026-12-25.").with("hours"),
];

/// Of a custom presence.
pub(super) const PRESENCE: &[Spec] = &[
    line("title", "Title", "Its name").hint("As everybody reads it."),
    spec(
        "base",
        "Counts as",
        Kind::Choice(&[
            ("", "Choose one"),
            ("available", "Available"),
            ("busy", "Busy"),
            ("do-not-disturb", "Do not disturb"),
            ("away", "Away"),
            ("offline", "Offline"),
        ]),
    )
    .hint("Whether it gets offers, and how long a choice of it lasts."),
];

/// Of a workstream.
pub(super) const WORKSTREAM: &[Spec] = &[
    spec("queue", "Queue", Kind::Queue).hint("Where no rule below says another."),
    spec("mode", "Mode", Kind::Choice(&[("push", "Offered to agents"), ("pick", "Agents take them")])),
    number("cost", "Units", "1").hint("What a conversation takes of an agent's capacity."),
    spec("wrap_up", "Wrap-up keeps the units", Kind::WrapUp),
    spec("allowed_presences", "Offered to agents who are", Kind::Presences),
    line("offer_for", "Time to accept", "120s"),
    number("offers_per_agent_max", "Offers of one conversation to one agent", "3"),
    spec("previous_agent_first", "Who comes back is offered to their previous agent first", Kind::Switch(true)),
    spec("decline_sets_do_not_disturb", "Whoever declines is set to Do not disturb", Kind::Switch(false)),
    spec("automated_messages", "Customers are told automated messages", Kind::Switch(true)),
    spec("", "Times", Kind::Heading).hint("Lengths such as 90s, 15m or 1h."),
    line("still_waiting_after", "Asked “Still waiting?” after", "18m"),
    line("auto_close_open_after", "Closed without an agent after", "20m"),
    line("auto_close_wrap_up_after", "Wrap-up closes by itself after", "15m"),
    spec("routing", "Routing rules", Kind::Rules)
        .hint("The first rule that fits sends a conversation to its queue; its conditions hold together."),
];

/// Of a widget, but for coming back.
pub(super) const WIDGET: &[Spec] = &[
    spec("sites", "Sites", Kind::Rows)
        .hint("Pages of these sites may show it. One a line, such as https://shop.example.com."),
    spec("workstream", "Workstream", Kind::Workstream),
    line("disconnect_after", "Away for longer is disconnected", "3m"),
    spec("", "Reconnect", Kind::Heading).hint("Who was away for too long may come back."),
    RECONNECT[0],
    RECONNECT[1],
    RECONNECT[2],
    RECONNECT[3],
    RECONNECT[4],
    RECONNECT[5],
    spec("sign_in", "Customers sign in to the site", Kind::Part(empty))
        .hint("The page hands over a JWT, signed with RS256, ES256 or EdDSA."),
    line("sign_in.issuer", "Issuer", "").with("sign_in"),
    line("sign_in.audience", "Audience", "").with("sign_in"),
    line("sign_in.jwks_url", "Address of the public keys", "").hint("A JWKS, over https.").with("sign_in"),
    spec("monitoring_notice", "Customers read that conversations may be monitored or recorded", Kind::Switch(false)),
    spec("pre_chat", "Asked before a conversation", Kind::Questions)
        .hint("Up to ten. Answers are context variables: routing rules and automated messages can use them."),
];

/// How a widget's customers come back.
pub(super) const RECONNECT: &[Spec] = &[
    line("reconnect_time_limit", "They may come back for", "Off").hint("Such as 1h."),
    line("reconnect_to_previous_agent_for", "Their agent's place is kept for", "Not kept")
        .hint("Such as 10m. It costs the agent's units.")
        .with("reconnect_time_limit"),
    line("portal_url", "Portal URL", "No reconnect links").hint("Where reconnect links lead: a page with the widget."),
    line("redirection_url", "Redirection URL", "They stay").hint("Where whoever comes too late is sent."),
    spec("prompt_anonymous", "Ask customers who aren't signed in, too: “Continue or start new?”", Kind::Switch(false)),
    spec(
        "link_in_query",
        "Links carry their secret in the query, where the site's server sees it",
        Kind::Switch(false),
    ),
];

/// Five days, in the zone of who asks.
fn usual_hours() -> Value {
    let day = ["09:00-17:00"];
    json!({ "time_zone": time_zone(), "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day })
}

fn empty() -> Value {
    json!({})
}

/// The browser's time zone.
fn time_zone() -> String {
    if cfg!(target_arch = "wasm32") { page::intl::time_zone() } else { "UTC".to_owned() }
}

/// The value at a path, where there is one.
pub(super) fn get<'a>(set: &'a Set, path: &str) -> Option<&'a Value> {
    let value = match path.split_once('.') {
        None => set.get(path),
        Some((part, rest)) => get(set.get(part)?.as_object()?, rest),
    };
    value.filter(|value| !value.is_null())
}

/// The value at a path as it stands in a field.
pub(super) fn text(set: &Set, path: &str) -> String {
    match get(set, path) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

/// The texts of a list at a path.
pub(super) fn texts(set: &Set, path: &str) -> Vec<String> {
    let list = get(set, path).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// Puts a value at a path; null takes it away.
pub(super) fn put(set: &mut Set, path: &str, value: Value) {
    match path.split_once('.') {
        None if value.is_null() => drop(set.remove(path)),
        None => drop(set.insert(path.to_owned(), value)),
        Some((part, rest)) => {
            let inner = set.entry(part).or_insert_with(empty);
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// A line as it was typed: nothing is no value.
pub(super) fn line_value(typed: &str) -> Value {
    if typed.is_empty() { Value::Null } else { typed.into() }
}

/// A number as it was typed, or what the relay then finds a mistake in.
pub(super) fn number_value(typed: &str) -> Value {
    typed.trim().parse::<i64>().map_or_else(|_| line_value(typed), Value::from)
}

/// Without what doesn't count.
pub(super) fn pruned(specs: &[Spec], set: &Set) -> Set {
    let mut pruned = set.clone();
    for spec in specs.iter().filter(|spec| !spec.path.is_empty() && !spec.counts(set)) {
        if get(&pruned, spec.path).is_some() {
            put(&mut pruned, spec.path, Value::Null);
        }
    }
    pruned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(value: &Value) -> Set {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn values_are_put_and_taken_at_their_paths() {
        let mut settings = set(&json!({ "title": "Late" }));
        put(&mut settings, "hours.monday", json!(["08:00-12:00"]));
        put(&mut settings, "priority", number_value(" 7 "));
        put(&mut settings, "waiting_max", number_value("many"));
        put(&mut settings, "title", line_value(""));
        let expected = json!({ "hours": { "monday": ["08:00-12:00"] }, "priority": 7, "waiting_max": "many" });
        assert_eq!(Value::Object(settings.clone()), expected);
        assert_eq!(
            (text(&settings, "priority"), texts(&settings, "hours.monday")),
            ("7".into(), vec!["08:00-12:00".into()])
        );
    }

    #[test]
    fn what_counts_no_more_is_left_out_and_what_is_unknown_stays() {
        let settings = set(&json!({ "when_full": "end", "wait_max": "10m", "when_too_long": "end", "later": 1 }));
        let expected = json!({ "wait_max": "10m", "when_too_long": "end", "later": 1 });
        assert_eq!(Value::Object(pruned(QUEUE, &settings)), expected);
    }
}
