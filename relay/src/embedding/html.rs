//! As much of HTML as is needed to find tags with their attributes. It decides nothing but what an admin is told.

/// One start tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag {
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute; empty where it has none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// All start tags of a name, outside of comments.
pub(super) fn tags(html: &str, name: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(after) = strip_name(rest, name) else { continue };
        let (tag, left) = attributes(after);
        found.push(tag);
        rest = left;
    }
    found
}

fn strip_name<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (start, after) = (text.get(..name.len())?, &text[name.len()..]);
    let ends = after.starts_with(|letter: char| letter.is_ascii_whitespace() || letter == '>' || letter == '/');
    (start.eq_ignore_ascii_case(name) && ends).then_some(after)
}

fn attributes(text: &str) -> (Tag, &str) {
    let mut attributes = Vec::new();
    let mut rest = text.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
    while !rest.is_empty() && !rest.starts_with('>') {
        let end = rest.find(|letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '>' | '/'));
        let end = end.unwrap_or(rest.len()).max(1).min(rest.len());
        let end = (end..=rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = read_value(after.trim_start());
        }
        attributes.push((name, value));
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
    }
    (Tag { attributes }, rest)
}

fn read_value(text: &str) -> (String, &str) {
    let quote = text.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    let (value, rest) = match quote {
        Some(quote) => {
            let inner = &text[1..];
            inner.split_once(quote).unwrap_or((inner, ""))
        }
        None => {
            let end = text.find(|letter: char| letter.is_ascii_whitespace() || letter == '>').unwrap_or(text.len());
            text.split_at(end)
        }
    };
    (value.replace("&amp;", "&").replace("&quot;", "\"").replace("&#39;", "'"), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_as_people_write_them() {
        let html = "<!doctype html><!-- <script src=hidden> --><SCRIPT async src='https://c.example/rejoin.js' data-widget=shop></script>\n\
                    <scripted src=no><script\n  data-widget = \"a&amp;b\" src=\"/x.js\"/><script>if (a<b) {}</script><script src=\"open";
        let found = tags(html, "script");
        let told: Vec<(Option<&str>, Option<&str>)> =
            found.iter().map(|tag| (tag.get("src"), tag.get("data-widget"))).collect();
        let expected = [
            (Some("https://c.example/rejoin.js"), Some("shop")),
            (Some("/x.js"), Some("a&b")),
            (None, None),
            (Some("open"), None),
        ];
        assert_eq!(told, expected);
        assert_eq!(found[0].get("async"), Some(""));
    }

    #[test]
    fn nothing_that_a_server_sends_is_too_much() {
        for html in [
            "<",
            "<script",
            "<script ",
            "<script =",
            "<script ü=ü",
            "<script a='",
            "<!--",
            "<script <script>",
            "<script é",
        ] {
            let _ = tags(html, "script");
        }
    }
}
