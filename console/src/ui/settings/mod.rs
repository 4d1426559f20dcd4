//! The settings: pages on the left, one of them beside.

mod audit;
mod browser;
mod deliveries;
mod editing;
mod fields;
pub(crate) mod loaded;
mod members;
mod messages;
pub(crate) mod objects;
mod on_pages;
mod ordered;
mod people;
mod questions;
mod quick_replies;
mod reconnect;
mod rights;
mod rules;
mod snippet;
mod spec;
mod tokens;
mod webhooks;

use std::rc::Rc;

use serde_json::Value;
use wire::api::{
    Audit, AutomatedMessages, Deliveries, Me, People, Queues, QuickReplies, Supervision, Tokens, Webhooks,
};
use yew::prelude::*;

use self::audit::AuditPage;
#[cfg(feature = "gallery")]
pub(crate) use self::messages::Draft as MessageDraft;
use self::messages::MessagesPage;
use self::objects::{Kind, ObjectsPage};
use self::people::PeoplePage;
use self::quick_replies::QuickRepliesPage;
use self::rights::RightsPage;
use self::tokens::TokensPage;
use self::webhooks::WebhooksPage;
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
    pub(crate) objects: objects::Preset,
    pub(crate) messages: Option<Rc<AutomatedMessages>>,
    pub(crate) message: Option<messages::Draft>,
    pub(crate) rights: Option<Rc<Supervision>>,
    pub(crate) tokens: Option<Rc<Tokens>>,
    pub(crate) token: Option<tokens::Draft>,
    pub(crate) webhooks: Option<Rc<Webhooks>>,
    pub(crate) webhook: Option<webhooks::Draft>,
    pub(crate) deliveries: Option<Rc<Deliveries>>,
    pub(crate) audit: Option<Rc<Audit>>,
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
                        <PeoplePage key="people" role={me.role} preset={preset.people.clone()} queues={preset.queue_names.clone()} presences={preset.objects.presences.clone()}
                            draft={preset.person.clone()} />
                    },
                    Page::Widgets => objects(Kind::Widgets, props),
                    Page::Queues => objects(Kind::Queues, props),
                    Page::Workstreams => objects(Kind::Workstreams, props),
                    Page::Presences => objects(Kind::Presences, props),
                    Page::Messages => html! {
                        <MessagesPage preset={preset.messages.clone()} widgets={preset.objects.widgets.clone()} draft={preset.message.clone()} />
                    },
                    Page::Rights => html! { <RightsPage role={me.role} preset={preset.rights.clone()} /> },
                    Page::Tokens => html! {
                        <TokensPage preset={preset.tokens.clone()} people={preset.people.clone()} draft={preset.token.clone()} />
                    },
                    Page::Webhooks => html! {
                        <WebhooksPage preset={preset.webhooks.clone()} draft={preset.webhook.clone()} deliveries={preset.deliveries.clone()} />
                    },
                    Page::Audit => html! { <AuditPage preset={preset.audit.clone()} people={preset.people.clone()} /> },
                } }
            </div>
        </main>
    }
}

fn objects(kind: Kind, props: &Props) -> Html {
    html! { <ObjectsPage key={kind.path()} {kind} role={props.me.role} preset={props.preset.objects.clone()} /> }
}

fn link(page: Page, now: Page) -> Html {
    html! {
        <li>
            <a class="settings-link" href={["#", &Route::Settings(page).fragment()].concat()}
                aria-current={(page == now).then_some("page")}>{ page.name() }</a>
        </li>
    }
}
