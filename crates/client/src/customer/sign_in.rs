//! The customer's sign-in to the host page: asked for before the first dial, renewed before it expires, forgotten at sign-out.
//!
//! A page without a provider has anonymous customers. Where there is one, nothing is dialed before it has answered: a signed-in
//! customer is never taken for an anonymous one. A provider that fails is asked again, with back-off; it never means no.

use model::{Millis, SendKey, Timestamp};
use wire::limits::PROVIDER_WITHIN;
use wire::{CustomerToRelay, Jwt, SignInAnswer};

use super::{Customer, Effect};
use crate::outbox::Outbox;

/// A newer JWT is asked for this long before the old one expires.
pub const REFRESH_BEFORE: Millis = Millis::seconds(60);
/// The first step of the back-off between questions; doubled each time.
pub const ASK_AGAIN_AFTER: Millis = Millis::seconds(1);
/// No wait between questions is longer.
pub const ASK_AGAIN_CAP: Millis = Millis::seconds(30);

/// What is known of the sign-in.
#[derive(Debug, Default)]
pub(super) struct SignIn {
    /// The page has a provider.
    pub(super) has_provider: bool,
    /// The provider has answered since the page was loaded or the customer signed out.
    settled: bool,
    jwt: Option<Jwt>,
    /// The provider was asked then.
    asking: Option<Timestamp>,
    /// When to ask.
    ask_at: Option<Timestamp>,
    failures: u32,
    /// What was unsent when whoever is signed in now signed in: somebody else may have written it.
    pub(super) inherited: Vec<SendKey>,
}

impl SignIn {
    /// Whether a hello can be said: it is known who is signed in, or that nobody is.
    pub(super) fn is_settled(&self) -> bool {
        self.settled || !self.has_provider
    }

    pub(super) fn jwt(&self) -> Option<Jwt> {
        self.jwt.clone()
    }

    pub(super) fn wake_at(&self) -> Option<Timestamp> {
        self.asking.map(|since| since + PROVIDER_WITHIN).or(self.ask_at)
    }

    fn ask_later(&mut self, at: Timestamp) {
        self.ask_at = Some(self.ask_at.map_or(at, |before| before.min(at)));
    }
}

/// The `n`th wait of a back-off.
pub(super) fn back_off(base: Millis, n: u32) -> Millis {
    Millis(base.0.saturating_mul(1 << n.min(8))).min(ASK_AGAIN_CAP.max(base))
}

impl Customer {
    pub(super) fn ask_provider(&mut self, now: Timestamp) {
        if self.sign_in.asking.is_none() {
            self.sign_in.asking = Some(now);
            self.sign_in.ask_at = None;
            self.effects.push(Effect::AskSignIn);
            if !self.sign_in.settled {
                self.unknown_since.get_or_insert(now);
            }
        }
    }

    /// A connection is wanted: who is signed in is found out first.
    pub(super) fn want_sign_in(&mut self, now: Timestamp) {
        if self.sign_in.asking.is_none() && self.sign_in.ask_at.is_none() {
            self.ask_provider(now);
        }
    }

    /// The provider answered, or the customer just signed in.
    pub(super) fn signed_in(&mut self, now: Timestamp, jwt: Option<Jwt>, failed: bool) {
        if failed {
            self.provider_failed(now);
            return;
        }
        let sign_in = &mut self.sign_in;
        sign_in.has_provider = true;
        sign_in.settled = true;
        sign_in.asking = None;
        sign_in.ask_at = None;
        sign_in.failures = 0;
        if sign_in.jwt != jwt {
            sign_in.inherited = self.outbox.entries().iter().map(|unsent| unsent.key).collect();
        }
        let is_news = sign_in.jwt != jwt || self.undecided;
        sign_in.jwt.clone_from(&jwt);
        if !self.undecided {
            self.unknown_since = None;
        }
        self.touched = true;
        match jwt {
            Some(jwt) if is_news && self.link.is_up() => self.send(&CustomerToRelay::SignIn { jwt }),
            // The same as before: the provider has no newer one yet.
            Some(_) if !is_news => self.sign_in.ask_later(now + ASK_AGAIN_CAP),
            // Nobody is signed in, and without that nothing is decided.
            None if self.undecided => self.ask_again_later(now),
            Some(_) | None => {}
        }
    }

    fn provider_failed(&mut self, now: Timestamp) {
        let wait = back_off(ASK_AGAIN_AFTER, self.sign_in.failures);
        self.sign_in.failures += 1;
        self.sign_in.asking = None;
        self.sign_in.ask_at = Some(now + wait);
    }

    pub(super) fn sign_in_is_due(&mut self, now: Timestamp) {
        if self.sign_in.wake_at().is_none_or(|at| at > now) {
            return;
        }
        if self.sign_in.asking.is_some() {
            self.provider_failed(now);
        } else {
            self.ask_provider(now);
        }
    }

    /// The relay says what it thinks of the JWT.
    pub(super) fn sign_in_answered(&mut self, now: Timestamp, answer: SignInAnswer) {
        match answer {
            SignInAnswer::NotAsked => {}
            SignInAnswer::Accepted { expires_at } => {
                let left = expires_at.since(self.clock.relay_now(self.clock.raw(now)));
                let wait = Millis(left.0.saturating_sub(REFRESH_BEFORE.0)).max(ASK_AGAIN_CAP);
                self.sign_in.ask_at = Some(now + wait);
            }
            SignInAnswer::Refused => {
                self.sign_in.jwt = None;
                self.sign_in.ask_later(now + ASK_AGAIN_CAP);
            }
            SignInAnswer::Unknown => self.sign_in.ask_later(now + ASK_AGAIN_CAP),
        }
    }

    /// Everything of the conversation leaves this browser, unsent words too.
    pub(super) fn sign_out(&mut self) {
        self.forget_answers();
        self.outbox = Outbox::default();
        self.outbox_is_dirty = false;
        self.draft.clear();
        self.draft_dirty_since = None;
        let held = self.token.is_some();
        self.leave_conversation();
        self.effects.push(Effect::StoreOutbox(Vec::new()));
        self.effects.push(Effect::StoreDraft(String::new()));
        if held {
            self.effects.push(Effect::StoreStart(None));
            self.effects.push(Effect::StoreToken(None));
        }
        self.forget_arrival();
        let has_provider = self.sign_in.has_provider;
        self.sign_in = SignIn { has_provider, ..SignIn::default() };
        self.link.leave(&mut self.steps);
    }
}
