//! Asks once before something that can't be taken back. A modal dialog: the focus stays inside, Esc is no.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// What the question needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The question.
    pub title: AttrValue,
    /// What a yes does.
    pub consequence: AttrValue,
    /// The word for yes.
    pub yes: AttrValue,
    /// The answer.
    pub on_answer: Callback<bool>,
}

/// Opens a `<dialog>` as modal as soon as it is there.
#[hook]
pub fn use_modal() -> NodeRef {
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // Fails where it is open already, which is what is wanted.
                drop(dialog.show_modal());
            }
        }
    });
    node
}

/// The question.
#[component]
pub fn Confirm(props: &Props) -> Html {
    let node = use_modal();
    let answer = |yes: bool| props.on_answer.reform(move |_: MouseEvent| yes);
    html! {
        <dialog ref={node} class="dialog" aria-labelledby="confirm-title" aria-describedby="confirm-text"
            oncancel={props.on_answer.reform(|event: Event| { event.prevent_default(); false })}>
            <h2 class="dialog-title" id="confirm-title">{ &props.title }</h2>
            <p id="confirm-text">{ &props.consequence }</p>
            <div class="dialog-actions">
                <button type="button" class="button" onclick={answer(false)}>{ "Cancel" }</button>
                <button type="button" class="button" data-kind="primary" autofocus=true onclick={answer(true)}>{ &props.yes }</button>
            </div>
        </dialog>
    }
}
