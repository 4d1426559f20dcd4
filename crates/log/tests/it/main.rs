//! The log from outside. One binary: every test binary more costs a link.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod contract;
mod damage;
mod faults;
mod full;
mod golden;
mod kill;
mod schema;
mod support;
