//! What people do to come back: sign in, open links, answer prompts, go to another site.

use client::customer::Event;
use model::{ConversationId, HandoverCode, LinkSecret, Millis, ReconnectRules, ResumeToken};
use wire::{Arrival, Request};

use crate::act::owner;
use crate::browser::Tab;
use crate::network::End;
use crate::people::{SITES, jwt};
use crate::world::{Fate, World};

impl World {
    /// Reconnect is on. To be said before anybody starts a conversation.
    pub fn keeps_places(&mut self, hold_for: Millis, limit: Millis) {
        self.rules.reconnect = Some(ReconnectRules { hold_for, limit });
        self.relay_is_killed();
    }

    /// Who comes too late is sent there.
    ///
    /// # Panics
    /// Where that is no address.
    pub fn redirects_to(&mut self, url: &str) {
        self.rules.redirect = Some(url.parse().expect("owners of a world write addresses"));
        self.relay_is_killed();
    }

    /// Anonymous customers are asked, too.
    pub fn asks_anonymous(&mut self) {
        self.rules.prompts_anonymous = true;
        self.relay_is_killed();
    }

    /// The keys of the customers' identity provider are out of the relay's reach, or back.
    pub fn keys_are_down(&mut self, down: bool) {
        self.rules.keys_are_down = down;
        if let Some(house) = &mut self.house {
            house.set_rules(&self.rules);
        }
    }

    /// The pages of a browser have a sign-in provider, and this person is signed in. To be said before a page is opened.
    pub fn is_signed_in(&mut self, browser: &str, sub: Option<&str>) {
        let browser = self.browsers.entry(browser.to_owned()).or_default();
        browser.has_provider = true;
        browser.signed_in = sub.map(str::to_owned);
    }

    /// The provider of a browser's pages throws from now on, or works again.
    pub fn provider_fails(&mut self, browser: &str, fails: bool) {
        self.browsers.entry(browser.to_owned()).or_default().provider_fails = fails;
    }

    fn pages_of(&self, browser: &str) -> Vec<String> {
        self.tabs.iter().filter(|(_, tab)| tab.browser == browser).map(|(name, _)| name.clone()).collect()
    }

    /// The customer signs in to the host pages of a browser.
    pub fn signs_in(&mut self, browser: &str, sub: &str) {
        self.is_signed_in(browser, Some(sub));
        if self.browsers.get(browser).is_some_and(|browser| browser.token.is_some()) {
            // The words of a conversation that turns out to be somebody else's go with it.
            self.may_lose_words(browser);
        }
        for name in self.pages_of(browser) {
            let jwt = jwt(sub, self.now);
            self.tab(&name, Event::SignedIn { jwt, failed: false });
        }
    }

    /// The customer signs out of the host pages of a browser: what they had not sent is gone from it.
    pub fn signs_out_of_pages(&mut self, browser: &str) {
        self.is_signed_in(browser, None);
        self.may_lose_words(browser);
        for name in self.pages_of(browser) {
            self.tab(&name, Event::SignOut);
        }
    }

    fn may_lose_words(&mut self, browser: &str) {
        let mine = |end: &End| matches!(end, End::Tab(name) if owner(name) == browser);
        for said in self.said.iter_mut().filter(|said| mine(&said.by)) {
            said.fate = Fate::GivenBack;
        }
    }

    /// *Continue.*
    pub fn continues(&mut self, name: &str) {
        let token = self.fresh_token();
        self.tab(name, Event::Continue { token });
    }

    /// "More time."
    pub fn wants_more_time(&mut self, name: &str) {
        self.tab(name, Event::Extend);
    }

    /// "Go to that one."
    pub fn goes_there(&mut self, name: &str) {
        self.tab(name, Event::GoToArrival);
    }

    /// "Stay."
    pub fn stays(&mut self, name: &str) {
        self.tab(name, Event::Stay);
    }

    /// Copies a reconnect link; `None` where none comes.
    pub fn copies_link(&mut self, name: &str) -> Option<String> {
        self.tab(name, Event::WantLink);
        self.passes(Millis::seconds(2));
        Some(self.tabs.get(name)?.machine.as_ref()?.reconnect_link()?.url.clone())
    }

    /// The agent takes a link to send it by other ways.
    pub fn takes_link(&mut self, name: &str, conversation: ConversationId) -> Option<String> {
        self.asks(name, Request::TakeLink { conversation });
        self.passes(Millis::seconds(2));
        Some(self.windows.get(name)?.machine.as_ref()?.taken_link()?.url.clone())
    }

    fn fresh_token(&mut self) -> ResumeToken {
        ResumeToken::from_bytes(self.rng.bytes())
    }

    fn opens_with(&mut self, name: &str, arrival: Arrival) {
        let encoding = self.some_encoding();
        if self.tabs.contains_key(name) {
            self.crashes(name);
        }
        let tab = self.tabs.entry(name.to_owned()).or_insert_with(|| Tab::new(owner(name), encoding));
        tab.arrival = Some(arrival);
        tab.open = true;
        self.opens_page(name);
    }

    /// Opens a reconnect link in a tab.
    ///
    /// # Panics
    /// Where it is no link of this world's.
    pub fn opens_link(&mut self, name: &str, url: &str) {
        let secret = url.split_once("#rejoin=").and_then(|(_, secret)| LinkSecret::from_base64url(secret));
        let secret = secret.expect("links of a world have their secret in the fragment");
        let token = self.fresh_token();
        self.opens_with(name, Arrival::Link { secret, token });
    }

    /// Opens a link that nobody gave.
    pub fn opens_forged_link(&mut self, name: &str) {
        let (secret, token) = (LinkSecret::from_bytes(self.rng.bytes()), self.fresh_token());
        self.opens_with(name, Arrival::Link { secret, token });
    }

    /// The page asks for a hand-over code to the other site; `None` where none comes.
    pub fn asks_for_handover(&mut self, name: &str) -> Option<HandoverCode> {
        self.tab(name, Event::HandoverWanted { site: SITES[1].to_owned() });
        self.passes(Millis::seconds(2));
        Some(self.tabs.get(name)?.handover.clone()?.1)
    }

    /// Follows a link that carries a code.
    pub fn follows(&mut self, name: &str, code: HandoverCode) {
        let token = self.fresh_token();
        self.opens_with(name, Arrival::Handover { code, token });
    }

    /// Where the browser was sent, last first.
    #[must_use]
    pub fn redirected(&self, name: &str) -> Option<&str> {
        self.tabs.get(name)?.redirected.last().map(String::as_str)
    }

    /// How many conversations there ever were.
    #[must_use]
    pub fn conversation_count(&self) -> usize {
        self.conversations().len()
    }

    /// The units that an agent's ledger counts, as their console shows them.
    #[must_use]
    pub fn units_taken(&self, name: &str) -> i32 {
        let desk = self.windows.get(name).and_then(|window| window.machine.as_ref()?.desk());
        desk.map(|desk| desk.ledger.iter().map(|line| line.units.0).sum()).unwrap_or_default()
    }
}
