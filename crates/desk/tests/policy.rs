//! Who may do what: the whole matrix of actions, roles and relations, written down once more as people would read it, and held against
//! what the desk does and against its table.

#![expect(clippy::print_stdout, reason = "how much was looked at is for people to read")]

use std::collections::BTreeSet;

use model::{
    AgentId, AgentRules, Audience, BodyDigest, ConnectionId, ConversationId, CustomerId, LinkHash, MessageText, Millis,
    Presence, QueueId, QueueRules, ReconnectRules, Role, SendKey, SupervisorRights, Timestamp, TokenHash, Units,
    WidgetId, WidgetRules, WorkMode, WorkstreamId, WorkstreamRules,
};
use rejoin_desk::{Action, AgentRequest, Configuration, Desk, Input, Notice, Relation, check};

/// Rows: what somebody does. Columns: what they are to an Active conversation, to an Open one, to one in wrap-up with a hold.
///
/// `+` everybody who is that, `r` with the role of a supervisor or admin, `s` with the role and the right, `-` nobody.
const MATRIX: &str = "
                      Active: primary consultant let-in monitor joined invited took-part nobody  Open: offered of-queue nobody  Wrap-up: primary nobody
read                          +       +          +      +       +      +       +         -             +       +        -                +       -
say                           +       -          +      -       +      -       -         -             -       -        -                +       -
type                          +       -          +      -       +      -       -         -             -       -        -                -       -
say-internally                +       +          +      -       +      -       -         -             -       -        -                +       -
accept                        -       -          -      -       -      -       -         -             +       -        -                -       -
decline                       -       -          -      -       -      -       -         -             +       -        -                -       -
pick                          -       -          -      -       -      -       -         -             +       +        -                -       -
end                           +       -          -      -       -      -       -         -             -       -        -                -       -
close                         -       -          -      -       -      -       -         -             -       -        -                +       -
release                       +       -          -      -       -      -       -         -             -       -        -                -       -
offer-link                    +       -          -      -       -      -       -         -             -       -        -                +       -
take-link                     +       -          -      -       -      -       -         -             -       -        -                +       -
release-hold                  -       -          -      -       -      -       -         -             -       -        -                +       -
consult                       +       -          -      -       -      -       -         -             -       -        -                -       -
consult-queue                 +       -          -      -       -      -       -         -             -       -        -                -       -
let-in                        +       -          -      -       -      -       -         -             -       -        -                -       -
end-consult                   +       -          -      -       -      -       -         -             -       -        -                -       -
transfer-to-agent             +       -          -      -       -      -       -         -             -       -        -                -       -
transfer-to-queue             +       -          -      -       -      -       -         -             -       -        -                -       -
withdraw                      +       -          -      -       -      -       -         -             -       -        -                -       -
accept-invitation             -       -          -      -       -      +       -         -             -       -        -                -       -
decline-invitation            -       -          -      -       -      +       -         -             -       -        -                -       -
leave-consult                 -       +          +      -       -      -       -         -             -       -        -                -       -
monitor                       -       -          -      s       s      s       s         s             -       -        -                -       s
stop-monitoring               -       -          -      s       s      -       -         -             -       -        -                -       -
join                          -       -          -      s       s      -       -         -             -       -        -                -       -
assign-to-agent               -       -          -      -       -      -       -         -             s       s        s                -       -
assign-to-queue               -       -          -      -       -      -       -         -             s       s        s                -       -
supervisor-transfer           -       s          s      s       s      -       s         s             -       -        -                -       -
force-close                   -       s          s      s       s      s       s         s             s       s        s                -       s
watch-floor                   r       r          r      r       r      r       r         r             r       r        r                r       r
set-presence-of               r       r          r      r       r      r       r         r             r       r        r                r       r
ask-why                       -       -          -      -       -      -       -         -             +       +        r                -       -
set-presence                  +       +          +      +       +      +       +         +             +       +        +                +       +
";

const SALES: QueueId = QueueId::from_u128(1);
const BILLING: QueueId = QueueId::from_u128(2);
const STREAM: WorkstreamId = WorkstreamId::from_u128(1);
const WIDGET: WidgetId = WidgetId::from_u128(1);
const TALK: ConversationId = ConversationId::from_u128(9);
/// Whose rights are looked at.
const ACTOR: AgentId = AgentId::from_u128(1);
const PRIMARY: AgentId = AgentId::from_u128(2);
/// Serves the other queue and has room.
const HELPER: AgentId = AgentId::from_u128(3);
const CUSTOMER: ConnectionId = ConnectionId::from_u128(50);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Situation {
    Active(&'static str),
    Open(&'static str),
    WrapUp(&'static str),
}

const SITUATIONS: [Situation; 13] = [
    Situation::Active("primary"),
    Situation::Active("consultant"),
    Situation::Active("let-in"),
    Situation::Active("monitor"),
    Situation::Active("joined"),
    Situation::Active("invited"),
    Situation::Active("took-part"),
    Situation::Active("nobody"),
    Situation::Open("offered"),
    Situation::Open("of-queue"),
    Situation::Open("nobody"),
    Situation::WrapUp("primary"),
    Situation::WrapUp("nobody"),
];

const ALL_ON: SupervisorRights = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };
const ALL_OFF: SupervisorRights =
    SupervisorRights { monitor: false, assign: false, transfer: false, force_close: false };

const PEOPLE: [(Role, SupervisorRights); 5] = [
    (Role::Agent, ALL_OFF),
    (Role::Agent, ALL_ON),
    (Role::Supervisor, ALL_OFF),
    (Role::Supervisor, ALL_ON),
    (Role::Admin, ALL_ON),
];

struct House {
    desk: Desk,
    now: Timestamp,
    by: By,
}

/// How an agent asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// In a console.
    Window,
    /// By a program that asks in their name.
    Program,
}

const PROGRAM: ConnectionId = ConnectionId::from_u128(60);

fn window(agent: AgentId) -> ConnectionId {
    ConnectionId::from_u128(100 + agent.as_u128())
}

impl House {
    fn new(situation: Situation, role: Role, rights: SupervisorRights) -> Self {
        let mut house = Self { desk: Desk::default(), now: Timestamp(1_000_000_000), by: By::Window };
        let rules = QueueRules::default();
        let mode = if situation == Situation::Open("offered") { WorkMode::Push } else { WorkMode::Pick };
        let stream = WorkstreamRules { mode, ..WorkstreamRules::for_queue(SALES) };
        let widget = WidgetRules {
            reconnect: Some(ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::minutes(30) }),
            has_portal: true,
            ..WidgetRules::for_workstream(STREAM)
        };
        let serves = |situation: Situation| {
            matches!(
                situation,
                Situation::Active("primary" | "took-part")
                    | Situation::Open("offered" | "of-queue")
                    | Situation::WrapUp("primary")
            )
        };
        let actor_queues = if serves(situation) { vec![SALES] } else { vec![] };
        let agent = |role, queues| AgentRules { enabled: true, role, capacity: Units(3), queues };
        for configuration in [
            Configuration::Queue(SALES, rules.clone()),
            Configuration::Queue(BILLING, rules),
            Configuration::Workstream(STREAM, stream),
            Configuration::Widget(WIDGET, widget),
            Configuration::Agent(ACTOR, agent(role, actor_queues)),
            Configuration::Agent(PRIMARY, agent(Role::Agent, vec![SALES])),
            Configuration::Agent(HELPER, agent(Role::Agent, vec![BILLING])),
            Configuration::Supervision(rights),
        ] {
            house.tell(Input::Configure(configuration));
        }
        for agent in [ACTOR, HELPER] {
            house.tell(Input::ConnectAgent { connection: window(agent), agent });
        }
        if !matches!(situation, Situation::Open("offered")) {
            house.tell(Input::ConnectAgent { connection: window(PRIMARY), agent: PRIMARY });
        }
        house.tell(Input::Start {
            connection: CUSTOMER,
            conversation: TALK,
            customer: CustomerId::from_u128(1),
            widget: WIDGET,
            token: TokenHash([1; 32]),
            key: SendKey([1; 16]),
            digest: BodyDigest([1; 8]),
            text: MessageText::new("Hello").expect("words"),
            name: None,
            identity: None,
            said: None,
        });
        house.arrange(situation);
        house
    }

    fn arrange(&mut self, situation: Situation) {
        let is_theirs = matches!(situation, Situation::Active("primary") | Situation::WrapUp("primary"));
        match situation {
            Situation::Open(_) => return,
            Situation::Active(_) | Situation::WrapUp(_) if is_theirs => self.must(ACTOR, AgentRequest::Pick(TALK)),
            Situation::Active("took-part") => {
                self.must(ACTOR, AgentRequest::Pick(TALK));
                self.must(ACTOR, AgentRequest::Release(TALK));
                self.must(PRIMARY, AgentRequest::Pick(TALK));
            }
            Situation::Active(_) | Situation::WrapUp(_) => self.must(PRIMARY, AgentRequest::Pick(TALK)),
        }
        match situation {
            Situation::Active(is @ ("consultant" | "let-in" | "invited")) => {
                self.must(PRIMARY, AgentRequest::Consult(TALK, ACTOR));
                if is != "invited" {
                    self.must(ACTOR, AgentRequest::AcceptInvitation(TALK));
                }
                if is == "let-in" {
                    self.must(PRIMARY, AgentRequest::LetIn(TALK, ACTOR));
                }
            }
            Situation::Active(is @ ("monitor" | "joined")) => {
                self.must(ACTOR, AgentRequest::Monitor(TALK));
                if is == "joined" {
                    self.must(ACTOR, AgentRequest::Join(TALK));
                }
            }
            Situation::WrapUp(_) => {
                self.tell(Input::LoseConnection { connection: CUSTOMER, last_heard: self.now });
                self.now += Millis::minutes(3);
                self.tell(Input::Tick);
                assert!(self.desk.prompt_view(TALK).is_some_and(|view| view.hold_until.is_some()), "a hold runs");
            }
            Situation::Active(_) | Situation::Open(_) => {}
        }
    }

    fn tell(&mut self, input: Input) -> Vec<Notice> {
        self.desk.handle(self.now, input).notices
    }

    fn ask(&mut self, agent: AgentId, ask: AgentRequest) -> bool {
        let (connection, caller) = (window(agent), PROGRAM);
        let notices = self.tell(match self.by {
            By::Window => Input::Ask { connection, request: 1, ask },
            By::Program => Input::AskFor { caller, agent, ask },
        });
        notices.iter().any(|notice| matches!(notice, Notice::Done { .. } | Notice::WhyWaiting { .. }))
    }

    fn must(&mut self, agent: AgentId, ask: AgentRequest) {
        assert!(self.ask(agent, ask), "{ask:?} of {agent} is possible");
    }

    /// What a row needs to be there besides.
    fn prepare(&mut self, action: &str, situation: Situation) {
        let primary = if situation == Situation::Active("primary") { ACTOR } else { PRIMARY };
        if !matches!(situation, Situation::Active(_)) || situation == Situation::Active("invited") {
            return;
        }
        if matches!(action, "let-in" | "end-consult") {
            self.must(primary, AgentRequest::Consult(TALK, HELPER));
            self.must(HELPER, AgentRequest::AcceptInvitation(TALK));
        }
        if action == "withdraw" {
            self.must(primary, AgentRequest::Consult(TALK, HELPER));
        }
    }

    /// Does what the row says and tells whether it was carried out.
    fn act(&mut self, action: &str) -> bool {
        let connection = window(ACTOR);
        let notices = match action {
            "read" => self.tell(Input::Follow { connection, conversation: TALK }),
            "say" | "say-internally" => {
                let audience = if action == "say" { Audience::Customer } else { Audience::Agents };
                let (key, digest) = (SendKey([7; 16]), BodyDigest([7; 8]));
                let text = MessageText::new("Yes").expect("words");
                let (agent, conversation, caller) = (ACTOR, TALK, PROGRAM);
                self.tell(match self.by {
                    By::Window => Input::AgentSays { connection, conversation, audience, key, digest, text },
                    By::Program => Input::SayFor { caller, agent, conversation, audience, key, digest, text },
                })
            }
            "watch-floor" => self.tell(Input::WatchFloor { connection }),
            _ => return self.ask(ACTOR, request(action)),
        };
        notices
            .iter()
            .any(|notice| matches!(notice, Notice::Following { .. } | Notice::Sent { .. } | Notice::FloorOpened { .. }))
    }
}

fn request(action: &str) -> AgentRequest {
    match action {
        "type" => AgentRequest::Type(TALK),
        "accept" => AgentRequest::Accept(TALK),
        "decline" => AgentRequest::Decline(TALK),
        "pick" => AgentRequest::Pick(TALK),
        "end" => AgentRequest::End(TALK),
        "close" => AgentRequest::Close(TALK),
        "release" => AgentRequest::Release(TALK),
        "offer-link" => AgentRequest::OfferLink(TALK),
        "take-link" => AgentRequest::TakeLink(TALK, LinkHash([5; 32])),
        "release-hold" => AgentRequest::ReleaseHold(TALK),
        "consult" => AgentRequest::Consult(TALK, HELPER),
        "consult-queue" => AgentRequest::ConsultQueue(TALK, BILLING),
        "let-in" => AgentRequest::LetIn(TALK, HELPER),
        "end-consult" => AgentRequest::EndConsult(TALK, HELPER),
        "transfer-to-agent" => AgentRequest::TransferToAgent(TALK, HELPER),
        "transfer-to-queue" => AgentRequest::TransferToQueue(TALK, BILLING),
        "withdraw" => AgentRequest::WithdrawInvitation(TALK),
        "accept-invitation" => AgentRequest::AcceptInvitation(TALK),
        "decline-invitation" => AgentRequest::DeclineInvitation(TALK),
        "leave-consult" => AgentRequest::LeaveConsult(TALK),
        "monitor" => AgentRequest::Monitor(TALK),
        "stop-monitoring" => AgentRequest::StopMonitoring(TALK),
        "join" => AgentRequest::Join(TALK),
        "assign-to-agent" => AgentRequest::AssignToAgent(TALK, HELPER),
        "assign-to-queue" => AgentRequest::AssignToQueue(TALK, BILLING),
        "supervisor-transfer" => AgentRequest::SupervisorTransfer(TALK, HELPER),
        "force-close" => AgentRequest::ForceClose(TALK),
        "set-presence-of" => AgentRequest::SetPresenceOf(HELPER, Some(Presence::Away)),
        "ask-why" => AgentRequest::WhyWaiting(TALK),
        "set-presence" => AgentRequest::SetPresence(Some(Presence::Away)),
        other => panic!("no such row: {other}"),
    }
}

/// The line of the table that a row is about, where it is about one.
fn line(action: &str) -> Option<Action> {
    Some(match action {
        "read" => Action::Read,
        "say" | "type" => Action::Say,
        "say-internally" => Action::SayInternally,
        "accept" | "decline" => Action::AnswerOffer,
        "pick" => Action::Pick,
        "end" => Action::End,
        "close" => Action::Close,
        "release" => Action::Release,
        "offer-link" | "take-link" => Action::OfferLink,
        "release-hold" => Action::ReleaseHold,
        "consult" | "consult-queue" | "let-in" | "end-consult" => Action::Consult,
        "transfer-to-agent" | "transfer-to-queue" => Action::Transfer,
        "withdraw" => Action::Withdraw,
        "accept-invitation" | "decline-invitation" => Action::AnswerInvitation,
        "leave-consult" => Action::LeaveConsult,
        "monitor" => Action::Monitor,
        "stop-monitoring" => Action::StopMonitoring,
        "join" => Action::Join,
        "assign-to-agent" | "assign-to-queue" => Action::Assign,
        "supervisor-transfer" => Action::SupervisorTransfer,
        "force-close" => Action::ForceClose,
        "watch-floor" => Action::WatchFloor,
        "set-presence-of" => Action::SetPresenceOf,
        "ask-why" => Action::AskWhy,
        _ => return None,
    })
}

fn rows() -> Vec<(&'static str, Vec<char>)> {
    MATRIX
        .lines()
        .skip(2)
        .filter(|row| !row.trim().is_empty())
        .map(|row| {
            let mut cells = row.split_whitespace();
            let action = cells.next().expect("a row has a name");
            (action, cells.map(|cell| cell.chars().next().expect("a cell has a sign")).collect())
        })
        .collect()
}

#[test]
fn the_desk_does_what_the_matrix_says() {
    let mut looked_at = 0;
    for (action, cells) in rows() {
        assert_eq!(cells.len(), SITUATIONS.len(), "{action}");
        for (situation, cell) in SITUATIONS.into_iter().zip(cells) {
            for (role, rights) in PEOPLE {
                let has_role = role != Role::Agent;
                let has_right = has_role && rights == ALL_ON;
                let is_beside = matches!(situation, Situation::Active("monitor" | "joined"));
                if is_beside && !has_right {
                    // Nobody without the right gets there, or stays there.
                    continue;
                }
                let may = match cell {
                    '+' => true,
                    'r' => has_role,
                    's' => has_right,
                    _ => false,
                };
                for by in [By::Window, By::Program] {
                    let mut house = House { by, ..House::new(situation, role, rights) };
                    house.prepare(action, situation);
                    let relations = house.desk.relations(ACTOR, TALK);
                    let did = house.act(action);
                    assert_eq!(did, may, "{action} by {role:?} with {rights:?} in {situation:?}, {by:?}");
                    if let Some(line) = line(action) {
                        let told = check(line, role, rights, &relations);
                        assert!(!did || told.is_ok(), "{action} in {situation:?} is not in the table: {told:?}");
                    }
                    looked_at += 1;
                }
            }
        }
    }
    println!("figure: {looked_at} cells of action, role and relation");
    assert!(looked_at > 3_000);
}

/// Who has no console comes into no conversation; what a supervisor does with others' needs none.
#[test]
fn a_program_needs_its_agents_console_where_they_take_part() {
    for (situation, action, may) in [
        (Situation::Open("of-queue"), "pick", false),
        (Situation::Active("nobody"), "monitor", false),
        (Situation::Active("nobody"), "set-presence", false),
        (Situation::Active("nobody"), "supervisor-transfer", true),
        (Situation::Active("nobody"), "force-close", true),
        (Situation::Open("nobody"), "assign-to-agent", true),
        (Situation::Active("nobody"), "set-presence-of", true),
    ] {
        let mut house = House { by: By::Program, ..House::new(situation, Role::Supervisor, ALL_ON) };
        house.tell(Input::SignOut { agent: ACTOR });
        assert_eq!(house.act(action), may, "{action} in {situation:?}");
    }
    let mut house = House { by: By::Program, ..House::new(Situation::Active("nobody"), Role::Supervisor, ALL_ON) };
    let rules = AgentRules { enabled: false, role: Role::Supervisor, capacity: Units(3), queues: vec![] };
    house.tell(Input::Configure(Configuration::Agent(ACTOR, rules)));
    assert!(!house.act("force-close") && !house.act("say"), "nobody acts for somebody who can't sign in");
}

#[test]
fn the_matrix_has_every_line_of_the_table_and_every_relation() {
    let rows: BTreeSet<Action> = rows().iter().filter_map(|(action, _)| line(action)).collect();
    let all: BTreeSet<Action> = Action::ALL.iter().copied().collect();
    assert_eq!(rows, all);
    let seen: BTreeSet<Relation> = SITUATIONS
        .into_iter()
        .flat_map(|situation| House::new(situation, Role::Supervisor, ALL_ON).desk.relations(ACTOR, TALK))
        .collect();
    let all: BTreeSet<Relation> = Relation::ALL.iter().copied().collect();
    assert_eq!(seen, all);
}

/// What the console draws is what the desk allows.
#[test]
fn what_is_shown_as_possible_is_possible() {
    for situation in SITUATIONS {
        for (role, rights) in PEOPLE {
            if matches!(situation, Situation::Active("monitor" | "joined"))
                && (role == Role::Agent || rights == ALL_OFF)
            {
                continue;
            }
            let shown = House::new(situation, role, rights).desk.parts_view(TALK, ACTOR).expect("it is known").may;
            let possible = |action: &str| House::new(situation, role, rights).act(action);
            for (action, shown) in [
                ("say", shown.say),
                ("say-internally", shown.say_internally),
                ("consult", shown.consult),
                ("transfer-to-queue", shown.transfer),
                ("accept-invitation", shown.answer),
                ("leave-consult", shown.leave_consult),
                ("stop-monitoring", shown.stop_monitoring),
                ("assign-to-agent", shown.assign),
                ("force-close", shown.force_close),
            ] {
                assert_eq!(shown, possible(action), "{action} by {role:?} with {rights:?} in {situation:?}");
            }
            // Shown only where it would change something.
            assert!(!shown.monitor || possible("monitor"));
            assert!(!shown.join || possible("join"));
            assert!(!shown.withdraw || possible("withdraw"));
        }
    }
}
