//! The relay as a process on a free port, and real clients.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test waits for one kind of frame among many")]

mod acting;
mod api_docs;
mod command_line;
mod conversation;
mod crowd;
mod described;
mod disk;
mod embedding;
mod http;
mod matrix;
mod messages;
mod notes;
mod objects;
mod people;
mod portal;
mod pre_chat;
mod presences;
mod provider;
mod quick_replies;
mod reconnect;
mod reload;
mod reports;
mod sockets;
mod staff;
mod stop;
mod support;
mod tokens;
mod webhooks;
