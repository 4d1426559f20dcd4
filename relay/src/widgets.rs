//! The widgets as they are set now. A document is read when it is used, and all are replaced at once (product 3: "Portal and
//! Redirection URL are read when used").

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderValue;
use gate::{KnownWidget, Portal};
use model::{PreChat, Slug, WidgetId};

use crate::automated::Automated;
use crate::identity::Verifier;
use crate::settings::{Settings, WidgetSettings, widget_id};

/// One widget as it is set now.
#[derive(Debug)]
pub(crate) struct Widget {
    /// What its connections' manners depend on.
    pub(crate) known: Arc<KnownWidget>,
    /// The policy of its page.
    pub(crate) policy: HeaderValue,
    /// Where reconnect links lead.
    pub(crate) portal: Option<Portal>,
    /// Who checks its customers' JWTs, if they can sign in.
    pub(crate) verifier: Option<Arc<Verifier>>,
    /// What its customers are told by itself.
    pub(crate) automated: Automated,
    /// What they are asked before a conversation.
    pub(crate) pre_chat: Arc<PreChat>,
}

/// All widgets.
#[derive(Debug)]
pub(crate) struct Widgets(RwLock<Arc<Shelf>>);

#[derive(Debug, Default)]
struct Shelf {
    by_name: BTreeMap<Slug, Arc<Widget>>,
    by_id: BTreeMap<WidgetId, Arc<Widget>>,
}

impl Widgets {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self(RwLock::new(Arc::new(Shelf::new(settings, &Shelf::default()))))
    }

    fn shelf(&self) -> Arc<Shelf> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The widget of this name.
    pub(crate) fn named(&self, name: &Slug) -> Option<Arc<Widget>> {
        self.shelf().by_name.get(name).cloned()
    }

    /// The widget with this id.
    pub(crate) fn get(&self, id: WidgetId) -> Option<Arc<Widget>> {
        self.shelf().by_id.get(&id).cloned()
    }

    /// Replaces all of them. `true` where somebody is told or asked something else than before.
    pub(crate) fn replace(&self, settings: &Settings) -> bool {
        let before = self.shelf();
        let shelf = Arc::new(Shelf::new(settings, &before));
        let is_other = shelf
            .by_id
            .iter()
            .any(|(id, widget)| before.by_id.get(id).is_none_or(|before| before.tells_other_than(widget)));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = shelf;
        is_other
    }
}

impl Shelf {
    fn new(settings: &Settings, before: &Self) -> Self {
        let by_name: BTreeMap<Slug, Arc<Widget>> = settings
            .widgets
            .iter()
            .map(|widget| {
                let old = before.by_name.get(&widget.name).map(Arc::as_ref);
                (widget.name.clone(), Arc::new(Widget::new(settings, widget, old)))
            })
            .collect();
        let by_id = by_name.values().map(|widget| (widget.known.id, Arc::clone(widget))).collect();
        Self { by_name, by_id }
    }
}

impl Widget {
    fn tells_other_than(&self, other: &Self) -> bool {
        self.automated != other.automated || self.pre_chat != other.pre_chat
    }

    fn new(all: &Settings, settings: &WidgetSettings, before: Option<&Self>) -> Self {
        let verifier = settings.sign_in.as_ref().map(|wanted| {
            // One that checks the same way keeps the keys that it has fetched.
            let same = before.and_then(|before| before.verifier.clone()).filter(|old| old.settings() == wanted);
            same.unwrap_or_else(|| Arc::new(Verifier::new(wanted.clone())))
        });
        Self {
            known: Arc::new(KnownWidget {
                id: widget_id(&settings.name),
                disconnect_after: settings.rules.disconnect_after,
                redirect: settings.way_back.redirect.clone(),
                sites: settings.sites.clone(),
                links: settings.rules.reconnect.is_some() && settings.way_back.portal.is_some(),
            }),
            policy: crate::http::widget_policy(&settings.sites),
            portal: settings
                .way_back
                .portal
                .clone()
                .map(|url| Portal { url, in_query: settings.way_back.link_in_query }),
            verifier,
            automated: Automated::new(all, settings, before.map(|before| &before.automated)),
            pre_chat: Arc::clone(&settings.pre_chat),
        }
    }
}
