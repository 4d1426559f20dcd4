//! Joins `client::agent::Console` to the page: its effects to the browser, its view to [`crate::view::Model`], a person's [`Act`]s to
//! its events. Decides nothing.

mod show;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use client::agent::{Console, Effect, Event};
use model::{AgentId, ConversationId, InvitationKind, Role, Timestamp};
use page::driver::{Driver, Machine, Signal};
use page::storage::Storage;
use wire::api::{Me, QuickReply};
use wire::{Encoding, Request};

use self::show::Cache;
pub(crate) use self::show::model;
use crate::clock::{Clock, Zone};
use crate::http::{self, Who};
use crate::notify::Told;
use crate::route::{Route, Section};
use crate::view::{Act, Kind};
use crate::{notify, sound, transcript_text, unsaved, words};

const SOCKET_PATH: &str = "/v1/console";
const ENCODING: Encoding = Encoding::Binary;
const RELOADED: &str = "rejoin.v1.console.reloaded";
/// A page that the relay calls outdated is loaded again by itself once in this time, so that it never goes round.
const RELOAD_EVERY_MS: u64 = 60_000;

/// One console window: the rules, and what joins them to the page.
pub(crate) struct Window {
    console: Console,
    shared: Rc<Shared>,
}

/// Hears that the sign-in is over, and whether the agent asked for that in this window.
pub(crate) type OnSignedOut = Rc<dyn Fn(bool)>;

/// What is about this window and none of the rules' business.
#[derive(Default)]
pub(crate) struct Shared {
    agent: Cell<Option<AgentId>>,
    role: Cell<Option<Role>>,
    route: Cell<Option<Route>>,
    desk_at: Cell<Option<ConversationId>>,
    /// The agent asked for it in this window.
    signing_out: Cell<bool>,
    on_signed_out: RefCell<Option<OnSignedOut>>,
    cache: RefCell<Cache>,
    quick_replies: RefCell<Option<Rc<[QuickReply]>>>,
    follow_up: RefCell<Option<FollowUp>>,
    /// The agent took this conversation and wants to write in it.
    to_write: Cell<Option<ConversationId>>,
}

/// Where to go once the desk shows that something was done.
#[derive(Clone, Copy)]
enum FollowUp {
    /// To this conversation, once it is mine.
    To(ConversationId),
    /// Away from this one, once it no longer is.
    From(ConversationId),
    /// To this conversation of a colleague, once I take part in it.
    Beside(ConversationId),
    /// Away from this one, once I no longer take part in it.
    FromBeside(ConversationId),
}

impl Machine for Window {
    type Event = Event;
    type Effect = Effect;

    fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Effect> {
        self.console.handle(now, event)
    }

    fn translate(signal: Signal) -> Event {
        match signal {
            Signal::Socket(event) => Event::Socket(event),
            Signal::Page(event) => Event::Page(event),
            Signal::Woke { jitter } => Event::Wake { jitter },
        }
    }

    fn perform(driver: &Driver<Self>, effect: Effect) {
        match effect {
            Effect::Socket(effect) => driver.socket(effect, SOCKET_PATH, ENCODING),
            Effect::WakeAt(at) => driver.wake_at(at),
            Effect::Store(bytes) => driver.look(|window| window.store(&bytes)),
            Effect::NewOffer { conversation } => tell(driver, conversation, Told::Offer),
            Effect::NewInvitation { conversation } => tell(driver, conversation, Told::Invitation),
            Effect::NewMessage { conversation } => tell(driver, conversation, Told::Words),
            Effect::CheckSignIn => check_sign_in(driver.clone()),
            Effect::SignedOut => {
                let (told, asked) = driver
                    .look(|window| (window.shared.on_signed_out.borrow().clone(), window.shared.signing_out.take()));
                if let Some(told) = told {
                    told(asked);
                }
            }
            Effect::Reload => reload_once(),
            Effect::Changed => driver.changed(),
        }
    }
}

impl Window {
    pub(crate) fn start() -> Driver<Self> {
        Driver::start(Self { console: Console::new(ENCODING), shared: Rc::default() })
    }

    fn store(&self, bytes: &[u8]) {
        let Some(agent) = self.shared.agent.get() else { return };
        if bytes.is_empty() {
            Storage::Tab.remove(&storage_key(agent));
        } else {
            Storage::Tab.write_bytes(&storage_key(agent), bytes);
        }
    }
}

fn storage_key(agent: AgentId) -> String {
    format!("rejoin.v1.console.{agent}")
}

/// Somebody is signed in: the window begins, with what it stored before a reload. `on_signed_out` hears when that is over,
/// and whether the agent asked for it here.
pub(crate) fn begin(driver: &Driver<Window>, me: &Me, on_signed_out: OnSignedOut) {
    driver.look(|window| {
        window.shared.on_signed_out.replace(Some(on_signed_out));
        window.shared.agent.set(Some(me.agent));
        window.shared.role.set(Some(me.role));
    });
    let stored = Storage::Tab.read_bytes(&storage_key(me.agent));
    driver.feed(Event::Init { stored, hidden: !page::lifecycle::is_visible() });
    follow_address(driver);
    if let (Route::Desk(None), Some(conversation)) = (route(driver), driver.look(|window| window.shared.desk_at.get()))
    {
        go(Route::Desk(Some(conversation)));
    }
}

/// Where in the console this window is.
fn route(driver: &Driver<Window>) -> Route {
    driver.look(|window| window.shared.route.get()).unwrap_or(Route::Desk(None))
}

/// Writes a place into the address; the window then follows it, as it does when a person goes back.
fn go(route: Route) {
    // Fails for no fragment.
    drop(page::window().location().set_hash(&route.fragment()));
}

/// The address changed.
pub(crate) fn follow_address(driver: &Driver<Window>) {
    let fragment = page::window().location().hash().unwrap_or_default();
    let now = route(driver);
    let role = driver.look(|window| window.shared.role.get()).unwrap_or(Role::Agent);
    if Route::read(&fragment, role) != now && !unsaved::may_leave() {
        return go(now);
    }
    let conversation = driver.look(|window| {
        let shared = &window.shared;
        let route = Route::read(&fragment, role);
        let is_first = shared.route.replace(Some(route)).is_none();
        if let Route::Desk(conversation) = route {
            // After a reload the window knows where it was.
            let kept = window.console.focused().filter(|_| is_first);
            shared.desk_at.set(conversation.or(kept));
        }
        route.conversation()
    });
    driver.feed(Event::Focus { conversation });
    driver.feed(Event::WatchFloor { on: route(driver).section() == Section::Supervise });
    driver.redraw();
}

/// Carries out what a person did, as far as it is about the desk.
pub(crate) fn act(driver: &Driver<Window>, act: Act) {
    match act {
        Act::Open(conversation) => go(Route::Desk(Some(conversation))),
        Act::Leave => go(Route::Desk(None)),
        Act::Ask(request) => ask(driver, request),
        Act::Draft { conversation, kind, text } => {
            driver.feed(Event::Draft { conversation, internal: kind == Kind::Internal, text });
        }
        Act::Send { conversation, kind, text } => {
            let key = page::random::send_key();
            driver.feed(Event::Submit { conversation, internal: kind == Kind::Internal, key, text });
        }
        Act::Retry(conversation, key) => {
            driver.feed(Event::Retry { conversation, key, fresh: page::random::send_key() });
        }
        Act::TakeBack(conversation, key) => take_back(driver, conversation, key),
        Act::TryNow => driver.feed(Event::TryNow),
        Act::Dismiss(notice) => driver.feed(Event::Dismiss { notice }),
        Act::ForgetLink => driver.feed(Event::ForgetLink),
        Act::WatchColleagues(on) => driver.feed(Event::WatchColleagues { on }),
        Act::LoadQuickReplies => load_quick_replies(driver.clone()),
        Act::Reload => drop(page::window().location().reload()),
        Act::SignOut => sign_out(driver.clone()),
        Act::Download { conversation, internal } => download(driver, conversation, internal),
        // These are the root's: they are about this browser, not about the desk.
        Act::Notify(_) | Act::Sound(_) | Act::Chime | Act::Shortcuts(_) => {}
    }
}

fn ask(driver: &Driver<Window>, request: Request) {
    let follow_up = match &request {
        Request::Accept { conversation } | Request::Pick { conversation } => Some(FollowUp::To(*conversation)),
        Request::Close { conversation } | Request::Release { conversation }
            if route(driver) == Route::Desk(Some(*conversation)) =>
        {
            Some(FollowUp::From(*conversation))
        }
        // Whoever accepts a consult takes part; whoever accepts a transfer has the conversation.
        Request::AcceptInvitation { conversation } => {
            let kind = driver.look(|window| {
                let staff = window.console.staff()?;
                let invitation = staff.invitations.iter().find(|one| one.card.conversation == *conversation)?;
                Some(invitation.kind)
            });
            let consults = kind == Some(InvitationKind::Consult);
            Some(if consults { FollowUp::Beside(*conversation) } else { FollowUp::To(*conversation) })
        }
        Request::Monitor { conversation } => Some(FollowUp::Beside(*conversation)),
        Request::StopMonitoring { conversation } | Request::LeaveConsult { conversation }
            if route(driver) == Route::Desk(Some(*conversation)) =>
        {
            Some(FollowUp::FromBeside(*conversation))
        }
        Request::Close { .. }
        | Request::Release { .. }
        | Request::Decline { .. }
        | Request::End { .. }
        | Request::OfferLink { .. }
        | Request::TakeLink { .. }
        | Request::ReleaseHold { .. }
        | Request::WhyWaiting { .. }
        | Request::SetPresence { .. }
        | Request::Consult { .. }
        | Request::ConsultQueue { .. }
        | Request::EndConsult { .. }
        | Request::LetIn { .. }
        | Request::LeaveConsult { .. }
        | Request::TransferToAgent { .. }
        | Request::TransferToQueue { .. }
        | Request::WithdrawInvitation { .. }
        | Request::DeclineInvitation { .. }
        | Request::StopMonitoring { .. }
        | Request::Join { .. }
        | Request::AssignToAgent { .. }
        | Request::AssignToQueue { .. }
        | Request::SupervisorTransfer { .. }
        | Request::ForceClose { .. }
        | Request::SetPresenceOf { .. }
        | Request::SetCustomPresence { .. }
        | Request::SetCustomPresenceOf { .. } => None,
    };
    if follow_up.is_some() {
        driver.look(|window| window.shared.follow_up.replace(follow_up));
    }
    driver.feed(Event::Ask { request });
}

/// Goes where the agent wanted to be after what they asked for, once the desk shows that it was done.
pub(crate) fn follow_up(driver: &Driver<Window>) {
    let target = driver.look(|window| {
        let (console, shared) = (&window.console, &window.shared);
        let wanted = *shared.follow_up.borrow();
        let target = match wanted? {
            FollowUp::To(conversation) => console.is_mine(conversation).then_some(Some(conversation)),
            FollowUp::Beside(conversation) => console.takes_part(conversation).then_some(Some(conversation)),
            FollowUp::FromBeside(conversation) => (!console.takes_part(conversation)).then_some(None),
            FollowUp::From(conversation) => (!console.is_mine(conversation))
                .then(|| console.desk().and_then(|desk| desk.mine.first()).map(|card| card.conversation)),
        };
        if let Some(target) = target {
            shared.follow_up.replace(None);
            shared.to_write.set(target.filter(|_| matches!(wanted, Some(FollowUp::To(_)))));
        }
        target
    });
    if let Some(target) = target {
        go(Route::Desk(target));
    }
}

/// Whether the conversation that is shown was just taken in this window: then the composer has the focus, once.
pub(crate) fn takes_focus(driver: &Driver<Window>) -> bool {
    driver.look(|window| {
        let wanted = window.shared.to_write.get();
        let is_shown = wanted.is_some() && window.console.focused() == wanted;
        // Until then the composer is disabled and can't have it.
        let may_write = wanted.and_then(|id| window.console.opened(id)).is_some_and(|opened| opened.may_write(false));
        if is_shown && may_write {
            window.shared.to_write.set(None);
        }
        is_shown && may_write
    })
}

/// A failed message goes back into the composer, before what is there.
fn take_back(driver: &Driver<Window>, conversation: ConversationId, key: model::SendKey) {
    let found = driver.look(|window| {
        let opened = window.console.opened(conversation)?;
        let unsent = opened.unsent().iter().find(|unsent| unsent.key == key)?;
        let draft = opened.draft(unsent.internal);
        let gap = if draft.is_empty() { "" } else { "\n" };
        Some((unsent.internal, [unsent.text.as_str(), gap, draft].concat()))
    });
    if let Some((internal, text)) = found {
        driver.feed(Event::Discard { conversation, key });
        driver.feed(Event::Draft { conversation, internal, text });
    }
}

/// Quick replies are asked for when somebody wants one: there are few, and they may have changed. Those known before stay until then.
fn load_quick_replies(driver: Driver<Window>) {
    wasm_bindgen_futures::spawn_local(async move {
        let conversation = driver.look(|window| window.console.focused());
        let all = "/api/quick-replies".to_owned();
        let path = conversation.map_or_else(|| all.clone(), |id| format!("{all}?conversation={id}"));
        let mut found = http::get::<wire::api::QuickReplies>(&path).await;
        if found.is_err() && path != all {
            // It may have become somebody else's meanwhile.
            found = http::get(&all).await;
        }
        if let Ok(found) = found {
            driver.look(|window| window.shared.quick_replies.replace(Some(found.quick_replies.into())));
            driver.redraw();
        }
    });
}

/// The transcript as a file: from what this window has of it.
fn download(driver: &Driver<Window>, conversation: ConversationId, internal: bool) {
    let clock = Clock { now: relay_now(driver), zone: Zone::Browser };
    let file = driver.look(|window| {
        let opened = window.console.opened(conversation)?;
        let card = window.console.card(conversation)?;
        let text = transcript_text::text(card, opened.entries(), internal, clock);
        Some((transcript_text::file_name(card, opened.entries(), clock), text))
    });
    if let Some((name, text)) = file {
        page::download::text(&name, &text);
    }
}

fn sign_out(driver: Driver<Window>) {
    driver.look(|window| window.shared.signing_out.set(true));
    wasm_bindgen_futures::spawn_local(async move {
        if http::sign_out().await {
            driver.feed(Event::SignedOut);
        } else {
            driver.look(|window| window.shared.signing_out.set(false));
        }
    });
}

fn check_sign_in(driver: Driver<Window>) {
    wasm_bindgen_futures::spawn_local(async move {
        if http::me().await == Who::Nobody {
            driver.feed(Event::SignedOut);
        }
    });
}

fn reload_once() {
    let now = page::clock::now().0;
    let last = Storage::Tab.read(RELOADED).and_then(|text| text.parse::<u64>().ok());
    if last.is_none_or(|last| now.saturating_sub(last) > RELOAD_EVERY_MS)
        && Storage::Tab.write(RELOADED, &now.to_string())
    {
        drop(page::window().location().reload());
    }
}

fn tell(driver: &Driver<Window>, conversation: ConversationId, what: Told) {
    let card = driver.look(|window| window.console.card(conversation).cloned());
    sound::play();
    if let Some(card) = card {
        notify::show(&card, what);
    }
}

/// What there is for the title of the page: words unread and offers running.
pub(crate) fn title(driver: &Driver<Window>) -> String {
    driver.look(|window| {
        let offer = window.console.desk().and_then(|desk| desk.offers.first());
        // The desk is what the page is for: its name would only take room from what happens there.
        let route = window.shared.route.get().filter(|route| route.section() != Section::Desk);
        let place = route.map_or_else(String::new, |route| format!("{} · ", route.title()));
        match (offer, window.console.unread_in_all()) {
            (Some(offer), _) => format!("Offer: {} · {place}Rejoin", words::customer(&offer.card)),
            (None, 0) => format!("{place}Rejoin"),
            (None, count) => format!("({count}) {place}Rejoin"),
        }
    })
}

/// The relay's clock.
pub(crate) fn relay_now(driver: &Driver<Window>) -> Timestamp {
    driver.look(|window| window.console.relay_now(page::clock::now()))
}
