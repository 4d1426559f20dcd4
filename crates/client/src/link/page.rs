//! A page that is hidden away, comes back, or changes networks.

use model::Timestamp;
use wire::CloseCode;

use super::{FRESH_WITHIN, Link, PROBE_WITHIN, PageEvent, State, Steps};

impl Link {
    /// Something happened to the page.
    pub fn page(&mut self, now: Timestamp, event: PageEvent, steps: &mut Steps) {
        match event {
            PageEvent::Hidden => {}
            PageEvent::Offline => {
                self.offline = true;
                self.check(now, steps);
            }
            PageEvent::Online => {
                self.offline = false;
                self.come_back(now, steps);
            }
            PageEvent::Visible => self.come_back(now, steps),
            PageEvent::Parked => {
                if !matches!(self.state, State::Idle | State::Stopped(_)) {
                    self.drop_socket(CloseCode::Parked.number(), State::Parked, steps);
                }
            }
            PageEvent::Restored => self.restored(now, steps),
        }
    }

    /// The page is looked at again, or the network is back: the old socket is distrusted unless it spoke just now.
    fn come_back(&mut self, now: Timestamp, steps: &mut Steps) {
        match self.state {
            State::Up { .. } if now.since(self.last_heard) <= FRESH_WITHIN => self.probe(now, PROBE_WITHIN, steps),
            State::Up { .. } => {
                self.drop_socket(CloseCode::ClientWatchdog.number(), State::Idle, steps);
                self.dial(now, steps);
            }
            State::Waiting { .. } | State::Dialing { .. } => self.try_now(now, steps),
            State::Idle | State::Greeting { .. } | State::Parked | State::Stopped(_) => {}
        }
    }

    /// The browser says that there is no network: find out about the socket soon.
    fn check(&mut self, now: Timestamp, steps: &mut Steps) {
        if self.is_up() {
            self.probe(now, PROBE_WITHIN, steps);
        }
    }

    /// The page runs again: whatever socket it still has is not to be believed, whatever its state says.
    fn restored(&mut self, now: Timestamp, steps: &mut Steps) {
        if matches!(self.state, State::Idle | State::Stopped(_)) {
            return;
        }
        self.drop_socket(CloseCode::ClientWatchdog.number(), State::Idle, steps);
        if self.wanted {
            self.lost_at = Some(now);
            self.dial(now, steps);
        }
    }
}
