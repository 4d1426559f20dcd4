//! Quick replies: what is found by words and tags, and how their slugs are filled.

use model::{Context, ContextValue};
use wire::api::QuickReply;

/// What a search asks for: words, and tags after `#`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    words: Vec<String>,
    tags: Vec<String>,
}

impl Terms {
    /// Reads what a person typed: `refund #billing`.
    #[must_use]
    pub fn read(typed: &str) -> Self {
        let typed = typed.to_lowercase();
        let (tags, words): (Vec<&str>, Vec<&str>) = typed.split_whitespace().partition(|word| word.starts_with('#'));
        let own = |list: Vec<&str>| list.into_iter().map(|word| word.trim_start_matches('#').to_owned()).collect();
        Self { words: own(words), tags: own(tags) }
    }

    /// Whether something fits: all words occur in its text, and each tag begins one of its tags.
    #[must_use]
    pub fn fit(&self, text: &str, tags: &[String]) -> bool {
        let text = text.to_lowercase();
        let has_tag = |wanted: &String| tags.iter().any(|tag| tag.to_lowercase().starts_with(wanted.as_str()));
        self.words.iter().all(|word| text.contains(word.as_str())) && self.tags.iter().all(has_tag)
    }
}

/// The words of a quick reply, ready for the composer. `{ReconnectUrl}` stays: it becomes the card when the words are sent, and
/// never a link in them. A context variable that nothing is known of becomes nothing, as in automated messages.
#[must_use]
pub fn filled(reply: &QuickReply, customer: Option<&str>, agent: &str, context: Option<&Context>) -> String {
    // Variables first: what a page says is filled in, and never filled itself.
    let text = reply.text.replace("{CustomerName}", CUSTOMER).replace("{AgentName}", AGENT);
    let text = with_variables(&text, context);
    text.replace(CUSTOMER, customer.unwrap_or_default()).replace(AGENT, agent)
}

/// Stand where the names come, so that no name and no variable is read as a place: characters that no text holds.
const CUSTOMER: &str = "\u{1}";
const AGENT: &str = "\u{2}";

/// How well a reply fits a customer's language, the best first: the same, any, another one.
#[must_use]
pub fn distance(reply: &QuickReply, language: Option<&str>) -> u8 {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    match (&reply.language, language) {
        (Some(own), Some(theirs)) if primary(own) == primary(theirs) => 0,
        (Some(_), Some(_)) => 2,
        (None, _) | (_, None) => 1,
    }
}

fn with_variables(text: &str, context: Option<&Context>) -> String {
    let mut rest = text;
    let mut filled = String::with_capacity(text.len());
    while let Some(start) = rest.find("{$") {
        let Some(length) = rest[start..].find("$}") else { break };
        filled.push_str(&rest[..start]);
        match context.and_then(|context| context.get(&rest[start + 2..start + length])) {
            Some(ContextValue::Text(value)) => filled.push_str(value),
            Some(ContextValue::Number(number)) => filled.push_str(&number.get().to_string()),
            None => {}
        }
        rest = &rest[start + length + 2..];
    }
    filled.push_str(rest);
    filled
}

/// A draft with words put after what is there.
#[must_use]
pub fn added(draft: &str, words: &str) -> String {
    let gap = if draft.is_empty() || draft.ends_with(char::is_whitespace) { "" } else { " " };
    [draft, gap, words].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;

    #[test]
    fn words_and_tags_narrow_the_search_together() {
        let tags = ["billing".to_owned(), "Refund".to_owned()];
        for (typed, fits) in [
            ("", true),
            ("MONEY back", true),
            ("#bill", true),
            ("money #ref", true),
            ("money #delivery", false),
            ("parcel", false),
        ] {
            assert_eq!(Terms::read(typed).fit("You get your money back", &tags), fits, "{typed}");
        }
    }

    #[test]
    fn slugs_are_filled_but_the_link_is_left_to_the_send() {
        let reply =
            canned::quick_reply("hello", "Hello {CustomerName}, {AgentName} here{$Vip$}. {ReconnectUrl}", &[], true);
        assert_eq!(filled(&reply, Some("Mia"), "Ravi", None), "Hello Mia, Ravi here. {ReconnectUrl}");
        assert_eq!(with_variables("{$open and {$A$}B", None), "B");
        assert_eq!(with_variables("a {$", None), "a {$");
    }

    #[test]
    fn what_the_page_says_is_filled_in_and_not_filled_itself() {
        let value = ContextValue::Text("{AgentName} {$plan$}".to_owned());
        let context = Context::new(vec![model::ContextVariable { name: "plan".to_owned(), value }]).unwrap();
        let reply = canned::quick_reply("plan", "Plan: {$plan$}, {$none$}{AgentName}", &[], true);
        assert_eq!(filled(&reply, None, "Ravi", Some(&context)), "Plan: {AgentName} {$plan$}, Ravi");
    }

    #[test]
    fn the_customers_language_comes_first() {
        let of = |language: Option<&str>| QuickReply {
            language: language.map(str::to_owned),
            ..canned::quick_reply("a", "A", &[], true)
        };
        let told = [Some("de"), None, Some("en")].map(|own| distance(&of(own), Some("de-AT")));
        assert_eq!(told, [0, 1, 2]);
        assert_eq!(distance(&of(Some("de")), None), 1);
    }

    #[test]
    fn words_are_put_after_the_draft() {
        assert_eq!(added("", "Hi"), "Hi");
        assert_eq!(added("Well,", "Hi"), "Well, Hi");
        assert_eq!(added("Well,\n", "Hi"), "Well,\nHi");
    }
}
