//! One message. Text is never HTML; addresses in it become links.

use yew::prelude::*;

use super::press;
use crate::view::{Choice, Hands, MessageView, Standing};

/// A bubble.
pub(super) fn bubble(view: &MessageView, hands: &Hands) -> Html {
    let (standing, failed) = match &view.standing {
        Standing::Said => (None, None),
        Standing::Waiting => (Some("waiting"), None),
        Standing::Failed { why, choices } => (Some("failed"), Some(failed(why, choices, hands))),
    };
    html! {
        <div key={view.key.as_str()} class="said">
            <p class="bubble" dir="auto" data-standing={standing}>{ for pieces(&view.text).map(|piece| draw(&piece)) }</p>
            { failed }
        </div>
    }
}

fn failed(why: &AttrValue, choices: &[Choice], hands: &Hands) -> Html {
    let button = |choice: &Choice| {
        html! {
            <button type="button" class="link" onclick={press(hands, choice.act.clone())}>{ &choice.words }</button>
        }
    };
    html! { <p class="failed"><span>{ why }</span>{ for choices.iter().map(button) }</p> }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

fn draw(piece: &Piece<'_>) -> Html {
    match piece {
        Piece::Text(text) => html! { { text } },
        Piece::Link(address) => html! {
            <a href={(*address).to_owned()} target="_blank" rel="noopener noreferrer nofollow">{ address }</a>
        },
    }
}

/// Cuts a text into words that are addresses and everything else. Only http and https; the dot that ends a sentence and the
/// bracket around an address are not of it.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (start, end) = link(rest).unwrap_or((rest.len(), rest.len()));
        let cut = if start == 0 { end } else { start };
        let (piece, after) = rest.split_at(cut);
        rest = after;
        Some(if start == 0 { Piece::Link(piece) } else { Piece::Text(piece) })
    })
}

fn link(text: &str) -> Option<(usize, usize)> {
    for (start, _) in text.char_indices().filter(|(_, one)| *one == 'h') {
        let word = text[start..].split(char::is_whitespace).next().unwrap_or_default();
        let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'', '”', '“']);
        let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or_default();
        if host.starts_with(|first: char| first.is_ascii_alphanumeric() || !first.is_ascii()) {
            return Some((start, start + address.len()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<&str> {
        let all: Vec<_> = pieces(text).collect();
        let whole: String = all.iter().map(|(Piece::Text(part) | Piece::Link(part))| *part).collect();
        assert_eq!(whole, text, "nothing is lost");
        all.into_iter()
            .filter_map(|piece| if let Piece::Link(address) = piece { Some(address) } else { None })
            .collect()
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(links("see https://shop.example/a?b=1#c."), ["https://shop.example/a?b=1#c"]);
        assert_eq!(links("(http://a.example) and\nhttps://b.example, ok"), ["http://a.example", "https://b.example"]);
        assert_eq!(links("https://ä.example/ü"), ["https://ä.example/ü"]);
    }

    #[test]
    fn nothing_else_does() {
        for text in
            ["", "http", "http://", "https:// x", "httpx://a", "javascript:alert(1)", "ftp://a", "HTTP", "http://)"]
        {
            assert!(links(text).is_empty(), "{text}");
        }
    }
}
