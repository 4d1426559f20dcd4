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
    let lists = use_node_ref();
    let top = use_mut_ref(|| None::<f64>);
    use_effect({
        let lists = lists.clone();
        move || keep_place(&lists, &mut top.borrow_mut())
    });
    let shown = model.open.as_deref().map(|open| open.id);
    let cards = model.desk.as_deref().map(|desk| desk.mine.clone()).unwrap_or_default();
    html! {
        <nav class="lists" aria-label="Conversations">
            if model.desk.as_deref().is_some_and(|desk| desk.presence == Presence::Inactive) {
                { inactive(act) }
            }
            <Offers model={model.clone()} shortcuts={*shortcuts} act={act.clone()} />
            <div class="lists-scroll" ref={lists}>
                <MineList {cards} {shown} loading={model.desk.is_none()} act={act.clone()} />
                <OpenList model={model.clone()} act={act.clone()} />
                if let Some(desk) = &model.desk {
                    <ClosedList desk={std::rc::Rc::clone(desk)} {shown} act={act.clone()} />
                }
            </div>
        </nav>
    }
}

/// When something above the lists grows or shrinks while the pointer is in them, they scroll by as much: the row under the
/// pointer stays there.
fn keep_place(lists: &NodeRef, last_top: &mut Option<f64>) {
    let Some(element) = lists.cast::<HtmlElement>() else { return };
    let top = element.get_bounding_client_rect().top();
    let moved = top - last_top.replace(top).unwrap_or(top);
    if moved != 0.0 && element.matches(":hover").unwrap_or(false) {
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        element.set_scroll_top(element.scroll_top() + moved as i32);
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
