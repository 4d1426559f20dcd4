//! Every state of the console on one page, chosen by the part of the address after `#`. For people who draw, for
//! screenshots and for audits.

use model::Role;
use yew::prelude::*;

use crate::canned::{self, CLOCK, Scene};
use crate::route::{Page, Route};
use crate::ui::{ClockProvider, Front, Menu, Preferences, Question, SignIn, SignInState, Workspace};

const PREFERENCES: Preferences = Preferences { notify: false, notify_blocked: false, sound: true, shortcuts: true };

type NamedSignIn = (&'static str, fn() -> SignInState);

const SIGN_INS: [NamedSignIn; 5] = [
    ("sign-in", || SignInState::Ready),
    ("sign-in-over", || SignInState::Over),
    ("sign-in-wrong", || SignInState::Wrong),
    ("sign-in-limited", || SignInState::RateLimited(model::Millis::seconds(42))),
    ("sign-in-unreachable", || SignInState::Unreachable),
];

fn fronts() -> [(&'static str, Scene, Front); 6] {
    let ask = |request| Front { question: Some(Question::Ask(request)), ..Front::default() };
    let conversation = model::ConversationId::from_u128(1);
    [
        ("presence", Scene::Talking, Front { menu: Some(Menu::Presence), ..Front::default() }),
        ("account", Scene::Talking, Front { menu: Some(Menu::Account), ..Front::default() }),
        ("end", Scene::Talking, ask(wire::Request::End { conversation })),
        ("keys", Scene::Talking, Front { keys: true, ..Front::default() }),
        ("details", Scene::Talking, Front { details: true, ..Front::default() }),
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
const PLACES: [(&str, Route, Role); 1] = [("settings-browser", Route::Settings(Page::Browser), Role::Agent)];

fn place(route: Route, role: Role) -> Html {
    let mut model = canned::model(Scene::Talking);
    (model.route, model.me.role) = (route, role);
    html! { <Workspace {model} preferences={PREFERENCES} act={|_| ()} /> }
}

fn scene(wanted: &str) -> Html {
    if let Some((_, route, role)) = PLACES.iter().find(|(name, ..)| *name == wanted) {
        return place(*route, *role);
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
    let places = PLACES.iter().map(|(name, ..)| *name);
    let names = scenes.chain(SIGN_INS.iter().map(|(name, _)| *name)).chain(fronts).chain(places);
    html! {
        <main class="sign-in">
            <ul>{ for names.map(|name| html! { <li><a href={format!("#{name}")}>{ name }</a></li> }) }</ul>
        </main>
    }
}
