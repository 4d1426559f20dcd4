//! Browsers, tabs and console windows: what is outside of a client's machine and carries out its effects.

use client::agent::Console;
use client::customer::{Customer, Init};
use model::{AgentId, HandoverCode, Millis, PageAddress, ResumeToken, SendKey, Timestamp};
use wire::{Arrival, Encoding, Jwt};

use crate::people::{site_of_browser, widget_slug};

/// What all tabs of one browser share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    /// In the host page's storage.
    pub(crate) token: Option<ResumeToken>,
    /// In the iframe's storage, under a name that all tabs share.
    pub(crate) start: Option<Vec<u8>>,
    /// No network: dials fail.
    pub(crate) offline: bool,
    /// The pages have a sign-in provider.
    pub(crate) has_provider: bool,
    /// Who is signed in there.
    pub(crate) signed_in: Option<String>,
    /// The provider throws.
    pub(crate) provider_fails: bool,
}

/// A machine's own clock: it may be wrong, and it may jump.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watch {
    ahead: Millis,
    behind: Millis,
}

impl Watch {
    /// A clock that is off by so many milliseconds.
    pub(crate) fn off_by(ms: i64) -> Self {
        let span = Millis(ms.unsigned_abs());
        if ms < 0 { Self { behind: span, ..Self::default() } } else { Self { ahead: span, ..Self::default() } }
    }

    /// What it shows at an instant of the world.
    pub(crate) fn shows(self, now: Timestamp) -> Timestamp {
        now + self.ahead - self.behind
    }

    /// The instant of the world at which a timer rings that is set now for an instant of this clock.
    pub(crate) fn rings(self, now: Timestamp, at: Timestamp) -> Timestamp {
        now + at.since(self.shows(now))
    }
}

/// One tab: a machine while a page is shown, and what outlives the page.
pub(crate) struct Tab {
    pub(crate) browser: String,
    pub(crate) encoding: Encoding,
    pub(crate) machine: Option<Customer>,
    pub(crate) wake_at: Option<Timestamp>,
    pub(crate) watch: Watch,
    /// In the tab's storage.
    pub(crate) open: bool,
    pub(crate) outbox: Option<Vec<u8>>,
    pub(crate) draft: String,
    /// What the launcher shows.
    pub(crate) badge: u32,
    /// The token that the host page told this page last.
    pub(crate) held: Option<ResumeToken>,
    /// In the tab's storage until it is answered.
    pub(crate) arrival: Option<Arrival>,
    /// Where the page was sent.
    pub(crate) redirected: Vec<String>,
    /// The last hand-over code, and for which site.
    pub(crate) handover: Option<(String, HandoverCode)>,
    /// What this page was told last of who is signed in, and what it had not sent by then.
    pub(crate) jwt: Option<Jwt>,
    pub(crate) inherited: Vec<SendKey>,
}

impl Tab {
    pub(crate) fn new(browser: &str, encoding: Encoding) -> Self {
        Self {
            browser: browser.to_owned(),
            encoding,
            machine: None,
            wake_at: None,
            watch: Watch::default(),
            open: false,
            outbox: None,
            draft: String::new(),
            badge: 0,
            held: None,
            arrival: None,
            redirected: Vec::new(),
            handover: None,
            jwt: None,
            inherited: Vec::new(),
        }
    }

    /// A page is loaded: a machine that knows what is stored.
    pub(crate) fn load(&mut self, browser: &Browser) -> Init {
        self.machine = Some(Customer::new(self.encoding, widget_slug()));
        self.wake_at = None;
        self.badge = 0;
        self.held.clone_from(&browser.token);
        self.handover = None;
        self.jwt = None;
        self.inherited.clear();
        Init {
            language: None,
            token: browser.token.clone(),
            open: self.open,
            hidden: false,
            page: PageAddress::new(format!("{}/lamps", site_of_browser(&self.browser))).ok(),
            can_store: true,
            outbox: self.outbox.clone(),
            start: browser.start.clone(),
            draft: self.draft.clone(),
            arrival: self.arrival.clone(),
            has_provider: browser.has_provider,
        }
    }
}

/// One window of an agent's console.
pub(crate) struct Window {
    pub(crate) agent: AgentId,
    pub(crate) encoding: Encoding,
    pub(crate) machine: Option<Console>,
    pub(crate) wake_at: Option<Timestamp>,
    pub(crate) watch: Watch,
    pub(crate) stored: Option<Vec<u8>>,
    pub(crate) offline: bool,
}

impl Window {
    pub(crate) fn new(agent: AgentId, encoding: Encoding) -> Self {
        Self { agent, encoding, machine: None, wake_at: None, watch: Watch::default(), stored: None, offline: false }
    }
}
