//! Every state of the console on one page, chosen by the part of the address after `#`. For people who draw, for
//! screenshots and for audits.

use std::rc::Rc;

use model::Role;
use yew::prelude::*;

use crate::canned::{self, CLOCK, Scene};
use crate::route::{Page, Route, Tab};
use crate::ui::command::Command;
use crate::ui::{ClockProvider, Front, Menu, Preferences, Question, SignIn, SignInState, Workspace};
use crate::view::Model;

const PREFERENCES: Preferences = Preferences { notify: false, notify_blocked: false, sound: true, shortcuts: true };

type NamedSignIn = (&'static str, fn() -> SignInState);

const SIGN_INS: [NamedSignIn; 5] = [
    ("sign-in", || SignInState::Ready),
    ("sign-in-over", || SignInState::Over),
    ("sign-in-wrong", || SignInState::Wrong),
    ("sign-in-limited", || SignInState::RateLimited(model::Millis::seconds(42))),
    ("sign-in-unreachable", || SignInState::Unreachable),
];

fn fronts() -> [(&'static str, Scene, Front); 9] {
    let ask = |request| Front { question: Some(Question::Ask(request)), ..Front::default() };
    let conversation = model::ConversationId::from_u128(1);
    [
        ("presence", Scene::Talking, Front { menu: Some(Menu::Presence), ..Front::default() }),
        ("account", Scene::Talking, Front { menu: Some(Menu::Account), ..Front::default() }),
        ("end", Scene::Talking, ask(wire::Request::End { conversation })),
        ("keys", Scene::Talking, Front { keys: true, ..Front::default() }),
        ("details", Scene::Talking, Front { details: true, ..Front::default() }),
        ("quick-reply", Scene::Talking, Front { command: Some(Command::QuickReply), ..Front::default() }),
        ("consult", Scene::Talking, Front { command: Some(Command::Consult), ..Front::default() }),
        ("transfer", Scene::Talking, Front { command: Some(Command::Transfer), ..Front::default() }),
        ("internal", Scene::Talking, Front { internal: true, ..Front::default() }),
    ]
}

/// The gallery.
#[component]
pub fn Gallery() -> Html {
    let hash = page::window().location().hash().unwrap_or_default();
    let wanted = hash.trim_start_matches('#').to_owned();
    let reload = Callback::from(|_: Event| drop(page::window().location().reload()));
    crate::ui::use_window_event("hashchange", reload);
    html! { <ClockProvider clock={CLOCK}>{ scene(&wanted) }</ClockProvider> }
}

/// Places outside of the desk, with their names in addresses.
const PLACES: [&str; 13] = [
    "reports",
    "supervise",
    "supervise-agents",
    "supervise-many",
    "assign",
    "why-waiting",
    "settings-browser",
    "settings-quick-replies",
    "settings-quick-reply",
    "settings-people",
    "settings-person",
    "settings-widgets",
    "settings-queues",
];

fn place(wanted: &str) -> Option<Html> {
    let mut model = canned::supervising(Role::Admin);
    let mut front = Front::default();
    let preset = &mut front.preset;
    let pages = |model: &mut Model, page| model.route = Route::Settings(page);
    match wanted {
        "supervise" => {}
        "supervise-agents" => model.route = Route::Supervise(Tab::Agents),
        "supervise-many" => model.floor = Some(Rc::new(canned::large_floor(2_000))),
        "assign" => front.giving = model.floor.as_deref().map(|floor| (wire::FloorRow::clone(&floor.rows[0]), true)),
        "why-waiting" => front.asked_why = model.floor.as_deref().map(|floor| wire::FloorRow::clone(&floor.rows[0])),
        "reports" => {
            model.route = Route::Reports;
            front.report = canned::report();
            return Some(html! { <Workspace {model} preferences={PREFERENCES} {front} act={|_| ()} /> });
        }
        "settings-browser" => pages(&mut model, Page::Browser),
        "settings-quick-replies" => {
            preset.quick_replies = Some(Rc::new(canned::quick_replies()));
            pages(&mut model, Page::QuickReplies);
        }
        "settings-quick-reply" => {
            let all = canned::quick_replies();
            preset.reply = all.quick_replies.last().map(Into::into);
            preset.quick_replies = Some(Rc::new(all));
            pages(&mut model, Page::QuickReplies);
        }
        "settings-people" | "settings-person" => {
            let all = canned::people();
            preset.person = (wanted == "settings-person").then(|| (&all.people[0]).into());
            preset.people = Some(Rc::new(all));
            preset.queue_names = Some(Rc::new(canned::queues()));
            pages(&mut model, Page::People);
        }
        "settings-widgets" => {
            preset.widgets = Some(Rc::new(canned::widgets()));
            pages(&mut model, Page::Widgets);
        }
        "settings-queues" => {
            preset.queues = Some(Rc::new(canned::queues()));
            pages(&mut model, Page::Queues);
        }
        _ => return None,
    }
    Some(html! { <Workspace {model} preferences={PREFERENCES} {front} act={|_| ()} /> })
}

fn scene(wanted: &str) -> Html {
    if let Some(place) = place(wanted) {
        return place;
    }
    if let Some((_, state)) = SIGN_INS.iter().find(|(name, _)| *name == wanted) {
        return html! { <SignIn state={state()} on_sign_in={|_| ()} /> };
    }
    let plain = Scene::ALL.iter().find(|(name, _)| *name == wanted).map(|(_, scene)| (*scene, Front::default()));
    let front = fronts().into_iter().find(|(name, ..)| *name == wanted).map(|(_, scene, front)| (scene, front));
    match plain.or(front) {
        Some((scene, front)) => html! {
            <Workspace model={canned::model(scene)} preferences={PREFERENCES} {front}
                act={|_| ()} />
        },
        None => index(),
    }
}

fn index() -> Html {
    let scenes = Scene::ALL.iter().map(|(name, _)| *name);
    let fronts = fronts().map(|(name, ..)| name);
    let places = PLACES.into_iter();
    let names = scenes.chain(SIGN_INS.iter().map(|(name, _)| *name)).chain(fronts).chain(places);
    html! {
        <main class="sign-in">
            <ul>{ for names.map(|name| html! { <li><a href={format!("#{name}")}>{ name }</a></li> }) }</ul>
        </main>
    }
}
