//! Between what the rules of the desk must be: what checks them and what describes them name the same.

use core::ops::RangeInclusive;

use crate::Millis;

/// Units that one conversation takes.
pub const COST: RangeInclusive<i32> = 1..=100;
/// Units that an agent can carry.
pub const CAPACITY: RangeInclusive<i32> = 0..=1_000;
/// A set time for which wrap-up blocks capacity.
pub const WRAP_UP_BLOCK: RangeInclusive<Millis> = Millis::seconds(30)..=Millis::minutes(60);
/// How long an offer stands.
pub const OFFER_FOR: RangeInclusive<Millis> = Millis::seconds(5)..=Millis::hours(1);
/// How often one agent is offered one conversation.
pub const OFFERS_PER_AGENT: RangeInclusive<u8> = 1..=5;
/// When an away customer counts as disconnected.
pub const DISCONNECT_AFTER: RangeInclusive<Millis> = Millis::seconds(3)..=Millis::hours(24);
/// How long the previous agent is kept.
pub const HOLD_FOR: RangeInclusive<Millis> = Millis::ZERO..=Millis::hours(24);
/// How long a customer may come back.
pub const RECONNECT_LIMIT: RangeInclusive<Millis> = Millis::seconds(1)..=Millis::hours(7 * 24);
/// The longest wait that a queue can allow.
pub const WAIT: RangeInclusive<Millis> = Millis::minutes(1)..=Millis::hours(48);
