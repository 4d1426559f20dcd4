//! The settings: pages on the left, one of them beside.

mod browser;
mod editing;
pub(crate) mod loaded;
mod objects;
mod people;
mod quick_replies;

use std::rc::Rc;

use serde_json::{Map, Value};
use wire::api::{Me, People, Queues, QuickReplies, Widgets, Workstreams};
use yew::prelude::*;

use self::objects::{QueuesPage, WidgetsPage, WorkstreamsPage};
use self::people::PeoplePage;
use self::quick_replies::QuickRepliesPage;
use super::workspace::Preferences;
use crate::route::{Page, Route};
use crate::view::Act;

/// What the pages show without asking a relay: for the gallery. A draft is edited at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preset {
    pub(crate) quick_replies: Option<Rc<QuickReplies>>,
    pub(crate) reply: Option<quick_replies::Draft>,
    pub(crate) people: Option<Rc<People>>,
    pub(crate) queue_names: Option<Rc<Queues<Value>>>,
    pub(crate) person: Option<people::Draft>,
    pub(crate) widgets: Option<Rc<Widgets<Map<String, Value>>>>,
    pub(crate) queues: Option<Rc<Queues<Map<String, Value>>>>,
    pub(crate) workstreams: Option<Rc<Workstreams<Map<String, Value>>>>,
}

/// What the settings need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Who is signed in.
    pub me: Me,
    /// Which page.
    pub page: Page,
    /// What is there at once: for the gallery.
    #[prop_or_default]
    pub preset: Preset,
    /// What this browser was asked to do.
    pub preferences: Preferences,
    /// Who hears of changes.
    pub act: Callback<Act>,
}

/// The settings.
#[component]
pub fn Settings(props: &Props) -> Html {
    let Props { me, page, preset, preferences, act } = props;
    html! {
        <main class="settings" id="content">
            <nav class="settings-pages" aria-label="Pages of the settings">
                <ul>{ for Page::of(me.role).iter().map(|one| link(*one, *page)) }</ul>
            </nav>
            <div class="settings-page">
                { match page {
                    Page::Browser => html! { <browser::Browser preferences={*preferences} act={act.clone()} /> },
                    Page::QuickReplies => html! {
                        <QuickRepliesPage key="quick-replies" role={me.role} preset={preset.quick_replies.clone()} draft={preset.reply.clone()} />
                    },
                    Page::People => html! {
                        <PeoplePage key="people" role={me.role} preset={preset.people.clone()} queues={preset.queue_names.clone()}
                            draft={preset.person.clone()} />
                    },
                    Page::Widgets => html! { <WidgetsPage key="widgets" preset={preset.widgets.clone()} /> },
                    Page::Queues => html! { <QueuesPage key="queues" preset={preset.queues.clone()} /> },
                    Page::Workstreams => html! { <WorkstreamsPage key="workstreams" preset={preset.workstreams.clone()} /> },
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
