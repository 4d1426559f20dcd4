//! What the owner must be told at the end of an event, and when to come back.

use model::Timestamp;

use super::{Customer, DRAFT_PAUSE, Effect, HOST_WITHIN, NOTICEABLE_AFTER, Standing};
use crate::link::LONG_OUTAGE_AFTER;

impl Customer {
    /// Closes the handling of an event: what the owner must be told because of it.
    pub(super) fn tell(&mut self, now: Timestamp) -> Vec<Effect> {
        let badge = (self.unread(), self.is_noticeable(now) && self.standing != Standing::Idle);
        if badge != self.told_badge {
            self.told_badge = badge;
            self.effects.push(Effect::Badge { unread: badge.0, reconnecting: badge.1 });
        }
        let host = self.host_state(now);
        if host != self.told_host {
            self.told_host = host;
            self.effects.push(Effect::HostState(host));
        }
        if core::mem::take(&mut self.touched) {
            self.revision += 1;
            self.effects.push(Effect::Changed);
        }
        let wake = self.next_wake(now);
        if let Some(at) = wake
            && wake != self.told_wake
        {
            self.told_wake = wake;
            self.effects.push(Effect::WakeAt(self.clock.raw(at)));
        }
        core::mem::take(&mut self.effects)
    }

    fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let outbox = self.outbox.wake_at().filter(|_| self.link.is_up() && (self.joined || self.may_start()));
        let stream = self.stream.wake_at().filter(|_| self.joined);
        let draft = self.draft_dirty_since.map(|since| since + DRAFT_PAUSE);
        let host = if let Standing::AskingHost { since } = self.standing { Some(since + HOST_WITHIN) } else { None };
        let doubt = self.doubt.filter(|doubt| self.link.is_up() && !doubt.nobody_starts).map(|doubt| doubt.until);
        let shown = self
            .link
            .lost_at()
            .into_iter()
            .flat_map(|lost| [lost + NOTICEABLE_AFTER, lost + LONG_OUTAGE_AFTER])
            .find(|at| *at > now);
        [self.link.wake_at(), outbox, stream, draft, host, doubt, shown].into_iter().flatten().min()
    }
}
