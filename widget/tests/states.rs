//! Every state of the gallery, drawn on the host: what is said, what can be pressed, how it is named.

use model::Timestamp;
use rejoin_widget::gallery::states;
use rejoin_widget::parts::chat;
use rejoin_widget::show::{Calendar, show};
use rejoin_widget::view::{ChatView, Hands};
use rejoin_widget::words::{self, Words};
use yew::prelude::*;

struct Utc;

impl Calendar for Utc {
    fn time_of_day(&self, at: Timestamp) -> String {
        let minutes = at.0 / 60_000 % 1_440;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    fn day(&self, at: Timestamp) -> String {
        format!("day {}", self.day_number(at))
    }

    fn day_number(&self, at: Timestamp) -> i64 {
        (at.0 / 86_400_000).cast_signed()
    }
}

#[derive(Clone, PartialEq, Properties)]
struct Props {
    view: ChatView,
    words: &'static Words,
}

#[component]
fn Drawn(props: &Props) -> Html {
    chat(&props.view, &Hands { words: props.words, act: Callback::noop() })
}

fn view(name: &str, words: &'static Words) -> ChatView {
    let state =
        states(words.lang).into_iter().find(|state| state.name == name).unwrap_or_else(|| panic!("no state {name}"));
    show(&state.customer, words, &Utc, state.now, state.local)
}

async fn draw(name: &str, lang: &str) -> String {
    let (name, words) = (name.to_owned(), words::of(lang));
    let props = move || Props { view: view(&name, words), words };
    yew::ServerRenderer::<Drawn>::with_props(props).hydratable(false).render().await
}

/// Checks that a state says all of these, in this order.
async fn says(name: &str, wanted: &[&str]) {
    let drawn = draw(name, "en").await;
    let mut rest = drawn.as_str();
    for words in wanted {
        let Some(at) = rest.find(words) else { panic!("{name}: {words:?} is missing, or too early, in {drawn}") };
        rest = &rest[at + words.len()..];
    }
}

#[tokio::test]
async fn before_an_agent_is_there() {
    says("first-screen", &["Chat with us", "How can we help?", "aria-label=\"Write a message\"", "disabled"]).await;
    says("finding", &["Finding your conversation", "class=\"skeleton\""]).await;
    says("starting", &["role=\"log\"", "Hi! My order 48213", "Sending"]).await;
    says("in-queue", &["You are 3rd in line", "Sent", "You can look around meanwhile"]).await;
    says("next-in-line", &["You are next in line"]).await;
    says("still-waiting", &["alertdialog", "Still waiting?", "closes at 14:22", "Yes, keep my place"]).await;
}

#[tokio::test]
async fn while_an_agent_is_there() {
    says(
        "talking",
        &["data-dot=\"here\"", "Ravi Kumar", "End conversation", "Today", "Ravi Kumar joined", "14:04 · Sent"],
    )
    .await;
    says("talking", &["href=\"https://track.example/48213\"", "rel=\"noopener noreferrer nofollow\""]).await;
    says("typing", &["Read", "Ravi Kumar is writing"]).await;
    says("agent-away", &["Ravi Kumar's connection dropped. We're waiting for Ravi Kumar until 14:12."]).await;
    says("rate-limited", &["data-standing=\"waiting\"", "Sent again in 6\u{a0}s"]).await;
    says("failed", &["data-standing=\"failed\"", "Not sent · this conversation is full", "Try again", "Remove"]).await;
    says("asked-to-end", &["alertdialog", "End this conversation?", "End conversation", "Keep talking"]).await;
}

#[tokio::test]
async fn in_trouble() {
    says(
        "offline",
        &["Your place is kept", "You're offline.", "kept and sent when you're back", "Try now", "Waiting to send"],
    )
    .await;
    says("reconnecting", &["The connection is lost.", "Try now", "They do have it!", "Waiting to send"]).await;
    says("unreachable", &["The chat can't be reached right now.", "Try now"]).await;
    says("storage-blocked", &["Your browser keeps nothing for this site."]).await;
    says("switched-off", &["This chat is switched off."]).await;
}

#[tokio::test]
async fn after_the_end() {
    says("ended-by-agent", &["Conversation ended", "Today, 14:06", "Ravi Kumar ended the conversation", "Start new"])
        .await;
    says("ended-by-customer", &["You ended the conversation", "It ended at 14:06.", "Start new"]).await;
    let late =
        ["Hello?", "Not sent · the conversation had ended", "You were away for more than 3 minutes", "ended at 14:06"];
    says("away-too-long", &late).await;
    says("away-too-long", &["Your words are kept: start again and they come along.", "Start new"]).await;
    says("nobody-came", &["Nobody was free in time", "Start new"]).await;
    says("force-closed", &["A supervisor closed the conversation", "This conversation was closed", "Start new"]).await;
    says("out-of-hours", &["outside our opening hours", "Nobody is here right now", "Start new"]).await;
    says("queue-full", &["Everybody is busy", "Too many people are waiting", "Start new"]).await;
    says("waited-too-long", &["Everybody is busy", "Nobody was free in time", "Start new"]).await;
    says("expired", &["This conversation is no longer kept", "Start new"]).await;
    for state in ["ended-by-agent", "away-too-long", "expired"] {
        assert!(!draw(state, "en").await.contains("<textarea"), "{state}: nobody writes after the end");
    }
}

#[tokio::test]
async fn back_after_a_disconnect() {
    says(
        "prompt",
        &[
            "Welcome back",
            "Ravi Kumar is keeping your place",
            "Continue with Ravi Kumar where you left off?",
            "role=\"timer\"",
            "Ravi Kumar keeps your place for ",
            "<b>8:42</b>",
            "data-kind=\"primary\"",
            "Continue conversation",
            "Start new",
            "Starting new ends the earlier conversation.",
        ],
    )
    .await;
    says("prompt-last-words", &["<b>8:42</b>", "<blockquote", "The courier left it", "Continue conversation"]).await;
    says("prompt-after-hold", &["Your conversation is kept", "You can continue until ", "Ravi Kumar is asked first"])
        .await;
    says("prompt-near-limit", &["Your time to continue is almost over.", "0:54 left.", "2 more minutes"]).await;
    says("prompt-elsewhere", &["Continue your conversation here?", "Continue conversation", "Start new"]).await;
    says("prompt-elsewhere-question", &["End the conversation that is going on?", "Start new", "Keep it"]).await;
    says("prompt-over", &["The time to continue is over", "Start new"]).await;
    says("late-with-redirect", &["You were away for more than 3 minutes", "Start new", "Go to help.example.com"]).await;
    says("checking-sign-in", &["Finding your conversation", "Still checking your sign-in."]).await;
    for state in ["prompt", "prompt-elsewhere", "prompt-over", "dead-link", "link-of-someone-else"] {
        let drawn = draw(state, "en").await;
        assert!(!drawn.contains("<textarea") && !drawn.contains("aria-label=\"End conversation\""), "{state}");
    }
}

#[tokio::test]
async fn reconnect_links() {
    let what = "This link brings you back to Ravi Kumar and this conversation, on any device.";
    says("link-offered", &["If we get cut off", what, "Copy link", "aria-expanded=\"false\"", "Show QR code"]).await;
    says("link-copied", &["Copied", "Show QR code"]).await;
    says(
        "link-code",
        &["aria-expanded=\"true\"", "Hide QR code", "role=\"img\"", "QR code of the link", "M0 0h7v1h-7z"],
    )
    .await;
    says("link-not-copied", &["did not allow copying", "value=\"https://shop.example/help#rejoin="]).await;
    says("link-refused", &["role=\"alert\"", "There is no link to be had right now."]).await;
    for state in ["link-offered", "link-copied", "link-code"] {
        assert!(!draw(state, "en").await.contains("#rejoin="), "{state}: the address is shown only where it must be");
    }
    says("other-device", &["Another device joined this conversation"]).await;
    says("dead-link", &["This link no longer works", "The conversation that it led to is over", "Start new"]).await;
    says("dead-link-redirected", &["Taking you to help.example.com…", "Go to help.example.com"]).await;
    assert!(!draw("dead-link-redirected", "en").await.contains("Start new"), "no conversation starts");
    says(
        "dead-link-beside",
        &["The link you opened no longer works.", "This conversation goes on.", "OK", "<textarea"],
    )
    .await;
    says("link-to-another", &["alertdialog", "Go to the other conversation?", "Go to that one", "Stay"]).await;
    says("link-of-someone-else", &["This link is for another account", "Start new"]).await;
    says("link-of-someone-else-beside", &["The link you opened is for another account.", "<textarea"]).await;
}

#[tokio::test]
async fn what_the_relay_tells_by_itself() {
    says("wait-minutes", &["You are 3rd in line", "About 7 min. You can look around meanwhile"]).await;
    says("wait-hours", &["About 2 h. You can"]).await;
    says("wait-hours-minutes", &["About 1 h 35 min. You can"]).await;
    let asked = "One moment: somebody is about to answer you.";
    says("agent-asked", &["You are next in line", asked, "About 2 min. You can", "role=\"status\"", asked]).await;
    says("nobody-available", &["Nobody is here to answer at the moment. What you write is kept. About"]).await;
    says("transferred", &["Ravi Kumar joined", "Ravi Kumar left", "Ana Silva took over"]).await;
    let notice = "class=\"notice\">This conversation may be monitored or recorded.";
    says("monitored-first-screen", &[notice, "How can we help?", "<textarea"]).await;
    says("monitored", &[notice, "role=\"log\"", "<textarea"]).await;
    says("told-at-length", &["role=\"note\"", "class=\"notice\"", "3rd: https://shop.example/"]).await;
    // Switched off: a neutral line where silence would not be honest, else nothing.
    says("place-is-off", &["You're in line", "One moment", "You can look around meanwhile"]).await;
    for (state, words) in [("place-is-off", "3rd"), ("place-is-off", "About"), ("joined-is-off", "joined")] {
        assert!(!draw(state, "en").await.contains(words), "{state}: {words}");
    }
    assert!(!draw("talking", "en").await.contains("role=\"note\""), "the notice is off by default");
    assert!(draw("wait-minutes", "de").await.contains("Noch etwa 7 min."));
}

#[tokio::test]
async fn no_state_has_inline_styles_and_all_are_drawn_in_every_language() {
    for state in states("en") {
        for lang in ["en", "de", "ar"] {
            let drawn = draw(state.name, lang).await;
            assert!(!drawn.contains(" style="), "{}: our own policy refuses inline styles", state.name);
            assert!(!drawn.contains("{}") && !drawn.contains("{0}"), "{} in {lang}: a value is missing", state.name);
            assert!(drawn.contains("role=\"status\""), "{} in {lang}", state.name);
        }
    }
}
