//! What the owner must be told at the end of an event, and when to come back.

use model::{Millis, Timestamp};

use super::{Customer, DRAFT_PAUSE, Effect, HOST_WITHIN, HostEvent, NOTICEABLE_AFTER, Standing};
use crate::link::LONG_OUTAGE_AFTER;

/// A customer counts as away after this long without a connection.
const AWAY_AFTER: Millis = Millis::seconds(10);

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
        self.tell_listeners(now);
        let live = self.is_live();
        if self.told_live != Some(live) && (live || self.told_live.is_some()) {
            self.told_live = Some(live);
            self.effects.push(Effect::Sites { sites: self.sites.clone(), live });
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

    fn tell_listeners(&mut self, now: Timestamp) {
        let is_late = self.is_too_late();
        if core::mem::replace(&mut self.told_late, is_late) != is_late && is_late {
            self.effects.push(Effect::HostEvent(HostEvent::Expired));
        }
        let loss = match self.troubled_since().filter(|_| self.standing != Standing::Idle) {
            Some(since) if since + AWAY_AFTER <= now => Some(HostEvent::Away),
            Some(since) if since + NOTICEABLE_AFTER <= now => Some(HostEvent::Reconnecting),
            Some(_) | None => None,
        };
        if loss == self.told_loss {
            return;
        }
        let was_lost = core::mem::replace(&mut self.told_loss, loss).is_some();
        let event = loss.or_else(|| (was_lost && self.joined).then_some(HostEvent::Reconnected));
        self.effects.extend(event.map(Effect::HostEvent));
    }

    fn next_wake(&self, now: Timestamp) -> Option<Timestamp> {
        let outbox = self.outbox.wake_at().filter(|_| self.link.is_up() && (self.joined || self.may_start()));
        let stream = self.stream.wake_at().filter(|_| self.joined);
        let draft = self.draft_dirty_since.map(|since| since + DRAFT_PAUSE);
        let host = if let Standing::AskingHost { since } = self.standing { Some(since + HOST_WITHIN) } else { None };
        let doubt = self.doubt.filter(|doubt| self.link.is_up() && !doubt.nobody_starts).map(|doubt| doubt.until);
        let shown = self
            .troubled_since()
            .into_iter()
            .flat_map(|since| [since + NOTICEABLE_AFTER, since + AWAY_AFTER, since + LONG_OUTAGE_AFTER])
            .find(|at| *at > now);
        let retry = self.retry_at.filter(|_| self.link.is_up());
        let sign_in = self.sign_in.wake_at();
        [self.link.wake_at(), outbox, stream, draft, host, doubt, shown, retry, sign_in].into_iter().flatten().min()
    }
}
