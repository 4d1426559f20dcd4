//! New settings without a restart: the file is read again, by `rejoin reload` or SIGHUP. Good ones take effect at once; bad ones are
//! reported, all mistakes together, and the old ones stay.

use std::sync::Arc;
use std::time::Duration;

use desk::{Configuration, Input};
use model::{Slug, Timestamp};

use crate::declared::Declared;
use crate::relay::Relay;
use crate::settings::{Made, Mistakes, Settings, WidgetSettings, presence_id, queue_id, widget_id, workstream_id};
use crate::switchboard::NameStore;

/// How often opening hours are looked at: they are told for two weeks ahead.
const HOURS_LOOKED_AT_EVERY: Duration = Duration::from_secs(3_600);

/// Presences, queues, workstreams, widgets and what supervisors may do, as inputs for the desk. Unchanged rules make no fact.
pub(crate) fn declared(settings: &Settings, now: Timestamp) -> impl Iterator<Item = Input> {
    let queues =
        settings.queues.iter().map(move |queue| Configuration::Queue(queue_id(&queue.name), queue.rules_at(now)));
    let workstreams = settings
        .workstreams
        .iter()
        .map(|stream| Configuration::Workstream(workstream_id(&stream.name), stream.rules.clone()));
    let widgets =
        settings.widgets.iter().map(|widget| Configuration::Widget(widget_id(&widget.name), widget.rules.clone()));
    let routings = settings
        .workstreams
        .iter()
        .map(|stream| Configuration::Routing(workstream_id(&stream.name), stream.routing.clone()));
    let distributions = settings
        .workstreams
        .iter()
        .map(|stream| Configuration::Distribution(workstream_id(&stream.name), stream.distribution.clone()));
    let presences = settings.presences.iter().map(|presence| (presence_id(&presence.name), presence.base));
    let presences = Configuration::Presences(presences.collect());
    let supervision = Configuration::Supervision(settings.supervisors);
    queues
        .chain(workstreams)
        .chain(routings)
        .chain(distributions)
        .chain(widgets)
        .chain([presences, supervision])
        .map(Input::Configure)
}

/// Makes the names of what the settings declare known.
pub(crate) fn name(names: &NameStore, settings: &Settings) {
    for presence in &settings.presences {
        names.put_presence(presence_id(&presence.name), presence.title.clone());
    }
    for queue in &settings.queues {
        names.put_queue(queue_id(&queue.name), queue.title.clone());
    }
    for stream in &settings.workstreams {
        names.put_workstream(workstream_id(&stream.name), stream.name.to_string());
    }
    for widget in &settings.widgets {
        names.put_widget(widget_id(&widget.name), widget.name.to_string());
    }
}

/// Takes new reconnect settings for one widget at once.
pub(crate) async fn take_widget(relay: &Relay, current: &mut Declared, widget: WidgetSettings) {
    let input = Input::Configure(Configuration::Widget(widget_id(&widget.name), widget.rules.clone()));
    current.set_reconnect(widget);
    relay.desk.tell_in_order(input).await;
    set_widgets(relay, current);
}

/// Takes what widgets look like, and tells open ones what they say otherwise now.
fn set_widgets(relay: &Relay, settings: &Settings) {
    if relay.widgets.replace(settings) {
        relay.switchboard.tell_texts();
    }
}

/// Takes other automated messages at once: everybody who reads one sees it as it is now.
pub(crate) fn take_messages(relay: &Relay, current: &mut Declared, new: Declared) {
    set_widgets(relay, &new);
    *current = new;
}

/// Takes other settings at once.
pub(crate) async fn take(relay: &Relay, current: &mut Declared, new: Declared) {
    name(&relay.names, &new);
    for input in declared(&new, relay.clock.now()) {
        relay.desk.tell_in_order(input).await;
    }
    set_widgets(relay, &new);
    *current = new;
}

/// Reads the settings again and takes them. Gives what to tell whoever asked, line by line.
pub(crate) async fn reload(relay: &Arc<Relay>) -> Result<Vec<String>, Mistakes> {
    // Two at once could leave the older one's documents beside the newer one's rules.
    let mut current = relay.declared.lock().await;
    let (source, registry) = (relay.source.clone(), Arc::clone(&relay.registry));
    let read = tokio::task::spawn_blocking(move || Declared::at_reload(source.table()?, &registry)).await;
    let new = read.unwrap_or_else(|_| Err(Mistakes::one("The settings could not be read.")))?;
    let lines = told(relay, &current, &new);
    take(relay, &mut current, new).await;
    tracing::info!("the settings were read again and taken");
    Ok(lines)
}

/// Tells the desk the opening hours of the days to come.
pub(crate) async fn keep_hours(relay: Arc<Relay>) {
    loop {
        tokio::time::sleep(HOURS_LOOKED_AT_EVERY).await;
        let declared = relay.declared.lock().await;
        let now = relay.clock.now();
        for queue in declared.queues.iter().filter(|queue| queue.hours.is_some()) {
            let configuration = Configuration::Queue(queue_id(&queue.name), queue.rules_at(now));
            relay.desk.tell_in_order(Input::Configure(configuration)).await;
        }
    }
}

fn told(relay: &Relay, current: &Settings, new: &Declared) -> Vec<String> {
    let mut lines = Vec::new();
    let started = &relay.settings;
    for (section, same) in [
        ("server", started.server == new.server),
        ("store", started.store == new.store),
        ("logs", started.logs == new.logs),
        ("sign_in", started.sign_in == new.sign_in),
        ("limits", started.limits == new.limits),
        ("webhooks", started.webhooks == new.webhooks),
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
    lines.extend(hidden(new));
    lines.push("The settings are good and in use.".to_owned());
    lines
}

/// What the file declares and the API has made as well.
pub(crate) fn hidden(declared: &Declared) -> Vec<String> {
    let told = |made: &Made| {
        let (kind, name) = (made.kind.word(), &made.name);
        format!("The settings file declares the {kind} \"{name}\", which the API has made too: the file's counts.")
    };
    declared.hidden().map(told).collect()
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
