//! How long a link waits for what.

use model::Millis;

/// A dial that has not opened after this long is given up.
pub const OPEN_WITHIN: Millis = Millis::seconds(8);
/// A heartbeat of our own that asks whether the socket still lives is answered within this, or the socket is distrusted.
pub const PROBE_WITHIN: Millis = Millis::seconds(5);
/// A socket from which a frame came this recently is probed, not replaced, when the page comes back.
pub const FRESH_WITHIN: Millis = Millis::seconds(15);
/// The first step of the back-off.
pub const BACK_OFF_BASE: Millis = Millis(500);
/// No wait is shorter.
pub const BACK_OFF_FLOOR: Millis = Millis(100);
/// No wait is longer in the first [`EARLY`] of an outage: the people at both ends still look at the screen.
pub const BACK_OFF_CAP_EARLY: Millis = Millis::seconds(3);
/// No wait is longer afterwards, nor while the browser says that it is offline.
pub const BACK_OFF_CAP: Millis = Millis::seconds(30);
/// How long an outage is young.
pub const EARLY: Millis = Millis::seconds(30);
/// A connection that lasted this long forgives all earlier failures.
pub const STABLE_AFTER: Millis = Millis::minutes(1);
/// A connection that lasted this long was really there: it may be replaced at once when the relay asks for it, and its loss begins a
/// new outage.
pub const SETTLED_AFTER: Millis = Millis::seconds(10);
/// One in so many failed dials makes its machine ask whether something else than the network is in the way.
pub(super) const DIALS_PER_QUESTION: u32 = 4;
/// An outage this long is worth telling other ways of reaching the owner (product 3).
pub const LONG_OUTAGE_AFTER: Millis = Millis::seconds(60);
