//! What stands where something is still to come.

use yew::prelude::*;

/// What a skeleton needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// How many rows.
    pub rows: usize,
}

/// Rows of the layout to come, without words.
#[component]
pub fn Skeleton(props: &Props) -> Html {
    html! {
        <div class="skeleton" role="status">
            <span class="unseen">{ "Loading" }</span>
            { for (0..props.rows).map(|_| html! { <div class="skeleton-row"><i /><span><b /><b /></span></div> }) }
        </div>
    }
}

/// What a hint needs.
#[derive(Clone, PartialEq, Properties)]
pub struct HintProps {
    /// The fact.
    pub title: AttrValue,
    /// What will appear here, or what to do.
    pub children: Html,
}

/// The middle of an empty place: a fact, and what will appear here.
#[component]
pub fn Hint(props: &HintProps) -> Html {
    html! {
        <div class="hint">
            <page::ui::Mark />
            <h2 class="hint-title">{ &props.title }</h2>
            <p>{ props.children.clone() }</p>
        </div>
    }
}
