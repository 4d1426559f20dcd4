//! The rules' view as the page shows it. Large values are copied only when they have changed.

use std::rc::Rc;
use std::sync::Arc;

use client::agent::{Console, Notice as ClientNotice, NoticeKind, Opened};
use client::customer::MessageState;
use client::{Connection, StopReason};
use model::{ConversationId, Seq};
use page::driver::Driver;
use wire::api::Me;
use wire::{AgentsEntry, ColleaguesState, DeskState, PresencesState, Refusal, Request, StaffState, WhyWaiting};

use super::Window;
use crate::floor::FloorView;
use crate::route::Route;
use crate::view::{Kind, Link, Model, Notice, Open, Progress, Stopped, Unsent};
use crate::words;

/// The last copies of what is large, so that a key press copies nothing.
#[derive(Default)]
pub(super) struct Cache {
    desk: Option<Rc<DeskState>>,
    staff: Option<Rc<StaffState>>,
    colleagues: Option<Rc<ColleaguesState>>,
    floor: Option<(u64, Rc<FloorView>)>,
    why: Option<Rc<WhyWaiting>>,
    presences: Rc<PresencesState>,
    entries: Option<(ConversationId, Rc<Vec<AgentsEntry>>)>,
    new_after: Option<(ConversationId, Option<Seq>)>,
}
/// The view, as the page shows it.
pub(crate) fn model(driver: &Driver<Window>, me: &Me) -> Model {
    driver.look(|window| {
        let console = &window.console;
        let mut cache = window.shared.cache.borrow_mut();
        let desk = desk(console, &mut cache);
        let open = console.focused().and_then(|id| Some(Rc::new(open(console, id, console.opened(id)?, &mut cache))));
        let unsent = desk.iter().flat_map(|desk| &desk.mine).filter_map(|card| console.opened(card.conversation));
        Model {
            me: me.clone(),
            route: window.shared.route.get().unwrap_or(Route::Desk(None)),
            desk_at: window.shared.desk_at.get(),
            link: link(console),
            unsent: unsent.map(|opened| opened.unsent().len()).sum(),
            asking: console.asking().cloned().collect(),
            taken_link: console.taken_link().cloned(),
            staff: staff(console, &mut cache),
            colleagues: colleagues(console, &mut cache),
            floor: floor(console, &mut cache),
            why: why(console, &mut cache),
            presences: presences(console, &mut cache),
            quick_replies: window.shared.quick_replies.borrow().clone(),
            notices: console.notices().iter().map(|notice| shown_notice(notice, console)).collect(),
            desk,
            open,
        }
    })
}

fn desk(console: &Console, cache: &mut Cache) -> Option<Rc<DeskState>> {
    let latest = console.desk()?;
    if cache.desk.as_deref() != Some(latest) {
        cache.desk = Some(Rc::new(latest.clone()));
    }
    cache.desk.clone()
}

fn staff(console: &Console, cache: &mut Cache) -> Option<Rc<StaffState>> {
    let latest = console.staff()?;
    if cache.staff.as_deref() != Some(latest) {
        cache.staff = Some(Rc::new(latest.clone()));
    }
    cache.staff.clone()
}

fn colleagues(console: &Console, cache: &mut Cache) -> Option<Rc<ColleaguesState>> {
    let latest = console.colleagues()?;
    if cache.colleagues.as_deref() != Some(latest) {
        cache.colleagues = Some(Rc::new(latest.clone()));
    }
    cache.colleagues.clone()
}

fn presences(console: &Console, cache: &mut Cache) -> Rc<PresencesState> {
    let latest = console.presences();
    if *cache.presences != *latest {
        cache.presences = Rc::new(latest.clone());
    }
    Rc::clone(&cache.presences)
}

fn why(console: &Console, cache: &mut Cache) -> Option<Rc<WhyWaiting>> {
    let latest = console.why_waiting()?;
    if cache.why.as_deref() != Some(latest) {
        cache.why = Some(Rc::new(latest.clone()));
    }
    cache.why.clone()
}

fn floor(console: &Console, cache: &mut Cache) -> Option<Rc<FloorView>> {
    let Some(latest) = console.floor() else {
        cache.floor = None;
        return None;
    };
    if cache.floor.as_ref().is_none_or(|(revision, _)| *revision != latest.revision()) {
        let view = FloorView {
            is_whole: latest.is_whole(),
            rows: latest.rows().cloned().collect(),
            agents: latest.agents().cloned().collect(),
        };
        cache.floor = Some((latest.revision(), Rc::new(view)));
    }
    cache.floor.as_ref().map(|(_, view)| Rc::clone(view))
}

fn open(console: &Console, id: ConversationId, opened: &Opened, cache: &mut Cache) -> Open {
    let latest = opened.entries();
    let last = |entries: &[AgentsEntry]| (entries.len(), entries.last().map(|entry| entry.seq));
    let entries = match &cache.entries {
        Some((of, entries)) if *of == id && last(entries) == last(latest) => Rc::clone(entries),
        _ => Rc::new(latest.to_vec()),
    };
    cache.entries = Some((id, Rc::clone(&entries)));
    let state = opened.state().filter(|_| opened.is_current() || opened.is_gone() || !latest.is_empty());
    let caught_up = state.is_some_and(|state| entries.last().is_some_and(|entry| entry.seq >= state.head));
    Open {
        id,
        new_after: new_after(id, opened, cache),
        state: state.cloned(),
        parts: opened.parts().cloned(),
        claims: opened.claims().cloned(),
        texts: Arc::clone(opened.texts()),
        answers: Arc::clone(opened.answers()),
        caught_up,
        unsent: opened.unsent().iter().map(|unsent| shown_unsent(unsent, console)).collect(),
        reply: opened.draft(false).to_owned(),
        internal: opened.draft(true).to_owned(),
        gone: opened.is_gone(),
        entries,
    }
}

/// Where the unread words began when the conversation was opened. Known from the first state that comes after.
fn new_after(id: ConversationId, opened: &Opened, cache: &mut Cache) -> Option<Seq> {
    match cache.new_after {
        Some((of, known)) if of == id => known,
        _ => {
            let state = opened.state().filter(|_| opened.is_current())?;
            let known = Some(state.read_by_me).filter(|read| *read < state.head && *read > Seq::START);
            cache.new_after = Some((id, known));
            known
        }
    }
}

fn shown_unsent(unsent: &client::Unsent, console: &Console) -> Unsent {
    let kind = if unsent.internal { Kind::Internal } else { Kind::Reply };
    let progress = match console.unsent_state(unsent) {
        MessageState::WaitingToSend => Progress::Waiting,
        MessageState::Delayed { retry_at, .. } => Progress::Later { at: console.relay_now(retry_at) },
        MessageState::Failed { code } => Progress::Failed(Refusal::of(code)),
        MessageState::Sending | MessageState::Sent | MessageState::Read => Progress::Sending,
    };
    Unsent { key: unsent.key, kind, text: unsent.text.clone(), progress }
}

fn shown_notice(notice: &ClientNotice, console: &Console) -> Notice {
    let card = notice.request.as_ref().and_then(Request::conversation).and_then(|id| console.card(id));
    let who = card.map_or_else(|| "the customer".to_owned(), words::customer);
    let text = match notice.kind {
        NoticeKind::NotConnected => {
            "You're not connected, so nothing was asked. Try again when you're back.".to_owned()
        }
        NoticeKind::Refused { code, retry_after } => words::refused(&Refusal { code, retry_after }, &who),
    };
    Notice { id: notice.id, text }
}

fn link(console: &Console) -> Link {
    match console.connection() {
        Connection::Idle | Connection::Connecting => Link::Connecting,
        // Nobody looks at a parked page.
        Connection::Connected | Connection::Parked => Link::Connected,
        // A short loss is mended before anybody could read about it.
        Connection::Reconnecting { .. } if !console.shows_reconnecting(page::clock::now()) => Link::Connected,
        Connection::Reconnecting { since, next_try_at, offline } => Link::Lost {
            since: console.relay_now(since),
            next_try_at: next_try_at.map(|at| console.relay_now(at)),
            offline,
        },
        Connection::Stopped(StopReason::TooManyConnections) => Link::Stopped(Stopped::TooManyWindows),
        Connection::Stopped(StopReason::VersionUnsupported) => Link::Stopped(Stopped::Outdated),
        Connection::Stopped(StopReason::Protocol(code)) => Link::Stopped(Stopped::Protocol(code)),
        // The root shows the sign-in instead.
        Connection::Stopped(StopReason::SignedOut) => Link::Connecting,
        Connection::Stopped(StopReason::WidgetUnknown) => Link::Stopped(Stopped::Protocol(4004)),
    }
}
