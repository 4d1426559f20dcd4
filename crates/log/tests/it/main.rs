//! The log from outside. One binary: every test binary more costs a link.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]
#![expect(unused_must_use, reason = "a test looks at what it is about")]

mod coming_back;
mod commit;
mod contract;
mod damage;
mod faults;
mod fold;
mod full;
mod golden;
mod growth;
mod kill;
mod schema;
mod shop;
mod simulation;
mod support;
