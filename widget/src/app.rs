//! The running widget: draws the state of the rules, tells them what a person does.

use std::cell::RefCell;
use std::rc::Rc;

use client::customer::Event;
use gloo_timers::callback::Timeout;
use model::{MessageText, Timestamp};
use page::timer::Alarm;
use page::{clock, intl, random};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use wire::host::to_host;
use yew::prelude::*;

use crate::chat::Running;
use crate::parts::chat;
use crate::show::{Calendar, Local, show};
use crate::view::{Act, Hands};
use crate::words::Words;

/// How long the copy button says that it is done.
const COPIED_FOR_MS: u32 = 2_500;

/// What the app needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The running rules.
    pub driver: Running,
    /// The words.
    pub words: &'static Words,
    /// The language that times are written in.
    pub lang: AttrValue,
}

/// What makes the app draw.
#[derive(Debug)]
pub enum Note {
    /// The rules or a clock changed something.
    Changed,
    /// A person did something.
    Did(Act),
    /// The browser copied the link, or refused to.
    Copied(bool),
    /// The word that it was copied has been read.
    CopySeen,
}

/// The app. A component of the plain kind: hooks would cost the widget more than they save here.
pub struct App {
    local: Local,
    calendar: BrowserCalendar,
    clock: Alarm,
    act: Callback<Act>,
    redraw: Rc<dyn Fn()>,
    /// The last act moves the focus, once what it changed is drawn.
    moves_focus: bool,
}

impl Component for App {
    type Message = Note;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let redraw: Rc<dyn Fn()> = Rc::new(move || link.send_message(Note::Changed));
        let draw = Rc::clone(&redraw);
        ctx.props().driver.on_change(move || draw());
        Self {
            local: Local::default(),
            calendar: BrowserCalendar::new(&ctx.props().lang),
            clock: Alarm::default(),
            act: ctx.link().callback(Note::Did),
            redraw,
            moves_focus: false,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, note: Note) -> bool {
        match note {
            Note::Changed => self.copy_when_there(ctx),
            Note::Did(act) => self.perform(ctx, act),
            Note::Copied(done) => {
                (self.local.link.is_copied, self.local.link.copy_failed) = (done, !done);
                let link = ctx.link().clone();
                Timeout::new(COPIED_FOR_MS, move || link.send_message(Note::CopySeen)).forget();
            }
            Note::CopySeen => self.local.link.is_copied = false,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { driver, words, .. } = ctx.props();
        let now = clock::now();
        let view = driver.look(|chat| show(chat.customer(), words, &self.calendar, now, self.local));
        // A clock that runs is drawn again in a second.
        if view.ticks {
            self.clock.set(Timestamp(now.0 + 1_000), Rc::clone(&self.redraw));
        } else {
            self.clock.clear();
        }
        let asked = self.local.asked_to_end;
        let act = self.act.clone();
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                act.emit(if asked { Act::GoOn } else { Act::Minimize });
            }
        });
        html! { <div class="app" {onkeydown}>{ chat(&view, &Hands { words, act: self.act.clone() }) }</div> }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if std::mem::take(&mut self.moves_focus) || is_focus_lost() {
            focus();
        }
    }
}

impl App {
    /// Does what a person did.
    fn perform(&mut self, ctx: &Context<Self>, act: Act) {
        let driver = &ctx.props().driver;
        self.moves_focus |= matches!(
            act,
            Act::AskEnd
                | Act::GoOn
                | Act::StartNew
                | Act::StillWaiting
                | Act::Submit
                | Act::Answer(_)
                | Act::Continue
                | Act::Extend
                | Act::AskNew
                | Act::KeepIt
                | Act::GoToArrival
                | Act::Stay
        );
        match act {
            Act::Minimize => driver.look(|chat| chat.host().say(to_host::MINIMIZE, &[])),
            Act::AskEnd => self.local.asked_to_end = true,
            Act::GoOn => self.local.asked_to_end = false,
            Act::End => {
                self.local.asked_to_end = false;
                driver.feed(Event::End);
            }
            Act::TryNow => driver.feed(Event::TryNow),
            Act::StartNew => {
                self.local = Local::default();
                driver.feed(Event::StartNew);
            }
            Act::StillWaiting => driver.feed(Event::StillWaiting),
            Act::Reload => drop(page::window().location().reload()),
            Act::Edit(text) => driver.feed(Event::Draft { text }),
            Act::Submit => submit(driver),
            Act::Answer(answers) => driver.feed(Event::Answered { answers }),
            Act::Retry(key) => driver.feed(Event::Retry { key, fresh: random::send_key() }),
            Act::Discard(key) => driver.feed(Event::Discard { key }),
            Act::Continue => driver.feed(Event::Continue { token: random::resume_token() }),
            Act::Extend => driver.feed(Event::Extend),
            Act::AskNew => self.local.asked_new = true,
            Act::KeepIt => self.local.asked_new = false,
            Act::GoToArrival => driver.feed(Event::GoToArrival),
            Act::Stay => driver.feed(Event::Stay),
            Act::Leave => driver.feed(Event::FollowRedirect),
            Act::DismissNotice => driver.feed(Event::DismissNotice),
            Act::CopyLink => {
                self.local.link.wants_copy = true;
                driver.feed(Event::WantLink);
                self.copy_when_there(ctx);
            }
            Act::ToggleQr => {
                self.local.link.shows_qr = !self.local.link.shows_qr;
                driver.feed(Event::WantLink);
            }
        }
    }

    /// Copies the reconnect link, once it is there.
    fn copy_when_there(&mut self, ctx: &Context<Self>) {
        if !self.local.link.wants_copy {
            return;
        }
        let Some(url) = ctx.props().driver.look(|chat| chat.customer().reconnect_link().map(|link| link.url.clone()))
        else {
            return;
        };
        self.local.link.wants_copy = false;
        let link = ctx.link().clone();
        page::clipboard::copy(&url, move |done| link.send_message(Note::Copied(done)));
    }
}

fn submit(driver: &Running) {
    let draft = driver.look(|chat| chat.customer().draft().to_owned());
    // What is pasted may have control characters, which are no part of a message.
    let clean: String = draft.chars().filter(|one| !one.is_control() || matches!(one, '\n' | '\t')).collect();
    let Ok(text) = MessageText::new(clean.trim()) else { return };
    driver.feed(Event::Submit { key: random::send_key(), token: random::resume_token(), text, name: None });
}

/// Puts the focus where the next act is likely: a question's first answer, else the composer.
fn focus() {
    let document = page::document();
    let find = |selector| document.query_selector(selector).ok().flatten();
    let place = find("[role=alertdialog] [data-focus]").or_else(|| find("[data-focus]"));
    if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
        drop(place.focus());
    }
}

/// The same, once what is to be drawn is drawn.
pub fn focus_soon() {
    Timeout::new(0, focus).forget();
}

/// Whether what had the focus is gone: a card came in the composer's place, or went. Never true while another page has it.
fn is_focus_lost() -> bool {
    let document = page::document();
    document.active_element().is_none_or(|element| element.tag_name() == "BODY")
        && document.has_focus().unwrap_or_default()
}

/// Times by the browser's `Intl`, which is slow: each minute and day is written once.
struct BrowserCalendar {
    lang: String,
    minutes: RefCell<Vec<(u64, String)>>,
    days: RefCell<Vec<(u64, i64)>>,
}

impl BrowserCalendar {
    fn new(lang: &str) -> Self {
        Self { lang: lang.to_owned(), minutes: RefCell::default(), days: RefCell::default() }
    }
}

/// What is known of a key, newest first; a conversation has few minutes.
fn known<T: Clone>(of: &RefCell<Vec<(u64, T)>>, key: u64, make: impl FnOnce() -> T) -> T {
    let mut of = of.borrow_mut();
    if let Some((_, value)) = of.iter().rev().find(|(known, _)| *known == key) {
        return value.clone();
    }
    let value = make();
    of.push((key, value.clone()));
    value
}

impl Calendar for BrowserCalendar {
    fn time_of_day(&self, at: Timestamp) -> String {
        known(&self.minutes, at.0 / 60_000, || intl::time_of_day(at, &self.lang))
    }

    fn day(&self, at: Timestamp) -> String {
        intl::day(at, &self.lang)
    }

    fn day_number(&self, at: Timestamp) -> i64 {
        // No time zone changes its offset within a quarter of an hour.
        known(&self.days, at.0 / 900_000, || intl::day_number(at))
    }
}
