//! The whole widget but its pixels.
//!
//! A widget begins idle: nothing is stored and nothing is dialed until the panel opens or the host page holds a token. The
//! first words start a conversation: the token is put into the host page's storage, the start into the storage that the
//! browser's tabs share, and only then the first try leaves. From then on whatever happens to sockets, pages and tabs ends
//! in the same conversation, until the relay itself says that it is over (product 3).

mod act;
mod comeback;
mod event;
mod frames;
mod host;
mod pre_chat;
mod sign_in;
mod tell;
mod view;

pub use comeback::ASKS_BEFORE;
pub use event::{Effect, Event, HostEvent, HostState, Init};
pub use pre_chat::Asking;
pub use sign_in::{ASK_AGAIN_AFTER, ASK_AGAIN_CAP, REFRESH_BEFORE};
pub use view::{Late, MessageState, Notice, ReconnectLink, Screen};

use model::{Context, DisplayName, Millis, PageAddress, ResumeToken, SendKey, Seq, Slug, Timestamp};
use wire::{
    Answers, Arrival, AutomatedText, CustomerEntry, CustomerState, CustomerToRelay, Encoding, Frame, PromptState,
    RefusalCode, WebUrl,
};

use crate::clock::Clock;
use crate::link::{Link, PageEvent, SocketEffect, SocketEvent, Step};
use crate::outbox::Outbox;
use crate::stream::Stream;

/// "Is writing" is sent at most this often.
pub const TYPING_EVERY: Millis = Millis::seconds(3);
/// A draft is stored after this long without a key pressed.
pub const DRAFT_PAUSE: Millis = Millis(500);
/// The host page is asked again after this long which token counts. Nothing starts before it has said so: another tab may have
/// been quicker.
pub const HOST_WITHIN: Millis = Millis::seconds(2);
/// How long an "expired" is doubted before the relay is asked again: another tab may be about to start with this token. Longer
/// than [`HOST_WITHIN`], after which such a tab has said so.
pub const DOUBT_FOR: Millis = Millis(2_500);
/// A loss shorter than this is not shown: most are over before a person could read about them.
pub const NOTICEABLE_AFTER: Millis = Millis::seconds(1);

/// What this browser knows of its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// There is none.
    Idle,
    /// The host page was asked which token counts.
    AskingHost { since: Timestamp },
    /// A token is held; the relay has not said yes or expired yet.
    Unknown,
    /// The tab asked its storage whether a start of this token is still on its way.
    AskingStorage,
    /// The relay said yes.
    Joined,
    /// The relay said that it knows nothing of the token.
    Expired,
    /// The relay asks whether to continue.
    Prompted,
    /// The relay said that it is too late, of something else than a token.
    Late(Late),
}

/// A start that the relay has not answered yet. Its words are the outbox's entry of the same key.
#[derive(Clone, Debug)]
struct PendingStart {
    key: SendKey,
    name: Option<DisplayName>,
}

/// The relay said "expired" of a token that nobody is known to start with. Another tab that is about to has told the storage so
/// by `until`; where it has not, the relay is asked once more, and then its answer is final: a start that had been on its way
/// has come to it by then.
#[derive(Clone, Copy, Debug)]
struct Doubt {
    until: Timestamp,
    /// The storage was asked at `until` and held no start.
    nobody_starts: bool,
    /// The hello of the present connection was said after that.
    is_final: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Customer {
    encoding: Encoding,
    widget: Slug,
    page: Option<PageAddress>,
    /// The language of the chat.
    language: Option<String>,
    /// What the page says about its customer.
    context: Context,
    can_store: bool,
    open: bool,
    visible: bool,

    clock: Clock,
    link: Link,
    outbox: Outbox,
    outbox_is_dirty: bool,
    stream: Stream<CustomerEntry>,

    standing: Standing,
    token: Option<ResumeToken>,
    start: Option<PendingStart>,
    doubt: Option<Doubt>,
    /// The present connection has joined the conversation.
    joined: bool,
    /// The last value of everything that is not an entry, and whether it is of the present connection.
    state: Option<CustomerState>,
    state_is_current: bool,
    /// The automated messages that this customer is told, and the code of the one that holds besides the state.
    /// Once the relay has told.
    texts: Option<Vec<AutomatedText>>,
    beside: Option<String>,
    /// What is asked before a conversation; empty where nothing is.
    questions: String,
    /// What was answered, until the conversation has begun; and whether the form was sent since it was shown.
    answers: String,
    is_answered: bool,
    epoch: Option<u64>,
    disconnect_after: Option<Millis>,

    draft: String,
    draft_dirty_since: Option<Timestamp>,
    typing_sent: Option<Timestamp>,
    /// The last position that this person has seen, here or in another tab.
    read: Seq,
    read_sent: Seq,
    ending: bool,
    refusal: Option<RefusalCode>,

    sign_in: sign_in::SignIn,
    /// What the page was opened with, until it is answered; and whether it waits for the customer's choice.
    arrival: Option<Arrival>,
    arrival_waits: bool,
    /// The arrival was dead, and what follows from that is not known yet.
    dead_link: bool,
    notice: Option<Notice>,
    prompt: Option<PromptState>,
    /// The token that *Continue* was sent with.
    coming: Option<ResumeToken>,
    /// *Start new* was pressed and the relay has not answered yet.
    leaving: bool,
    /// The relay said that it can't say yet; since when nothing is known; when it is asked again.
    undecided: bool,
    unknown_since: Option<Timestamp>,
    retry_at: Option<Timestamp>,
    retries: u32,
    redirect: Option<WebUrl>,
    sites: Vec<String>,
    links: bool,
    reconnect_link: Option<ReconnectLink>,
    minting: bool,

    revision: u64,
    touched: bool,
    told_wake: Option<Timestamp>,
    told_badge: (u32, bool),
    told_host: HostState,
    told_live: Option<bool>,
    told_loss: Option<HostEvent>,
    told_late: bool,
    steps: Vec<Step>,
    effects: Vec<Effect>,
}

impl Customer {
    /// A widget that knows nothing yet; give it [`Event::Init`].
    #[must_use]
    pub fn new(encoding: Encoding, widget: Slug) -> Self {
        Self {
            encoding,
            widget,
            page: None,
            language: None,
            context: Context::default(),
            can_store: false,
            open: false,
            visible: true,
            clock: Clock::default(),
            link: Link::default(),
            outbox: Outbox::default(),
            outbox_is_dirty: false,
            stream: Stream::default(),
            standing: Standing::Idle,
            token: None,
            start: None,
            doubt: None,
            joined: false,
            state: None,
            state_is_current: false,
            texts: None,
            beside: None,
            questions: String::new(),
            answers: String::new(),
            is_answered: false,
            epoch: None,
            disconnect_after: None,
            draft: String::new(),
            draft_dirty_since: None,
            typing_sent: None,
            read: Seq::START,
            read_sent: Seq::START,
            ending: false,
            refusal: None,
            sign_in: sign_in::SignIn::default(),
            arrival: None,
            arrival_waits: false,
            dead_link: false,
            notice: None,
            prompt: None,
            coming: None,
            leaving: false,
            undecided: false,
            unknown_since: None,
            retry_at: None,
            retries: 0,
            redirect: None,
            sites: Vec::new(),
            links: false,
            reconnect_link: None,
            minting: false,
            revision: 0,
            touched: false,
            told_wake: None,
            told_badge: (0, false),
            told_host: HostState::Idle,
            told_live: None,
            told_loss: None,
            told_late: false,
            steps: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Takes an event; gives what to do, in order.
    #[must_use = "effects must be carried out"]
    pub fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Effect> {
        let raw = now;
        let now = self.clock.tick(raw);
        if self.told_wake.is_some_and(|at| at <= now) {
            // The clock jumped past it, as after a sleep: the timer that was set for it would ring too late.
            self.told_wake = None;
        }
        let before = (self.connection(), self.is_noticeable(now), self.is_long_outage(now));
        match event {
            Event::Socket(event) => self.socket(now, event),
            Event::Page(event) => self.page_event(now, event),
            Event::Wake { jitter } => self.wake(now, jitter),
            Event::Init(init) => self.init(*init),
            Event::Opened => self.opened(now),
            Event::Minimized => self.minimized(),
            Event::Token { token } => self.host_token(now, token),
            Event::StoredStart { bytes } => self.stored_start(now, bytes.as_deref()),
            Event::Draft { text } => self.drafted(now, text),
            Event::Submit { key, token, text, name } => self.submit(now, key, token, text, name),
            Event::Answered { answers } => self.gave_answers(answers),
            Event::Retry { key, fresh } => self.retry(key, fresh),
            Event::Discard { key } => self.discard(now, key),
            Event::StartNew => self.start_new(now),
            Event::End => self.end(),
            Event::StillWaiting => self.still_waiting(),
            Event::TryNow if self.sign_in.is_settled() => self.link.try_now(now, &mut self.steps),
            Event::TryNow => self.ask_provider(now),
            Event::Continue { token } => self.go_on(token),
            Event::Extend => self.extend(),
            Event::GoToArrival => self.go_to_arrival(),
            Event::Stay => self.stay(),
            Event::DismissNotice => self.touched |= self.notice.take().is_some(),
            Event::FollowRedirect => self.go_to_redirect(),
            Event::WantLink => self.want_link(),
            Event::SignedIn { jwt, failed } => self.signed_in(now, jwt, failed),
            Event::SignOut => self.sign_out(),
            Event::Context { context } => self.context = context,
            Event::HandoverWanted { site } => self.want_handover(site),
        }
        self.settle_dead_link();
        self.take_steps();
        self.store_outbox();
        self.pump(now);
        self.mark_read();
        self.want_or_leave(now);
        self.take_steps();
        if before != (self.connection(), self.is_noticeable(now), self.is_long_outage(now)) {
            self.touched = true;
        }
        self.tell(now)
    }

    fn socket(&mut self, now: Timestamp, event: SocketEvent) {
        match event {
            SocketEvent::Opened { socket } => {
                if self.link.opened(now, socket) {
                    self.say_hello();
                }
            }
            SocketEvent::Received { socket, bytes } => {
                if self.link.heard(now, socket) {
                    self.received(now, &bytes);
                }
            }
            SocketEvent::Closed { socket, code, jitter } => {
                self.link.closed(now, socket, code, jitter, &mut self.steps);
            }
        }
    }

    fn page_event(&mut self, now: Timestamp, event: PageEvent) {
        match event {
            PageEvent::Visible => self.visible = true,
            PageEvent::Hidden => self.visible = false,
            PageEvent::Parked => self.store_draft(),
            PageEvent::Online | PageEvent::Offline | PageEvent::Restored => {}
        }
        self.link.page(now, event, &mut self.steps);
    }

    fn wake(&mut self, now: Timestamp, jitter: u32) {
        self.told_wake = None;
        self.link.wake(now, jitter, &mut self.steps);
        self.take_steps();
        if self.outbox.is_overdue(now) {
            self.link.distrust(now, &mut self.steps);
            self.take_steps();
        }
        if self.draft_dirty_since.is_some_and(|since| since + DRAFT_PAUSE <= now) {
            self.store_draft();
        }
        if matches!(self.standing, Standing::AskingHost { since } if since + HOST_WITHIN <= now) {
            self.ask_host(now);
        }
        self.sign_in_is_due(now);
        self.retry_is_due(now);
        if self.doubt_is_due(now) {
            self.ask_storage();
        }
        if self.joined
            && let Some(after) = self.stream.overdue(now)
        {
            self.send(&CustomerToRelay::Fetch { after });
        }
    }

    /// Turns what the link asks for into effects.
    fn take_steps(&mut self) {
        while !self.steps.is_empty() {
            for step in core::mem::take(&mut self.steps) {
                match step {
                    Step::Dial(socket) => self.effects.push(Effect::Socket(SocketEffect::Dial { socket })),
                    Step::Close(socket, code) => {
                        self.effects.push(Effect::Socket(SocketEffect::Close { socket, code }))
                    }
                    Step::Beat => self.send(&CustomerToRelay::Beat { seq: self.stream.shown() }),
                    Step::Lost => self.lost(),
                    Step::DialFailed => {}
                    Step::Stopped(reason) => self.stopped(reason),
                }
            }
        }
    }

    fn lost(&mut self) {
        self.joined = false;
        self.undecided = false;
        self.retry_at = None;
        self.coming = None;
        self.minting = false;
        self.state_is_current = false;
        self.beside = None;
        self.typing_sent = None;
        self.read_sent = Seq::START;
        if let Some(state) = &mut self.state {
            state.agent_typing = false;
        }
        self.outbox.lost();
        self.touched = true;
    }

    /// Sends what may be sent: the start where the conversation is not known to exist, else the next words.
    fn pump(&mut self, now: Timestamp) {
        if !self.link.is_up() || !(self.joined || self.may_start()) {
            return;
        }
        if !self.joined && self.outbox.first_pending() != self.start.as_ref().map(|start| start.key) {
            // The start itself was refused: nothing can be said in a conversation that does not exist.
            return;
        }
        let Some(entry) = self.outbox.next(now) else { return };
        let (key, text) = (entry.key, entry.text.clone());
        let frame = match (&self.start, &self.token) {
            (Some(start), Some(token)) if !self.joined => {
                let (token, name) = (token.clone(), start.name.clone());
                // Lent for as long as it takes to write the frame.
                let (language, context) = (self.language.take(), core::mem::take(&mut self.context));
                let answers = Answers::from_text(self.answers.clone());
                CustomerToRelay::StartAnswered { key, token, text, name, language, context, answers }
            }
            _ => CustomerToRelay::Say { key, text },
        };
        self.send(&frame);
        if let CustomerToRelay::StartAnswered { language, context, .. } = frame {
            (self.language, self.context) = (language, context);
        }
        self.touched = true;
    }

    fn may_start(&self) -> bool {
        // Unknown never starts a conversation.
        self.start.is_some() && self.standing == Standing::Unknown && !self.undecided
    }

    fn send(&mut self, frame: &CustomerToRelay) {
        let socket = self.link.socket();
        self.effects.push(Effect::Socket(SocketEffect::Send { socket, bytes: frame.encode(self.encoding) }));
    }

    /// An open panel in a visible page has seen what it shows. Only an agent's words are worth a frame and a fact of the log.
    fn mark_read(&mut self) {
        let shown = self.stream.shown();
        if self.open && self.visible && shown > self.read {
            self.read = shown;
            self.touched = true;
        }
        // What was seen while the relay could not be told is told later, whether the panel is still open or not.
        let known = self.state.as_ref().map_or(Seq::START, |state| state.read_by_customer).max(self.read_sent);
        if self.joined && self.state_is_current && self.theirs_after(known) > self.theirs_after(self.read) {
            self.read_sent = self.read;
            self.send(&CustomerToRelay::Read { upto: self.read });
        }
    }

    /// A connection is wanted while somebody looks, or a conversation is under way, or words wait.
    fn want_or_leave(&mut self, now: Timestamp) {
        let wanted = match self.standing {
            Standing::Idle => self.open,
            Standing::AskingHost { .. } => true,
            Standing::Unknown | Standing::AskingStorage => true,
            Standing::Joined => self.open || !self.is_ended() || self.outbox.has_pending() || self.ending,
            Standing::Prompted => true,
            Standing::Expired | Standing::Late(_) => false,
        };
        match wanted {
            true if !self.sign_in.is_settled() => self.want_sign_in(now),
            true => self.link.want(now, &mut self.steps),
            false => self.link.leave(&mut self.steps),
        }
    }
}
