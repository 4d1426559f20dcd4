//! The left column: offers on top, then mine, open ones, those closed today. It has two parts: the offers, which come and
//! go, and the lists, which keep their place under the pointer when they do.

use model::Presence;
use web_sys::HtmlElement;
use wire::Request;
use yew::prelude::*;

use super::closed_list::ClosedList;
use super::mine_list::MineList;
use super::offers::Offers;
use super::open_list::OpenList;
use super::side_list::SideLists;
use crate::view::{Act, Model};
use page::ui::{Glyph, Icon};

/// What the column needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Whether single-key shortcuts are on.
    pub shortcuts: bool,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The column.
#[component]
pub fn Lists(props: &Props) -> Html {
    let Props { model, shortcuts, act } = props;
    let (lists, inside) = (use_node_ref(), use_node_ref());
    let held = use_mut_ref(Held::default);
    use_effect({
        let (lists, inside, held) = (lists.clone(), inside.clone(), std::rc::Rc::clone(&held));
        move || held.borrow_mut().follow(&lists, &inside)
    });
    let onmouseleave = {
        let inside = inside.clone();
        move |_: MouseEvent| held.borrow_mut().let_go(&inside)
    };
    let shown = model.open.as_deref().map(|open| open.id);
    let cards = model.desk.as_deref().map(|desk| desk.mine.clone()).unwrap_or_default();
    html! {
        <nav class="lists" aria-label="Conversations">
            if model.desk.as_deref().is_some_and(|desk| desk.presence == Presence::Inactive) {
                { inactive(act) }
            }
            <Offers model={model.clone()} shortcuts={*shortcuts} act={act.clone()} />
            <div class="lists-scroll" ref={lists} {onmouseleave}>
                <div ref={inside}>
                <MineList {cards} {shown} loading={model.desk.is_none()} act={act.clone()} />
                if let Some(staff) = &model.staff {
                    <SideLists staff={std::rc::Rc::clone(staff)} {shown} act={act.clone()} />
                }
                <OpenList model={model.clone()} act={act.clone()} />
                if let Some(desk) = &model.desk {
                    <ClosedList desk={std::rc::Rc::clone(desk)} {shown} act={act.clone()} />
                }
                </div>
            </div>
        </nav>
    }
}

/// When something above the lists grows or shrinks while the pointer is in them, they are moved by as much the other way:
/// the row under the pointer stays there. When the pointer leaves, they go where they belong.
#[derive(Default)]
struct Held {
    top: Option<f64>,
    shift: f64,
}

impl Held {
    fn follow(&mut self, lists: &NodeRef, inside: &NodeRef) {
        let Some(element) = lists.cast::<HtmlElement>() else { return };
        let top = element.get_bounding_client_rect().top();
        let moved = top - self.top.replace(top).unwrap_or(top);
        if moved != 0.0 && element.matches(":hover").unwrap_or(false) {
            self.shift -= moved;
            set_shift(inside, &format!("{}px", self.shift));
        }
    }

    fn let_go(&mut self, inside: &NodeRef) {
        if self.shift != 0.0 {
            self.shift = 0.0;
            set_shift(inside, "0");
        }
    }
}

fn set_shift(inside: &NodeRef, margin: &str) {
    if let Some(inside) = inside.cast::<HtmlElement>() {
        // Fails for values that are none.
        drop(inside.style().set_property("margin-block-start", margin));
    }
}

fn inactive(act: &Callback<Act>) -> Html {
    let back = act.reform(|_: MouseEvent| Act::Ask(Request::SetPresence { presence: None }));
    html! {
        <div class="banner" data-tone="amber" role="status">
            <Icon glyph={Glyph::Clock} />
            <p><strong>{ "You're inactive." }</strong>{ " An offer was missed, so no others come." }</p>
            <button type="button" class="link" onclick={back}>{ "I'm here" }</button>
        </div>
    }
}
