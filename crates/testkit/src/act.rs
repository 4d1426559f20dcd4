//! What people do, and what they see.

use client::PageEvent;
use client::agent::Event as ConsoleEvent;
use client::customer::Event;
use log::Fault;
use model::{
    Context, ContextValue, ContextVariable, ConversationId, DisplayName, MessageText, Millis, ResumeToken, SendKey,
};
use wire::{Encoding, Request};

use crate::browser::{Tab, Watch, Window};
use crate::canary::{CANARY, CUSTOMER_NAME, SAID_BY_PAGE, mark};
use crate::house::Kill;
use crate::network::End;
use crate::people::{AGENTS, agent_id};
use crate::world::{Fate, Said, World};

/// What pages say is marked by numbers above this, words by those below.
const PAGES: u64 = 1 << 32;

/// `"mia/2"` is a tab of mia's browser.
pub(crate) fn owner(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// `"mia@phone"` and `"mia@help"` are mia's too.
pub(crate) fn person(name: &str) -> &str {
    owner(name).split('@').next().unwrap_or(name)
}

impl World {
    pub(crate) fn end_of(name: &str) -> End {
        if AGENTS.contains(&owner(name)) { End::Window(name.to_owned()) } else { End::Tab(name.to_owned()) }
    }

    pub(crate) fn some_encoding(&mut self) -> Encoding {
        self.encoding.unwrap_or(if self.rng.chance(50) { Encoding::Json } else { Encoding::Binary })
    }

    /// How long customers of this world may be away. To be said before anybody starts a conversation.
    pub fn disconnects_after(&mut self, span: Millis) {
        self.rules.disconnect_after = span;
        self.relay_is_killed();
    }

    /// A customer opens a page with the widget, in a tab that is new or was there before.
    pub fn opens_page(&mut self, name: &str) {
        let encoding = self.some_encoding();
        let tab = self.tabs.entry(name.to_owned()).or_insert_with(|| Tab::new(owner(name), encoding));
        let browser = self.browsers.entry(owner(name).to_owned()).or_default();
        let init = tab.load(browser);
        self.tab(name, Event::Init(Box::new(init)));
        if self.has_floor {
            self.pages_said += 1;
            let value = ContextValue::Text(format!("{SAID_BY_PAGE} {}", mark(PAGES + self.pages_said)));
            let context = Context::unchecked(vec![ContextVariable { name: "order".to_owned(), value }]);
            self.tab(name, Event::Context { context });
        }
    }

    /// The page of a tab is left and loaded again, as by a reload or a link to the next page. The old page is told nothing but
    /// what browsers tell.
    pub fn reloads(&mut self, name: &str) {
        match Self::end_of(name) {
            End::Tab(_) => {
                self.tab(name, Event::Page(PageEvent::Parked));
                self.page_is_gone(&End::Tab(name.to_owned()));
                self.opens_page(name);
            }
            End::Window(_) => {
                self.window(name, ConsoleEvent::Page(PageEvent::Parked));
                self.page_is_gone(&End::Window(name.to_owned()));
                self.opens_console(name);
            }
        }
    }

    /// The page vanishes without being told, as when a browser crashes; what was stored stays.
    pub fn crashes(&mut self, name: &str) {
        self.page_is_gone(&Self::end_of(name));
        if let Some(tab) = self.tabs.get_mut(name) {
            tab.machine = None;
            tab.wake_at = None;
        }
        if let Some(window) = self.windows.get_mut(name) {
            window.machine = None;
            window.wake_at = None;
        }
    }

    /// The page is put away by the browser, as by the back button, and may come back.
    pub fn parks(&mut self, name: &str) {
        self.page(name, PageEvent::Parked);
    }

    /// The page comes back out of the back/forward cache.
    pub fn comes_back(&mut self, name: &str) {
        self.page(name, PageEvent::Restored);
    }

    pub(crate) fn page(&mut self, name: &str, event: PageEvent) {
        match Self::end_of(name) {
            End::Tab(_) => self.tab(name, Event::Page(event)),
            End::Window(_) => self.window(name, ConsoleEvent::Page(event)),
        }
    }

    /// Opens the panel.
    pub fn opens_panel(&mut self, name: &str) {
        if let Some(tab) = self.tabs.get_mut(name) {
            tab.open = true;
        }
        self.tab(name, Event::Opened);
    }

    /// Minimizes the panel.
    pub fn minimizes(&mut self, name: &str) {
        if let Some(tab) = self.tabs.get_mut(name) {
            tab.open = false;
        }
        self.tab(name, Event::Minimized);
    }

    /// A customer writes and presses Enter. False where the widget takes no words.
    pub fn writes(&mut self, name: &str, text: &str) -> bool {
        self.opens_panel(name);
        let Some(machine) = self.tabs.get(name).and_then(|tab| tab.machine.as_ref()) else { return false };
        if !machine.may_write() {
            return false;
        }
        let key = SendKey(self.rng.bytes());
        let token = ResumeToken::from_bytes(self.rng.bytes());
        // Whoever is signed in as somebody else writes into a conversation that may turn out not to be theirs.
        let sub = self.browsers.get(owner(name)).and_then(|browser| browser.signed_in.as_deref());
        let fate = if sub.is_none_or(|sub| sub == person(name)) { Fate::Kept } else { Fate::GivenBack };
        let said = Said { by: End::Tab(name.to_owned()), key, text: text.to_owned(), conversation: None, fate };
        self.said.push(said);
        let text = MessageText::new(text).expect("people of a world write messages");
        let called = DisplayName::new(&format!("{} {CUSTOMER_NAME}", person(name))).ok();
        self.tab(name, Event::Submit { key, token, text, name: called });
        true
    }

    /// Types without pressing Enter.
    pub fn types(&mut self, name: &str, text: &str) {
        self.opens_panel(name);
        self.tab(name, Event::Draft { text: text.to_owned() });
    }

    /// The customer ends the conversation.
    pub fn ends(&mut self, name: &str) {
        self.tab(name, Event::End);
    }

    /// The customer leaves an ended conversation and begins a new one.
    pub fn starts_new(&mut self, name: &str) {
        self.tab(name, Event::StartNew);
    }

    /// An agent who is signed in opens a console window.
    pub fn opens_console(&mut self, name: &str) {
        let encoding = self.some_encoding();
        let agent = agent_id(owner(name));
        let window = self.windows.entry(name.to_owned()).or_insert_with(|| Window::new(agent, encoding));
        window.machine = Some(client::agent::Console::new(window.encoding));
        window.wake_at = None;
        let stored = window.stored.clone();
        self.window(name, ConsoleEvent::Init { stored, hidden: false });
    }

    /// The agent signs out, in all windows.
    pub fn signs_out(&mut self, name: &str) {
        if let Some(house) = &mut self.house {
            house.sign_out(agent_id(owner(name)));
        }
        self.run_house();
    }

    /// The agent asks for something.
    pub fn asks(&mut self, name: &str, request: Request) {
        self.window(name, ConsoleEvent::Ask { request });
    }

    /// The conversation that this agent is offered first.
    #[must_use]
    pub fn offered(&self, name: &str) -> Option<ConversationId> {
        let desk = self.windows.get(name)?.machine.as_ref()?.desk()?;
        desk.offers.first().map(|offer| offer.card.conversation)
    }

    /// The agent's own conversations, oldest first.
    #[must_use]
    pub fn mine(&self, name: &str) -> Vec<ConversationId> {
        let desk = self.windows.get(name).and_then(|window| window.machine.as_ref()?.desk());
        desk.map(|desk| desk.mine.iter().map(|card| card.conversation).collect()).unwrap_or_default()
    }

    /// The agent accepts the first offer and looks at the conversation.
    ///
    /// # Panics
    /// Where nothing is offered.
    pub fn accepts(&mut self, name: &str) -> ConversationId {
        let conversation = self.offered(name).unwrap_or_else(|| panic!("{name} is offered nothing"));
        self.asks(name, Request::Accept { conversation });
        self.looks_at(name, conversation);
        conversation
    }

    /// The agent looks at a conversation.
    pub fn looks_at(&mut self, name: &str, conversation: ConversationId) {
        self.window(name, ConsoleEvent::Focus { conversation: Some(conversation) });
    }

    /// The agent writes to the customer of the conversation that they look at. False where the console takes no words.
    pub fn answers(&mut self, name: &str, text: &str) -> bool {
        self.agent_writes(name, text, false)
    }

    /// The agent writes to colleagues, with the canary in the words.
    pub fn whispers(&mut self, name: &str, text: &str) -> bool {
        self.agent_writes(name, &format!("{text} {CANARY}"), true)
    }

    fn agent_writes(&mut self, name: &str, text: &str, internal: bool) -> bool {
        let Some(machine) = self.windows.get(name).and_then(|window| window.machine.as_ref()) else { return false };
        let Some(conversation) = machine.focused() else { return false };
        if !machine.opened(conversation).is_some_and(|opened| opened.may_write(internal)) {
            return false;
        }
        let key = SendKey(self.rng.bytes());
        self.said.push(Said {
            by: End::Window(name.to_owned()),
            key,
            // What stands for a link is taken out of the words.
            text: text.replace("{ReconnectUrl}", "").trim().to_owned(),
            conversation: Some(conversation),
            fate: Fate::Kept,
        });
        let text = MessageText::new(text).expect("people of a world write messages");
        self.window(name, ConsoleEvent::Submit { conversation, internal, key, text });
        true
    }

    /// Waits until the next thing is durable, and not a moment longer: no answer has arrived yet.
    ///
    /// # Panics
    /// Where nothing becomes durable within a minute.
    pub fn waits_for_an_append(&mut self) {
        let before = self.disk.facts().len();
        for _ in 0..60_000 {
            self.passes(Millis(1));
            if self.disk.facts().len() > before {
                return;
            }
        }
        panic!("nothing became durable");
    }

    /// A person's own clock is off by so many milliseconds from now on.
    pub fn clock_is_off_by(&mut self, name: &str, ms: i64) {
        if let Some(tab) = self.tabs.get_mut(name) {
            tab.watch = Watch::off_by(ms);
        }
        if let Some(window) = self.windows.get_mut(name) {
            window.watch = Watch::off_by(ms);
        }
    }

    /// Everything that a person's network carries vanishes from now on, and nobody is told.
    pub fn network_goes_dark(&mut self, name: &str) {
        self.set_offline(name, true);
        let end = Self::end_of(name);
        self.wires_of(&end).for_each(crate::network::Wire::half_open);
    }

    /// The network is back; the browser says so.
    pub fn network_comes_back(&mut self, name: &str) {
        self.set_offline(name, false);
        self.page(name, PageEvent::Online);
    }

    pub(crate) fn set_offline(&mut self, name: &str, offline: bool) {
        if let Some(browser) = self.browsers.get_mut(owner(name)) {
            browser.offline = offline;
        }
        if let Some(window) = self.windows.get_mut(name) {
            window.offline = offline;
        }
    }

    /// The present connection is cut, and both ends learn it.
    pub fn connection_is_cut(&mut self, name: &str) {
        self.cut(&Self::end_of(name));
    }

    /// The present connection goes half-open: what is sent on it vanishes. A new one can be made.
    pub fn connection_goes_half_open(&mut self, name: &str) {
        let end = Self::end_of(name);
        self.wires_of(&end).for_each(crate::network::Wire::half_open);
    }

    /// Nothing moves on the present connection until it is let go.
    pub fn connection_stalls(&mut self, name: &str, stalled: bool) {
        let end = Self::end_of(name);
        self.wires_of(&end).for_each(|wire| wire.stall(stalled));
    }

    /// The relay is killed, and started again a little later.
    pub fn relay_is_killed(&mut self) {
        if self.house.is_some() {
            self.relay_dies();
        }
    }

    /// The relay is killed, and started again after this long.
    pub fn relay_is_killed_for(&mut self, span: Millis) {
        self.relay_is_killed();
        self.start_at = Some(self.now + span);
    }

    /// The relay is killed the next time that something became durable, before anybody hears of it.
    pub fn relay_dies_after_next_append(&mut self) {
        self.relay_will_die(Kill::AfterAppend);
    }

    /// The relay is killed the next time that something is to become durable.
    pub fn relay_dies_before_next_append(&mut self) {
        self.relay_will_die(Kill::BeforeAppend);
    }

    /// The disk fails like this from now on, or works again.
    pub fn disk_fails(&mut self, fault: Option<Fault>) {
        self.disk.fail_until_lifted(fault);
    }

    /// The next append fails like this.
    pub fn next_append_fails(&mut self, fault: Fault) {
        self.disk.fail_next(fault);
    }
}
