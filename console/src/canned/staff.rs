//! The staff side and the settings in canned states.

use std::rc::Rc;
use std::sync::Arc;

use model::{
    AgentId, InvitationKind, Millis, Part, Presence, PresenceId, QueueId, QuickReplyId, Role, Slug, SupervisorRights,
    Units,
};
use serde_json::{Map, Value, json};
use wire::api::{
    Figures, Object, People, Person, Queues, QuickReplies, QuickReply, Returns, Summary, SummaryGroup, SummaryPoint,
    Widgets,
};
use wire::{
    Abilities, AgentInPresence, AgentLink, AgentName, Card, CardState, Colleague, ColleaguesState, ConnectionClock,
    CustomPresence, FloorAgent, FloorRow, InvitationCard, Participant, PartsState, PresencesState, QueueCard,
    QueueName, RowAbilities, RunningInvitation, StaffState, WaitReason, WhyNot, WhyNotReason, WhyWaiting,
};

use super::{ME, NOW, Scene, ago, away, id, model, name, named};
use crate::floor::FloorView;
use crate::route::{Route, Tab};
use crate::view::Model;

const SOFIA: AgentId = AgentId::from_u128(101);

fn who(agent: AgentId, text: &str) -> AgentName {
    AgentName { agent, name: name(text) }
}

fn ravi() -> AgentName {
    who(ME, "Ravi Kumar")
}

fn sofia() -> AgentName {
    who(SOFIA, "Sofia Marin")
}

fn queue(number: u128, text: &str) -> QueueName {
    QueueName { queue: QueueId::from_u128(number), name: text.to_owned() }
}

/// Nothing besides one's own conversations.
#[must_use]
pub fn no_staff() -> StaffState {
    StaffState {
        version: 1,
        oversees: false,
        rights: SupervisorRights::default(),
        invitations: Vec::new(),
        consulting: Vec::new(),
        monitoring: Vec::new(),
    }
}

/// Two colleagues ask at once.
#[must_use]
pub fn invited() -> StaffState {
    let invitation = |card: Card, kind, left: u64| InvitationCard {
        card,
        kind,
        from: sofia(),
        queue: None,
        made_at: NOW + model::Millis::seconds(left) - model::Millis::minutes(2),
        until: NOW + model::Millis::seconds(left),
    };
    let invitations = vec![
        invitation(named(50, "Ines Duarte", "I see"), InvitationKind::Consult, 77),
        invitation(named(51, "Piet de Vries", "Hello?"), InvitationKind::Transfer, 104),
    ];
    StaffState { invitations, consulting: vec![named(52, "Jun Li", "The tracking page says so")], ..no_staff() }
}

/// Who takes part in the conversation that is shown.
#[must_use]
pub fn parts(scene: Scene) -> Option<PartsState> {
    let part = |who: AgentName, part, seconds| Participant { who, part, since: ago(seconds), lost_since: None };
    let mine = Abilities { say: true, say_internally: true, consult: true, transfer: true, ..Abilities::default() };
    let alone = PartsState {
        version: 1,
        conversation: id(1),
        participants: vec![part(ravi(), Part::Primary, 312)],
        invitation: None,
        my_part: Some(Part::Primary),
        may: mine,
    };
    let with_sofia = vec![part(ravi(), Part::Primary, 312), part(sofia(), Part::Consultant, 190)];
    Some(match scene {
        Scene::Consulted => PartsState { participants: with_sofia, ..alone },
        Scene::HandingOver => PartsState {
            invitation: Some(RunningInvitation {
                kind: InvitationKind::Transfer,
                by: ravi(),
                to: sofia(),
                queue: None,
                made_at: NOW - model::Millis::seconds(43),
                until: NOW + model::Millis::seconds(77),
            }),
            may: Abilities { withdraw: true, ..mine },
            ..alone
        },
        Scene::Monitoring => PartsState {
            conversation: id(50),
            participants: vec![part(sofia(), Part::Primary, 312), part(ravi(), Part::Monitor, 40)],
            invitation: None,
            my_part: Some(Part::Monitor),
            may: Abilities { join: true, stop_monitoring: true, force_close: true, ..Abilities::default() },
            ..alone
        },
        Scene::Advising => PartsState {
            conversation: id(50),
            participants: vec![part(sofia(), Part::Primary, 312), part(ravi(), Part::Consultant, 40)],
            invitation: None,
            my_part: Some(Part::Consultant),
            may: Abilities { say_internally: true, leave_consult: true, ..Abilities::default() },
            ..alone
        },
        Scene::Talking | Scene::Away | Scene::Long | Scene::Sending | Scene::Returned => alone,
        Scene::Loading
        | Scene::Empty
        | Scene::Offers
        | Scene::WrapUp
        | Scene::Held
        | Scene::Promised
        | Scene::Waiting
        | Scene::Closed
        | Scene::Colleague
        | Scene::Reconnecting
        | Scene::Paused
        | Scene::Invited
        | Scene::Inactive => return None,
    })
}

/// Whom one can ask.
#[must_use]
pub fn colleagues() -> ColleaguesState {
    let agent = |number: u128, text: &str, presence, free, connected| Colleague {
        who: who(AgentId::from_u128(number), text),
        presence,
        free: Units(free),
        connected,
        queues: Vec::new(),
    };
    let of = |number: u128, text: &str, waiting, agents, connected| QueueCard {
        queue: queue(number, text),
        waiting,
        agents,
        connected,
    };
    ColleaguesState {
        version: 1,
        agents: vec![
            agent(101, "Sofia Marin", Presence::Available, 3, true),
            agent(102, "Lena Vogt", Presence::Offline, 4, false),
            agent(103, "Ada Obi", Presence::DoNotDisturb, -1, true),
        ],
        queues: vec![of(1, "Delivery", 2, 6, 4), of(2, "Billing", 0, 2, 2), of(3, "Night", 0, 0, 0)],
    }
}

fn row(
    number: u32,
    customer: Option<&str>,
    state: CardState,
    queue_name: QueueName,
    agent: Option<AgentName>,
) -> FloorRow {
    let is_open = matches!(state, CardState::Open { .. });
    let is_active = matches!(state, CardState::Active { .. });
    FloorRow {
        conversation: id(number),
        number,
        customer: customer.map(name),
        state,
        connection: ConnectionClock::Connected { connections: 1 },
        queue: queue_name,
        workstream: "chat".to_owned(),
        widget: "shop".to_owned(),
        agent,
        offered_to: None,
        started_at: ago(800),
        last_at: ago(60),
        cost: Units(1),
        transfers: 0,
        consultants: 0,
        monitors: 0,
        invitation: None,
        may: RowAbilities { monitor: !is_open, assign: is_open, transfer: is_active, force_close: true },
    }
}

/// A small floor.
#[must_use]
pub fn floor() -> FloorView {
    let (delivery, billing, returns) = (queue(1, "Delivery"), queue(2, "Billing"), queue(4, "Returns"));
    let open = |seconds| CardState::Open { since: ago(seconds) };
    let active = |seconds| CardState::Active { since: ago(seconds) };
    let held = CardState::WrapUp {
        since: ago(130),
        closes_at: NOW + model::Millis::minutes(21),
        hold_until: Some(NOW + model::Millis::seconds(378)),
        promise_until: Some(NOW + model::Millis::minutes(23)),
    };
    let rows = vec![
        row(20, Some("Anna Kovács"), open(250), delivery.clone(), None),
        FloorRow {
            connection: away(),
            started_at: ago(340),
            consultants: 1,
            ..row(1, Some("Mia Berg"), active(312), delivery.clone(), Some(ravi()))
        },
        FloorRow {
            connection: ConnectionClock::Connected { connections: 2 },
            started_at: ago(734),
            ..row(2, Some("Tomás Ortiz"), active(690), billing.clone(), Some(ravi()))
        },
        FloorRow {
            connection: ConnectionClock::Disconnected { since: ago(310) },
            ..row(7, None, held, returns, Some(ravi()))
        },
        FloorRow { offered_to: Some(sofia()), ..row(22, Some("Jun Li"), open(38), delivery.clone(), None) },
        FloorRow {
            started_at: ago(233),
            may: RowAbilities::default(),
            ..row(50, Some("Ines Duarte"), active(168), delivery.clone(), Some(sofia()))
        },
    ];
    let agent = |who: AgentName, presence, total, used| FloorAgent {
        who,
        presence,
        presence_since: ago(900),
        set_by: None,
        link: AgentLink::Connected,
        total: Units(total),
        used: Units(used),
        held: Units(0),
        active: 1,
        wrap_up: 0,
        offers: 0,
        consults: 0,
        queues: vec![delivery.clone(), billing.clone()],
    };
    let agents = vec![
        FloorAgent {
            held: Units(1),
            active: 2,
            wrap_up: 1,
            set_by: Some(sofia()),
            ..agent(ravi(), Presence::Busy, 4, 3)
        },
        FloorAgent { offers: 1, ..agent(sofia(), Presence::DoNotDisturb, 4, 5) },
        FloorAgent {
            link: AgentLink::Gone,
            active: 0,
            ..agent(who(AgentId::from_u128(102), "Lena Vogt"), Presence::Offline, 4, 0)
        },
    ];
    FloorView {
        is_whole: true,
        rows: rows.into_iter().map(Arc::new).collect(),
        agents: agents.into_iter().map(Arc::new).collect(),
    }
}

/// A floor with many rows, to see that it stays quick.
#[must_use]
pub fn large_floor(rows: u32) -> FloorView {
    let small = floor();
    let many = (0..rows).map(|number| {
        let of = &small.rows[number as usize % small.rows.len()];
        Arc::new(FloorRow {
            conversation: id(1_000 + number),
            number: 1_000 + number,
            customer: None,
            ..FloorRow::clone(of)
        })
    });
    FloorView { rows: many.collect(), ..small }
}

/// Somebody who oversees, with all four rights. It is Sofia, so that Ravi is a colleague.
#[must_use]
pub fn supervising(role: Role) -> Model {
    let mut model = model(Scene::Talking);
    model.me = wire::api::Me { agent: SOFIA, name: name("Sofia Marin"), role };
    model.route = Route::Supervise(Tab::Conversations);
    let rights = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };
    let monitoring = vec![named(2, "Tomás Ortiz", "Thanks! And the invoice?")];
    model.staff = Some(Rc::new(StaffState { oversees: true, rights, monitoring, ..no_staff() }));
    model.floor = Some(Rc::new(floor()));
    model.colleagues = Some(Rc::new(colleagues()));
    model.open = None;
    model.why = Some(Rc::new(why_waiting()));
    model
}

/// Why the first customer of the floor is still waiting.
#[must_use]
pub fn why_waiting() -> WhyWaiting {
    let row = &floor().rows[0];
    let one = |number, called: &str, reasons: &[WhyNotReason]| WhyNot {
        agent: AgentId::from_u128(number),
        name: name(called),
        reasons: reasons.to_vec(),
    };
    WhyWaiting {
        conversation: row.conversation,
        queue: row.queue.name.clone(),
        since: ago(250),
        reasons: vec![WaitReason::EveryoneDeclined],
        agents: vec![
            one(1, "Ravi Kumar", &[WhyNotReason::AskedAgainAt { at: NOW + Millis::seconds(40) }]),
            one(
                2,
                "Sofia Marin",
                &[
                    WhyNotReason::InPresence { presence: Presence::DoNotDisturb },
                    WhyNotReason::CapacityShort { by: Units(1) },
                ],
            ),
            one(3, "Lena Vogt", &[WhyNotReason::NoConsole]),
            one(4, "Ada Obi", &[WhyNotReason::LimitReached]),
        ],
        agents_count: 7,
    }
}

/// A quick reply.
#[must_use]
pub fn quick_reply(slug: &str, text: &str, tags: &[&str], shared: bool) -> QuickReply {
    let title = slug.replace('-', " ");
    let mut letters = title.chars();
    let title: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    QuickReply {
        id: QuickReplyId::from_u128(slug.bytes().fold(7, |sum, byte| sum * 31 + u128::from(byte))),
        shared,
        may_change: !shared,
        slug: slug.parse().expect("invariant: canned names are names"),
        title,
        text: text.to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        language: None,
        workstreams: Vec::new(),
    }
}

/// Some quick replies.
#[must_use]
pub fn quick_replies() -> QuickReplies {
    QuickReplies {
        quick_replies: vec![
            quick_reply(
                "greeting",
                "Hello {CustomerName}, this is {AgentName}. What can I do for you?",
                &["start"],
                true,
            ),
            quick_reply(
                "refund",
                "The money is back in your account within five working days.",
                &["billing", "refund"],
                true,
            ),
            quick_reply("link", "If we get cut off, this brings you back to me: {ReconnectUrl}", &["start"], true),
            QuickReply {
                title: "Sign-off".to_owned(),
                ..quick_reply("sign-off", "Anything else I can do?\nHave a good day!", &[], false)
            },
        ],
    }
}

fn slug(text: &str) -> Slug {
    text.parse().expect("invariant: canned names are names")
}

/// Some people.
#[must_use]
pub fn people() -> People {
    let person = |number: u128, sign_in: &str, text: &str, role, enabled| Person {
        id: AgentId::from_u128(number),
        name: slug(sign_in),
        display_name: name(text),
        role,
        capacity: Units(4),
        queues: vec![slug("delivery"), slug("billing")],
        enabled,
        default_presence: slug(if number == 101 { "training" } else { "computed" }),
    };
    People {
        people: vec![
            person(100, "ravi", "Ravi Kumar", Role::Agent, true),
            person(101, "sofia", "Sofia Marin", Role::Supervisor, true),
            person(102, "lena", "Lena Vogt", Role::Admin, true),
            person(103, "ada", "Ada Obi", Role::Agent, false),
        ],
    }
}

fn settings(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// Some queues.
#[must_use]
pub fn queues<S: From<Map<String, Value>>>() -> Queues<S> {
    let of = |number, text: &str, title: &str| Object {
        id: QueueId::from_u128(number),
        name: slug(text),
        declared_in_file: true,
        settings: settings(&json!({ "title": title })).into(),
    };
    Queues { queues: vec![of(1, "delivery", "Delivery"), of(2, "billing", "Billing")] }
}

/// Figures of a quiet time.
#[must_use]
pub fn figures() -> Figures {
    Figures {
        incoming: 0,
        engaged: 0,
        abandoned: 0,
        abandoned_short: 0,
        closed: 0,
        wait_ms_mean: None,
        longest_wait_ms: None,
        answer_ms_mean: None,
        answered_within: std::collections::BTreeMap::new(),
        sessions: 0,
        talk_ms_mean: None,
        wrap_up_ms_mean: None,
        handle_ms_mean: None,
        transfers: 0,
        offered: 0,
        declined: 0,
        missed: 0,
        disconnects: 0,
        returns: Returns { token: 0, link: 0, prompt: 0, sign_in: 0, handover: 0 },
        hold_saved_ms: 0,
        hold_wasted_ms: 0,
        agent_disconnects: 0,
    }
}

/// A report of a day.
#[must_use]
pub fn report() -> crate::ui::reports::Preset {
    let busy = |incoming: u64| Figures {
        incoming,
        engaged: incoming * 9 / 10,
        abandoned: incoming / 10,
        answer_ms_mean: Some(38_000),
        wait_ms_mean: Some(51_000),
        longest_wait_ms: Some(312_000),
        handle_ms_mean: Some(412_000),
        wrap_up_ms_mean: Some(65_000),
        transfers: incoming / 20,
        offered: incoming + 3,
        declined: 2,
        missed: 1,
        disconnects: 52,
        returns: Returns { token: 12, link: 9, prompt: 14, sign_in: 4, handover: 2 },
        hold_saved_ms: 8_400_000,
        hold_wasted_ms: 1_900_000,
        ..figures()
    };
    let day = model::Millis::hours(24);
    let hours = [0, 0, 1, 0, 0, 2, 5, 12, 26, 31, 40, 38, 22, 35, 47, 44, 30, 28, 19, 14, 9, 6, 3, 1];
    let series = hours
        .into_iter()
        .zip(0_u64..)
        .map(|(incoming, hour)| SummaryPoint { at: NOW - day + model::Millis::hours(hour), figures: busy(incoming) });
    let group =
        |number: u128, incoming| SummaryGroup { id: QueueId::from_u128(number).to_string(), figures: busy(incoming) };
    let summary = Summary {
        from: NOW - day,
        to: NOW,
        time_zone: "UTC".to_owned(),
        total: busy(413),
        series: series.collect(),
        groups: vec![group(1, 280), group(2, 133)],
    };
    crate::ui::reports::Preset {
        summary: Some(Rc::new(summary)),
        queues: Some(Rc::new(queues())),
        people: Some(Rc::new(people())),
        widgets: Some(Rc::new(Widgets { widgets: Vec::new() })),
        presence: Some(Rc::new(super::presence_report())),
    }
}

/// Custom presences, and who is in one.
#[must_use]
pub fn presences() -> PresencesState {
    let custom =
        |id: u128, title: &str, base| CustomPresence { id: PresenceId::from_u128(id), title: title.to_owned(), base };
    PresencesState {
        version: 1,
        presences: vec![custom(1, "In training", Presence::DoNotDisturb), custom(2, "Lunch", Presence::Away)],
        agents: vec![AgentInPresence { agent: AgentId::from_u128(101), presence: PresenceId::from_u128(1) }],
    }
}
