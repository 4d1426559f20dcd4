//! End to end in Chromium, Firefox and WebKit: what "the chat survives" means, seen by the two people in it.
//!
//! `cargo xtask test --only browser` builds what these need and runs them one at a time. Every picture that is taken goes to
//! `target/screenshots`. Everything runs in Chromium; the list below says what runs in the other two as well.

use anyhow::Result;
use rejoin_tests::browser::Engine;

#[path = "browser/access.rs"]
mod access;
#[path = "browser/admin.rs"]
mod admin;
#[path = "browser/asked.rs"]
mod asked;
#[path = "browser/clocks.rs"]
mod clocks;
#[path = "browser/conversation.rs"]
mod conversation;
#[path = "browser/defaults.rs"]
mod defaults;
#[path = "browser/desk.rs"]
mod desk;
#[path = "browser/harness.rs"]
mod harness;
#[path = "browser/hosts.rs"]
mod hosts;
#[path = "browser/oddities.rs"]
mod oddities;
#[path = "browser/pages.rs"]
mod pages;
#[path = "browser/pictures.rs"]
mod pictures;
#[path = "browser/reconnect.rs"]
mod reconnect;
#[path = "browser/storage.rs"]
mod storage;
#[path = "browser/supervise.rs"]
mod supervise;
#[path = "browser/told.rs"]
mod told;
#[path = "browser/windows.rs"]
mod windows;

/// Makes a test of each scenario in each browser. Firefox and WebKit always run the first ones; `Engine::leaves_out` says when the rest.
macro_rules! everywhere {
    (first: [$($first:tt)*], rest: [$($rest:tt)*]) => {
        everywhere!(chromium, Chromium, [$($first)*], [$($rest)*]);
        everywhere!(firefox, Firefox, [$($first)*], [$($rest)*]);
        everywhere!(webkit, WebKit, [$($first)*], [$($rest)*]);
    };
    ($browser:ident, $engine:ident, [$($first:tt)*], [$($rest:tt)*]) => {
        mod $browser {
            use super::{Engine, Result};

            everywhere!(true, $engine, $($first)*);
            everywhere!(false, $engine, $($rest)*);
        }
    };
    ($is_first:literal, $engine:ident, $($module:ident::$scenario:ident,)*) => {
        $(
            #[tokio::test]
            async fn $scenario() -> Result<()> {
                if let Some(why) = Engine::$engine.leaves_out($is_first) {
                    println!("skipped: {} in {}: {why}", stringify!($scenario), Engine::$engine);
                    return Ok(());
                }
                super::$module::$scenario(Engine::$engine).await
            }
        )*
    };
}

everywhere! {
    first: [
        conversation::a_conversation_survives_the_next_page_a_reload_a_second_tab_and_back,
        reconnect::a_link_brings_back_on_another_device_to_the_same_agent_and_words,
        reconnect::a_plain_link_takes_the_conversation_to_another_site,
    ],
    rest: [
        conversation::a_killed_relay_loses_nothing,
        reconnect::a_link_opened_while_another_device_is_connected_joins_and_both_are_told,
        reconnect::a_link_after_the_limit_says_so_and_starts_nothing,
        reconnect::a_dead_link_is_sent_to_the_redirection_url,
        reconnect::a_signed_in_customer_is_asked_and_continues_or_starts_anew,
    ]
}

/// Messages as the transcript must show them.
fn messages(all: &[&str]) -> Vec<String> {
    all.iter().map(|message| (*message).to_owned()).collect()
}
