//! The browser's half of the rules, pure: what a widget and a console do when sockets open and break, pages hide and come
//! back, people write, and the relay answers. No Yew, no web-sys, no clock, no randomness, no storage.
//!
//! [`customer::Customer`] and [`agent::Console`] are the two machines. Each has one door, `handle(now, event) -> effects`,
//! and a view that can be read between two events. Whoever owns a machine
//!
//! 1. turns everything that happens into an event (socket, page lifecycle, timer, a person's act), with fresh random
//!    values where the event asks for them;
//! 2. carries out the effects in order;
//! 3. draws the view when [`revision`](customer::Customer::revision) has grown;
//! 4. comes back with `Wake` at the latest instant that an effect `WakeAt` named (a new one replaces the older one; too
//!    early or twice does no harm).
//!
//! `now` is the browser's clock in milliseconds since 1970. It may be wrong and may jump; clocks that people see are in the
//! relay's time, see `relay_now`.
//!
//! The parts: [`link`] is one connection that is always being kept alive, [`outbox`] holds words until they are durable,
//! [`stream`] is what has arrived, without holes and duplicates.

pub mod agent;
mod clock;
pub mod customer;
pub mod group;
pub mod link;
pub mod outbox;
pub mod stream;

pub use link::{Connection, PageEvent, SocketEffect, SocketEvent, SocketId, StopReason};
pub use outbox::{SendState, Unsent};
