//! What was refused, said once at the foot of the page, with the way to put it away.

use yew::prelude::*;

use crate::view::{Act, Notice};
use page::ui::{Glyph, Icon};

/// What the notices need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The notices, oldest first.
    pub notices: Vec<Notice>,
    /// Who hears that one was read.
    pub act: Callback<Act>,
}

/// The notices.
#[component]
pub fn Notices(props: &Props) -> Html {
    html! {
        <div class="notices" role="status">
            { for props.notices.iter().map(|notice| {
                let id = notice.id;
                html! {
                    <div class="notice" key={id.to_string()}>
                        <Icon glyph={Glyph::Info} />
                        <p>{ &notice.text }</p>
                        <button type="button" class="icon-button" aria-label="Dismiss"
                            onclick={props.act.reform(move |_| Act::Dismiss(id))}><Icon glyph={Glyph::Cross} /></button>
                    </div>
                }
            }) }
        </div>
    }
}
