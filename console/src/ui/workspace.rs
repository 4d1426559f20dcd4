//! The whole page of somebody who is signed in: bar, banner, and the part of the console that one is in; and the keys that work
//! everywhere.

use model::{ConversationId, Part};
use yew::prelude::*;

use super::command::Command;
use super::desk::Desk;
use super::hooks::{focus, focus_first, use_window_event};
use super::keys::{self, Press};
use super::keys_help::KeysHelp;
use super::link_banner::LinkBanner;
use super::notices::Notices;
use super::offers::Offers;
use super::question::{Ask, Question};
use super::reports::{self, Reports};
use super::settings::{Preset, Settings};
use super::supervise::Supervise;
use super::taken_link::TakenLink;
use super::top_bar::{Menu, TopBar};
use crate::route::{Route, Section};
use crate::view::{Act, Kind, Model};
use crate::words;

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// What this browser was asked to do.
    pub preferences: Preferences,
    /// What is in front at first: for the gallery.
    #[prop_or_default]
    pub front: Front,
    /// Who hears of everything.
    pub act: Callback<Act>,
}

/// What this browser was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Desktop notifications for offers and words while the page is hidden.
    pub notify: bool,
    /// Whether the browser forbids them, so that switching them on does nothing.
    pub notify_blocked: bool,
    /// A sound for offers and words.
    pub sound: bool,
    /// Single-key shortcuts (they can be switched off, WCAG 2.1.4).
    pub shortcuts: bool,
}

/// What is in front of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Front {
    /// A menu of the bar.
    pub menu: Option<Menu>,
    /// A question.
    pub question: Option<Question>,
    /// The keys.
    pub keys: bool,
    /// The details, where they have no column.
    pub details: bool,
    /// The composer is for colleagues.
    pub internal: bool,
    /// What is chosen over the composer.
    pub command: Option<Command>,
    /// A report without a relay.
    pub report: reports::Preset,
    /// What the settings show without a relay.
    pub preset: Preset,
    /// A conversation that a supervisor gives to somebody, and whether it is assigned rather than transferred.
    pub giving: Option<(wire::FloorRow, bool)>,
    /// A conversation of which a supervisor is told why it waits.
    pub asked_why: Option<wire::FloorRow>,
}

/// The page.
#[component]
pub fn Workspace(props: &Props) -> Html {
    let Props { model, preferences, front, act } = props;
    let question = use_state_eq(|| front.question.clone());
    let keys = use_state_eq(|| front.keys);
    let details = use_state_eq(|| front.details);
    let kind = use_state_eq(|| (None::<ConversationId>, if front.internal { Kind::Internal } else { Kind::Reply }));
    let command = use_state_eq(|| front.command.map(|command| (None::<ConversationId>, command)));
    let field = use_node_ref();
    let shown = model.open.as_deref().map(|open| open.id);
    // Every conversation begins with the customer: whoever left another one for colleagues does not stay there.
    let now_kind = match *kind {
        (None, Kind::Internal) => Kind::Internal,
        (of, kind) if of == shown => kind,
        _ => first_kind(model),
    };
    let on_kind = {
        let field = field.clone();
        Callback::from(move |wanted: Kind| {
            kind.set((shown, wanted));
            focus(&field);
        })
    };
    // What was chosen for one conversation is not for the next.
    let now_command = command.filter(|(of, _)| of.is_none() || *of == shown).map(|(_, command)| command);
    let on_command = setter(&command, move |wanted: Option<Command>| wanted.map(|wanted| (shown, wanted)));
    let ask = setter(&question, |asked: Question| Some(asked));
    let on_keys = setter(&keys, |()| true);
    let on_details = {
        let details = details.clone();
        Callback::from(move |()| details.set(!*details))
    };
    // Once it is drawn, and so can be focused.
    let noted = use_state_eq(|| 0_u32);
    use_effect_with(*noted, |times| {
        if *times > 0 {
            focus_first("#note-field");
        }
    });
    use_heading_focus(model.route);
    use_window_event::<KeyboardEvent>("keydown", {
        let (model, act, on_kind, on_command, ask, on_keys) =
            (model.clone(), act.clone(), on_kind.clone(), on_command.clone(), ask.clone(), on_keys.clone());
        let (single, details_now, note_now) = (preferences.shortcuts, details.clone(), noted);
        Callback::from(move |event: KeyboardEvent| {
            let Some(press) = keys::press(&event, &model, single) else { return };
            event.prevent_default();
            match press {
                Press::Act(what) => act.emit(what),
                Press::Kind(kind) => on_kind.emit(kind),
                Press::Command(command) => on_command.emit(Some(command)),
                Press::Question(request) => ask.emit(Question::Ask(request)),
                Press::Keys => on_keys.emit(()),
                Press::OpenList => focus_first(".row-main"),
                Press::Note => {
                    // Where the details have no column of their own they come to the front first.
                    details_now.set(true);
                    note_now.set(*note_now + 1);
                }
            }
        })
    });
    let pane = if *details {
        "details"
    } else if shown.is_some() {
        "talk"
    } else {
        "lists"
    };
    html! {
        <div class="workspace" data-pane={pane}>
            { skip(model.route) }
            <TopBar model={model.clone()} preferences={*preferences} menu={front.menu} {on_keys}
                on_sign_out={ask.reform(|()| Question::SignOut)} act={act.clone()} />
            <LinkBanner link={model.link} unsent={model.unsent} act={act.clone()} />
            { match model.route {
                Route::Desk(_) => html! {
                    <Desk model={model.clone()} shortcuts={preferences.shortcuts} kind={now_kind} {field} {on_kind}
                        command={now_command} {on_command} {on_details}
                        on_question={ask} act={act.clone()} />
                },
                Route::Supervise(tab) => html! {
                    <Supervise model={model.clone()} {tab} giving={front.giving.clone()} asked_why={front.asked_why.clone()} on_question={ask} act={act.clone()} />
                },
                Route::Reports => html! { <Reports preset={front.report.clone()} /> },
                Route::Settings(page) => html! {
                    <Settings me={model.me.clone()} {page} preset={front.preset.clone()} preferences={*preferences} act={act.clone()} />
                },
            } }
            if model.route.section() != Section::Desk {
                // An offer is between two people and a clock: it is in sight wherever one is.
                <div class="offers-float"><Offers model={model.clone()} shortcuts={preferences.shortcuts} act={act.clone()} /></div>
            }
            <Notices notices={model.notices.clone()} act={act.clone()} />
            if let Some(asked) = &*question {
                <Ask asked={asked.clone()} model={model.clone()} on_close={setter(&question, |()| None)} act={act.clone()} />
            }
            if let Some(taken) = &model.taken_link {
                <TakenLink url={taken.url.clone()} on_close={act.reform(|()| Act::ForgetLink)}
                    customer={model.card(taken.conversation).map_or_else(|| "the customer".to_owned(), words::customer)} />
            }
            if *keys {
                <KeysHelp shortcuts={preferences.shortcuts} on_close={setter(&keys, |()| false)} />
            }
        </div>
    }
}

/// Whom the words are for at first: whoever only advises writes to colleagues.
fn first_kind(model: &Model) -> Kind {
    let parts = model.open.as_deref().and_then(|open| open.parts.as_ref());
    if parts.is_some_and(|parts| parts.my_part == Some(Part::Consultant)) { Kind::Internal } else { Kind::Reply }
}

fn skip(route: Route) -> Html {
    let (word, target, place) = match route.section() {
        Section::Desk => ("Skip to the conversation", "#composer-field, #talk .log", "#talk"),
        Section::Supervise | Section::Reports | Section::Settings => ("Skip to the content", "main h1", "#content"),
    };
    html! {
        <a class="skip" href={place} onclick={move |event: MouseEvent| { event.prevent_default(); focus_first(target); }}>{ word }</a>
    }
}

/// Whoever goes to another part of the console is told so by the focus: on its heading. Not at the start, where the focus is the
/// browser's, and not where it went into the composer meanwhile.
#[hook]
fn use_heading_focus(route: Route) {
    let before = use_mut_ref(|| None::<&'static str>);
    use_effect_with(route.title(), move |title| {
        let changed = before.borrow_mut().replace(*title).is_some_and(|before| before != *title);
        let in_composer = page::document().active_element().is_some_and(|element| element.id() == "composer-field");
        if changed && !in_composer {
            focus_first("main h1");
        }
    });
}

fn setter<T: PartialEq + 'static, E: 'static>(
    state: &UseStateHandle<T>,
    make: impl Fn(E) -> T + 'static,
) -> Callback<E> {
    let state = state.clone();
    Callback::from(move |event| state.set(make(event)))
}
