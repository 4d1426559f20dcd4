//! What the relay says.

use model::{SendKey, Seq, Timestamp};
use wire::{
    CanResume, CustomerEvent, CustomerState, CustomerToRelay, DecodeError, Frame, Hello, Refusal, RefusalCode,
    RelayToCustomer, Resume, Welcome,
};

use super::{Customer, Effect, ReconnectLink, Standing};
use crate::link::StopReason;
use crate::outbox::Settled;
use crate::stream::Pushed;

impl Customer {
    pub(super) fn say_hello(&mut self) {
        if let Some(doubt) = &mut self.doubt {
            doubt.is_final = doubt.nobody_starts;
        }
        let resume = match self.standing {
            Standing::Unknown | Standing::AskingStorage | Standing::Joined | Standing::Prompted => self.token.clone(),
            Standing::Idle | Standing::AskingHost { .. } | Standing::Expired | Standing::Late(_) => None,
        };
        let resume = resume.map(|token| Resume { token, after: self.stream.shown() });
        let hello = Hello {
            widget: self.widget.clone(),
            resume,
            page: self.page.clone(),
            arrival: self.arrival.clone(),
            sign_in: self.sign_in.jwt(),
        };
        let hello = CustomerToRelay::HelloWith { hello, language: self.language.take() };
        self.send(&hello);
        if let CustomerToRelay::HelloWith { language, .. } = hello {
            self.language = language;
        }
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
            RelayToCustomer::Refused { refusal } => self.was_refused(refusal.code),
            RelayToCustomer::State(state) => self.took_state(now, state),
            RelayToCustomer::Beat { now: relay, head } => {
                self.clock.hear(relay);
                self.stream.head_is(now, head);
                // A mark has no answer: one that was lost on a living connection, and no state after it, is sent again.
                self.read_sent = Seq::START;
                self.link.beaten(&mut self.steps);
            }
            RelayToCustomer::Draining { come_back_after } => self.link.draining(now, come_back_after),
            RelayToCustomer::Prompt(prompt) => self.took_prompt(prompt),
            RelayToCustomer::Link { url, qr } => {
                self.minting = false;
                self.reconnect_link = Some(ReconnectLink { url, qr });
                self.touched = true;
            }
            RelayToCustomer::Handover { site, code, expires_at } => {
                let expires_in = expires_at.since(self.clock.relay_now(self.clock.raw(now)));
                self.effects.push(Effect::Handover { site, code, expires_in });
            }
            RelayToCustomer::SignIn { answer } => self.sign_in_answered(now, answer),
            RelayToCustomer::PromptOver => self.too_late(),
            RelayToCustomer::Left => self.left(),
            RelayToCustomer::Texts { texts } => {
                self.texts = Some(texts);
                self.touched = true;
            }
            RelayToCustomer::Beside { trigger, .. } => {
                self.beside = trigger;
                self.touched = true;
            }
            RelayToCustomer::Questions { questions } => self.took_questions(questions),
            RelayToCustomer::PromptOfAnother { was_yours } => self.prompted_of_another(was_yours),
        }
    }

    fn welcomed(&mut self, now: Timestamp, welcome: &Welcome) {
        let is_first = self.link.welcomed(now, welcome.heartbeat_every);
        if !is_first && !self.link.is_up() {
            self.link.distrust_peer(now, &mut self.steps);
            return;
        }
        self.clock.hear(welcome.now);
        self.disconnect_after = Some(welcome.disconnect_after);
        self.touched = true;
        self.learn(welcome);
        self.decide(&welcome.resume);
        self.sign_in_answered(now, welcome.sign_in);
        let is_other_store = self.epoch.replace(welcome.epoch).is_some_and(|before| before != welcome.epoch);
        if is_first {
            self.outbox.connected();
        }
        self.arrival_answered(welcome.arrival);
        self.answered(now, &welcome.resume);
        if self.joined && is_other_store {
            // What is shown may never have happened there.
            self.stream.clear();
            self.send(&CustomerToRelay::Fetch { after: Seq::START });
        }
    }

    /// Whether this browser's customer can come back.
    fn answered(&mut self, now: Timestamp, resume: &CanResume) {
        match resume {
            // Told again, because of something else.
            CanResume::Yes if self.joined && self.coming.is_none() => {}
            CanResume::Yes => {
                self.went_on();
                self.join();
            }
            CanResume::Expired if self.standing == Standing::Prompted => self.too_late(),
            CanResume::Expired if self.start.is_some() => self.standing = Standing::Unknown,
            CanResume::Expired => self.ask_storage(),
            CanResume::Prompt => self.prompted(),
            CanResume::Unknown { retry_after } => self.is_undecided(now, *retry_after),
            CanResume::NotYours => self.not_yours(),
            CanResume::NotAsked if self.standing == Standing::Unknown && self.start.is_none() => {
                if self.token.is_some() {
                    // The token came while this connection was being greeted: ask about it.
                    self.link.redial(now, &mut self.steps);
                } else {
                    self.leave_conversation();
                }
            }
            CanResume::NotAsked if self.standing == Standing::Prompted => self.too_late(),
            CanResume::NotAsked => {}
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
        if self.leaving {
            self.send(&CustomerToRelay::StartNew);
        }
    }

    pub(super) fn forget_start(&mut self) {
        if self.start.take().is_some() {
            self.effects.push(Effect::StoreStart(None));
            self.outbox_is_dirty = true;
        }
        self.forget_answers();
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
        if self.answers_are_refused(now, refusal.code) {
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
