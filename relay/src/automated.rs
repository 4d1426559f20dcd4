//! Automated messages of one widget: which are told, and their texts for one customer (product 8; reference 3).

use std::collections::BTreeMap;

use gate::{AgentsTextsOf, TextsOf};
use model::{
    AUTOMATED_LANGUAGES, Context, ContextValue, Piece, QueueId, Slug, TextSlug, Timestamp, Trigger, TriggerKind,
};
use wire::AutomatedText;
use wire::limits::{AUTOMATED_TEXT_CHARS_MAX, AUTOMATED_VALUE_CHARS_MAX};

use crate::settings::{MessageKey, MessageSettings, Settings, WeeklyHours, WidgetSettings, queue_id};

/// The language in which agents are told.
const CONSOLE_LANGUAGE: &str = AUTOMATED_LANGUAGES[0];

/// What is told to the customers of one widget.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Automated {
    /// A number that changes with all below.
    revision: u64,
    told: Told,
}

#[derive(Debug, PartialEq, Eq)]
struct Told {
    /// What was set, of this widget and of all.
    set: BTreeMap<MessageKey, Text>,
    widget: Slug,
    /// The workstream allows automated messages.
    allowed: bool,
    /// The widget carries the notice that conversations may be monitored or recorded.
    notice: bool,
    /// Where its conversations wait, if no rule says otherwise.
    queue: QueueId,
    queues: BTreeMap<QueueId, Queue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    text: Option<String>,
    on: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Queue {
    title: String,
    hours: Option<WeeklyHours>,
}

impl Automated {
    /// What the settings say. Another number than before only where something is otherwise.
    pub(crate) fn new(settings: &Settings, widget: &WidgetSettings, before: Option<&Self>) -> Self {
        let told = Told::new(settings, widget);
        match before {
            Some(before) if before.told == told => Self { revision: before.revision, told },
            Some(before) => Self { revision: before.revision + 1, told },
            None => Self { revision: 1, told },
        }
    }

    /// What the texts of a conversation, or before there is one, are made from.
    pub(crate) fn texts_of(
        &self,
        now: Timestamp,
        conversation: Option<model::ConversationId>,
        queue: Option<QueueId>,
    ) -> TextsOf {
        let queue = queue.unwrap_or(self.told.queue);
        let hours = self.told.queues.get(&queue).and_then(|queue| queue.hours.as_ref());
        let is_holiday = hours.is_some_and(|hours| hours.is_holiday(now));
        TextsOf { revision: self.revision, conversation, queue, is_holiday }
    }

    /// Whether a text that customers of this language read holds a context variable, so that the conversation's are needed.
    pub(crate) fn has_variables(&self, language: &str) -> bool {
        self.told.has_variables(language, |trigger| trigger.kind() != TriggerKind::AgentsEntry)
    }

    /// Whether a text that agents read does.
    pub(crate) fn has_variables_for_agents(&self) -> bool {
        self.told.has_variables(CONSOLE_LANGUAGE, |trigger| trigger.kind() == TriggerKind::AgentsEntry)
    }

    /// The texts that a customer is told, in the language of their chat as far as there is one.
    pub(crate) fn texts(&self, of: TextsOf, language: &str, context: &Context) -> Vec<AutomatedText> {
        let queue = self.told.queues.get(&of.queue).map_or("", |queue| queue.title.as_str());
        let text = |trigger: Trigger| {
            let text = self.told.text(trigger, language)?;
            Some(filled(&pieces(trigger, text), queue, context))
        };
        let told = |trigger: Trigger| {
            let on_holiday = (trigger == Trigger::OutOfHours && of.is_holiday).then_some(Trigger::Holiday);
            let text = on_holiday.and_then(text).or_else(|| text(trigger))?;
            Some(AutomatedText { trigger: trigger.code().to_owned(), text })
        };
        // A holiday is another word for being closed, not something else that happens.
        let is_told = |trigger: &Trigger| *trigger != Trigger::Holiday && trigger.kind() != TriggerKind::AgentsEntry;
        Trigger::ALL.iter().copied().filter(is_told).filter_map(told).collect()
    }

    /// What the texts of a conversation's agents are made from.
    pub(crate) const fn agents_texts_of(&self, queue: QueueId) -> AgentsTextsOf {
        AgentsTextsOf { revision: self.revision, queue }
    }

    /// What its owner words otherwise for agents than the console does. The console speaks English.
    pub(crate) fn agents_texts(&self, of: AgentsTextsOf, context: &Context) -> Vec<AutomatedText> {
        let queue = self.told.queues.get(&of.queue).map_or("", |queue| queue.title.as_str());
        let told = |trigger: Trigger| {
            let text = self.told.text(trigger, CONSOLE_LANGUAGE)?;
            let is_ours = trigger.default_text(CONSOLE_LANGUAGE) == Some(text);
            let text = || filled(&pieces(trigger, text), queue, context);
            (!is_ours).then(|| AutomatedText { trigger: trigger.code().to_owned(), text: text() })
        };
        let for_agents = |trigger: &Trigger| trigger.kind() == TriggerKind::AgentsEntry;
        Trigger::ALL.iter().copied().filter(for_agents).filter_map(told).collect()
    }
}

impl Told {
    fn new(settings: &Settings, widget: &WidgetSettings) -> Self {
        let is_ours = |key: &MessageKey| key.widget.as_ref().is_none_or(|name| *name == widget.name);
        let ours = settings.messages.iter().filter(|message| is_ours(&message.key));
        let set = ours.map(|MessageSettings { key, text, on, .. }| (key.clone(), Text { text: text.clone(), on: *on }));
        let stream = settings.workstreams.iter().find(|stream| stream.name == widget.workstream);
        let queues = settings
            .queues
            .iter()
            .map(|queue| (queue_id(&queue.name), Queue { title: queue.title.clone(), hours: queue.hours.clone() }));
        Self {
            set: set.collect(),
            widget: widget.name.clone(),
            allowed: stream.is_none_or(|stream| stream.automated_messages),
            notice: widget.monitoring_notice,
            queue: stream.map_or_else(|| QueueId::from_u128(0), |stream| queue_id(&stream.queue)),
            queues: queues.collect(),
        }
    }

    /// Whether one of these texts holds a context variable.
    fn has_variables(&self, language: &str, of: impl Fn(Trigger) -> bool) -> bool {
        Trigger::ALL.iter().copied().filter(|trigger| of(*trigger)).any(|trigger| {
            let pieces = self.text(trigger, language).map(|text| pieces(trigger, text));
            pieces.is_some_and(|pieces| pieces.iter().any(|piece| matches!(piece, Piece::Variable(_))))
        })
    }

    /// The text of a message in the first of the customer's languages that has one, where it is on there.
    fn text(&self, trigger: Trigger, language: &str) -> Option<&str> {
        let language = language.to_ascii_lowercase();
        let mut on = match trigger.kind() {
            TriggerKind::Notice => Some(self.notice),
            TriggerKind::Entry | TriggerKind::State | TriggerKind::AgentsEntry => (!self.allowed).then_some(false),
        };
        for tag in tags(&language) {
            let mut text = None;
            // The widget's own wins.
            for widget in [Some(self.widget.clone()), None] {
                let key = MessageKey { trigger, widget, language: tag.to_owned() };
                if let Some(set) = self.set.get(&key) {
                    on = on.or(set.on);
                    text = text.or(set.text.as_deref());
                }
            }
            if let Some(text) = text.or_else(|| trigger.default_text(tag)) {
                return on.unwrap_or(trigger.is_on()).then_some(text);
            }
        }
        None
    }
}

/// The languages that a tag asks for, the narrowest first: `de-at`, `de`, and at last everybody's.
fn tags(language: &str) -> impl Iterator<Item = &str> {
    let narrower = core::iter::successors(Some(language), |tag| tag.rsplit_once('-').map(|(wider, _)| wider));
    narrower.chain([AUTOMATED_LANGUAGES[0]])
}

/// Settings hold none but texts that were taken apart before.
fn pieces(trigger: Trigger, text: &str) -> Vec<Piece<'_>> {
    trigger.pieces(text).unwrap_or_default()
}

/// A text with the queue's name and context variables in it; the rest is the client's to fill.
fn filled(pieces: &[Piece<'_>], queue: &str, context: &Context) -> String {
    let mut text = String::new();
    for piece in pieces {
        match *piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Slug(TextSlug::QueueName) => push_value(&mut text, queue),
            Piece::Slug(slug) => text.extend(["{", slug.name(), "}"]),
            Piece::Variable(name) => match context.get(name) {
                Some(ContextValue::Text(value)) => push_value(&mut text, value),
                Some(ContextValue::Number(number)) => push_value(&mut text, &number.get().to_string()),
                None => {}
            },
        }
    }
    match text.char_indices().nth(AUTOMATED_TEXT_CHARS_MAX) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

/// A value on one line, with every brace told from those of places.
fn push_value(text: &mut String, value: &str) {
    for letter in value.chars().take(AUTOMATED_VALUE_CHARS_MAX) {
        match letter {
            '{' => text.push_str("{{"),
            letter if letter.is_control() => text.push(' '),
            letter => text.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::ContextVariable;

    use super::*;

    const SETTINGS: &str = r#"
        [[queues]]
        name = "support"
        title = "Support {1}"
        [queues.hours]
        time_zone = "UTC"
        holidays = ["2026-12-25"]
        [[workstreams]]
        name = "chat"
        queue = "support"
        [[workstreams]]
        name = "quiet"
        queue = "support"
        automated_messages = false
        [[widgets]]
        name = "shop"
        sites = ["https://shop.example.com"]
        workstream = "chat"
        [[widgets]]
        name = "help"
        sites = ["https://help.example.com"]
        workstream = "quiet"
        monitoring_notice = true
    "#;

    fn automated(widget: &str, messages: &str) -> Automated {
        let file = format!("{SETTINGS}\n{messages}").parse().expect("TOML");
        let settings = Settings::of(&file, &[]).expect("good settings");
        let widget = settings.widgets.iter().find(|one| one.name.as_str() == widget).expect("a widget");
        Automated::new(&settings, widget, None)
    }

    fn told(automated: &Automated, trigger: Trigger, language: &str) -> Option<String> {
        let context = ContextVariable { name: "plan".to_owned(), value: ContextValue::Text("gold {now}".to_owned()) };
        let context = Context::new(vec![context]).expect("a context");
        let of = automated.texts_of(Timestamp(1_795_269_720_000), None, None);
        let texts = automated.texts(of, language, &context);
        texts.into_iter().find(|text| text.trigger == trigger.code()).map(|text| text.text)
    }

    fn set(trigger: &str, language: &str, rest: &str) -> String {
        format!("[[messages]]\ntrigger = \"{trigger}\"\nlanguage = \"{language}\"\n{rest}\n")
    }

    #[test]
    fn a_customer_is_told_in_their_language_or_the_nearest() {
        let shop = automated("shop", &set("agent-joined", "fr", "text = \"{AgentName} est là\""));
        let joined = |language| told(&shop, Trigger::AgentJoined, language).expect("it is on");
        assert_eq!(joined("en-GB"), "{AgentName} joined");
        assert_eq!(joined("de-at"), "{AgentName} ist jetzt da");
        assert_eq!(joined("fr-ca"), "{AgentName} est là");
        assert_eq!(joined("ja"), "{AgentName} joined");
        assert_eq!(joined(""), "{AgentName} joined");
        assert_eq!(told(&shop, Trigger::AgentLeft, "fr").as_deref(), Trigger::AgentLeft.default_text("en"));
    }

    #[test]
    fn the_widgets_own_wins_and_what_is_off_in_one_language_is_on_in_others() {
        let all = set("agent-joined", "en", "text = \"all\"")
            + &set("agent-joined", "en", "widget = \"shop\"\ntext = \"shop\"")
            + &set("agent-left", "de", "on = false")
            + &set("agent-ended", "de", "on = false")
            + &set("agent-ended", "de", "widget = \"shop\"\non = true");
        let shop = automated("shop", &all);
        assert_eq!(told(&shop, Trigger::AgentJoined, "en").as_deref(), Some("shop"));
        assert_eq!(told(&shop, Trigger::AgentLeft, "de-CH"), None);
        assert!(told(&shop, Trigger::AgentLeft, "en").is_some());
        assert!(told(&shop, Trigger::AgentEnded, "de").is_some());
    }

    #[test]
    fn queue_and_context_are_put_in_and_can_t_be_places() {
        let text = "text = \"{AgentName} of {QueueName}, {$plan$}{$none$}!\"";
        let shop = automated("shop", &set("agent-joined", "en", text));
        let joined = told(&shop, Trigger::AgentJoined, "en");
        assert_eq!(joined.as_deref(), Some("{AgentName} of Support {{1}, gold {{now}!"));
        assert!(shop.has_variables("en") && !shop.has_variables("de"));
        let long = filled(&[Piece::Words(&"x".repeat(5_000))], "", &Context::default());
        assert_eq!(long.chars().count(), AUTOMATED_TEXT_CHARS_MAX);
    }

    #[test]
    fn variables_are_looked_for_in_the_texts_of_whoever_reads_them() {
        let of = |trigger: &str, rest: &str| {
            let shop = automated("shop", &set(trigger, "en", rest));
            (shop.has_variables("en"), shop.has_variables_for_agents())
        };
        let text = "text = \"Of plan {$plan$}\"";
        assert_eq!(of("customer-disconnected", text), (false, true));
        assert_eq!(of("agent-joined", text), (true, false));
        assert_eq!(of("customer-disconnected", "text = \"Gone\""), (false, false));
        assert_eq!(of("customer-disconnected", &format!("{text}\non = false")), (false, false));
    }

    #[test]
    fn a_workstream_without_them_keeps_only_the_notice_of_its_widget() {
        let help = automated("help", "");
        let texts = help.texts(help.texts_of(Timestamp(0), None, None), "de", &Context::default());
        let told: Vec<&str> = texts.iter().map(|text| text.trigger.as_str()).collect();
        assert_eq!(told, ["monitoring-notice"]);
        assert!(told_notice(&automated("shop", "")).is_none());
    }

    fn told_notice(automated: &Automated) -> Option<String> {
        told(automated, Trigger::MonitoringNotice, "en")
    }

    #[test]
    fn a_holiday_is_called_one() {
        let noon = Timestamp(1_798_200_000_000);
        let closed = |messages: &str| {
            let shop = automated("shop", messages);
            let texts = shop.texts(shop.texts_of(noon, None, None), "en", &Context::default());
            texts.into_iter().find(|text| text.trigger == "out-of-hours").map(|text| text.text)
        };
        assert_eq!(closed("").as_deref(), Trigger::Holiday.default_text("en"));
        assert_eq!(closed(&set("holiday", "en", "on = false")).as_deref(), Trigger::OutOfHours.default_text("en"));
    }

    #[test]
    fn the_number_changes_with_what_is_told_and_not_without() {
        let (one, same) = (automated("shop", ""), automated("shop", ""));
        assert_eq!(one, same);
        let file = format!("{SETTINGS}\n{}", set("agent-left", "en", "on = false")).parse().expect("TOML");
        let settings = Settings::of(&file, &[]).expect("good settings");
        let other = Automated::new(&settings, &settings.widgets[0], Some(&one));
        assert_eq!(other.revision, one.revision + 1);
        assert_eq!(Automated::new(&settings, &settings.widgets[0], Some(&other)).revision, other.revision);
    }
}
