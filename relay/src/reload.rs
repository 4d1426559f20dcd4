//! New settings without a restart: the file is read again, by `rejoin reload` or SIGHUP. Good ones take effect at once; bad ones are
//! reported, all mistakes together, and the old ones stay.

use std::sync::Arc;

use desk::{Configuration, Input};
use model::Slug;

use crate::registry::{Registry, RegistryError};
use crate::relay::Relay;
use crate::settings::{Mistakes, Settings, WidgetSettings, queue_id, widget_id, workstream_id};

/// Queues, workstreams and widgets, as inputs for the desk. Unchanged rules make no fact.
pub(crate) fn declared(settings: &Settings) -> impl Iterator<Item = Input> {
    let queues = settings.queues.iter().map(|queue| Configuration::Queue(queue_id(&queue.name), queue.rules.clone()));
    let workstreams = settings
        .workstreams
        .iter()
        .map(|stream| Configuration::Workstream(workstream_id(&stream.name), stream.rules.clone()));
    let widgets =
        settings.widgets.iter().map(|widget| Configuration::Widget(widget_id(&widget.name), widget.rules.clone()));
    queues.chain(workstreams).chain(widgets).map(Input::Configure)
}

/// Adds what the admin API has set for widgets of which the file says nothing about reconnect. Gives the sentences about what does
/// not fit the file any more, which is left out.
pub(crate) fn add_documents(settings: &mut Settings, registry: &Registry) -> Result<Vec<String>, RegistryError> {
    let mut unfit = Vec::new();
    for (name, document) in registry.reconnect_documents()? {
        let found =
            settings.widgets.iter_mut().find(|widget| widget.name.as_str() == name && !widget.declares_reconnect);
        let Some(widget) = found else { continue };
        match widget.with_reconnect(&document) {
            Ok(set) => *widget = set,
            Err(mistakes) => unfit.extend(mistakes.sentences().iter().map(|sentence| {
                format!("What was set for the widget \"{name}\" does not fit the settings any more: {sentence}")
            })),
        }
    }
    Ok(unfit)
}

/// Takes new reconnect settings for one widget at once.
pub(crate) async fn take_widget(relay: &Relay, current: &mut Settings, widget: WidgetSettings) {
    let input = Input::Configure(Configuration::Widget(widget_id(&widget.name), widget.rules.clone()));
    if let Some(old) = current.widgets.iter_mut().find(|old| old.name == widget.name) {
        *old = widget;
    }
    relay.desk.tell_in_order(input).await;
    relay.widgets.replace(current);
}

/// Reads the settings again and takes them. Gives what to tell whoever asked, line by line.
pub(crate) async fn reload(relay: &Arc<Relay>) -> Result<Vec<String>, Mistakes> {
    // Two at once could leave the older one's documents beside the newer one's rules.
    let mut current = relay.declared.lock().await;
    let (source, registry) = (relay.source.clone(), Arc::clone(&relay.registry));
    let read = move || {
        let mut settings = source.load()?;
        match add_documents(&mut settings, &registry) {
            Ok(unfit) if unfit.is_empty() => Ok(settings),
            Ok(unfit) => Err(Mistakes::all(unfit)),
            Err(error) => Err(Mistakes::one(format!("The settings made by the API can't be read: {error}."))),
        }
    };
    let read = tokio::task::spawn_blocking(read).await;
    let new = read.unwrap_or_else(|_| Err(Mistakes::one("The settings could not be read.")))?;
    let lines = told(relay, &current, &new);
    for queue in &new.queues {
        relay.names.put_queue(queue_id(&queue.name), queue.title.clone());
    }
    for input in declared(&new) {
        relay.desk.tell_in_order(input).await;
    }
    relay.widgets.replace(&new);
    *current = new;
    tracing::info!("the settings were read again and taken");
    Ok(lines)
}

fn told(relay: &Relay, current: &Settings, new: &Settings) -> Vec<String> {
    let mut lines = Vec::new();
    let started = &relay.settings;
    for (section, same) in [
        ("server", started.server == new.server),
        ("store", started.store == new.store),
        ("logs", started.logs == new.logs),
        ("sign_in", started.sign_in == new.sign_in),
        ("limits", started.limits == new.limits),
    ] {
        if !same {
            lines.push(format!("[{section}] has changed: the next start takes that."));
        }
    }
    let is_gone = |name: &Slug| new.widgets.iter().all(|widget| widget.name != *name);
    for widget in current.widgets.iter().filter(|widget| is_gone(&widget.name)) {
        let name = &widget.name;
        lines.push(format!("The widget \"{name}\" is gone: nothing new starts there, what is under way goes on."));
    }
    lines.push("The settings are good and in use.".to_owned());
    lines
}

/// What a SIGHUP does.
pub(crate) async fn on_hangup(relay: Arc<Relay>, mut hangups: tokio::signal::unix::Signal) {
    while hangups.recv().await.is_some() {
        match reload(&relay).await {
            Ok(lines) => lines.iter().for_each(|line| tracing::info!(line, "settings")),
            Err(mistakes) => {
                for mistake in mistakes.to_string().lines() {
                    tracing::warn!(mistake, "the settings have a mistake; the old ones stay");
                }
            }
        }
    }
}
