//! Components as HTML, rendered on the host: what a snapshot compares.

use yew::prelude::*;

use super::ClockProvider;
use crate::canned::CLOCK;

#[derive(Clone, PartialEq, Properties)]
struct Props {
    children: Html,
}

#[component]
fn Host(props: &Props) -> Html {
    html! { <ClockProvider clock={CLOCK}>{ props.children.clone() }</ClockProvider> }
}

/// The HTML of a part of the page, one element per line. Icons are left out: they say nothing.
pub(crate) async fn html(part: Html) -> String {
    let renderer = yew::LocalServerRenderer::<Host>::with_props(Props { children: part });
    let mut html = renderer.hydratable(false).render().await;
    let mut from = 0;
    while let Some(start) = html[from..].find("<svg").map(|at| at + from) {
        let end = html[start..].find("</svg>").expect("invariant: what is opened is closed") + start + "</svg>".len();
        if html[start..end].contains(r#"class="icon"#) {
            html.replace_range(start..end, "");
            from = start;
        } else {
            from = end;
        }
    }
    html.replace("><", ">\n<")
}
