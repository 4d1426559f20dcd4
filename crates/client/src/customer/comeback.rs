//! Coming back: the prompt, links and hand-overs, what is too late, and leaving for a new conversation (product 3).

use model::{Millis, ResumeToken, Timestamp};
use wire::{
    Arrival, ArrivalAnswer, CanResume, CustomerToRelay, EndedBecause, Phase, PromptState, RefusalCode, Welcome,
};

use super::sign_in::back_off;
use super::{Customer, Effect, HostEvent, Late, Notice, Standing};

/// The prompt asks for more time this long before the limit.
pub const ASKS_BEFORE: Millis = Millis::seconds(60);

impl Customer {
    /// What became of the link or hand-over of the hello.
    pub(super) fn arrival_answered(&mut self, answer: ArrivalAnswer) {
        if matches!(answer, ArrivalAnswer::NotAsked | ArrivalAnswer::Waits) {
            self.arrival_waits = answer == ArrivalAnswer::Waits && self.arrival.is_some();
            return;
        }
        // A welcome that is sent anew says it again.
        let Some(arrival) = self.forget_arrival() else { return };
        let (token, is_link) = match arrival {
            Arrival::Link { token, .. } => (token, true),
            Arrival::Handover { token, .. } => (token, false),
        };
        match answer {
            ArrivalAnswer::Joined => {
                // What this browser had is over or left; words that were meant for it are not said in another one.
                self.leave_conversation();
                self.hold(token);
            }
            ArrivalAnswer::SomeoneElses if is_link => {
                if self.token.is_none() {
                    // Words that waited for the answer go back to the composer.
                    self.leave_conversation();
                    self.standing = Standing::Late(Late::LinkOfSomeoneElse);
                }
                self.notice = Some(Notice::LinkOfSomeoneElse);
            }
            // A lost hand-over code costs nothing, not even a word.
            ArrivalAnswer::Dead | ArrivalAnswer::SomeoneElses | ArrivalAnswer::NotAsked | ArrivalAnswer::Waits => {
                self.dead_link = is_link;
            }
        }
    }

    /// The token counts from now on, whatever the host page held before.
    fn hold(&mut self, token: ResumeToken) {
        self.effects.push(Effect::ReplaceToken(token.clone()));
        self.token = Some(token);
        self.standing = Standing::Unknown;
    }

    /// The arrival is answered; the host page forgets it.
    pub(super) fn forget_arrival(&mut self) -> Option<Arrival> {
        self.arrival_waits = false;
        let arrival = self.arrival.take();
        if arrival.is_some() {
            self.effects.push(Effect::Arrived);
        }
        arrival
    }

    /// A dead link sends the browser to the owner's page, unless a live conversation is held here. Which it is may be known only
    /// when the relay has told how the conversation stands.
    pub(super) fn settle_dead_link(&mut self) {
        if !self.dead_link || self.undecided {
            return;
        }
        let is_live = match self.standing {
            Standing::Joined if !self.state_is_current => return,
            Standing::Joined => !self.is_ended(),
            Standing::AskingStorage => return,
            Standing::Prompted => self.token.is_some(),
            Standing::Unknown | Standing::AskingHost { .. } if self.start.is_none() => return,
            Standing::Idle
            | Standing::Unknown
            | Standing::AskingHost { .. }
            | Standing::Expired
            | Standing::Late(_) => false,
        };
        self.dead_link = false;
        self.touched = true;
        // What can be read or chosen here stays, also where the browser goes away.
        if matches!(self.standing, Standing::Prompted | Standing::Joined) {
            self.notice = Some(Notice::LinkDead);
        } else {
            self.forget_start_unsaid();
            self.standing = Standing::Late(Late::Link);
        }
        if !is_live {
            self.go_to_redirect();
        }
    }

    /// Words that were to start a conversation wait in the composer instead.
    fn forget_start_unsaid(&mut self) {
        if self.start.is_some() {
            self.leave_conversation();
            self.effects.push(Effect::StoreStart(None));
            self.effects.push(Effect::StoreToken(None));
        }
    }

    pub(super) fn go_to_redirect(&mut self) {
        if let Some(url) = self.redirect.clone() {
            self.effects.push(Effect::HostEvent(HostEvent::Redirected));
            self.effects.push(Effect::Redirect(url));
        }
    }

    /// "Go to that one."
    pub(super) fn go_to_arrival(&mut self) {
        if self.arrival_waits && self.link.is_up() {
            self.send(&CustomerToRelay::GoToArrival);
        }
    }

    /// "Stay."
    pub(super) fn stay(&mut self) {
        if self.arrival_waits {
            self.forget_arrival();
            self.touched = true;
        }
    }

    /// The relay asks whether to continue.
    pub(super) fn prompted(&mut self) {
        if self.standing != Standing::Prompted {
            self.prompt = None;
        }
        self.standing = Standing::Prompted;
        self.joined = false;
        self.state = None;
        self.state_is_current = false;
        if self.leaving {
            self.send(&CustomerToRelay::StartNew);
        }
    }

    /// The prompt is about another conversation than the one held here. What has no answer may be written there: a person says it again,
    /// or not.
    pub(super) fn prompted_of_another(&mut self, was_yours: bool) {
        if !was_yours {
            self.drop_inherited();
            self.token = None;
            self.effects.push(Effect::StoreToken(None));
        }
        self.forget_start();
        self.words_to_draft();
        self.touched = true;
    }

    pub(super) fn took_prompt(&mut self, prompt: PromptState) {
        let is_older = self.prompt.as_ref().is_some_and(|known| known.version > prompt.version);
        if self.standing == Standing::Prompted && !is_older {
            self.prompt = Some(prompt);
            self.touched = true;
        }
    }

    /// *Continue*.
    pub(super) fn go_on(&mut self, fresh: ResumeToken) {
        if self.standing == Standing::Prompted && self.link.is_up() && self.coming.is_none() && !self.leaving {
            self.send(&CustomerToRelay::Continue { token: fresh.clone() });
            self.coming = Some(fresh);
            self.touched = true;
        }
    }

    pub(super) fn extend(&mut self) {
        if self.standing == Standing::Prompted && self.link.is_up() {
            self.send(&CustomerToRelay::Extend);
        }
    }

    /// A yes after *Continue*: the browser holds the fresh token from now on, and reads the conversation from its beginning.
    pub(super) fn went_on(&mut self) {
        if let Some(token) = self.coming.take() {
            self.stream.clear();
            self.hold(token);
            if self.start.is_none() {
                // The outbox is stored for the token whose conversation it belongs to.
                self.outbox_is_dirty = true;
            }
        }
        self.prompt = None;
    }

    /// Too late at the prompt.
    pub(super) fn too_late(&mut self) {
        if self.standing == Standing::Prompted {
            let held = self.token.is_some();
            self.leave_conversation();
            self.standing = Standing::Late(Late::Prompt);
            if held {
                self.effects.push(Effect::StoreStart(None));
                self.effects.push(Effect::StoreToken(None));
            }
        }
    }

    /// The relay can't say yet. Everything is kept, nothing starts, and it is asked again.
    pub(super) fn is_undecided(&mut self, now: Timestamp, retry_after: Millis) {
        self.joined = false;
        self.undecided = true;
        self.unknown_since.get_or_insert(now);
        // Who has nothing yet may write: their words wait.
        if !matches!(self.standing, Standing::Idle | Standing::AskingHost { .. } | Standing::Prompted) {
            self.standing = Standing::Unknown;
        }
        self.retry_at = Some(now + back_off(retry_after, self.retries));
        self.retries += 1;
    }

    pub(super) fn ask_again_later(&mut self, now: Timestamp) {
        self.retry_at.get_or_insert(now + super::sign_in::ASK_AGAIN_CAP);
    }

    /// Asks an undecided relay again: with what the provider says, or all anew.
    pub(super) fn retry_is_due(&mut self, now: Timestamp) {
        if self.retry_at.is_none_or(|at| at > now) || !self.link.is_up() {
            return;
        }
        self.retry_at = None;
        if self.sign_in.has_provider {
            self.ask_provider(now);
        } else {
            self.link.redial(now, &mut self.steps);
        }
    }

    /// The conversation is another customer's than the one signed in here: nothing of it stays, not even that one's unsent words.
    /// What was submitted since is the present customer's and goes back to the composer.
    pub(super) fn not_yours(&mut self) {
        self.forget_answers();
        self.drop_inherited();
        self.leave_conversation();
        self.effects.push(Effect::StoreStart(None));
        self.effects.push(Effect::StoreToken(None));
    }

    fn drop_inherited(&mut self) {
        self.draft.clear();
        self.draft_dirty_since = None;
        self.effects.push(Effect::StoreDraft(String::new()));
        self.effects.push(Effect::StoreOutbox(Vec::new()));
        self.outbox.forget(&self.sign_in.inherited);
    }

    /// Whether somebody may still be kept waiting by the conversation that is left: the relay must hear of it.
    pub(super) fn must_tell_to_leave(&self) -> bool {
        let is_disconnected = matches!(
            self.state.as_ref().map(|state| &state.phase),
            Some(Phase::Ended { because: EndedBecause::CustomerDisconnected, .. })
        );
        self.standing == Standing::Prompted || (self.standing == Standing::Joined && is_disconnected)
    }

    /// *Start new*, where the relay must hear of it first.
    pub(super) fn leave_by_relay(&mut self) {
        if core::mem::replace(&mut self.leaving, true) {
            return;
        }
        self.touched = true;
        if self.link.is_up() && (self.joined || self.standing == Standing::Prompted) {
            self.send(&CustomerToRelay::StartNew);
        }
    }

    /// The connection has no conversation now.
    pub(super) fn left(&mut self) {
        self.touched = true;
        if self.start.is_some() {
            // The words that met the old conversation start the new one.
            self.leaving = false;
            self.prompt = None;
            self.standing = Standing::Unknown;
            self.outbox.lost();
            self.outbox.connected();
            return;
        }
        let held = self.token.is_some();
        self.leave_conversation();
        if held {
            self.effects.push(Effect::StoreToken(None));
        }
    }

    /// Copy, or Show QR code.
    pub(super) fn want_link(&mut self) {
        if self.joined && !self.is_ended() && self.reconnect_link.is_none() && !self.minting {
            self.minting = true;
            self.touched = true;
            self.send(&CustomerToRelay::MintLink);
        }
    }

    /// The host page is about to follow a link to another of the owner's sites.
    pub(super) fn want_handover(&mut self, site: String) {
        if self.is_live() && self.link.is_up() && self.sites.contains(&site) {
            self.send(&CustomerToRelay::MintHandover { site });
        }
    }

    /// The relay refused something that is no send.
    pub(super) fn was_refused(&mut self, code: RefusalCode) {
        self.ending = false;
        self.leaving = false;
        self.minting = false;
        self.coming = None;
        self.refusal = Some(code);
        self.touched = true;
    }

    /// What the owner's settings say, as far as the relay told.
    pub(super) fn learn(&mut self, welcome: &Welcome) {
        self.redirect.clone_from(&welcome.redirect);
        self.links = welcome.links;
        if self.sites != welcome.sites {
            self.sites.clone_from(&welcome.sites);
            self.told_live = None;
        }
    }

    /// A welcome that decides something ends not knowing.
    pub(super) fn decide(&mut self, resume: &CanResume) {
        if !matches!(resume, CanResume::Unknown { .. }) {
            self.undecided = false;
            self.unknown_since = None;
            self.retry_at = None;
            self.retries = 0;
        }
    }

    /// A conversation that goes on, which another of the owner's sites could go on with.
    pub(super) fn is_live(&self) -> bool {
        self.joined && self.state_is_current && !self.is_ended()
    }
}
