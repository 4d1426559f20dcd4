//! Carrying out what the clients' machines ask for.

use client::agent::{Effect as ConsoleEffect, Event as ConsoleEvent};
use client::customer::{Effect, Event};
use client::{SocketEffect, SocketEvent};
use model::{ConnectionId, ResumeToken, SendKey};
use wire::{CanResume, Encoding, Frame, RelayToCustomer, Welcome};

use crate::network::{End, Parcel, Wire};
use crate::people::jwt;
use crate::world::{CUT, Fate, ToDo, World};

impl World {
    /// Something happens to a tab.
    pub(crate) fn tab(&mut self, name: &str, event: Event) {
        self.tab_once(name, event);
        while let Some(ToDo::Tab(name, event)) = self.to_do.pop_front() {
            self.tab_once(&name, event);
        }
    }

    fn tab_once(&mut self, name: &str, event: Event) {
        let now = self.now;
        let Some(tab) = self.tabs.get_mut(name) else { return };
        let Some(machine) = tab.machine.as_mut() else { return };
        if let Event::SignedIn { jwt, failed: false } = &event
            && tab.jwt != *jwt
        {
            tab.jwt.clone_from(jwt);
            tab.inherited = machine.unsent().iter().map(|unsent| unsent.key).collect();
        }
        let drops = is_told_of_somebody_elses(&event, tab.encoding).then(|| tab.inherited.clone());
        let effects = machine.handle(tab.watch.shows(now), event);
        for effect in effects {
            self.tab_effect(name, effect);
        }
        self.may_be_dropped(name, &drops.unwrap_or_default());
    }

    /// Unsent words of whoever was signed in here before go with a conversation that is not the present customer's (product 3, "Who
    /// may resume").
    fn may_be_dropped(&mut self, name: &str, keys: &[SendKey]) {
        let by = End::Tab(name.to_owned());
        for said in self.said.iter_mut().filter(|said| said.by == by && keys.contains(&said.key)) {
            said.fate = Fate::GivenBack;
        }
    }

    fn tab_effect(&mut self, name: &str, effect: Effect) {
        let Some(tab) = self.tabs.get_mut(name) else { return };
        let browser = self.browsers.entry(tab.browser.clone()).or_default();
        match effect {
            Effect::Socket(effect) => {
                let offline = browser.offline;
                self.socket(End::Tab(name.to_owned()), offline, effect);
            }
            Effect::WakeAt(at) => tab.wake_at = Some(tab.watch.rings(self.now, at)),
            Effect::StoreOutbox(bytes) => tab.outbox = Some(bytes).filter(|bytes| !bytes.is_empty()),
            Effect::StoreDraft(text) => {
                tab.draft.clone_from(&text);
                self.gave_back(&End::Tab(name.to_owned()), &text);
            }
            Effect::StoreStart(start) => browser.start = start,
            Effect::LoadStart => {
                let bytes = browser.start.clone();
                self.to_do.push_back(ToDo::Tab(name.to_owned(), Event::StoredStart { bytes }));
            }
            Effect::StoreToken(token) => {
                let before = browser.token.clone();
                browser.token = match (token, &before) {
                    // The first one counts, so that two tabs that start at once start one conversation.
                    (Some(token), None) => Some(token),
                    // A tab that lags behind removes no newer one.
                    (None, Some(_)) if before == tab.held => None,
                    (Some(_) | None, _) => before.clone(),
                };
                self.tell_token(name, &before);
            }
            Effect::ReplaceToken(token) => {
                let before = browser.token.replace(token);
                self.tell_token(name, &before);
            }
            Effect::AskSignIn => {
                let jwt = browser.signed_in.as_ref().and_then(|sub| jwt(sub, self.now));
                let answer = Event::SignedIn { jwt, failed: browser.provider_fails };
                self.to_do.push_back(ToDo::Tab(name.to_owned(), answer));
            }
            Effect::Arrived => tab.arrival = None,
            Effect::Redirect(url) => tab.redirected.push(url.as_str().to_owned()),
            Effect::Handover { site, code, .. } => tab.handover = Some((site, code)),
            Effect::Badge { unread, .. } => tab.badge = unread,
            Effect::Reload => panic!("no page of a world is too old"),
            Effect::HostState(_) | Effect::HostEvent(_) | Effect::Sites { .. } | Effect::Changed => {}
        }
    }

    /// The host page answers with the token that counts, and tells the browser's other pages of its site where that is news.
    fn tell_token(&mut self, name: &str, before: &Option<ResumeToken>) {
        let Some(browser) = self.tabs.get(name).map(|tab| tab.browser.clone()) else { return };
        let counts = self.browsers.get(&browser).and_then(|browser| browser.token.clone());
        let changed = *before != counts;
        for (other, tab) in &mut self.tabs {
            if other == name || (changed && tab.browser == browser && tab.machine.is_some()) {
                let token = counts.clone();
                tab.held.clone_from(&token);
                self.to_do.push_back(ToDo::Tab(other.clone(), Event::Token { token }));
            }
        }
    }

    /// Words that are in the composer again are for their writer to send or not.
    fn gave_back(&mut self, by: &End, composer: &str) {
        for said in self.said.iter_mut().filter(|said| said.by == *by && composer.contains(&said.text)) {
            said.fate = Fate::GivenBack;
        }
    }

    /// Something happens to a console window.
    pub(crate) fn window(&mut self, name: &str, event: ConsoleEvent) {
        let now = self.now;
        let Some(window) = self.windows.get_mut(name) else { return };
        let Some(machine) = window.machine.as_mut() else { return };
        let effects = machine.handle(window.watch.shows(now), event);
        for effect in effects {
            let Some(window) = self.windows.get_mut(name) else { return };
            match effect {
                ConsoleEffect::Socket(effect) => {
                    let offline = window.offline;
                    self.socket(End::Window(name.to_owned()), offline, effect);
                }
                ConsoleEffect::WakeAt(at) => window.wake_at = Some(window.watch.rings(now, at)),
                ConsoleEffect::Store(bytes) => window.stored = Some(bytes).filter(|bytes| !bytes.is_empty()),
                ConsoleEffect::Reload => panic!("no page of a world is too old"),
                ConsoleEffect::NewOffer { .. }
                | ConsoleEffect::NewInvitation { .. }
                | ConsoleEffect::NewMessage { .. }
                | ConsoleEffect::CheckSignIn
                | ConsoleEffect::SignedOut
                | ConsoleEffect::Changed => {}
            }
        }
    }

    fn socket(&mut self, end: End, offline: bool, effect: SocketEffect) {
        match effect {
            SocketEffect::Dial { socket } => {
                self.minted += 1;
                let id = u64::try_from(self.minted).expect("invariant: a world is small");
                let mut wire = Wire::new(end, socket, ConnectionId::from_u128(self.minted));
                let at = self.now + self.latency();
                if offline {
                    wire.down.put(at, Parcel::Close(CUT));
                } else {
                    wire.up.put(at, Parcel::Open);
                }
                self.wires.insert(id, wire);
            }
            SocketEffect::Send { socket, bytes } => self.send_up(&end, socket, Parcel::Frame(bytes)),
            SocketEffect::Close { socket, code } => {
                self.send_up(&end, socket, Parcel::Close(code));
                if let Some(wire) = self.wires.values_mut().find(|wire| wire.end == end && wire.socket == socket) {
                    wire.client_listens = false;
                }
            }
        }
    }

    fn send_up(&mut self, end: &End, socket: client::SocketId, parcel: Parcel) {
        let at = self.now + self.latency();
        let mine = |wire: &&mut Wire| wire.end == *end && wire.socket == socket && wire.client_listens;
        if let Some(wire) = self.wires.values_mut().find(mine) {
            wire.up.put(at, parcel);
        }
    }
}

/// Whether the relay says that what the page holds is another customer's than the one signed in.
fn is_told_of_somebody_elses(event: &Event, encoding: Encoding) -> bool {
    let Event::Socket(SocketEvent::Received { bytes, .. }) = event else { return false };
    matches!(
        RelayToCustomer::decode(encoding, bytes),
        Ok(RelayToCustomer::Welcome(Welcome { resume: CanResume::NotYours, .. })
            | RelayToCustomer::PromptOfAnother { was_yours: false })
    )
}
