//! The rules in this page: what the browser tells becomes events, what the rules ask for is done.

use std::cell::RefCell;

use client::customer::{Customer, Effect, Event, Init};
use model::{
    Context, ContextValue, ContextVariable, HandoverCode, LinkSecret, Millis, PageAddress, ResumeToken, Slug, Timestamp,
};
use page::driver::{Driver, Machine, Signal};
use page::host::Message;
use page::storage::Storage;
use page::{base64, random};
use wasm_bindgen::JsValue;
use wire::host::{to_host, to_widget};
use wire::limits::LANGUAGE_BYTES_MAX;
use wire::{Arrival, Encoding, Jwt};

use crate::words::{Words, digits, fill};

/// The socket of customers.
const SOCKET: &str = "/v1/customer";
/// A page older than the relay supports loads itself again at most this often.
const RELOAD_EVERY_MS: u64 = 60_000;

/// The rules, and what this page needs to carry them out.
pub struct Chat {
    customer: Customer,
    host: page::host::Host,
    words: &'static Words,
    /// What this iframe's own keys begin with.
    prefix: String,
    /// Names this tab's outbox.
    tab: String,
    /// The token that the host page is known to hold, so that only that one is ever removed.
    held: RefCell<Option<String>>,
}

/// A running chat.
pub type Running = Driver<Chat>;

impl Chat {
    /// A chat of a widget; nothing happens before the host page said `init`.
    #[must_use]
    pub fn new(widget: Slug, host: page::host::Host, words: &'static Words) -> Self {
        let prefix = ["rejoin.v1.", widget.as_str(), "."].concat();
        Self {
            customer: Customer::new(Encoding::Binary, widget),
            host,
            words,
            prefix,
            tab: String::new(),
            held: RefCell::default(),
        }
    }

    /// From now on in this language.
    pub fn speak(&mut self, words: &'static Words) {
        self.words = words;
    }

    /// The state of the rules.
    #[must_use]
    pub fn customer(&self) -> &Customer {
        &self.customer
    }

    /// The host page.
    #[must_use]
    pub fn host(&self) -> &page::host::Host {
        &self.host
    }

    fn key(&self, name: &str) -> String {
        [self.prefix.as_str(), name].concat()
    }

    fn outbox_key(&self) -> String {
        [self.prefix.as_str(), "outbox.", &self.tab].concat()
    }

    /// The name of this tab: kept over reloads and pages, and not stored before there is something to keep.
    fn name_tab(&mut self) {
        self.tab = Storage::Tab.read(&self.key("tab")).unwrap_or_else(|| base64::encode(&random::bytes::<6>()));
    }

    /// What an earlier page of this tab left unsent; else what a tab that is gone did. Two tabs that send the same words with
    /// the same keys write them once.
    fn stored_outbox(&self) -> Option<Vec<u8>> {
        let own = self.outbox_key();
        Storage::Local.read_bytes(&own).or_else(|| {
            let left = Storage::Local.key_with_prefix(&self.key("outbox."))?;
            let bytes = Storage::Local.read_bytes(&left);
            Storage::Local.remove(&left);
            bytes
        })
    }

    fn hold(&self, token: Option<String>) -> Option<ResumeToken> {
        let read = token.as_deref().and_then(base64::decode_exactly).map(ResumeToken::from_bytes);
        self.held.replace(token);
        read
    }

    fn init(&mut self, message: &Message) -> Init {
        self.name_tab();
        Init {
            token: self.hold(message.text("token")),
            open: message.is("open"),
            hidden: !page::lifecycle::is_visible(),
            page: message.text("page").and_then(|page| PageAddress::new(page).ok()),
            language: Some(language(message)),
            can_store: message.is("storage"),
            outbox: self.stored_outbox(),
            start: Storage::Local.read_bytes(&self.key("start")),
            draft: self.stored_draft(),
            arrival: message.text("arrival").as_deref().and_then(arrival),
            has_provider: message.is("signIn"),
        }
    }

    fn store_outbox(&self, bytes: &[u8]) {
        let key = self.outbox_key();
        if bytes.is_empty() {
            Storage::Local.remove(&key);
        } else {
            Storage::Tab.write(&self.key("tab"), &self.tab);
            Storage::Local.write_bytes(&key, bytes);
        }
    }

    /// A busy Firefox loses what a frame put into its tab's storage just before a reload, so the newest draft of all tabs lies in
    /// the shared one, too, behind the name of its tab.
    fn stored_draft(&self) -> String {
        let key = self.key("draft");
        let shared = Storage::Local.read(&key);
        let newest = shared.as_deref().and_then(|draft| draft.strip_prefix(self.tab.as_str()));
        newest.map(str::to_owned).or_else(|| Storage::Tab.read(&key)).unwrap_or_default()
    }

    fn store_draft(&self, draft: &str) {
        let key = self.key("draft");
        Storage::Tab.write(&self.key("tab"), &self.tab);
        Storage::Tab.write(&key, draft);
        Storage::Local.write(&key, &[self.tab.as_str(), draft].concat());
    }

    fn store_start(&self, bytes: Option<&[u8]>) {
        let key = self.key("start");
        match bytes {
            Some(bytes) => Storage::Local.write_bytes(&key, bytes),
            None => Storage::Local.remove(&key),
        };
    }

    fn store_token(&self, token: Option<&ResumeToken>, replace: bool) {
        let text = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from_str);
        let wanted = token.map(|token| base64::encode(token.expose()));
        let held = self.held.borrow();
        let was = if replace { Some("any") } else { held.as_deref().filter(|_| wanted.is_none()) };
        self.host.say(to_host::STORE, &[("token", text(wanted.as_deref())), ("was", text(was))]);
    }

    /// A page that is still too old after it was loaded again must not be loaded for ever; the banner then offers it by hand.
    fn reload_once(&self) {
        let key = self.key("reloaded");
        let now = page::clock::now().0;
        let last = Storage::Tab.read(&key).and_then(|text| text.parse::<u64>().ok());
        if last.is_none_or(|last| now.saturating_sub(last) > RELOAD_EVERY_MS) && Storage::Tab.write(&key, &digits(now))
        {
            drop(page::window().location().reload());
        }
    }

    fn hand_over(&self, site: &str, code: &HandoverCode, expires_in: Millis) {
        #[expect(clippy::cast_precision_loss, reason = "a minute in milliseconds")]
        let expires_in = expires_in.0 as f64;
        let fields = [
            ("site", JsValue::from_str(site)),
            ("code", JsValue::from_str(&base64::encode(code.expose()))),
            ("expires_in_ms", JsValue::from(expires_in)),
        ];
        self.host.say(to_host::HANDOVER, &fields);
    }

    /// The host page loads a second script to hear of other sites, so it is told only where there are some.
    fn tell_sites(&self, sites: &[String], live: bool) {
        if sites.len() > 1 {
            let all: js_sys::Array = sites.iter().map(|site| JsValue::from_str(site)).collect();
            self.host.say(to_host::SITES, &[("sites", all.into()), ("live", live.into())]);
        }
    }

    fn badge(&self, unread: u32, reconnecting: bool) {
        let words = self.words;
        let mut label = words.open_chat.to_owned();
        if unread > 0 {
            label = [&label, ". ", &fill(words.unread, &[&digits(unread.into())])].concat();
        }
        if reconnecting {
            label = [&label, ". ", words.reconnecting].concat();
        }
        let fields = [
            ("count", JsValue::from(unread)),
            ("label", JsValue::from_str(&label)),
            ("reconnecting", JsValue::from(reconnecting)),
        ];
        self.host.say(to_host::BADGE, &fields);
    }
}

impl Machine for Chat {
    type Event = Event;
    type Effect = Effect;

    fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Effect> {
        self.customer.handle(now, event)
    }

    fn translate(signal: Signal) -> Event {
        match signal {
            Signal::Socket(event) => Event::Socket(event),
            Signal::Page(event) => Event::Page(event),
            Signal::Woke { jitter } => Event::Wake { jitter },
        }
    }

    fn perform(driver: &Running, effect: Effect) {
        match effect {
            Effect::Socket(effect) => driver.socket(effect, SOCKET, Encoding::Binary),
            Effect::WakeAt(at) => driver.wake_at(at),
            Effect::StoreOutbox(bytes) => driver.look(|chat| chat.store_outbox(&bytes)),
            Effect::StoreDraft(draft) => driver.look(|chat| chat.store_draft(&draft)),
            Effect::StoreStart(bytes) => driver.look(|chat| chat.store_start(bytes.as_deref())),
            Effect::LoadStart => {
                let bytes = driver.look(|chat| Storage::Local.read_bytes(&chat.key("start")));
                driver.feed(Event::StoredStart { bytes });
            }
            Effect::StoreToken(token) => driver.look(|chat| chat.store_token(token.as_ref(), false)),
            Effect::ReplaceToken(token) => driver.look(|chat| chat.store_token(Some(&token), true)),
            Effect::AskSignIn => driver.look(|chat| chat.host.say(to_host::SIGN_IN, &[])),
            Effect::Arrived => driver.look(|chat| chat.host.say(to_host::ARRIVED, &[])),
            Effect::Redirect(url) => {
                driver.look(|chat| chat.host.say(to_host::REDIRECT, &[("url", JsValue::from_str(url.as_str()))]));
            }
            Effect::Handover { site, code, expires_in } => {
                driver.look(|chat| chat.hand_over(&site, &code, expires_in));
            }
            Effect::Sites { sites, live } => driver.look(|chat| chat.tell_sites(&sites, live)),
            Effect::HostEvent(event) => {
                driver.look(|chat| chat.host.say(to_host::EVENT, &[("name", JsValue::from_str(event.name()))]));
            }
            Effect::Badge { unread, reconnecting } => driver.look(|chat| chat.badge(unread, reconnecting)),
            Effect::HostState(state) => {
                driver.look(|chat| chat.host.say(to_host::STATE, &[("state", JsValue::from_str(state.name()))]));
            }
            Effect::Reload => driver.look(Chat::reload_once),
            Effect::Changed => driver.changed(),
        }
    }
}

/// What the page was opened with: `link.` or `handover.` and the secret. A secret that was cut short or mistyped opens nothing, and
/// is asked about like any other, so that the answer is the same.
fn arrival(text: &str) -> Option<Arrival> {
    let (kind, secret) = text.split_once('.')?;
    let secret = base64::decode_exactly(secret).unwrap_or_default();
    let token = random::resume_token();
    match kind {
        "link" => Some(Arrival::Link { secret: LinkSecret::from_bytes(secret), token }),
        "handover" => Some(Arrival::Handover { code: HandoverCode::from_bytes(secret), token }),
        _ => None,
    }
}

/// The language of the chat: the page's, else the browser's.
#[must_use]
pub fn language(message: &Message) -> String {
    let said = message.text("lang").filter(|lang| !lang.is_empty() && lang.len() <= LANGUAGE_BYTES_MAX);
    said.or_else(|| page::window().navigator().language()).unwrap_or_default()
}

/// Context variables, as the embed script writes them once it has checked them.
fn context(said: &str) -> Context {
    let mut parts = said.split('\0').map(str::to_owned);
    let mut variables = Vec::new();
    while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
        variables.push(ContextVariable { name, value: ContextValue::Text(value) });
    }
    Context::unchecked(variables)
}

/// Hears the embed script. `began` is called once, with the answer to `ready`; `focus` when a person opened the panel.
pub fn hear(driver: &Running, began: impl Fn(&Message) + 'static, focus: impl Fn() + 'static) {
    let heard = driver.clone();
    let begun = std::cell::Cell::new(false);
    let host = driver.look(|chat| chat.host.clone());
    host.listen(move |kind, message| match kind {
        to_widget::INIT if !begun.replace(true) => {
            began(message);
            let init = heard.change(|chat| chat.init(message));
            heard.feed(Event::Init(Box::new(init)));
            if message.is("focus") {
                focus();
            }
        }
        // Nothing counts before init.
        _ if !begun.get() => {}
        to_widget::OPENED => {
            heard.feed(Event::Opened);
            if message.is("focus") {
                focus();
            }
        }
        to_widget::MINIMIZED => heard.feed(Event::Minimized),
        to_widget::SIGNED_IN => {
            let jwt = message.text("jwt");
            let read = jwt.clone().and_then(Jwt::new);
            // What is no JWT was not meant as "nobody is signed in".
            let failed = message.is("failed") || (read.is_none() && jwt.is_some());
            heard.feed(Event::SignedIn { jwt: read, failed });
        }
        to_widget::SIGN_OUT => heard.feed(Event::SignOut),
        to_widget::CONTEXT => {
            if let Some(said) = message.text("context") {
                heard.feed(Event::Context { context: context(&said) });
            }
        }
        to_widget::HANDOVER_WANTED => {
            if let Some(site) = message.text("site") {
                heard.feed(Event::HandoverWanted { site });
            }
        }
        to_widget::TOKEN => {
            let token = heard.look(|chat| chat.hold(message.text("token")));
            heard.feed(Event::Token { token });
        }
        _ => {}
    });
    host.say(to_host::READY, &[]);
}
