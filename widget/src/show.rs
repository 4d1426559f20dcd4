//! From the state of the rules to what is drawn. Pure: times are written by whoever calls.

mod card;
mod log;
mod stage;

use client::customer::{Customer, Notice, Screen};
use client::{Connection, StopReason};
use model::{MESSAGE_CHARS_MAX, Timestamp, Trigger};
use page::ui::{Dot, Glyph, Tone};
use yew::AttrValue;

use crate::view::{Act, BannerView, Body, ChatView, Choice, ComposerView, HeaderView, SurveyView};
use crate::words::{Words, digits, fill, made, own, say, tell};

/// How times are written, and which day an instant is of. The browser knows; tests have their own.
pub trait Calendar {
    /// "14:04".
    fn time_of_day(&self, at: Timestamp) -> String;
    /// "Friday, 21 November".
    fn day(&self, at: Timestamp) -> String;
    /// A number that grows by one each local day.
    fn day_number(&self, at: Timestamp) -> i64;
}

/// What the widget itself knows beyond the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// The customer was asked whether to end the conversation.
    pub asked_to_end: bool,
    /// The customer was asked whether to start a new one while the old one goes on elsewhere.
    pub asked_new: bool,
    /// What the customer does with the reconnect link.
    pub link: LinkUse,
}

/// What the customer does with the reconnect link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkUse {
    /// It is to be copied once it is there.
    pub wants_copy: bool,
    /// It was copied a moment ago.
    pub is_copied: bool,
    /// The browser refused to copy it.
    pub copy_failed: bool,
    /// It is shown as a QR code, once it is there.
    pub shows_qr: bool,
}

/// Everything needed to draw.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) customer: &'a Customer,
    pub(crate) screen: &'a Screen,
    pub(crate) words: &'static Words,
    pub(crate) calendar: &'a dyn Calendar,
    /// The browser's clock.
    pub(crate) now: Timestamp,
    pub(crate) local: Local,
}

impl Scene<'_> {
    /// "14:09" of an instant in the relay's time.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        self.calendar.time_of_day(at)
    }

    /// Whole seconds until an instant of the browser's clock, rounded up.
    pub(crate) fn seconds_until(&self, at: Timestamp) -> String {
        digits(at.since(self.now).0.div_ceil(1_000))
    }

    /// The relay's clock.
    pub(crate) fn relay_now(&self) -> Timestamp {
        self.customer.relay_now(self.now)
    }

    /// "8:42" until an instant in the relay's time.
    pub(crate) fn countdown(&self, at: Timestamp) -> String {
        stage::countdown(at.since(self.relay_now()))
    }

    /// The text of an automated message; `None` where it is off.
    #[inline(never)]
    pub(crate) fn told(&self, trigger: &str, values: &[(&str, &str)]) -> Option<String> {
        self.customer.text(trigger).map(|text| tell(text, values))
    }

    fn is_lost(&self) -> bool {
        self.customer.shows_reconnecting(self.now)
    }

    fn is_over(&self) -> bool {
        matches!(self.screen, Screen::Ended { .. } | Screen::Expired | Screen::Prompt { .. } | Screen::TooLate { .. })
    }
}

/// Draws the state of the rules.
#[must_use]
pub fn show(
    customer: &Customer,
    words: &'static Words,
    calendar: &dyn Calendar,
    now: Timestamp,
    local: Local,
) -> ChatView {
    let screen = &customer.screen();
    let scene = Scene { customer, screen, words, calendar, now, local };
    let header = header(&scene);
    let banner = banner(&scene);
    let (body, delayed) = body(&scene);
    let card = card::card(&scene);
    let status = status(&header, banner.as_ref(), &body, customer.beside());
    let ticks = delayed || banner.as_ref().is_some_and(|banner| !banner.clock.is_empty());
    let notice = scene.told(const { Trigger::MonitoringNotice.code() }, &[]).map(made);
    ChatView { header, notice, banner, body, composer: composer(&scene), card, status, ticks }
}

fn header(scene: &Scene<'_>) -> HeaderView {
    let words = scene.words;
    let agent = scene.customer.agent().map(|name| own(name.as_str()));
    let lost = scene.is_lost();
    let may_end = !scene.is_over() && !matches!(scene.screen, Screen::Idle | Screen::Starting);
    let plain = |title: &'static str, line: AttrValue| HeaderView {
        agent: None,
        dot: None,
        title: title.into(),
        line: if lost { kept(scene) } else { line },
        may_end,
    };
    match scene.screen {
        Screen::Idle => HeaderView { line: words.idle_line.into(), ..plain(words.chat, words.idle_line.into()) },
        Screen::Starting => plain(words.chat, words.one_moment.into()),
        Screen::Resuming => plain(words.finding, words.one_moment.into()),
        Screen::Waiting { position, .. } => {
            plain(words.in_queue, place(scene, *position).unwrap_or_else(|| words.one_moment.into()))
        }
        Screen::Talking { agent: name, away_until } => {
            let (dot, line) = match away_until {
                _ if lost => (Dot::Away, kept(scene)),
                Some(until) => (Dot::Away, say(words.agent_away_line, &[&scene.time(*until)])),
                None => (Dot::Here, words.talking.into()),
            };
            let title: AttrValue = own(name.as_str());
            // While our own connection is lost nobody knows whether theirs lives.
            HeaderView { agent: Some(title.clone()), dot: (!lost).then_some(dot), title, line, may_end }
        }
        Screen::Ended { at, .. } => HeaderView {
            agent,
            dot: None,
            title: words.ended.into(),
            line: made(log::moment(scene, *at)),
            may_end: false,
        },
        Screen::Expired => HeaderView { line: AttrValue::default(), ..plain(words.ended, AttrValue::default()) },
        Screen::Prompt { agent, .. } => {
            let agent = agent.as_ref().map(|name| own(name.as_str()));
            let line = match &agent {
                Some(name) if stage::is_held(scene) => say(words.keeps_line, &[name]),
                _ => words.kept_line.into(),
            };
            HeaderView { agent, ..plain(words.back, line) }
        }
        Screen::TooLate { .. } => HeaderView { may_end: false, ..plain(words.chat, words.one_moment.into()) },
    }
}

/// "You are 3rd in line".
pub(crate) fn place(scene: &Scene<'_>, position: u32) -> Option<AttrValue> {
    let (place, number) = (scene.words.place(position), digits(position.into()));
    let trigger =
        if position <= 1 { const { Trigger::NextInLine.code() } } else { const { Trigger::PlaceInLine.code() } };
    scene.told(trigger, &[("Place", &place), ("Position", &number)]).map(made)
}

/// What is true of the customer's place while the connection is lost: past the limit only the relay knows.
fn kept(scene: &Scene<'_>) -> AttrValue {
    let limit = scene.customer.disconnect_after();
    let words = match scene.customer.connection() {
        Connection::Reconnecting { since, .. } if limit.is_some_and(|limit| scene.now.since(since) < limit) => {
            scene.words.place_kept
        }
        Connection::Reconnecting { .. } => scene.words.place_checked,
        // The connection is there; who the customer is is not known.
        Connection::Idle
        | Connection::Connecting
        | Connection::Connected
        | Connection::Parked
        | Connection::Stopped(_) => scene.words.one_moment,
    };
    words.into()
}

fn banner(scene: &Scene<'_>) -> Option<BannerView> {
    let words = scene.words;
    let banner = |tone, glyph, fact: &'static str| BannerView {
        tone,
        glyph,
        fact: fact.into(),
        consequence: AttrValue::default(),
        clock: AttrValue::default(),
        action: None,
    };
    let connection = scene.customer.connection();
    if let Connection::Stopped(reason) = connection {
        let (fact, action) = match reason {
            StopReason::WidgetUnknown => (words.switched_off, None),
            StopReason::TooManyConnections => (words.too_many_windows, Some(Choice::of(words.use_here, Act::TryNow))),
            StopReason::VersionUnsupported | StopReason::SignedOut | StopReason::Protocol(_) => {
                (words.misunderstood, Some(Choice::of(words.reload, Act::Reload)))
            }
        };
        return Some(BannerView { action, ..banner(Tone::Red, Glyph::Alert, fact) });
    }
    if let Connection::Reconnecting { next_try_at, offline, .. } = connection
        && scene.is_lost()
        && (!scene.is_over() || matches!(scene.screen, Screen::Prompt { .. }))
    {
        let fact = match scene.screen {
            _ if offline => words.offline,
            Screen::Idle | Screen::Starting | Screen::Resuming => words.unreachable,
            Screen::Waiting { .. }
            | Screen::Talking { .. }
            | Screen::Ended { .. }
            | Screen::Expired
            | Screen::Prompt { .. }
            | Screen::TooLate { .. } => words.lost,
        };
        let clock = match next_try_at.filter(|at| *at > scene.now) {
            Some(at) => fill(words.next_try, &[&scene.seconds_until(at)]),
            None => words.trying.to_owned(),
        };
        return Some(BannerView {
            consequence: words.words_kept.into(),
            clock: made(clock),
            action: Some(Choice::of(words.try_now, Act::TryNow)),
            ..banner(Tone::Amber, Glyph::Offline, fact)
        });
    }
    if scene.is_lost() && !scene.is_over() {
        let begun = !matches!(scene.screen, Screen::Idle | Screen::Starting);
        return Some(BannerView {
            consequence: if begun { words.sign_in_kept.into() } else { AttrValue::default() },
            ..banner(Tone::Amber, Glyph::Clock, words.sign_in_unknown)
        });
    }
    if let Screen::Prompt { until: Some(until), .. } = scene.screen
        && scene.customer.asks_for_time(scene.now)
    {
        return Some(BannerView {
            clock: say(words.time_left, &[&scene.countdown(*until)]),
            action: Some(Choice::of(words.two_more, Act::Extend)),
            ..banner(Tone::Amber, Glyph::Clock, words.limit_near)
        });
    }
    if let Some(notice) = scene.customer.notice() {
        let (fact, consequence) = match notice {
            Notice::LinkDead if scene.is_over() => (words.link_dead_fact, AttrValue::default()),
            Notice::LinkDead => (words.link_dead_fact, words.goes_on.into()),
            Notice::LinkOfSomeoneElse => (words.not_yours_fact, words.not_yours_text.into()),
        };
        let action = Some(Choice::of(words.ok, Act::DismissNotice));
        return Some(BannerView { consequence, action, ..banner(Tone::Plain, Glyph::Link, fact) });
    }
    if let Screen::Talking { agent, away_until: Some(until) } = scene.screen
        && let Some(text) = scene.told(
            const { Trigger::AgentDisconnected.code() },
            &[("AgentName", agent.as_str()), ("Time", &scene.time(*until))],
        )
    {
        return Some(BannerView { consequence: made(text), ..banner(Tone::Amber, Glyph::Clock, "") });
    }
    (scene.customer.storage_is_blocked() && !scene.is_over()).then(|| BannerView {
        consequence: words.storage_consequence.into(),
        ..banner(Tone::Plain, Glyph::Info, words.storage_blocked)
    })
}

/// The middle, and whether a clock runs in it.
fn body(scene: &Scene<'_>) -> (Body, bool) {
    let nothing = scene.customer.entries().is_empty() && scene.customer.unsent().is_empty();
    if let Some(asking) = scene.customer.asking() {
        let (questions, answers) = (own(asking.questions), own(asking.answers));
        return (Body::Survey(SurveyView { questions, answers }), false);
    }
    if matches!(scene.screen, Screen::Idle) {
        // Until the relay has told, as it comes.
        let greeting = if scene.customer.knows_texts() {
            scene.told(const { Trigger::Greeting.code() }, &[]).map(made).unwrap_or_default()
        } else {
            scene.words.welcome_text.into()
        };
        return (Body::Welcome(greeting), false);
    }
    if matches!(scene.screen, Screen::Resuming) && nothing {
        return (Body::Loading, false);
    }
    if let Some(stage) = stage::stage(scene) {
        return (Body::Stage(stage), matches!(scene.screen, Screen::Prompt { .. }));
    }
    let (log, ticks) = log::log(scene);
    (Body::Log(log), ticks)
}

fn composer(scene: &Scene<'_>) -> Option<ComposerView> {
    let customer = scene.customer;
    let asks = customer.asks_where() || customer.asking().is_some();
    if scene.is_over() || scene.local.asked_to_end || customer.is_ending() || asks {
        return None;
    }
    let draft = scene.customer.draft();
    let chars = draft.chars().count();
    let too_many = chars.saturating_sub(MESSAGE_CHARS_MAX);
    Some(ComposerView {
        draft: own(draft),
        may_send: !draft.trim().is_empty() && too_many == 0 && scene.customer.may_write(),
        hint: (too_many > 0).then(|| say(scene.words.too_long, &[&digits(too_many as u64)])),
    })
}

/// What is told when it changes: how the conversation stands, and what the banner says.
fn status(header: &HeaderView, banner: Option<&BannerView>, body: &Body, beside: Option<&str>) -> AttrValue {
    made(match (banner, body) {
        (Some(banner), _) => [banner.fact.as_str(), " ", banner.consequence.as_str()].concat(),
        (None, Body::Welcome(_) | Body::Survey(_)) => String::new(),
        (None, Body::Stage(stage)) => [stage.title.as_str(), ". ", stage.text.as_str()].concat(),
        (None, _) => [header.title.as_str(), ". ", header.line.as_str(), " ", beside.unwrap_or_default()].concat(),
    })
}
