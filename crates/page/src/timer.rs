//! One alarm that can be set again.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use model::{Millis, Timestamp};

use crate::clock;

/// `setTimeout` takes no more; the alarm then rings early, which its owner has to bear anyway.
const SPAN_MAX: Millis = Millis::hours(24);

/// Rings once, at the time last set. It may ring early or late: its owner looks at the clock.
#[derive(Default)]
pub struct Alarm {
    running: RefCell<Option<Timeout>>,
}

impl Alarm {
    /// Sets the alarm to ring at `at`, instead of when it was set to before.
    pub fn set(&self, at: Timestamp, ring: Rc<dyn Fn()>) {
        let span = at.since(clock::now()).min(SPAN_MAX);
        #[expect(clippy::cast_possible_truncation, reason = "a day in milliseconds fits in 32 bits")]
        let timeout = Timeout::new(span.0 as u32, move || ring());
        // The old one is dropped, which clears it.
        self.running.replace(Some(timeout));
    }

    /// Lets it not ring.
    pub fn clear(&self) {
        self.running.replace(None);
    }
}
