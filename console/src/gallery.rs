//! Every state of the console on one page, chosen by the part of the address after `#`. For people who draw, for
//! screenshots and for audits.

use std::rc::Rc;

use model::Role;
use yew::prelude::*;

use crate::canned::{self, CLOCK, Scene};
use crate::route::{Page, Route, Tab};
use crate::ui::command::Command;
use crate::ui::notes::CannedNotes;
use crate::ui::settings::MessageDraft;
use crate::ui::settings::Preset;
use crate::ui::settings::objects::Draft;
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
    let notes = CannedNotes(Rc::new(canned::notes()));
    html! {
        <ClockProvider clock={CLOCK}>
            <ContextProvider<CannedNotes> context={notes}>{ scene(&wanted) }</ContextProvider<CannedNotes>>
        </ClockProvider>
    }
}

/// Places outside of the desk, with their names in addresses.
const PLACES: [&str; 26] = [
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
    "settings-widget",
    "settings-queues",
    "settings-queue",
    "settings-workstreams",
    "settings-workstream",
    "settings-presences",
    "settings-messages",
    "settings-message",
    "settings-rights",
    "settings-tokens",
    "settings-token",
    "settings-webhooks",
    "settings-webhook",
    "settings-audit",
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
            preset.objects = canned::objects();
            pages(&mut model, Page::People);
        }
        "settings-widgets" => objects(&mut model, preset, Page::Widgets, None),
        "settings-widget" => objects(&mut model, preset, Page::Widgets, Some("help")),
        "settings-queues" => objects(&mut model, preset, Page::Queues, None),
        "settings-queue" => objects(&mut model, preset, Page::Queues, Some("late")),
        "settings-workstreams" => objects(&mut model, preset, Page::Workstreams, None),
        "settings-workstream" => objects(&mut model, preset, Page::Workstreams, Some("night")),
        "settings-presences" => objects(&mut model, preset, Page::Presences, None),
        "settings-messages" | "settings-message" => {
            preset.messages = Some(Rc::new(canned::messages()));
            preset.objects = canned::objects();
            preset.message = (wanted == "settings-message").then(|| MessageDraft {
                trigger: model::Trigger::AgentJoined,
                text: "{AgentName} of {QueueName} is here for you. {$plan$}".to_owned(),
                on: true,
            });
            pages(&mut model, Page::Messages);
        }
        "settings-rights" => {
            preset.rights = Some(Rc::new(wire::api::Supervision {
                declared_in_file: false,
                monitor: true,
                assign: true,
                transfer: false,
                force_close: false,
            }));
            pages(&mut model, Page::Rights);
        }
        "settings-tokens" | "settings-token" => {
            preset.tokens = Some(Rc::new(canned::tokens()));
            preset.people = Some(Rc::new(canned::people()));
            preset.token = (wanted == "settings-token").then(Default::default);
            pages(&mut model, Page::Tokens);
        }
        "settings-webhooks" | "settings-webhook" => {
            let all = canned::webhooks();
            preset.webhook = (wanted == "settings-webhook").then(|| (&all.webhooks[0]).into());
            preset.deliveries = Some(Rc::new(canned::deliveries()));
            preset.webhooks = Some(Rc::new(all));
            pages(&mut model, Page::Webhooks);
        }
        "settings-audit" => {
            preset.audit = Some(Rc::new(canned::audit()));
            preset.people = Some(Rc::new(canned::people()));
            pages(&mut model, Page::Audit);
        }
        _ => return None,
    }
    Some(html! { <Workspace {model} preferences={PREFERENCES} {front} act={|_| ()} /> })
}

/// A page of configured objects, with one of them being edited.
fn objects(model: &mut Model, preset: &mut Preset, page: Page, edited: Option<&str>) {
    model.route = Route::Settings(page);
    preset.objects = canned::objects();
    preset.objects.found = Some(canned::page_check());
    let of = &preset.objects;
    let pages = [(Page::Queues, &of.queues), (Page::Workstreams, &of.workstreams), (Page::Presences, &of.presences)];
    let all = pages.into_iter().find(|(of, _)| *of == page).map_or(&of.widgets, |(_, all)| all);
    let found = all.iter().flat_map(|all| &all.objects).find(|one| Some(one.name.as_str()) == edited);
    preset.objects.draft = found.map(|one| Draft {
        of: Some(one.name.clone()),
        name: one.name.to_string(),
        settings: one.settings.clone(),
    });
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
