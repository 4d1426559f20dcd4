//! Every state of the widget, for screenshots, audits and snapshots: real rules that were told by real frames how things
//! stand, drawn as always.

mod asked;
mod told;

use client::customer::{Customer, Effect, Event, Init};
use client::{PageEvent, SocketEffect, SocketEvent, SocketId};
use model::{
    CloseReason, DisplayName, LinkSecret, MessageText, Millis, ResumeToken, SendKey, Seq, Timestamp, Trigger,
    TriggerKind,
};
use wire::{
    AgentCard, AgentConnection, Arrival, ArrivalAnswer, AutomatedText, CanResume, CustomerEntry, CustomerEvent,
    CustomerState, Encoding, EndedBecause, Frame, Phase, PromptState, QrCode, Refusal, RefusalCode, RelayToCustomer,
    SignInAnswer, WebUrl, Welcome,
};

use crate::show::Local;

/// 21 November 2026, 14:02 UTC.
const START: Timestamp = Timestamp(1_795_269_720_000);

/// One state.
pub struct State {
    /// Its name.
    pub name: &'static str,
    /// The rules in it.
    pub customer: Customer,
    /// What the widget itself knows.
    pub local: Local,
    /// The browser's clock.
    pub now: Timestamp,
}

/// Rules on a stage.
struct Stage {
    customer: Customer,
    now: Timestamp,
    socket: SocketId,
    entries: Vec<CustomerEntry>,
    version: u64,
    keys: u8,
    /// The automated messages, as the relay tells them.
    texts: Vec<AutomatedText>,
}

/// Our own texts, without the notice, which is off.
fn texts(lang: &str) -> Vec<AutomatedText> {
    let customers =
        Trigger::ALL.iter().filter(|trigger| matches!(trigger.kind(), TriggerKind::Entry | TriggerKind::State));
    let text = |trigger: &Trigger| {
        let text = trigger.default_text(lang)?.to_owned();
        Some(AutomatedText { trigger: trigger.code().to_owned(), text })
    };
    customers.filter_map(text).collect()
}

impl Stage {
    fn new(lang: &str) -> Self {
        Self::with(lang, Init { open: true, can_store: true, ..Init::default() })
    }

    /// A browser that holds a conversation.
    fn held(lang: &str) -> Self {
        let token = Some(ResumeToken::from_bytes([7; 32]));
        Self::with(lang, Init { token, open: true, can_store: true, ..Init::default() })
    }

    fn with(lang: &str, init: Init) -> Self {
        let widget = "shop".parse().expect("invariant: a slug");
        let customer = Customer::new(Encoding::Binary, widget);
        let (entries, socket) = (Vec::new(), SocketId(0));
        let texts = texts(lang);
        let mut stage = Self { customer, now: START, socket, entries, version: 0, keys: 0, texts };
        stage.feed(Event::Init(Box::new(init)));
        stage
    }

    fn feed(&mut self, event: Event) {
        for effect in self.customer.handle(self.now, event) {
            if let Effect::Socket(SocketEffect::Dial { socket }) = effect {
                self.socket = socket;
            } else if effect == Effect::LoadStart {
                self.feed(Event::StoredStart { bytes: None });
            }
        }
    }

    fn wait(&mut self, span: Millis) {
        self.now += span;
        self.feed(Event::Wake { jitter: u32::MAX / 2 });
    }

    fn hear(&mut self, frame: &RelayToCustomer) {
        let (socket, bytes) = (self.socket, frame.encode(Encoding::Binary));
        self.feed(Event::Socket(SocketEvent::Received { socket, bytes }));
    }

    fn connect(self, resume: CanResume) -> Self {
        self.arrive(resume, ArrivalAnswer::NotAsked, None)
    }

    /// Connected, with an answer to what the page was opened with.
    fn arrive(mut self, resume: CanResume, arrival: ArrivalAnswer, redirect: Option<WebUrl>) -> Self {
        let socket = self.socket;
        self.feed(Event::Socket(SocketEvent::Opened { socket }));
        self.hear(&RelayToCustomer::Welcome(Welcome {
            epoch: 1,
            now: self.now,
            heartbeat_every: Millis::seconds(12),
            disconnect_after: Millis::minutes(3),
            resume,
            sign_in: SignInAnswer::NotAsked,
            arrival,
            redirect,
            sites: Vec::new(),
            links: true,
        }));
        self.tell()
    }

    fn tell(mut self) -> Self {
        let texts = self.texts.clone();
        self.hear(&RelayToCustomer::Texts { texts });
        self
    }

    /// With another text of an automated message; none: off.
    fn telling(mut self, trigger: Trigger, text: Option<&str>) -> Self {
        self.texts.retain(|text| text.trigger != trigger.code());
        let text = text.map(|text| AutomatedText { trigger: trigger.code().to_owned(), text: text.to_owned() });
        self.texts.extend(text);
        self.tell()
    }

    /// Told this besides the state.
    fn beside(mut self, trigger: Trigger) -> Self {
        self.version += 1;
        self.hear(&RelayToCustomer::Beside { version: self.version, trigger: Some(trigger.code().to_owned()) });
        self
    }

    /// A browser whose page was opened with a link, and which holds a conversation, or not.
    fn with_link(lang: &str, holds: bool) -> Self {
        let token = || ResumeToken::from_bytes([7; 32]);
        let secret = LinkSecret::from_bytes([8; 32]);
        Self::with(
            lang,
            Init {
                token: holds.then(token),
                arrival: Some(Arrival::Link { secret, token: token() }),
                open: true,
                can_store: true,
                ..Init::default()
            },
        )
    }

    /// At the prompt, with this long until the hold and the limit end.
    fn prompted(mut self, hold: Option<Millis>, limit: Option<Millis>, may_extend: bool) -> Self {
        let now = self.now;
        self.version += 1;
        self.hear(&RelayToCustomer::Prompt(PromptState {
            version: self.version,
            agent: Some(AgentCard { name: ravi() }),
            hold_until: hold.map(|span| now + span),
            until: limit.map(|span| now + span),
            may_extend,
            is_elsewhere: limit.is_none(),
        }));
        self
    }

    /// The customer wanted the link, and has it.
    fn minted(mut self) -> Self {
        self.feed(Event::WantLink);
        let url = "https://shop.example/help#rejoin=aGVsbG8tdGhpcy1pcy1ub3QtYS1yZWFsLXNlY3JldCE".to_owned();
        // The pattern of a code, not one that anything reads.
        let qr = QrCode::new(37, |x, y| match (corner(x), corner(y)) {
            (Some(x), Some(y)) => x == 0 || y == 0 || x == 6 || y == 6 || (2..5).contains(&x) && (2..5).contains(&y),
            _ => (u32::from(x) * 7 + u32::from(y) * 13 + u32::from(x) * u32::from(y)) % 5 < 2,
        });
        self.hear(&RelayToCustomer::Link { url, qr: Some(qr) });
        self
    }

    /// Connected to a conversation with these entries.
    fn joined(lang: &str, entries: &[CustomerEvent]) -> Self {
        Self::held(lang).connect(CanResume::Yes).told(entries)
    }

    /// Told these entries.
    fn told(mut self, entries: &[CustomerEvent]) -> Self {
        for event in entries {
            let seq = Seq(u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).next();
            let at = START + Millis::seconds(30 * u64::from(seq.0));
            self.entries.push(CustomerEntry { seq, at, event: event.clone() });
        }
        self.now += Millis::minutes(4);
        let entries = self.entries.clone();
        if !entries.is_empty() {
            self.hear(&RelayToCustomer::Entries { entries });
        }
        self
    }

    fn state(mut self, phase: Phase, read_by_agent: u32, agent_typing: bool) -> Self {
        self.version += 1;
        let head = Seq(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        self.hear(&RelayToCustomer::State(CustomerState {
            version: self.version,
            phase,
            agent_typing,
            read_by_agent: Seq(read_by_agent),
            read_by_customer: head,
            head,
        }));
        self
    }

    fn say(mut self, words: &str) -> Self {
        self.keys += 1;
        let (key, token) = (SendKey([self.keys; 16]), ResumeToken::from_bytes([7; 32]));
        self.feed(Event::Submit { key, token, text: text(words), name: None });
        self
    }

    fn refuse(mut self, code: RefusalCode, retry_after: Option<Millis>) -> Self {
        let key = SendKey([self.keys; 16]);
        self.hear(&RelayToCustomer::NotAccepted { key, refusal: Refusal { code, retry_after } });
        self
    }

    fn draft(mut self, words: &str) -> Self {
        self.feed(Event::Draft { text: words.to_owned() });
        self
    }

    /// The connection is gone and does not come back; the browser knows that there is no network, or not.
    fn lose(mut self, offline: bool) -> Self {
        if offline {
            self.feed(Event::Page(PageEvent::Offline));
        }
        for _ in 0..4 {
            let socket = self.socket;
            self.feed(Event::Socket(SocketEvent::Closed { socket, code: 1006, jitter: u32::MAX / 2 }));
            self.wait(Millis(1_400));
        }
        let socket = self.socket;
        self.feed(Event::Socket(SocketEvent::Closed { socket, code: 1006, jitter: u32::MAX }));
        self
    }

    /// The network is back, and the next try is made.
    fn again(mut self) -> Self {
        self.wait(Millis::minutes(4));
        self.feed(Event::TryNow);
        self
    }

    fn after(mut self, span: Millis) -> Self {
        self.wait(span);
        self
    }

    fn is(self, name: &'static str) -> State {
        State { name, customer: self.customer, local: Local::default(), now: self.now }
    }
}

/// Where a module stands in a finder, if it does.
fn corner(at: u8) -> Option<u8> {
    match at {
        0..7 => Some(at),
        30..37 => Some(at - 30),
        _ => None,
    }
}

fn text(words: &str) -> MessageText {
    MessageText::new(words).expect("invariant: words of the gallery are messages")
}

fn ravi() -> DisplayName {
    DisplayName::new("Ravi Kumar").expect("invariant: a name")
}

fn mine(key: u8, words: &str) -> CustomerEvent {
    CustomerEvent::Mine { key: SendKey([100 + key; 16]), text: text(words) }
}

fn theirs(words: &str) -> CustomerEvent {
    CustomerEvent::Theirs { agent: ravi(), text: text(words) }
}

fn talking() -> Phase {
    Phase::Talking { agent: AgentCard { name: ravi() }, connection: AgentConnection::Connected }
}

fn ended(because: EndedBecause) -> Phase {
    Phase::Ended { because, at: START + Millis::minutes(4) }
}

fn first() -> Vec<CustomerEvent> {
    vec![mine(0, "Hi! My order 48213 says delivered, but nothing came.")]
}

fn conversation() -> Vec<CustomerEvent> {
    let mut all = first();
    all.extend([
        CustomerEvent::AgentJoined { agent: ravi() },
        theirs("Hello! Let me look that up for you."),
        theirs("The courier left it with a neighbor at number 14. Could you check there? https://track.example/48213"),
        mine(1, "Good idea, one moment"),
    ]);
    all
}

fn and(event: CustomerEvent) -> Vec<CustomerEvent> {
    let mut all = conversation();
    all.push(event);
    all
}

/// All of them, in a language.
#[must_use]
pub fn states(lang: &str) -> Vec<State> {
    let mut all = before(lang);
    all.extend(during(lang));
    all.extend(troubles(lang));
    all.extend(after(lang));
    all.extend(back(lang));
    all.extend(links(lang));
    all.extend(told::told(lang));
    all.extend(asked::asked(lang));
    all
}

/// Somebody is back, or came too late.
fn back(lang: &str) -> Vec<State> {
    let minutes = Millis::minutes;
    let prompt = |hold, limit, more| Stage::held(lang).connect(CanResume::Prompt).prompted(hold, limit, more);
    let hold = Some(Millis::seconds(522));
    // Away with the page open: the last words are still there.
    let stayed = Stage::joined(lang, &conversation()).state(talking(), 5, false).lose(false).again();
    let elsewhere = || Stage::new(lang).connect(CanResume::Prompt).prompted(None, None, false);
    let mut asked = elsewhere().is("prompt-elsewhere-question");
    asked.local.asked_new = true;
    let mut over = prompt(None, Some(Millis::seconds(20)), false);
    over.hear(&RelayToCustomer::PromptOver);
    let late_with_redirect = Stage::held(lang).arrive(CanResume::Yes, ArrivalAnswer::NotAsked, Some(late_url()));
    let late_with_redirect = late_with_redirect.told(&conversation());
    let checking = Stage::with(
        lang,
        Init {
            token: Some(ResumeToken::from_bytes([7; 32])),
            has_provider: true,
            open: true,
            can_store: true,
            ..Init::default()
        },
    );
    vec![
        prompt(hold, Some(minutes(28)), true).is("prompt"),
        stayed.connect(CanResume::Prompt).prompted(hold, Some(minutes(28)), true).is("prompt-last-words"),
        prompt(None, Some(minutes(26)), true).is("prompt-after-hold"),
        prompt(None, Some(Millis::seconds(54)), true).is("prompt-near-limit"),
        elsewhere().is("prompt-elsewhere"),
        asked,
        over.is("prompt-over"),
        late_with_redirect.state(ended(EndedBecause::CustomerDisconnected), 5, false).is("late-with-redirect"),
        checking.after(Millis::seconds(3)).is("checking-sign-in"),
    ]
}

/// Reconnect links: offered, opened.
fn links(lang: &str) -> Vec<State> {
    let offered = || Stage::joined(lang, &and(CustomerEvent::LinkOffered { agent: ravi() })).state(talking(), 5, false);
    let mut copied = offered().minted().is("link-copied");
    copied.local.link.is_copied = true;
    let mut refused = offered().minted().is("link-not-copied");
    refused.local.link.copy_failed = true;
    let mut code = offered().minted().is("link-code");
    code.local.link.shows_qr = true;
    let mut none = offered().is("link-refused");
    none.local.link.wants_copy = true;
    let opened = |holds, resume, answer| Stage::with_link(lang, holds).arrive(resume, answer, None);
    let alive = |answer| opened(true, CanResume::Yes, answer).told(&conversation()).state(talking(), 5, false);
    vec![
        offered().is("link-offered"),
        copied,
        code,
        refused,
        none,
        Stage::joined(lang, &and(CustomerEvent::OtherDeviceJoined)).state(talking(), 5, false).is("other-device"),
        opened(false, CanResume::NotAsked, ArrivalAnswer::Dead).is("dead-link"),
        Stage::with_link(lang, false)
            .arrive(CanResume::NotAsked, ArrivalAnswer::Dead, Some(late_url()))
            .is("dead-link-redirected"),
        alive(ArrivalAnswer::Dead).is("dead-link-beside"),
        alive(ArrivalAnswer::Waits).is("link-to-another"),
        opened(false, CanResume::NotAsked, ArrivalAnswer::SomeoneElses).is("link-of-someone-else"),
        alive(ArrivalAnswer::SomeoneElses).is("link-of-someone-else-beside"),
    ]
}

fn late_url() -> WebUrl {
    "https://help.example.com/late".parse().expect("invariant: an address")
}

fn before(lang: &str) -> Vec<State> {
    let waiting =
        |position, closes_at| Stage::joined(lang, &first()).state(Phase::Waiting { position, closes_at }, 0, false);
    vec![
        Stage::new(lang).connect(CanResume::NotAsked).is("first-screen"),
        Stage::new(lang).connect(CanResume::NotAsked).draft("Hi! My order 48213 says delivered, but").is("writing"),
        Stage::held(lang).is("finding"),
        Stage::new(lang)
            .connect(CanResume::NotAsked)
            .say("Hi! My order 48213 says delivered, but nothing came.")
            .is("starting"),
        waiting(3, None).is("in-queue"),
        waiting(1, None).is("next-in-line"),
        waiting(1, Some(START + Millis::minutes(20))).is("still-waiting"),
    ]
}

fn during(lang: &str) -> Vec<State> {
    let talk = |read| Stage::joined(lang, &conversation()).state(talking(), read, false);
    let away = AgentConnection::Away { until: START + Millis::minutes(10) };
    let five = "1 They do have it, thank you so much!\n2\n3\n4\n5\n6";
    let mut asked = talk(5).is("asked-to-end");
    asked.local.asked_to_end = true;
    vec![
        talk(1).is("talking"),
        Stage::joined(lang, &conversation()).state(talking(), 5, true).draft("They do have it, thank y").is("typing"),
        talk(5).draft(five).is("long-draft"),
        Stage::joined(lang, &conversation())
            .state(Phase::Talking { agent: AgentCard { name: ravi() }, connection: away }, 5, false)
            .is("agent-away"),
        talk(5).say("They do have it!").refuse(RefusalCode::RateLimited, Some(Millis::seconds(6))).is("rate-limited"),
        talk(5).say("They do have it!").refuse(RefusalCode::ConversationFull, None).is("failed"),
        Stage::joined(lang, &and(CustomerEvent::AgentLeft { agent: ravi() }))
            .state(Phase::Waiting { position: 1, closes_at: None }, 5, false)
            .is("agent-left"),
        asked,
    ]
}

fn troubles(lang: &str) -> Vec<State> {
    let talk = || Stage::joined(lang, &conversation()).state(talking(), 5, false);
    let no_storage = || Stage::with(lang, Init { open: true, ..Init::default() });
    let mut off = no_storage();
    let socket = off.socket;
    off.feed(Event::Socket(SocketEvent::Opened { socket }));
    off.feed(Event::Socket(SocketEvent::Closed { socket, code: 4004, jitter: 0 }));
    vec![
        talk().lose(true).say("Good idea, one moment").say("They do have it!").is("offline"),
        talk().lose(false).say("They do have it!").is("reconnecting"),
        Stage::new(lang).lose(false).is("unreachable"),
        no_storage().connect(CanResume::NotAsked).is("storage-blocked"),
        off.is("switched-off"),
    ]
}

fn after(lang: &str) -> Vec<State> {
    let over = |entry, because| Stage::joined(lang, &and(entry)).state(ended(because), 5, false);
    let closed = |reason, because| over(CustomerEvent::Closed { reason }, because);
    let by_agent = CustomerEvent::EndedByAgent { agent: ravi() };
    let late = Stage::joined(lang, &conversation()).state(talking(), 5, false).lose(false).say("Hello?");
    let late = late.again().connect(CanResume::Yes).state(ended(EndedBecause::CustomerDisconnected), 5, false);
    vec![
        over(by_agent, EndedBecause::AgentEnded).is("ended-by-agent"),
        over(CustomerEvent::EndedByCustomer, EndedBecause::CustomerEnded).is("ended-by-customer"),
        late.is("away-too-long"),
        closed(CloseReason::AutoClosed, EndedBecause::NobodyCame).is("nobody-came"),
        closed(CloseReason::ForceClosed, EndedBecause::ForceClosed).is("force-closed"),
        closed(CloseReason::OutOfHours, EndedBecause::OutOfHours).is("out-of-hours"),
        closed(CloseReason::OverflowEnded, EndedBecause::QueueFull).is("queue-full"),
        closed(CloseReason::WaitedTooLong, EndedBecause::WaitedTooLong).is("waited-too-long"),
        // The rules ask twice before they believe that the relay knows nothing.
        Stage::held(lang)
            .connect(CanResume::Expired)
            .after(Millis::seconds(10))
            .connect(CanResume::Expired)
            .is("expired"),
    ]
}
