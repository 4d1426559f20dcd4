//! A secret that is shown once and lives in this window's memory until it is put away: to be copied.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::confirm::use_modal;

/// What the dialog needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What it is.
    pub title: AttrValue,
    /// What to know of it.
    pub text: AttrValue,
    /// What the field is called.
    pub label: &'static str,
    /// The secret.
    pub value: AttrValue,
    /// Puts it away.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn ShownOnce(props: &Props) -> Html {
    let node = use_modal();
    let field = use_node_ref();
    let copied = use_state_eq(|| false);
    let copy = {
        let (field, copied) = (field.clone(), copied.clone());
        move |_: MouseEvent| copied.set(copy(&field))
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <dialog ref={node} class="dialog" aria-labelledby="taken-title" aria-describedby="taken-text"
            oncancel={props.on_close.reform(|event: Event| event.prevent_default())}>
            <h2 class="dialog-title" id="taken-title">{ &props.title }</h2>
            <p id="taken-text">{ &props.text }</p>
            <input ref={field} class="taken-field" readonly=true aria-label={props.label} value={props.value.clone()} />
            <p class="unseen" role="status">{ if *copied { "Copied" } else { "" } }</p>
            <div class="dialog-actions">
                <button type="button" class="button" onclick={close}>{ "Done" }</button>
                <button type="button" class="button" data-kind="primary" autofocus=true onclick={copy}>
                    { if *copied { "Copied" } else { "Copy" } }
                </button>
            </div>
        </dialog>
    }
}

/// Selects the secret and copies it. Where the browser gives no clipboard (a plain http address), the selection is what is left: the
/// person copies it with a key.
fn copy(field: &NodeRef) -> bool {
    let Some(field) = field.cast::<HtmlInputElement>() else { return false };
    field.select();
    let window = page::window();
    if !window.is_secure_context() {
        return false;
    }
    // Refused only where the page may not use the clipboard; the selection stays then.
    drop(window.navigator().clipboard().write_text(&field.value()));
    true
}
