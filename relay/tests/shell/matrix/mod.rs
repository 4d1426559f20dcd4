//! Who may do what, over HTTP and over sockets: everything that can be asked × what somebody is to a conversation × their role, generated
//! from the desk's policy table and held against what the relay answers.

mod cells;
mod house;
mod reads;
mod rights;
mod window;

use std::collections::BTreeSet;

use desk::check;
use model::{Role, SupervisorRights};

use cells::{Cell, Is, PICKED, ROLES, cells, code, is_of_rights, needs_more, told_first};
use house::House;
use window::Answer;

const SETTINGS: &str = r#"
[sign_in]
tries_per_address = 100

[[presences]]
name = "training"
title = "In training"
base = "busy"

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

# Whose customers are disconnected as soon as may be.
[[widgets]]
name = "brief"
sites = ["http://shop.localhost:8081"]
workstream = "chat"
disconnect_after = "3s"
reconnect_to_previous_agent_for = "5m"
reconnect_time_limit = "10m"
portal_url = "http://shop.localhost:8081/product.html"
"#;

const ON: SupervisorRights = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };
const OFF: SupervisorRights = SupervisorRights { monitor: false, assign: false, transfer: false, force_close: false };

/// What every page says about its customer.
const CANARY: &str = "gold-plan-of-this-customer-alone";

/// What was carried out, each way.
#[derive(Default)]
struct Done {
    over_http: BTreeSet<String>,
    over_sockets: BTreeSet<String>,
}

impl House {
    /// Asks everything as Dana, over HTTP and by her own console.
    async fn look(&mut self, role: Role, is: Is, done: &mut Done) -> usize {
        self.another_window(role, is).await;
        let relations = is.relations();
        let (mut customer, mut conversation) = self.arrange(role, is).await;
        let (mut looked_at, mut is_changed) = (0, false);
        for number in 0..cells(self.named(conversation)).len() {
            let mut answers = Vec::new();
            for by_socket in [false, true] {
                let cell = &cells(self.named(conversation))[number];
                if is_changed || is == Is::Primary && needs_more(&cell.name) {
                    self.clear(conversation).await;
                    (customer, conversation) = self.arrange(role, is).await;
                    self.prepare(&cell.name, role, is, conversation).await;
                }
                let cell = &cells(self.named(conversation))[number];
                let told = cell.action.map_or(Ok(()), |action| check(action, role, self.rights, &relations));
                let told = if by_socket && cell.is_never_answered() { Ok(()) } else { told };
                let answer = if by_socket {
                    self.dana(role, is).asks(cell.socket.clone()).await
                } else {
                    self.over_http(role, is, cell)
                };
                let who = format!("{} as {role:?} who is {is:?}, by socket: {by_socket}: {answer:?}", cell.name);
                is_changed = answer.is_ok() && cell.changes();
                if answer.is_ok() {
                    if by_socket { &mut done.over_sockets } else { &mut done.over_http }.insert(cell.name.clone());
                }
                match told {
                    // Whether it fits the state is for the desk's own tests; that it may be done is not.
                    Ok(()) => assert!(!answer.as_ref().is_err_and(|code| is_of_rights(code)), "{who}"),
                    Err(reason) => {
                        let no = told_first(cell.action, is).unwrap_or_else(|| code(reason));
                        assert!(answer == Err(no.to_owned()) || hides(by_socket, role, is, &answer), "{who}: {no}");
                    }
                }
                answers.push(answer);
                looked_at += 1;
            }
            let is_compared = !cells(self.named(conversation))[number].is_never_answered();
            assert!(
                !is_compared || answers[0] == answers[1] || hides(false, role, is, &answers[0]),
                "{number} {is:?}: {answers:?}"
            );
        }
        self.clear(conversation).await;
        drop(customer);
        looked_at
    }

    fn over_http(&mut self, role: Role, is: Is, cell: &Cell) -> Answer {
        let cookie = self.dana(role, is).cookie.clone();
        let answer = self.server.call(&cookie, cell.http.method, &cell.http.path, &cell.http.body);
        match answer.status {
            200 | 204 => Ok(()),
            403 | 404 | 409 => Err(answer.code()),
            _ => panic!("{} of {cell:?}", answer.told()),
        }
    }
}

/// Over HTTP nobody learns that there is a conversation that they have nothing to do with.
fn hides(by_socket: bool, role: Role, is: Is, answer: &Answer) -> bool {
    !by_socket
        && role == Role::Agent
        && is.relations().is_empty()
        && answer.as_ref().is_err_and(|code| code == "unknown-conversation")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "how much was looked at is for people to read")]
async fn over_http_and_sockets_everybody_may_what_the_table_says() {
    let mut house = House::new("pick").await;
    let mut done = Done::default();
    let (mut asked, mut shown) = (0, 0);
    for role in ROLES {
        for is in PICKED.into_iter().filter(|is| !is.never(role)) {
            asked += house.look(role, is, &mut done).await;
            shown += house.show(role, is).await;
        }
    }
    let mut offered = House::new("push").await;
    asked += offered.look(Role::Agent, Is::OpenOffered, &mut done).await;
    shown += offered.show(Role::Agent, Is::OpenOffered).await;
    let (_customer, conversation) = house.arrange(Role::Agent, Is::OpenNobody).await;
    let all: BTreeSet<String> = cells(house.named(conversation)).into_iter().map(|cell| cell.name).collect();
    house.clear(conversation).await;
    assert_eq!(done.over_http, all, "each was carried out at least once over HTTP");
    assert_eq!(done.over_sockets, all, "each was carried out at least once over a socket");
    let (mut taken, mut given) = (0, 0);
    for role in ROLES {
        let (no, yes) = house.rights_change(role).await;
        taken += no;
        given += yes;
    }
    println!("figure: {asked} cells of request, role and relation; {shown} of what is shown to whom");
    println!(
        "figure: {taken} cells refused for a right that was taken away in an open socket, {given} allowed with it"
    );
    assert!(asked >= 2_500 && shown >= 100, "{asked}, {shown}");
    assert!(taken >= 1_000 && given >= 250, "{taken}, {given}");
}
