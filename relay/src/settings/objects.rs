//! Queues, workstreams and widgets as the settings file declares them, and the rules that the desk gets.

use std::sync::Arc;

use model::{
    AssignmentMethod, Distribution, FullRule, Millis, Overflow, PRESENCES_PER_WORKSTREAM_MAX, PreChat, PresenceId,
    QueueId, QueueRules, Routing, RulesError, SlowRule, Slug, Timestamp, Units, WidgetId, WidgetRules, WorkMode,
    WorkstreamId, WorkstreamRules, WrapUpRule,
};
use uuid::Uuid;
use wire::limits::{SITE_BYTES_MAX, SITES_MAX};

use crate::history::WITHIN_S;

use super::hours::{WeeklyHours, read_hours};
use super::pre_chat::read_pre_chat;
use super::presences::{base_presence, is_reserved};
use super::read::Fields;
use super::reconnect::{WayBack, declares_reconnect, read_reconnect, read_sign_in};
use super::routing::{Named, read_routing};
use super::span;
use crate::identity::IdentitySettings;

/// Who leaves within this time did not wait, where nothing is said.
pub(crate) const SHORT_ABANDON: Millis = Millis::seconds(5);

/// Ids of declared things are made from their names, so that they are the same after every start and on every machine.
fn id_of(kind: &str, name: &Slug) -> u128 {
    let space = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://rejoin.chat/settings");
    Uuid::new_v5(&space, format!("{kind}/{name}").as_bytes()).as_u128()
}

/// The id of a queue.
pub(crate) fn queue_id(name: &Slug) -> QueueId {
    QueueId::from_u128(id_of("queue", name))
}

/// The id of a workstream.
pub(crate) fn workstream_id(name: &Slug) -> WorkstreamId {
    WorkstreamId::from_u128(id_of("workstream", name))
}

/// The id of a custom presence.
pub(crate) fn presence_id(name: &Slug) -> PresenceId {
    PresenceId::from_u128(id_of("presence", name))
}

/// The id of a widget.
pub(crate) fn widget_id(name: &Slug) -> WidgetId {
    WidgetId::from_u128(id_of("widget", name))
}

/// `[[queues]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueueSettings {
    /// Its name in settings.
    pub(crate) name: Slug,
    /// Its name as agents read it.
    pub(crate) title: String,
    /// What the desk decides by, but for the hours.
    pub(crate) rules: QueueRules,
    /// When it is open; always, where they are not set.
    pub(crate) hours: Option<WeeklyHours>,
    /// The queues that it overflows into, with the keys that name them.
    pub(crate) overflows_into: Vec<(&'static str, Slug)>,
    /// Who leaves within so long did not wait, to a report that names no time.
    pub(crate) short_abandon: Millis,
}

impl QueueSettings {
    /// What the desk decides by in the days around `now`.
    pub(crate) fn rules_at(&self, now: Timestamp) -> QueueRules {
        match &self.hours {
            Some(hours) => QueueRules { hours: hours.around(now), ..self.rules.clone() },
            None => self.rules.clone(),
        }
    }
}

/// `[[workstreams]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WorkstreamSettings {
    /// Its name in settings.
    pub(crate) name: Slug,
    /// The queue it feeds.
    pub(crate) queue: Slug,
    /// What the desk decides by.
    pub(crate) rules: WorkstreamRules,
    /// How it distributes beyond its queue.
    pub(crate) routing: Routing,
    /// What the routing rules name.
    pub(crate) named: Named,
    /// What the desk decides by besides.
    pub(crate) distribution: Distribution,
    /// The custom presences that it names.
    pub(crate) presences: Vec<Slug>,
    /// Whether its customers are told automated messages.
    pub(crate) automated_messages: bool,
}

/// `[[widgets]]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WidgetSettings {
    /// Its name in settings, in addresses and in `data-widget`.
    pub(crate) name: Slug,
    /// The origins of the sites that may embed it.
    pub(crate) sites: Vec<String>,
    /// The workstream its conversations go to.
    pub(crate) workstream: Slug,
    /// What the desk decides by.
    pub(crate) rules: WidgetRules,
    /// Where customers come back to.
    pub(crate) way_back: WayBack,
    /// Whether the file says anything about reconnect: then the admin API may only read it.
    pub(crate) declares_reconnect: bool,
    /// How its customers sign in, if they do.
    pub(crate) sign_in: Option<IdentitySettings>,
    /// Whether its customers read that conversations may be monitored or recorded (product 7).
    pub(crate) monitoring_notice: bool,
    /// What its customers are asked before a conversation. Shared with connections.
    pub(crate) pre_chat: Arc<PreChat>,
}

pub(super) fn read_queue(fields: &mut Fields<'_>) -> Option<QueueSettings> {
    let name: Option<Slug> = fields.required("name");
    let title: Option<String> = fields.optional("title");
    let assignment = match fields.optional::<String>("assignment").as_deref() {
        None | Some("highest-capacity") => AssignmentMethod::HighestCapacity,
        Some("round-robin") => AssignmentMethod::RoundRobin,
        Some(_) => {
            fields.mistake("assignment", "must be \"highest-capacity\" or \"round-robin\"");
            AssignmentMethod::HighestCapacity
        }
    };
    let name = name?;
    let title = title.unwrap_or_else(|| name.to_string());
    if title.trim().is_empty() || title.chars().count() > model::NAME_CHARS_MAX {
        fields.mistake("title", "must have 1 to 100 characters");
    }
    let mut rules = QueueRules { assignment, ..QueueRules::DEFAULT };
    if let Some(priority) = fields.optional::<u32>("priority") {
        rules.priority = u16::try_from(priority).unwrap_or(u16::MAX);
    }
    let short_abandon = read_short_abandon(fields);
    let mut hours = None;
    fields.section("hours", |fields| hours = read_hours(fields));
    let overflows_into = read_overflows(fields, &mut rules);
    for mistake in rules.mistakes(queue_id(&name)) {
        fields.mistake("rules", mistake);
    }
    Some(QueueSettings { name, title, rules, hours, overflows_into, short_abandon })
}

/// Reports have a sum for each of these times.
fn read_short_abandon(fields: &mut Fields<'_>) -> Millis {
    let time = fields.optional("short_abandon").unwrap_or(SHORT_ABANDON);
    if !WITHIN_S.iter().any(|seconds| Millis::seconds(*seconds) == time) {
        fields.mistake("short_abandon", format!("must be one of {WITHIN_S:?} seconds, such as \"20s\""));
    }
    time
}

/// Gives the queues that are named, with the keys that name them.
fn read_overflows(fields: &mut Fields<'_>, rules: &mut QueueRules) -> Vec<(&'static str, Slug)> {
    let mut named = Vec::new();
    if let Some(then) = read_overflow(fields, "out_of_hours", &mut named) {
        rules.out_of_hours = then;
    }
    let waiting_max: Option<u32> = fields.optional("waiting_max");
    let then = read_overflow(fields, "when_full", &mut named);
    match (waiting_max, then) {
        (None, Some(_)) => fields.mistake("when_full", "says nothing without waiting_max"),
        (Some(waiting_max), then) => rules.full = Some(FullRule { waiting_max, then: then.unwrap_or(Overflow::End) }),
        (None, None) => {}
    }
    let wait_max: Option<Millis> = fields.optional("wait_max");
    let then = read_overflow(fields, "when_too_long", &mut named);
    match (wait_max, then) {
        (None, Some(_)) => fields.mistake("when_too_long", "says nothing without wait_max"),
        (Some(wait_max), then) => rules.slow = Some(SlowRule { wait_max, then: then.unwrap_or(Overflow::End) }),
        (None, None) => {}
    }
    named
}

fn read_overflow(
    fields: &mut Fields<'_>,
    key: &'static str,
    named: &mut Vec<(&'static str, Slug)>,
) -> Option<Overflow> {
    let text = fields.optional::<String>(key)?;
    match text.as_str() {
        "assign-anyway" => Some(Overflow::AssignAnyway),
        "end" => Some(Overflow::End),
        _ => match text.strip_prefix("queue:").and_then(|name| name.parse::<Slug>().ok()) {
            Some(name) => {
                let queue = queue_id(&name);
                named.push((key, name));
                Some(Overflow::Queue(queue))
            }
            None => {
                fields.mistake(key, "must be \"assign-anyway\", \"end\" or \"queue:\" and the name of a queue");
                None
            }
        },
    }
}

pub(super) fn read_workstream(fields: &mut Fields<'_>) -> Option<WorkstreamSettings> {
    let name: Option<Slug> = fields.required("name");
    let queue: Option<Slug> = fields.required("queue");
    let placeholder = QueueId::from_u128(0);
    let mut rules = WorkstreamRules::for_queue(queue.as_ref().map_or(placeholder, queue_id));
    match fields.optional::<String>("mode").as_deref() {
        None | Some("push") => rules.mode = WorkMode::Push,
        Some("pick") => rules.mode = WorkMode::Pick,
        Some(_) => fields.mistake("mode", "must be \"push\" or \"pick\""),
    }
    if let Some(cost) = fields.optional::<u32>("cost") {
        rules.cost = Units(i32::try_from(cost).unwrap_or(i32::MAX));
    }
    read_wrap_up(fields, &mut rules);
    let presences = read_presences(fields, &mut rules);
    if let Some(times) = fields.optional::<u32>("offers_per_agent_max") {
        rules.offers_per_agent_max = u8::try_from(times).unwrap_or(u8::MAX);
    }
    fields.take("offer_for", &mut rules.offer_for);
    fields.take("auto_close_open_after", &mut rules.auto_close_open_after);
    fields.take("still_waiting_after", &mut rules.still_waiting_after);
    fields.take("auto_close_wrap_up_after", &mut rules.auto_close_wrap_up_after);
    for mistake in rules.mistakes() {
        // Custom ones alone are presences, too.
        if mistake != RulesError::NoPresence || presences.is_empty() {
            fields.mistake("rules", mistake);
        }
    }
    let decline_sets_do_not_disturb = fields.optional("decline_sets_do_not_disturb").unwrap_or(false);
    let (routing_rules, named) = read_routing(fields);
    let routing = Routing { rules: routing_rules, decline_sets_do_not_disturb };
    for mistake in routing.mistakes() {
        fields.mistake("routing", mistake);
    }
    let automated_messages = fields.optional("automated_messages").unwrap_or(true);
    let distribution = Distribution {
        presences: presences.iter().map(presence_id).collect(),
        previous_agent_first: fields.optional("previous_agent_first").unwrap_or(true),
    };
    Some(WorkstreamSettings {
        name: name?,
        queue: queue?,
        rules,
        routing,
        named,
        distribution,
        presences,
        automated_messages,
    })
}

fn read_wrap_up(fields: &mut Fields<'_>, rules: &mut WorkstreamRules) {
    rules.wrap_up = match fields.optional::<String>("wrap_up").as_deref() {
        None | Some("always") => WrapUpRule::Always,
        Some("never") => WrapUpRule::Never,
        Some(time) => match span::parse(time) {
            Some(time) => WrapUpRule::For(time),
            None => {
                fields.mistake("wrap_up", "must be \"always\", \"never\" or a length of time such as \"2m\"");
                WrapUpRule::Always
            }
        },
    };
}

/// Gives the custom presences that are named.
fn read_presences(fields: &mut Fields<'_>, rules: &mut WorkstreamRules) -> Vec<Slug> {
    let mut custom = Vec::new();
    let Some(names) = fields.optional::<Vec<String>>("allowed_presences") else { return custom };
    rules.allowed_presences.clear();
    for name in names {
        match (base_presence(&name), name.parse::<Slug>()) {
            (Some(presence), _) => rules.allowed_presences.push(presence),
            (None, Ok(name)) if !is_reserved(&name) => custom.push(name),
            (None, _) => fields.mistake(
                "allowed_presences",
                "each element must be \"available\", \"busy\", \"do-not-disturb\", \"away\" or the name of a custom presence",
            ),
        }
    }
    if custom.len() > PRESENCES_PER_WORKSTREAM_MAX {
        let what = format!("must name at most {PRESENCES_PER_WORKSTREAM_MAX} custom presences");
        fields.mistake("allowed_presences", what);
    }
    custom
}

pub(super) fn read_widget(fields: &mut Fields<'_>) -> Option<WidgetSettings> {
    let name: Option<Slug> = fields.required("name");
    let workstream: Option<Slug> = fields.required("workstream");
    let sites: Option<Vec<String>> = fields.required("sites");
    let placeholder = WorkstreamId::from_u128(0);
    let mut rules = WidgetRules::for_workstream(workstream.as_ref().map_or(placeholder, workstream_id));
    fields.take("disconnect_after", &mut rules.disconnect_after);
    let declares_reconnect = declares_reconnect(fields);
    let way_back = read_reconnect(fields, sites.as_deref(), &mut rules);
    check_sites(fields, sites.as_deref());
    let monitoring_notice = fields.optional("monitoring_notice").unwrap_or(false);
    let pre_chat = Arc::new(read_pre_chat(fields));
    let mut sign_in = None;
    fields.section("sign_in", |fields| sign_in = read_sign_in(fields));
    Some(WidgetSettings {
        name: name?,
        sites: sites?,
        workstream: workstream?,
        rules,
        way_back,
        declares_reconnect,
        sign_in,
        monitoring_notice,
        pre_chat,
    })
}

fn check_sites(fields: &mut Fields<'_>, sites: Option<&[String]>) {
    let Some(sites) = sites else { return };
    for site in sites {
        if !is_origin(site) || site.len() > SITE_BYTES_MAX {
            fields.mistake(
                "sites",
                "each element must be an origin such as \"https://shop.example.com\", without a path",
            );
        }
    }
    if sites.is_empty() {
        fields.mistake("sites", "must name at least one site");
    }
    if sites.len() > SITES_MAX {
        fields.mistake("sites", format!("must name at most {SITES_MAX} sites"));
    }
}

/// `scheme://host[:port]`, as browsers write the `Origin` of a page.
pub(crate) fn is_origin(text: &str) -> bool {
    let Some(authority) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host_fits = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._[]:".contains(&b))
        && (host.starts_with('[') == host.contains(':'));
    let port_fits = port.is_none_or(|port| {
        !port.starts_with('0') && port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok()
    });
    host_fits && port_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_only() {
        for good in ["https://shop.example.com", "http://shop.localhost:8081", "http://127.0.0.1", "http://[::1]:8080"]
        {
            assert!(is_origin(good), "{good}");
        }
        let bad = [
            "",
            "shop.example.com",
            "https://",
            "https://shop.example.com/",
            "https://a b",
            "https://*.example.com",
            "https://Shop.example.com",
            "ftp://a",
            "https://a:0",
            "https://a:99999",
            "https://a;script-src *",
            "null",
            "https://u@a",
            "https://a:",
            "http://::1",
        ];
        for bad in bad {
            assert!(!is_origin(bad), "{bad}");
        }
    }

    #[test]
    fn ids_of_declared_things_never_change() {
        let name: Slug = "shop".parse().expect("a slug");
        assert_eq!(widget_id(&name).to_string(), "wdg_2wxt25pv22bnxs7z848f6kwdba");
        assert_ne!(queue_id(&name).as_u128(), workstream_id(&name).as_u128());
    }
}
