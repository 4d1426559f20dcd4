//! A reconnect link that the agent took, to send it by other ways.

use yew::prelude::*;

use super::shown_once::ShownOnce;

/// What the dialog needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The address with the secret in it.
    pub url: AttrValue,
    /// What the customer is called.
    pub customer: AttrValue,
    /// Puts it away.
    pub on_close: Callback<()>,
}

/// The dialog.
#[component]
pub fn TakenLink(props: &Props) -> Html {
    html! {
        <ShownOnce title={format!("A reconnect link for {}", props.customer)} label="The link" value={props.url.clone()}
            text="Whoever opens it is let into this conversation, so send it to the customer only. That you took it is on record. \
                  It is shown once." on_close={props.on_close.clone()} />
    }
}
