//! Custom presences and default presences: made over HTTP, chosen and seen over sockets.

use model::{AgentId, Presence, PresenceId};
use serde_json::{Value, json};
use wire::{CustomPresence, PresencesState, RelayToConsole, Request};

use crate::support::{Console, Place};

async fn presences(console: &mut Console, is: impl Fn(&PresencesState) -> bool) -> PresencesState {
    console
        .until(|frame| match frame {
            RelayToConsole::Presences(state) if is(state) => Some(state.clone()),
            _ => None,
        })
        .await
}

async fn presence(console: &mut Console, wanted: Presence) {
    console
        .until(|frame| match frame {
            RelayToConsole::Desk(desk) => (desk.presence == wanted).then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn a_custom_presence_is_made_chosen_seen_and_taken_away() {
    let place = Place::new();
    place.add_role("ada", "admin");
    place.add_role("dana", "supervisor");
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let call = |method: &str, path: &str, body: Value| server.call(&ada, method, path, &body);
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let mut dana = server.console(&server.sign_in("dana")).await;
    presence(&mut ravi, Presence::Available).await;

    let training = json!({"title": "In training", "base": "do-not-disturb"});
    let made = call("POST", "/api/presences", json!({"name": "training", "settings": training}));
    assert_eq!(made.status, 201, "{}", made.told());
    let id: PresenceId = made.json()["id"].as_str().unwrap().parse().unwrap();
    let told = presences(&mut ravi, |state| !state.presences.is_empty()).await;
    let expected = CustomPresence { id, title: "In training".to_owned(), base: Presence::DoNotDisturb };
    assert_eq!((told.presences, told.agents), (vec![expected], vec![]));

    assert_eq!(ravi.ask(1, Request::SetCustomPresence { presence: id }).await, Ok(()));
    presence(&mut ravi, Presence::DoNotDisturb).await;
    let seen = presences(&mut dana, |state| state.agents.len() == 1).await;
    let who: AgentId = seen.agents[0].agent;
    assert_eq!(seen.of(who).map(|one| one.title.as_str()), Some("In training"));
    let none = PresenceId::from_u128(1);
    assert_eq!(ravi.ask(2, Request::SetCustomPresence { presence: none }).await, Err("unknown-presence".to_owned()));
    let over_http = server.call(
        &server.sign_in("dana"),
        "PUT",
        &format!("/api/people/{who}/presence"),
        &json!({"presence": "nap"}),
    );
    assert_eq!(over_http.told(), "422 invalid-values");

    // Only the title is another: everybody reads it at once. Then the base.
    let renamed = json!({"title": "In a course", "base": "do-not-disturb"});
    assert_eq!(call("PUT", "/api/presences/training", json!({"settings": renamed})).status, 200);
    presences(&mut dana, |state| state.of(who).is_some_and(|one| one.title == "In a course")).await;
    let based = json!({"title": "In a course", "base": "away"});
    assert_eq!(call("PUT", "/api/presences/training", json!({"settings": based})).status, 200);
    presence(&mut ravi, Presence::Away).await;

    // Who begins in it keeps it from being deleted; who is in it does not.
    let person = format!("/api/people/{who}");
    let begins = call("PATCH", &person, json!({"default_presence": "training"})).json();
    assert_eq!(begins["default_presence"], json!("training"));
    let in_use = call("DELETE", "/api/presences/training", Value::Null);
    assert_eq!(
        (in_use.told().as_str(), &in_use.json()["mistakes"]),
        ("409 in-use", &json!(["people: ravi begins in it."]))
    );
    assert_eq!(call("PATCH", &person, json!({"default_presence": "offline"})).status, 200);
    assert_eq!(call("DELETE", "/api/presences/training", Value::Null).status, 204);
    let gone = presences(&mut dana, |state| state.presences.is_empty()).await;
    assert_eq!(gone.agents, vec![]);
    for (wrong, why) in [
        ("busy", "must be \"computed\", \"do-not-disturb\", \"away\", \"offline\" or the name of a custom presence."),
        ("training", "there is no presence \"training\"."),
    ] {
        let refused = call("PATCH", &person, json!({"default_presence": wrong})).json();
        assert_eq!(refused["mistakes"], json!([format!("default_presence: {why}")]), "{wrong}");
    }

    // The next sign-in begins in it, after a restart, too.
    server.kill();
    let server = place.serve();
    let cookie = server.sign_in("ravi");
    let _still_here_after_the_restart = server.console(&cookie).await;
    let out = server.post("/api/sign-out", &format!("origin: {}\ncookie: {cookie}\n", server.origin()), b"");
    assert_eq!(out.status, 204);
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    presence(&mut ravi, Presence::Offline).await;
}
