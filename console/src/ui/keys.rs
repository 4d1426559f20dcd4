//! What a key press means while nobody writes. The page of keys says the same to people.

use wire::{CardState, Request};
use yew::prelude::*;

use super::command::Command;
use super::hooks::is_meant_for_others;
use crate::route::Section;
use crate::view::{Act, Kind, Model};

/// What a key press means.
#[derive(Debug, PartialEq)]
pub enum Press {
    /// Something is done at once.
    Act(Act),
    /// The composer changes its audience and has the focus.
    Kind(Kind),
    /// Something is chosen over the composer.
    Command(Command),
    /// Something is asked before it is done.
    Question(Request),
    /// The page of keys.
    Keys,
    /// To the open ones.
    OpenList,
    /// To the note.
    Note,
}

/// What a press anywhere on the page means; `single` says whether single keys are shortcuts.
#[must_use]
pub fn press(event: &KeyboardEvent, model: &Model, single: bool) -> Option<Press> {
    let key = event.key();
    let on_desk = model.route.section() == Section::Desk;
    if on_desk && event.alt_key() && !event.ctrl_key() && !event.meta_key() {
        return match key.as_str() {
            "ArrowDown" => step(model, 1),
            "ArrowUp" => step(model, -1),
            _ => None,
        };
    }
    if is_meant_for_others(event) || !single && key != "?" {
        return None;
    }
    meaning(&key, model).filter(|press| on_desk || is_everywhere(press))
}

/// Whether it works outside of the desk, too.
const fn is_everywhere(press: &Press) -> bool {
    matches!(press, Press::Keys | Press::Act(Act::Ask(Request::Accept { .. } | Request::AcceptInvitation { .. })))
}

fn meaning(key: &str, model: &Model) -> Option<Press> {
    let desk = model.desk.as_deref()?;
    let shown = model.open.as_deref().map(|open| open.id);
    let mine = shown.and_then(|id| desk.mine.iter().find(|card| card.conversation == id));
    match key {
        "?" => Some(Press::Keys),
        "a" | "A" => {
            let offered = desk.offers.first().map(|offer| Request::Accept { conversation: offer.card.conversation });
            let invited = || {
                let invitation = model.staff.as_deref()?.invitations.first()?;
                Some(Request::AcceptInvitation { conversation: invitation.card.conversation })
            };
            Some(Press::Act(Act::Ask(offered.or_else(invited)?)))
        }
        "j" | "J" => step(model, 1),
        "k" | "K" => step(model, -1),
        "r" | "R" => shown.map(|_| Press::Kind(Kind::Reply)),
        "i" | "I" => shown.map(|_| Press::Kind(Kind::Internal)),
        "o" | "O" => Some(Press::OpenList),
        "n" | "N" => shown.map(|_| Press::Note),
        "e" | "E" => {
            let card = mine.filter(|card| matches!(card.state, CardState::Active { .. }))?;
            Some(Press::Question(Request::End { conversation: card.conversation }))
        }
        "q" | "Q" => {
            let open = model.open.as_deref()?;
            open.state.as_ref().filter(|state| state.may_write).map(|_| Press::Command(Command::QuickReply))
        }
        "h" | "H" => may(model)?.consult.then_some(Press::Command(Command::Consult)),
        "t" | "T" => may(model)?.transfer.then_some(Press::Command(Command::Transfer)),
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

/// What I may do with the conversation that is shown.
fn may(model: &Model) -> Option<wire::Abilities> {
    Some(model.open.as_deref()?.parts.as_ref()?.may)
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
            Some(
                Press::Act(_)
                | Press::Kind(_)
                | Press::Command(_)
                | Press::Question(_)
                | Press::Keys
                | Press::OpenList
                | Press::Note,
            )
            | None => None,
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
}
