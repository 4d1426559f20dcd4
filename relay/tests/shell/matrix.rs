//! Who may do what, over HTTP: every address × what somebody is to a conversation × their role, generated from the desk's policy table and
//! held against what the relay answers.

use std::collections::{BTreeMap, BTreeSet};

use desk::{Action, RefusalReason, Relation, check};
use model::{AgentId, ConversationId, Role, SupervisorRights};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};
use wire::{ConsoleToRelay, CustomerToRelay, RelayToConsole, Request, RequestId};

use crate::support::{Console, Customer, Place, Server, text};

const SETTINGS: &str = r#"
[sign_in]
tries_per_address = 100

[[queues]]
name = "support"

[[queues]]
name = "billing"

[[workstreams]]
name = "chat"
queue = "support"
mode = "MODE"

[[widgets]]
name = "shop"
sites = ["http://shop.localhost:8081"]
workstream = "chat"
reconnect_to_previous_agent_for = "5m"
reconnect_time_limit = "10m"
portal_url = "http://shop.localhost:8081/product.html"
"#;

const ON: SupervisorRights = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };
const OFF: SupervisorRights = SupervisorRights { monitor: false, assign: false, transfer: false, force_close: false };

/// A console that goes on by itself: what its agent asks is put in, the answer comes out.
struct Window {
    asks: mpsc::Sender<(Request, oneshot::Sender<Result<(), String>>)>,
    /// What it is offered, and what is open to it.
    sees: watch::Receiver<BTreeSet<ConversationId>>,
    id: AgentId,
    cookie: String,
}

impl Window {
    async fn open(server: &Server, name: &str) -> Self {
        let cookie = server.sign_in(name);
        let id =
            server.call(&cookie, "GET", "/api/me", &Value::Null).json()["agent"].as_str().unwrap().parse().unwrap();
        let console = server.console(&cookie).await;
        let (asks, asked) = mpsc::channel(1);
        let (shown, sees) = watch::channel(BTreeSet::new());
        tokio::spawn(run(console, asked, shown));
        Self { asks, sees, id, cookie }
    }

    async fn ask(&self, request: Request) -> Result<(), String> {
        let (answer, answered) = oneshot::channel();
        self.asks.send((request, answer)).await.unwrap();
        answered.await.unwrap()
    }

    async fn must(&self, request: Request) {
        assert_eq!(self.ask(request.clone()).await, Ok(()), "{request:?}");
    }
}

async fn run(
    mut console: Console,
    mut asked: mpsc::Receiver<(Request, oneshot::Sender<Result<(), String>>)>,
    shown: watch::Sender<BTreeSet<ConversationId>>,
) {
    let mut waiting: BTreeMap<u32, oneshot::Sender<Result<(), String>>> = BTreeMap::new();
    let mut number = 0;
    let (mut offered, mut open) = (BTreeSet::new(), BTreeSet::new());
    loop {
        tokio::select! {
            asked = asked.recv() => {
                let Some((request, answer)) = asked else { return };
                number += 1;
                waiting.insert(number, answer);
                console.send(&ConsoleToRelay::Ask { id: RequestId(number), request }).await;
            }
            frame = console.next() => {
                match frame {
                    Ok(RelayToConsole::Beat { .. }) => console.send(&ConsoleToRelay::Beat).await,
                    Ok(RelayToConsole::Done { id }) => drop(waiting.remove(&id.0).map(|answer| answer.send(Ok(())))),
                    Ok(RelayToConsole::Link { id, .. }) => drop(waiting.remove(&id.0).map(|answer| answer.send(Ok(())))),
                    Ok(RelayToConsole::Refused { id: Some(id), refusal }) => {
                        drop(waiting.remove(&id.0).map(|answer| answer.send(Err(refusal.code.as_str().to_owned()))));
                    }
                    Ok(RelayToConsole::Desk(desk)) => {
                        offered = desk.offers.iter().map(|offer| offer.card.conversation).collect();
                        shown.send_replace(offered.iter().chain(&open).copied().collect());
                    }
                    Ok(RelayToConsole::OpenRows { rows, gone, .. }) => {
                        open.extend(rows.iter().map(|card| card.conversation));
                        open.retain(|conversation| !gone.contains(conversation));
                        shown.send_replace(offered.iter().chain(&open).copied().collect());
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        }
    }
}

/// Everybody, in one house. `dana` is the one whose rights are looked at.
struct House {
    server: Server,
    _place: Place,
    /// Has conversations that are not Dana's.
    pia: Window,
    /// Serves the other queue.
    hal: Window,
    /// Clears up.
    boss: Window,
    /// By role: who serves the queue, who doesn't.
    danas: BTreeMap<Role, [Window; 2]>,
    rights: SupervisorRights,
    known: BTreeSet<ConversationId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    Primary,
    Consultant,
    LetIn,
    Monitor,
    Joined,
    Invited,
    TookPart,
    Nobody,
    OpenOffered,
    OpenOfQueue,
    OpenNobody,
    WrapUpPrimary,
    WrapUpNobody,
}

const PICKED: [Is; 12] = [
    Is::Primary,
    Is::Consultant,
    Is::LetIn,
    Is::Monitor,
    Is::Joined,
    Is::Invited,
    Is::TookPart,
    Is::Nobody,
    Is::OpenOfQueue,
    Is::OpenNobody,
    Is::WrapUpPrimary,
    Is::WrapUpNobody,
];

impl Is {
    fn relations(self) -> BTreeSet<Relation> {
        match self {
            Self::Primary | Self::WrapUpPrimary => [Relation::Primary, Relation::TookPart].into(),
            Self::Consultant => [Relation::Consultant].into(),
            Self::LetIn => [Relation::LetIn].into(),
            Self::Monitor => [Relation::Monitor].into(),
            Self::Joined => [Relation::Joined].into(),
            Self::Invited => [Relation::Invited].into(),
            Self::TookPart => [Relation::TookPart].into(),
            Self::OpenOffered => [Relation::Offered, Relation::OfTheQueue].into(),
            Self::OpenOfQueue => [Relation::OfTheQueue].into(),
            Self::Nobody | Self::OpenNobody | Self::WrapUpNobody => BTreeSet::new(),
        }
    }

    const fn serves(self) -> bool {
        matches!(self, Self::Primary | Self::TookPart | Self::OpenOffered | Self::OpenOfQueue | Self::WrapUpPrimary)
    }
}

/// The ends of the addresses, the line of the table that each is about, and a body.
fn verbs(helper: AgentId) -> Vec<(&'static str, Action, Value)> {
    let agent = json!({ "agent": helper });
    let queue = json!({ "queue": "billing" });
    let (none, key) = (Value::Null, "07".repeat(16));
    let say = json!({ "key": key, "text": "Yes" });
    let whisper = json!({ "key": key, "text": "Yes", "internal": true });
    vec![
        ("messages", Action::Say, say),
        ("messages", Action::SayInternally, whisper),
        ("read", Action::Read, json!({ "upto": 1 })),
        ("accept", Action::AnswerOffer, none.clone()),
        ("decline", Action::AnswerOffer, none.clone()),
        ("pick", Action::Pick, none.clone()),
        ("end", Action::End, none.clone()),
        ("close", Action::Close, none.clone()),
        ("release", Action::Release, none.clone()),
        ("offer-link", Action::OfferLink, none.clone()),
        ("take-link", Action::OfferLink, none.clone()),
        ("release-hold", Action::ReleaseHold, none.clone()),
        ("consult", Action::Consult, agent.clone()),
        ("consult", Action::Consult, queue.clone()),
        ("let-in", Action::Consult, agent.clone()),
        ("end-consult", Action::Consult, agent.clone()),
        ("transfer", Action::Transfer, agent.clone()),
        ("transfer", Action::Transfer, queue.clone()),
        ("withdraw-invitation", Action::Withdraw, none.clone()),
        ("accept-invitation", Action::AnswerInvitation, none.clone()),
        ("decline-invitation", Action::AnswerInvitation, none.clone()),
        ("leave-consult", Action::LeaveConsult, none.clone()),
        ("monitor", Action::Monitor, none.clone()),
        ("stop-monitoring", Action::StopMonitoring, none.clone()),
        ("join", Action::Join, none.clone()),
        ("assign", Action::Assign, agent.clone()),
        ("assign", Action::Assign, queue),
        ("supervisor-transfer", Action::SupervisorTransfer, agent),
        ("force-close", Action::ForceClose, none),
    ]
}

impl House {
    async fn new(mode: &str) -> Self {
        let place = Place::with(&SETTINGS.replace("MODE", mode));
        let add = |name: &str, role: &str, queue: &str| {
            let arguments =
                ["agent", "add", name, "--role", role, "--queue", queue, "--capacity", "100", "--password-stdin"];
            assert!(place.run(&arguments, "correct horse\n").status.success());
        };
        add("pia", "agent", if mode == "pick" { "support" } else { "billing" });
        add("hal", "agent", "billing");
        add("boss", "admin", "billing");
        let names = [
            (Role::Agent, "agent", ["ann", "abe"]),
            (Role::Supervisor, "supervisor", ["sam", "sid"]),
            (Role::Admin, "admin", ["ada", "art"]),
        ];
        // In push mode one of them is there to be offered something.
        let names = if mode == "pick" { &names[..] } else { &names[..1] };
        for (_, role, [serves, other]) in names {
            add(serves, role, "support");
            add(other, role, "billing");
        }
        let server = place.serve();
        let (pia, hal, boss) = (
            Window::open(&server, "pia").await,
            Window::open(&server, "hal").await,
            Window::open(&server, "boss").await,
        );
        let mut danas = BTreeMap::new();
        for (role, _, [serves, other]) in names {
            danas.insert(*role, [Window::open(&server, serves).await, Window::open(&server, other).await]);
        }
        let mut house = Self { server, _place: place, pia, hal, boss, danas, rights: OFF, known: BTreeSet::new() };
        house.set_rights(ON);
        house
    }

    fn set_rights(&mut self, rights: SupervisorRights) {
        let SupervisorRights { monitor, assign, transfer, force_close } = rights;
        let body = json!({"monitor": monitor, "assign": assign, "transfer": transfer, "force_close": force_close});
        assert_eq!(self.server.call(&self.boss.cookie, "PUT", "/api/supervision", &body).status, 200);
        self.rights = rights;
    }

    fn dana(&self, role: Role, is: Is) -> &Window {
        &self.danas[&role][usize::from(!is.serves())]
    }

    async fn start(&mut self, role: Role, is: Is) -> (Customer, ConversationId) {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.known.len().to_be_bytes());
        let token = model::ResumeToken::from_bytes(bytes);
        let mut customer = self.server.customer(None).await;
        let (key, text) = (model::SendKey(bytes[..16].try_into().unwrap()), text("Hello"));
        customer.send(&CustomerToRelay::Start { key, token, text, name: None }).await;
        let who = if is == Is::OpenOffered { self.dana(role, is) } else { &self.pia };
        let mut sees = who.sees.clone();
        let sees = sees.wait_for(|sees| !sees.is_subset(&self.known)).await.unwrap();
        let conversation = *sees.difference(&self.known).next().unwrap();
        drop(sees);
        self.known.insert(conversation);
        (customer, conversation)
    }

    /// A conversation to which Dana is that.
    async fn arrange(&mut self, role: Role, is: Is) -> (Customer, ConversationId) {
        let (customer, conversation) = self.start(role, is).await;
        let dana = self.dana(role, is);
        let agent = dana.id;
        match is {
            Is::OpenOfQueue | Is::OpenNobody | Is::OpenOffered => return (customer, conversation),
            Is::Primary | Is::WrapUpPrimary => dana.must(Request::Pick { conversation }).await,
            Is::TookPart => {
                dana.must(Request::Pick { conversation }).await;
                dana.must(Request::Release { conversation }).await;
                self.pia.must(Request::Pick { conversation }).await;
            }
            _ => self.pia.must(Request::Pick { conversation }).await,
        }
        match is {
            Is::Consultant | Is::LetIn | Is::Invited => {
                self.pia.must(Request::Consult { conversation, agent }).await;
                if is != Is::Invited {
                    dana.must(Request::AcceptInvitation { conversation }).await;
                }
                if is == Is::LetIn {
                    self.pia.must(Request::LetIn { conversation, agent }).await;
                }
            }
            Is::Monitor | Is::Joined => {
                dana.must(Request::Monitor { conversation }).await;
                if is == Is::Joined {
                    dana.must(Request::Join { conversation }).await;
                }
            }
            Is::WrapUpPrimary => dana.must(Request::End { conversation }).await,
            Is::WrapUpNobody => self.pia.must(Request::End { conversation }).await,
            _ => {}
        }
        (customer, conversation)
    }

    /// What an address needs to be there besides.
    async fn prepare(&self, verb: &str, is: Is, primary: &Window, conversation: ConversationId) {
        let agent = self.hal.id;
        if is == Is::Primary && matches!(verb, "let-in" | "end-consult" | "withdraw-invitation") {
            primary.must(Request::Consult { conversation, agent }).await;
            if verb != "withdraw-invitation" {
                self.hal.must(Request::AcceptInvitation { conversation }).await;
            }
        }
    }

    /// Calls every address as Dana; gives what was carried out.
    async fn look(&mut self, role: Role, is: Is, done: &mut BTreeSet<String>) -> usize {
        let relations = is.relations();
        let (mut customer, mut conversation) = self.arrange(role, is).await;
        let (mut looked_at, mut is_changed) = (0, false);
        for (verb, action, body) in verbs(self.hal.id) {
            let told = check(action, role, self.rights, &relations);
            if is_changed || told.is_ok() && is == Is::Primary {
                self.clear(conversation).await;
                (customer, conversation) = self.arrange(role, is).await;
                self.prepare(verb, is, self.dana(role, is), conversation).await;
            }
            let path = format!("/api/conversations/{conversation}/{verb}");
            let answer = self.server.call(&self.dana(role, is).cookie, "POST", &path, &body);
            let who = format!("{verb} {body} as {role:?} who is {is:?}: {}", answer.told());
            match told {
                // That it does not fit the state is for the desk's own tests.
                Ok(()) => assert!(matches!(answer.status, 200 | 204 | 409), "{who}"),
                Err(_) if role == Role::Agent && relations.is_empty() => {
                    assert!(matches!(answer.told().as_str(), "404 unknown-conversation" | "403 not-allowed"), "{who}");
                }
                Err(reason) => assert!(answer.told() == problem(reason) || answer.status == 409, "{who}"),
            }
            is_changed = answer.status < 300;
            if is_changed {
                done.insert(format!("{verb} {body}"));
            }
            looked_at += 1;
        }
        self.clear(conversation).await;
        drop(customer);
        looked_at
    }

    async fn clear(&self, conversation: ConversationId) {
        let _ = self.boss.ask(Request::ForceClose { conversation }).await;
    }
}

fn problem(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::NotAllowed => "403 not-allowed",
        RefusalReason::NotYours => "403 not-yours",
        RefusalReason::YourOwn => "403 your-own",
        RefusalReason::OfferGone => "409 offer-gone",
        RefusalReason::InvitationGone => "409 invitation-gone",
        other => panic!("the table says {other:?}"),
    }
}

const ROLES: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "how much was looked at is for people to read")]
async fn over_http_everybody_may_what_the_table_says() {
    let mut house = House::new("pick").await;
    let (mut done, mut looked_at) = (BTreeSet::new(), 0);
    for role in ROLES {
        for is in PICKED {
            if role == Role::Agent && matches!(is, Is::Monitor | Is::Joined) {
                continue;
            }
            looked_at += house.look(role, is, &mut done).await;
        }
    }
    let mut offered = House::new("push").await;
    looked_at += offered.look(Role::Agent, Is::OpenOffered, &mut done).await;
    let never: Vec<String> = verbs(house.hal.id)
        .into_iter()
        .map(|(verb, _, body)| format!("{verb} {body}"))
        .filter(|verb| {
            !done.contains(verb)
                && !done.contains(&verb.replace(&house.hal.id.to_string(), &offered.hal.id.to_string()))
        })
        .collect();
    // A hold needs a customer who was away for minutes.
    assert_eq!(never, ["release-hold null"], "each was carried out at least once");
    looked_at += what_is_off_nobody_does(&mut house).await;
    println!("figure: {looked_at} cells of address, role and relation");
    assert!(looked_at > 900, "{looked_at}");
}

/// What is switched off nobody does, whatever their role.
async fn what_is_off_nobody_does(house: &mut House) -> usize {
    let mut looked_at = 0;
    for role in ROLES {
        for is in [Is::Primary, Is::Nobody, Is::OpenOfQueue, Is::OpenNobody, Is::WrapUpNobody] {
            let (_customer, conversation) = house.arrange(role, is).await;
            house.set_rights(OFF);
            for (verb, action, body) in verbs(house.hal.id) {
                let relations = is.relations();
                if check(action, role, ON, &relations).is_err() || check(action, role, OFF, &relations).is_ok() {
                    continue;
                }
                let path = format!("/api/conversations/{conversation}/{verb}");
                let answer = house.server.call(&house.dana(role, is).cookie, "POST", &path, &body);
                assert_eq!(answer.told(), "403 not-allowed", "{verb} as {role:?} who is {is:?}");
                looked_at += 1;
            }
            house.set_rights(ON);
            house.clear(conversation).await;
        }
    }
    looked_at
}
