//! The browser's rules as small scripts: an event, and exactly what is done because of it.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    clippy::needless_pass_by_value,
    reason = "a script reads better without ceremony, and a test that meets a surprise is to fail"
)]

extern crate rejoin_client as client;

mod console;
mod link;
mod outbox;
mod stand;
mod story;
mod stream;
mod widget;
mod widget_comeback;
mod widget_network;
mod widget_pre_chat;
mod widget_tabs;
mod widget_told;
