//! What admins see, in canned states.

use std::rc::Rc;

use model::{AgentId, ApiTokenId, DisplayName, Millis, NoteId, Slug, Trigger, WebhookId};
use serde_json::{Value, json};
use wire::api::{
    Audit, AuditRow, AutomatedMessage, AutomatedMessages, DefaultText, Deliveries, Delivery, DeliveryProblem,
    Embedding, Finding, Note, Notes, Object, PageCheck, PresenceReport, PresenceSpan, PresenceTimes, Scope, SeenOn,
    SetMessage, Token, Tokens, Verdict, Webhook, Webhooks,
};

use super::{ago, people};
use crate::ui::settings::objects::{All, One, Preset};

fn object(name: &str, declared_in_file: bool, settings: Value) -> One {
    let Value::Object(settings) = settings else { return object(name, declared_in_file, json!({})) };
    let name: Slug = name.parse().expect("invariant: canned names are names");
    Object { id: name.to_string(), name, declared_in_file, settings }
}

fn all(objects: Vec<One>) -> Option<Rc<All>> {
    Some(Rc::new(All { objects }))
}

/// Queues, workstreams and widgets, each declared in the file and made over the API.
#[must_use]
pub(crate) fn objects() -> Preset {
    let late = json!({
        "title": "Late shift",
        "priority": 20,
        "waiting_max": 30,
        "when_full": "queue:delivery",
        "hours": {
            "time_zone": "Europe/Berlin",
            "monday": ["17:00-22:00"],
            "tuesday": ["17:00-22:00"],
            "saturday": ["10:00-12:30", "13:00-16:00"],
            "holidays": ["2026-12-25", "2026-12-26"],
        },
        "out_of_hours": "end",
    });
    let night = json!({
        "queue": "late",
        "wrap_up": "2m",
        "cost": 2,
        "routing": [
            { "when": [{ "variable": "plan", "is": "gold" }, { "signed_in": true }], "to": ["delivery"] },
            { "when": [{ "language": "de" }, { "variable": "orders", "above": 10 }], "to": ["delivery 70%", "late 30%"] },
        ],
    });
    let help = json!({
        "sites": ["https://help.example"],
        "workstream": "night",
        "reconnect_time_limit": "1h",
        "reconnect_to_previous_agent_for": "10m",
        "portal_url": "https://help.example/chat",
        "pre_chat": [
            {
                "name": "topic",
                "text": "What is it about?",
                "texts": { "de": "Worum geht es?" },
                "kind": "choice",
                "options": ["An order", "A return"],
                "required": true,
            },
            { "name": "consent", "text": "I have read the [privacy notice](https://help.example/privacy).", "kind": "consent" },
        ],
        "sign_in": { "issuer": "https://id.example", "audience": "help", "jwks_url": "https://id.example/jwks.json" },
    });
    let shop = json!({
        "sites": ["https://shop.example", "https://help.example"],
        "workstream": "chat",
        "disconnect_after": "3m",
        "prompt_anonymous": false,
    });
    Preset {
        queues: all(vec![
            object("delivery", true, json!({ "title": "Delivery" })),
            object("billing", true, json!({ "title": "Billing" })),
            object("late", false, late),
        ]),
        workstreams: all(vec![object("chat", true, json!({ "queue": "delivery" })), object("night", false, night)]),
        widgets: all(vec![object("shop", true, shop), object("help", false, help)]),
        presences: all(vec![
            object("training", false, json!({ "title": "In training", "base": "do-not-disturb" })),
            object("lunch", true, json!({ "title": "Lunch", "base": "away" })),
        ]),
        people: Some(Rc::new(people())),
        embedding: Some(Rc::new(embedding())),
        found: None,
        draft: None,
    }
}

/// Where a widget was seen.
#[must_use]
pub fn embedding() -> Embedding {
    let site = |site: &str, seconds, allowed| SeenOn { site: site.to_owned(), at: ago(seconds), allowed };
    Embedding {
        since: ago(86_400),
        seen: vec![site("https://shop.example", 120, true), site("https://staging.shop.example", 5_400, false)],
    }
}

/// What a look at a page says.
#[must_use]
pub fn page_check() -> PageCheck {
    let finding =
        |about: &str, verdict, text: &str| Finding { about: about.to_owned(), verdict, text: text.to_owned() };
    PageCheck {
        findings: vec![
            finding("site", Verdict::Good, "https://shop.example is one of the widget's sites."),
            finding("page", Verdict::Good, "The page is there."),
            finding(
                "tag",
                Verdict::Unknown,
                "The page's server sends no tag. Where a script or a tag manager puts it in, that can't be seen from here: open the page and \
                 press the button.",
            ),
            finding(
                "frame-policy",
                Verdict::Bad,
                "The page's Content Security Policy keeps the frame out. Add https://chat.example.com to its frame-src.",
            ),
        ],
    }
}

/// Tokens of the API.
#[must_use]
pub fn tokens() -> Tokens {
    let token = |number, title: &str, scope, used_at| Token {
        id: ApiTokenId::from_u128(number),
        agent: AgentId::from_u128(102),
        title: title.to_owned(),
        scope,
        made_at: ago(8_640_000),
        used_at,
    };
    Tokens {
        tokens: vec![token(1, "Nightly report", Scope::Read, Some(ago(240))), token(2, "CRM", Scope::Admin, None)],
    }
}

/// Webhooks, one of which does not do well.
#[must_use]
pub fn webhooks() -> Webhooks {
    let webhook = |number, title: &str, events: &[&str], failing_since| Webhook {
        id: WebhookId::from_u128(number),
        url: "https://hooks.example.com/rejoin".to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        title: title.to_owned(),
        enabled: true,
        made_at: ago(8_640_000),
        failing_since,
        old_secret_until: None,
    };
    Webhooks {
        webhooks: vec![
            webhook(1, "CRM", &["conversation.started", "conversation.closed"], None),
            webhook(2, "Data warehouse", &["conversation.closed"], Some(ago(5_400))),
        ],
    }
}

/// What became of the last events of a webhook.
#[must_use]
pub fn deliveries() -> Deliveries {
    let of = |number: u32, kind: &str, seconds| Delivery {
        event: format!("evt_{number}"),
        kind: kind.to_owned(),
        at: ago(seconds),
        tries: 1,
        status: Some(204),
        problem: None,
        reason: None,
        next_at: None,
    };
    let failed = |problem: DeliveryProblem, status, delivery| Delivery {
        status,
        problem: Some(problem),
        reason: Some(problem.sentence(status)),
        ..delivery
    };
    let again = failed(DeliveryProblem::NotTaken, Some(503), of(4, "conversation.closed", 300));
    Deliveries {
        deliveries: vec![
            failed(DeliveryProblem::HostNotFound, None, of(5, "webhook.test", 60)),
            Delivery { tries: 3, next_at: Some(ago(0) + Millis::minutes(28)), ..again },
            failed(DeliveryProblem::Redirected, Some(302), of(3, "webhook.test", 5_400)),
            of(2, "conversation.closed", 9_000),
            of(1, "webhook.test", 9_060),
        ],
        waiting: 2,
    }
}

/// Some rows of the audit.
#[must_use]
pub fn audit() -> Audit {
    let row = |id, seconds, what: &str, about: &str| AuditRow {
        id,
        at: ago(seconds),
        by: Some(AgentId::from_u128(102).to_string()),
        what: what.to_owned(),
        about: about.to_owned(),
    };
    Audit {
        rows: vec![
            row(3, 240, "queue changed", "late"),
            row(2, 5_400, "token made with scope read", &ApiTokenId::from_u128(1).to_string()),
            row(1, 86_400, "person changed", &AgentId::from_u128(100).to_string()),
        ],
    }
}

/// Notes on a conversation.
#[must_use]
pub fn notes() -> Notes {
    let note = |number, by, name: &str, seconds, text: &str| Note {
        id: NoteId::from_u128(number),
        by: AgentId::from_u128(by),
        name: DisplayName::new(name).ok(),
        at: ago(seconds),
        text: text.to_owned(),
    };
    Notes {
        notes: vec![
            note(1, 101, "Sofia Marin", 5_400, "Wrote to the courier about 80331; they call back before noon."),
            note(2, 100, "Ravi Kumar", 200, "Neighbor at number 14 has the parcel, most likely."),
        ],
    }
}

/// Automated messages, some of them changed.
#[must_use]
pub fn messages() -> AutomatedMessages {
    let set = |language: &str, widget: Option<&str>, text: Option<&str>, on| SetMessage {
        language: language.to_owned(),
        widget: widget.and_then(|name| name.parse().ok()),
        text: text.map(str::to_owned),
        on,
        declared_in_file: false,
    };
    let message = |trigger: Trigger, text: &str, slugs: &[&str], changed: Vec<SetMessage>| AutomatedMessage {
        trigger,
        kind: trigger.kind(),
        on: trigger.is_on(),
        slugs: slugs.iter().map(|slug| (*slug).to_owned()).collect(),
        defaults: vec![DefaultText { language: "en".to_owned(), text: text.to_owned() }],
        set: changed,
    };
    let changed = vec![
        set("de", None, Some("{AgentName} ist da"), None),
        set("en", None, Some("{AgentName} is here for you"), None),
        set("en", Some("shop"), Some("{AgentName} of the shop is here"), None),
    ];
    let off = vec![set("en", None, None, Some(false))];
    let (agent, queue) = ("AgentName", "QueueName");
    AutomatedMessages {
        languages: ["en", "de", "ar"].map(str::to_owned).to_vec(),
        messages: vec![
            message(Trigger::AgentAsked, "One moment: somebody is about to answer you.", &[queue], Vec::new()),
            message(Trigger::AgentJoined, "{AgentName} joined", &[agent, queue], changed),
            message(Trigger::ColleagueLeft, "{AgentName} left", &[agent, queue], off),
            message(Trigger::PlaceInLine, "You are {Place} in line", &["Place", "Position", queue], Vec::new()),
            message(Trigger::MonitoringNotice, "This conversation may be monitored or recorded.", &[queue], Vec::new()),
        ],
    }
}

/// How long agents were in which presence.
#[must_use]
pub fn presence_report() -> PresenceReport {
    let hours = |hours: u64| hours * 3_600_000;
    let times = |agent, all: &[(&str, u64)]| PresenceTimes {
        agent: AgentId::from_u128(agent),
        presences_ms: all.iter().map(|(key, ms)| ((*key).to_owned(), *ms)).collect(),
    };
    let span =
        |from, to, presence: &str| PresenceSpan { since: ago(from), until: ago(to), presence: presence.to_owned() };
    PresenceReport {
        from: ago(86_400),
        to: ago(0),
        people: vec![
            times(100, &[("by-capacity", hours(6)), ("do-not-disturb", hours(1)), ("offline", hours(17))]),
            times(101, &[("by-capacity", hours(7)), ("training", hours(2)), ("offline", hours(15))]),
        ],
        spans: vec![span(28_800, 7_200, "by-capacity"), span(7_200, 3_600, "do-not-disturb")],
    }
}
