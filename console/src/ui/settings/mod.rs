//! The settings: pages on the left, one of them beside.

mod browser;

use wire::api::Me;
use yew::prelude::*;

use super::workspace::Preferences;
use crate::route::{Page, Route};
use crate::view::Act;

/// What the settings need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Who is signed in.
    pub me: Me,
    /// Which page.
    pub page: Page,
    /// What this browser was asked to do.
    pub preferences: Preferences,
    /// Who hears of changes.
    pub act: Callback<Act>,
}

/// The settings.
#[component]
pub fn Settings(props: &Props) -> Html {
    let Props { me, page, preferences, act } = props;
    html! {
        <main class="settings">
            <nav class="settings-pages" aria-label="Pages of the settings">
                <ul>{ for Page::of(me.role).iter().map(|one| link(*one, *page)) }</ul>
            </nav>
            <div class="settings-page">
                { match page {
                    Page::Browser => html! { <browser::Browser preferences={*preferences} act={act.clone()} /> },
                } }
            </div>
        </main>
    }
}

fn link(page: Page, now: Page) -> Html {
    html! {
        <li>
            <a class="settings-link" href={["#", &Route::Settings(page).fragment()].concat()}
                aria-current={(page == now).then_some("page")}>{ page.name() }</a>
        </li>
    }
}
