//! What the relay says.

use model::{SendKey, Seq, Timestamp};
use wire::{
    CanResume, CustomerEvent, CustomerState, CustomerToRelay, DecodeError, Frame, Hello, Refusal, RefusalCode,
    RelayToCustomer, Resume, Welcome,
};

use super::{Customer, Effect, Standing};
use crate::link::StopReason;
use crate::outbox::Settled;
use crate::stream::Pushed;

impl Customer {
    pub(super) fn say_hello(&mut self) {
        if let Some(doubt) = &mut self.doubt {
            doubt.is_final = doubt.nobody_starts;
        }
        let resume = match self.standing {
            Standing::Unknown | Standing::AskingStorage | Standing::Joined => self.token.clone(),
            Standing::Idle | Standing::AskingHost { .. } | Standing::Expired => None,
        };
        let resume = resume.map(|token| Resume { token, after: self.stream.shown() });
        let hello = Hello { resume, page: self.page.clone(), ..Hello::of(self.widget.clone()) };
        self.send(&CustomerToRelay::Hello(hello));
    }

    pub(super) fn received(&mut self, now: Timestamp, bytes: &[u8]) {
        let frame = match RelayToCustomer::decode(self.encoding, bytes) {
            Ok(frame) => frame,
            // Newer than this page: not for it.
            Err(DecodeError::Unknown) => return,
            Err(_) => return self.link.distrust_peer(now, &mut self.steps),
        };
        if let RelayToCustomer::Welcome(welcome) = frame {
            self.welcomed(now, &welcome);
            return;
        }
        if !self.link.is_up() {
            self.link.distrust_peer(now, &mut self.steps);
            return;
        }
        match frame {
            RelayToCustomer::Welcome(_) => {}
            RelayToCustomer::Started { key, seq } => self.started(now, key, seq),
            RelayToCustomer::Entries { entries } => {
                let pushed = self.stream.push(now, entries);
                self.took(pushed);
            }
            RelayToCustomer::Snapshot { entries } => {
                let pushed = self.stream.replace(now, entries);
                self.took(pushed);
                self.touched = true;
            }
            RelayToCustomer::Accepted { key, seq } => self.accepted(now, key, seq),
            RelayToCustomer::NotAccepted { key, refusal } => self.not_accepted(now, key, &refusal),
            RelayToCustomer::Refused { refusal } => {
                self.ending = false;
                self.refusal = Some(refusal.code);
                self.touched = true;
            }
            RelayToCustomer::State(state) => self.took_state(now, state),
            RelayToCustomer::Beat { now: relay, head } => {
                self.clock.hear(relay);
                self.stream.head_is(now, head);
                self.link.beaten(&mut self.steps);
            }
            RelayToCustomer::Draining { come_back_after } => self.link.draining(now, come_back_after),
            // Answers to what this client does not ask for.
            RelayToCustomer::Prompt(_)
            | RelayToCustomer::Link { .. }
            | RelayToCustomer::Handover { .. }
            | RelayToCustomer::SignIn { .. }
            | RelayToCustomer::PromptOver
            | RelayToCustomer::Left => {}
        }
    }

    fn welcomed(&mut self, now: Timestamp, welcome: &Welcome) {
        if !self.link.welcomed(now, welcome.heartbeat_every) {
            self.link.distrust_peer(now, &mut self.steps);
            return;
        }
        self.clock.hear(welcome.now);
        self.disconnect_after = Some(welcome.disconnect_after);
        self.state_is_current = false;
        self.touched = true;
        self.outbox.connected();
        let is_other_store = self.epoch.replace(welcome.epoch).is_some_and(|before| before != welcome.epoch);
        match welcome.resume {
            CanResume::Yes => {
                self.join();
                if is_other_store {
                    // What is shown may never have happened there.
                    self.stream.clear();
                    self.send(&CustomerToRelay::Fetch { after: Seq::START });
                }
            }
            CanResume::Expired if self.start.is_some() => self.standing = Standing::Unknown,
            CanResume::Expired => self.ask_storage(),
            CanResume::NotAsked if self.standing == Standing::Unknown && self.start.is_none() => {
                // The token came while this connection was being greeted: ask about it.
                self.link.redial(now, &mut self.steps);
            }
            // Unknown keeps everything; the others are answers to what this client does not ask for.
            CanResume::NotAsked | CanResume::Prompt | CanResume::Unknown { .. } | CanResume::NotYours => {}
        }
    }

    fn join(&mut self) {
        self.joined = true;
        self.doubt = None;
        self.standing = Standing::Joined;
        self.stream.reconnected();
        self.forget_start();
        if self.ending {
            self.send(&CustomerToRelay::End);
        }
    }

    fn forget_start(&mut self) {
        if self.start.take().is_some() {
            self.effects.push(Effect::StoreStart(None));
            self.outbox_is_dirty = true;
        }
    }

    fn started(&mut self, now: Timestamp, key: SendKey, seq: Seq) {
        if !self.joined {
            self.join();
        }
        self.accepted(now, key, seq);
    }

    fn accepted(&mut self, now: Timestamp, key: SendKey, seq: Seq) {
        self.stream.head_is(now, seq);
        if self.outbox.accepted(key, seq, self.stream.shown()) == Settled::Accepted {
            self.outbox_is_dirty = true;
            self.touched = true;
        }
    }

    fn not_accepted(&mut self, now: Timestamp, key: SendKey, refusal: &Refusal) {
        if refusal.code == RefusalCode::AlreadyStarted && self.start.is_some() {
            // Another try of ours came through: resume what it started.
            self.outbox.lost();
            self.link.redial(now, &mut self.steps);
            return;
        }
        if self.outbox.refused(now, key, refusal) == Settled::Refused {
            self.outbox_is_dirty = true;
            self.touched = true;
        }
    }

    fn took(&mut self, pushed: Pushed) {
        if let Some(after) = pushed.ask_after {
            self.send(&CustomerToRelay::Fetch { after });
        }
        if pushed.added == 0 {
            return;
        }
        self.touched = true;
        let entries = self.stream.entries();
        let mut settled = false;
        for entry in &entries[entries.len() - pushed.added..] {
            if let CustomerEvent::Mine { key, .. } = entry.event {
                settled |= self.outbox.arrived(key) == Settled::Accepted;
            }
        }
        self.outbox.shown(self.stream.shown());
        if settled {
            self.outbox_is_dirty = true;
        }
    }

    fn took_state(&mut self, now: Timestamp, state: CustomerState) {
        let is_older = self.state_is_current && self.state.as_ref().is_some_and(|known| known.version > state.version);
        if is_older {
            return;
        }
        self.stream.head_is(now, state.head);
        self.read = self.read.max(state.read_by_customer);
        // A mark is not answered, and may have met a relay that could not save it: what the relay knows is what counts.
        self.read_sent = self.read_sent.min(state.read_by_customer);
        if matches!(state.phase, wire::Phase::Ended { .. }) {
            self.ending = false;
        }
        self.state_is_current = true;
        if self.state.as_ref() != Some(&state) {
            self.state = Some(state);
            self.touched = true;
        }
    }

    /// The link was stopped by a close code: some of them ask for more than staying away.
    pub(super) fn stopped(&mut self, reason: StopReason) {
        if reason == StopReason::VersionUnsupported {
            self.store_draft();
            self.effects.push(Effect::Reload);
        }
    }
}
