//! Everybody, in one house. `dana` is the one whose rights are looked at.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Context, ContextValue, ContextVariable, ConversationId, PresenceId, QueueId, Role, SendKey, SupervisorRights,
};
use serde_json::{Value, json};
use wire::{CustomerToRelay, Encoding, Hello, Request};

use super::cells::{Is, Named, ROLES, needs_more};
use super::window::Window;
use super::{CANARY, OFF, ON, SETTINGS};
use crate::support::{Customer, Place, Server, text};

pub(super) struct House {
    pub(super) server: Server,
    _place: Place,
    /// Has conversations that are not Dana's.
    pub(super) pia: Window,
    /// Serves the other queue.
    pub(super) hal: Window,
    /// Clears up.
    pub(super) boss: Window,
    /// By role: who serves the queue, who doesn't.
    danas: BTreeMap<Role, [Window; 2]>,
    pub(super) rights: SupervisorRights,
    known: BTreeSet<ConversationId>,
    /// Whose customers are gone while their places are kept.
    held: BTreeMap<Role, Vec<ConversationId>>,
    support: QueueId,
    billing: QueueId,
    presence: PresenceId,
}

/// How often the conversation of a customer who is away is needed for each role, and a few more.
const HELD: usize = 16;

impl House {
    pub(super) async fn new(mode: &str) -> Self {
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
        let id_of = |list: &str, name: &str| {
            let objects = server.call(&boss.cookie, "GET", &format!("/api/{list}"), &Value::Null).json();
            let found = objects[list].as_array().unwrap().iter().find(|object| object["name"] == name);
            found.unwrap_or_else(|| panic!("{objects}"))["id"].as_str().unwrap().to_owned()
        };
        let (support, billing) = (id_of("queues", "support"), id_of("queues", "billing"));
        let presence = id_of("presences", "training");
        let mut house = Self {
            server,
            _place: place,
            pia,
            hal,
            boss,
            danas,
            rights: OFF,
            known: BTreeSet::new(),
            held: BTreeMap::new(),
            support: support.parse().unwrap(),
            billing: billing.parse().unwrap(),
            presence: presence.parse().unwrap(),
        };
        house.set_rights(ON);
        if mode == "pick" {
            house.lose_customers().await;
        }
        house
    }

    pub(super) fn set_rights(&mut self, rights: SupervisorRights) {
        let SupervisorRights { monitor, assign, transfer, force_close } = rights;
        let body = json!({"monitor": monitor, "assign": assign, "transfer": transfer, "force_close": force_close});
        assert_eq!(self.server.call(&self.boss.cookie, "PUT", "/api/supervision", &body).status, 200);
        self.rights = rights;
    }

    pub(super) fn dana(&mut self, role: Role, is: Is) -> &mut Window {
        let windows = self.danas.get_mut(&role).expect("there is one of each role");
        &mut windows[usize::from(!is.serves())]
    }

    pub(super) async fn another_window(&mut self, role: Role, is: Is) {
        let windows = self.danas.get_mut(&role).expect("there is one of each role");
        windows[usize::from(!is.serves())].replace(&self.server).await;
    }

    pub(super) fn named(&self, conversation: ConversationId) -> Named {
        let Self { support, billing, presence, .. } = *self;
        Named { conversation, helper: self.hal.id, support, billing, presence }
    }

    /// A customer whose page says something about them starts a conversation that these people see first.
    async fn start(&mut self, role: Role, is: Is) -> (Customer, ConversationId) {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.known.len().to_be_bytes());
        let token = model::ResumeToken::from_bytes(bytes);
        let mut customer = Customer(self.server.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
        let widget = if is == Is::WrapUpHeld { "brief" } else { "shop" };
        customer.send(&CustomerToRelay::Hello(Hello::of(widget.parse().unwrap()))).await;
        let value = ContextValue::Text(CANARY.to_owned());
        let context = Context::unchecked(vec![ContextVariable { name: "plan".to_owned(), value }]);
        let (key, text) = (SendKey(bytes[..16].try_into().unwrap()), text("Hello"));
        customer.send(&CustomerToRelay::StartWith { key, token, text, name: None, language: None, context }).await;
        let is_offered = is == Is::OpenOffered;
        let mut sees = if is_offered { self.dana(role, is).sees.clone() } else { self.pia.sees.clone() };
        let sees = sees.wait_for(|sees| !sees.listed.is_subset(&self.known)).await.unwrap();
        let conversation = *sees.listed.difference(&self.known).next().unwrap();
        drop(sees);
        self.known.insert(conversation);
        (customer, conversation)
    }

    /// Conversations in wrap-up whose customers were away for too long, all at once: each takes its seconds.
    async fn lose_customers(&mut self) {
        for role in ROLES {
            for _ in 0..HELD {
                self.refresh().await;
                let (customer, conversation) = self.start(role, Is::WrapUpHeld).await;
                self.dana(role, Is::WrapUpHeld).must(Request::Pick { conversation }).await;
                self.held.entry(role).or_default().push(conversation);
                drop(customer);
            }
        }
    }

    /// Windows that have asked much make place for others.
    async fn refresh(&mut self) {
        let windows = [&mut self.pia, &mut self.hal, &mut self.boss].into_iter();
        for window in windows.chain(self.danas.values_mut().flatten()) {
            window.replace_if_worn(&self.server).await;
        }
    }

    /// A conversation to which Dana is that.
    pub(super) async fn arrange(&mut self, role: Role, is: Is) -> (Option<Customer>, ConversationId) {
        self.refresh().await;
        if is == Is::WrapUpHeld {
            let conversation = self.held.get_mut(&role).and_then(Vec::pop).expect("there are enough");
            self.dana(role, is).until("a kept place", |sees| sees.held.contains(&conversation)).await;
            return (None, conversation);
        }
        let (customer, conversation) = self.start(role, is).await;
        let dana = self.danas.get_mut(&role).expect("there is one of each role");
        let (dana, pia) = (&mut dana[usize::from(!is.serves())], &mut self.pia);
        let agent = dana.id;
        match is {
            Is::OpenOfQueue | Is::OpenNobody | Is::OpenOffered => return (Some(customer), conversation),
            Is::Primary | Is::WrapUpPrimary => dana.must(Request::Pick { conversation }).await,
            Is::TookPart => {
                dana.must(Request::Pick { conversation }).await;
                dana.must(Request::Release { conversation }).await;
                pia.must(Request::Pick { conversation }).await;
            }
            _ => pia.must(Request::Pick { conversation }).await,
        }
        match is {
            Is::Consultant | Is::LetIn | Is::Invited => {
                pia.must(Request::Consult { conversation, agent }).await;
                if is != Is::Invited {
                    dana.must(Request::AcceptInvitation { conversation }).await;
                }
                if is == Is::LetIn {
                    pia.must(Request::LetIn { conversation, agent }).await;
                }
            }
            Is::Monitor | Is::Joined => {
                dana.must(Request::Monitor { conversation }).await;
                if is == Is::Joined {
                    dana.must(Request::Join { conversation }).await;
                }
            }
            Is::WrapUpPrimary => dana.must(Request::End { conversation }).await,
            Is::WrapUpNobody => pia.must(Request::End { conversation }).await,
            _ => {}
        }
        (Some(customer), conversation)
    }

    /// What a request needs to be there besides.
    pub(super) async fn prepare(&mut self, name: &str, role: Role, is: Is, conversation: ConversationId) {
        if is != Is::Primary || !needs_more(name) {
            return;
        }
        let agent = self.hal.id;
        self.dana(role, is).must(Request::Consult { conversation, agent }).await;
        if name != "WithdrawInvitation" {
            self.hal.must(Request::AcceptInvitation { conversation }).await;
        }
    }

    pub(super) async fn clear(&mut self, conversation: ConversationId) {
        let _ = self.boss.ask(Request::ForceClose { conversation }).await;
    }
}
