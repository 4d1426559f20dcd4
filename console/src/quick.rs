//! Quick replies: what is found by words and tags, and how their slugs are filled.

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
pub fn filled(reply: &QuickReply, customer: Option<&str>, agent: &str) -> String {
    let text = reply.text.replace("{CustomerName}", customer.unwrap_or_default()).replace("{AgentName}", agent);
    without_variables(&text)
}

fn without_variables(text: &str) -> String {
    let mut rest = text;
    let mut filled = String::with_capacity(text.len());
    while let Some(start) = rest.find("{$") {
        let Some(length) = rest[start..].find("$}") else { break };
        filled.push_str(&rest[..start]);
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
        assert_eq!(filled(&reply, Some("Mia"), "Ravi"), "Hello Mia, Ravi here. {ReconnectUrl}");
        assert_eq!(without_variables("{$open and {$A$}B"), "B");
        assert_eq!(without_variables("a {$"), "a {$");
    }

    #[test]
    fn words_are_put_after_the_draft() {
        assert_eq!(added("", "Hi"), "Hi");
        assert_eq!(added("Well,", "Hi"), "Well, Hi");
        assert_eq!(added("Well,\n", "Hi"), "Well,\nHi");
    }
}
