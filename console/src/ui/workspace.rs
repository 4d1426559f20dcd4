//! The whole page of somebody who is signed in: bar, lists, conversation, details; and the keys that work everywhere.

use model::ConversationId;
use wire::{CardState, Request};
use yew::prelude::*;

use super::confirm::Confirm;
use super::conversation::Conversation;
use super::details::Details;
use super::hooks::{focus, focus_first, is_meant_for_others, use_window_event};
use super::keys_help::KeysHelp;
use super::link_banner::LinkBanner;
use super::lists::Lists;
use super::notices::Notices;
use super::taken_link::TakenLink;
use super::top_bar::{Menu, TopBar};
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
}

/// What is asked before it is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// End or Release.
    Ask(Request),
    /// Sign out.
    SignOut,
}

/// The page.
#[component]
pub fn Workspace(props: &Props) -> Html {
    let Props { model, preferences, front, act } = props;
    let question = use_state_eq(|| front.question.clone());
    let keys = use_state_eq(|| front.keys);
    let details = use_state_eq(|| front.details);
    let kind = use_state_eq(|| (None::<ConversationId>, if front.internal { Kind::Internal } else { Kind::Reply }));
    let field = use_node_ref();
    let shown = model.open.as_deref().map(|open| open.id);
    // Every conversation begins with the customer: whoever left another one for colleagues does not stay there.
    let now_kind = match *kind {
        (None, kind) => kind,
        (of, kind) if of == shown => kind,
        _ => Kind::Reply,
    };
    let on_kind = {
        let field = field.clone();
        Callback::from(move |wanted: Kind| {
            kind.set((shown, wanted));
            focus(&field);
        })
    };
    let ask = setter(&question, |request: Request| Some(Question::Ask(request)));
    let on_sign_out = setter(&question, |()| Some(Question::SignOut));
    let on_keys = setter(&keys, |()| true);
    let on_details = {
        let details = details.clone();
        Callback::from(move |()| details.set(!*details))
    };
    use_window_event::<KeyboardEvent>("keydown", {
        let (model, act, on_kind, ask, on_keys) =
            (model.clone(), act.clone(), on_kind.clone(), ask.clone(), on_keys.clone());
        let single = preferences.shortcuts;
        Callback::from(move |event: KeyboardEvent| {
            let Some(press) = press(&event, &model, single) else { return };
            event.prevent_default();
            match press {
                Press::Act(what) => act.emit(what),
                Press::Kind(kind) => on_kind.emit(kind),
                Press::Question(request) => ask.emit(request),
                Press::Keys => on_keys.emit(()),
                Press::OpenList => focus_first(".row-main"),
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
            <a class="skip" href="#talk" onclick={|event: MouseEvent| { event.prevent_default(); focus_first("#composer-field, #talk .log"); }}>
                { "Skip to the conversation" }
            </a>
            <TopBar model={model.clone()} notify={preferences.notify} shortcuts={preferences.shortcuts} menu={front.menu}
                {on_keys} {on_sign_out} act={act.clone()} />
            <LinkBanner link={model.link} unsent={model.unsent} act={act.clone()} />
            <main class="panes">
                <h1 class="unseen">{ "Desk" }</h1>
                <Lists model={model.clone()} shortcuts={preferences.shortcuts} act={act.clone()} />
                <Conversation model={model.clone()} kind={now_kind} {field} {on_kind} on_confirm={ask}
                    on_details={on_details.clone()} act={act.clone()} />
                <Details model={model.clone()} on_close={on_details} act={act.clone()} />
            </main>
            <Notices notices={model.notices.clone()} act={act.clone()} />
            if let Some(asked) = &*question {
                { confirm(asked, model, &question, act) }
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

fn setter<T: PartialEq + 'static, E: 'static>(
    state: &UseStateHandle<T>,
    make: impl Fn(E) -> T + 'static,
) -> Callback<E> {
    let state = state.clone();
    Callback::from(move |event| state.set(make(event)))
}

fn confirm(asked: &Question, model: &Model, question: &UseStateHandle<Option<Question>>, act: &Callback<Act>) -> Html {
    let (title, consequence, yes, what) = match asked {
        Question::SignOut => {
            let (title, consequence) = ("Sign out?".to_owned(), sign_out_consequence(model));
            (title, consequence, "Sign out", Act::SignOut)
        }
        Question::Ask(request) => {
            let card = crate::view::about(request).and_then(|id| model.card(id));
            let name = card.map_or_else(|| "the customer".to_owned(), words::customer);
            let (title, consequence, yes) = match request {
                Request::Release { .. } => (
                    format!("Give {name} back to the queue?"),
                    "It keeps its place there and is offered to somebody else. You leave the conversation.",
                    "Release",
                ),
                Request::ReleaseHold { .. } => (
                    format!("Stop keeping {name}'s place?"),
                    "Your unit is free as soon as your wrap-up allows it. The customer may still come back until the limit, waits in \
                     the queue then, and you are asked first.",
                    "Release the hold",
                ),
                Request::ForceClose { .. } => (
                    format!("Close the conversation with {name} at once?"),
                    "It is final: nobody can write any more, and everybody in it reads that a supervisor closed it.",
                    "Close it",
                ),
                _ => (
                    format!("End the conversation with {name}?"),
                    "The customer reads that you ended it and can't write any more. You go on with your notes.",
                    "End",
                ),
            };
            (title, consequence.to_owned(), yes, Act::Ask(request.clone()))
        }
    };
    let on_answer = {
        let (question, act) = (question.clone(), act.clone());
        Callback::from(move |answer: bool| {
            question.set(None);
            if answer {
                act.emit(what.clone());
            }
        })
    };
    html! { <Confirm {title} {consequence} {yes} {on_answer} /> }
}

fn sign_out_consequence(model: &Model) -> String {
    let mine = model.desk.as_deref().map_or(&[][..], |desk| &desk.mine);
    let active = mine.iter().filter(|card| matches!(card.state, CardState::Active { .. })).count();
    let moved = match active {
        0 => "You have no active conversations.".to_owned(),
        1 => "Your active conversation goes back to its queue at once.".to_owned(),
        count => format!(
            "Your {} go back to their queues at once.",
            words::conversations(count).replacen(' ', " active ", 1)
        ),
    };
    format!("{moved} All your windows are signed out.")
}

/// What a key press means.
#[derive(Debug, PartialEq)]
enum Press {
    Act(Act),
    Kind(Kind),
    Question(Request),
    Keys,
    OpenList,
}

fn press(event: &KeyboardEvent, model: &Model, single: bool) -> Option<Press> {
    let key = event.key();
    if event.alt_key() && !event.ctrl_key() && !event.meta_key() {
        return match key.as_str() {
            "ArrowDown" => step(model, 1),
            "ArrowUp" => step(model, -1),
            _ => None,
        };
    }
    if is_meant_for_others(event) || !single && key != "?" {
        return None;
    }
    meaning(&key, model)
}

/// What a single key means while nobody writes.
fn meaning(key: &str, model: &Model) -> Option<Press> {
    let desk = model.desk.as_deref()?;
    let shown = model.open.as_deref().map(|open| open.id);
    let mine = shown.and_then(|id| desk.mine.iter().find(|card| card.conversation == id));
    match key {
        "?" => Some(Press::Keys),
        "a" | "A" => {
            let conversation = desk.offers.first()?.card.conversation;
            Some(Press::Act(Act::Ask(Request::Accept { conversation })))
        }
        "j" | "J" => step(model, 1),
        "k" | "K" => step(model, -1),
        "r" | "R" => shown.map(|_| Press::Kind(Kind::Reply)),
        "i" | "I" => shown.map(|_| Press::Kind(Kind::Internal)),
        "o" | "O" => Some(Press::OpenList),
        "e" | "E" => {
            let card = mine.filter(|card| matches!(card.state, CardState::Active { .. }))?;
            Some(Press::Question(Request::End { conversation: card.conversation }))
        }
        "l" | "L" => {
            let state = model.open.as_deref()?.state.as_ref().filter(|state| state.may_offer_link)?;
            Some(Press::Act(Act::Ask(Request::OfferLink { conversation: state.card.conversation })))
        }
        "c" | "C" => {
            let card = mine.filter(|card| matches!(card.state, CardState::WrapUp { .. }))?;
            Some(Press::Act(Act::Ask(Request::Close { conversation: card.conversation })))
        }
        digit => {
            let at: usize = digit.parse().ok().filter(|digit| (1..=9).contains(digit))?;
            Some(Press::Act(Act::Open(desk.mine.get(at - 1)?.conversation)))
        }
    }
}

/// The conversation of mine that is `by` further than the one shown, round and round.
fn step(model: &Model, by: isize) -> Option<Press> {
    let mine = &model.desk.as_deref()?.mine;
    let count = isize::try_from(mine.len()).ok().filter(|count| *count > 0)?;
    let shown = model.open.as_deref().and_then(|open| mine.iter().position(|card| card.conversation == open.id));
    let at = match shown {
        Some(at) => (isize::try_from(at).ok()? + by).rem_euclid(count),
        None if by > 0 => 0,
        None => count - 1,
    };
    Some(Press::Act(Act::Open(mine[usize::try_from(at).ok()?].conversation)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};

    fn opened(press: &Option<Press>) -> Option<u32> {
        match press {
            Some(Press::Act(Act::Open(id))) => Some(u32::try_from(id.as_u128()).unwrap()),
            Some(Press::Act(_) | Press::Kind(_) | Press::Question(_) | Press::Keys | Press::OpenList) | None => None,
        }
    }

    #[test]
    fn steps_go_round_my_conversations() {
        let model = canned::model(Scene::Talking);
        let ids: Vec<u32> = canned::mine(&model);
        assert_eq!(opened(&step(&model, 1)), Some(ids[1]));
        assert_eq!(opened(&step(&model, -1)), ids.last().copied());
        assert_eq!(opened(&meaning("3", &model)), Some(ids[2]));
        assert_eq!(meaning("9", &model), None);
    }

    #[test]
    fn end_is_asked_and_only_while_active() {
        assert!(matches!(meaning("e", &canned::model(Scene::Talking)), Some(Press::Question(Request::End { .. }))));
        assert_eq!(meaning("e", &canned::model(Scene::WrapUp)), None);
        assert!(matches!(
            meaning("c", &canned::model(Scene::WrapUp)),
            Some(Press::Act(Act::Ask(Request::Close { .. })))
        ));
        assert_eq!(meaning("c", &canned::model(Scene::Talking)), None);
    }

    #[test]
    fn without_an_offer_nothing_is_accepted() {
        assert_eq!(meaning("a", &canned::model(Scene::Talking)), None);
        assert!(matches!(
            meaning("a", &canned::model(Scene::Offers)),
            Some(Press::Act(Act::Ask(Request::Accept { .. })))
        ));
    }

    #[test]
    fn the_question_of_a_sign_out_counts_what_is_moved() {
        let text = sign_out_consequence(&canned::model(Scene::Talking));
        assert!(text.starts_with("Your 2 active conversations go back"), "{text}");
    }
}
