//! Coming back, and everything that can be wrong about it: forged, cut, foreign and late links, codes of other sites, sign-ins
//! that prove nothing, and presses that fit no state. Each with its exact answer, through a real desk.

use gate::{Incoming, KnownWidget, Misbehavior};
use model::{HandoverCode, LinkSecret, Millis};
use wire::{Encoding, limits};

use crate::support::{As, At, CONVERSATION, Rig, WIDGET, link, token};

/// What a frame says, in short: its name, and of a welcome its answers, of a refusal its code.
fn short(line: &str) -> String {
    let frame: serde_json::Value = serde_json::from_str(line).unwrap();
    let Some((name, body)) = frame.as_object().and_then(|object| object.iter().next()) else {
        return frame.as_str().unwrap().to_owned();
    };
    let word = |value: &serde_json::Value| {
        let tag = value.as_object().and_then(|object| object.keys().next().cloned());
        tag.unwrap_or_else(|| value.as_str().unwrap_or_default().to_owned())
    };
    let mut words = vec![name.clone()];
    match name.as_str() {
        "Welcome" => {
            words.push(word(&body["resume"]));
            words.extend(
                ["arrival", "sign_in"].map(|field| word(&body[field])).into_iter().filter(|said| said != "NotAsked"),
            );
        }
        "Refused" | "NotAccepted" => words.push(word(&body["refusal"]["code"])),
        "SignIn" => words.push(word(&body["answer"])),
        _ => {}
    }
    words.join(" ")
}

/// Sends, and gives what comes back in short; or how the connection is closed.
fn send(rig: &mut Rig, message: &str) -> Result<Vec<String>, Misbehavior> {
    rig.hear(Incoming::Text(message.as_bytes()))?;
    Ok(rig.told().iter().map(|line| short(line)).collect())
}

fn hello_of(widget: &str, token: Option<String>, arrival: Option<String>, jwt: Option<&str>) -> String {
    let resume = token.map(|token| serde_json::json!({ "token": token, "after": 0 }));
    let mut hello = serde_json::json!({ "widget": widget, "resume": resume, "page": null, "sign_in": jwt });
    if let Some(arrival) = arrival {
        hello["arrival"] = serde_json::from_str(&arrival).unwrap();
    }
    serde_json::json!({ "Hello": hello }).to_string()
}

fn fresh() -> String {
    "A".repeat(43)
}

fn by_link(secret: &str) -> Option<String> {
    Some(format!("{{\"Link\":{{\"secret\":\"{secret}\",\"token\":\"{}\"}}}}", fresh()))
}

fn by_code(code: &HandoverCode) -> Option<String> {
    Some(format!("{{\"Handover\":{{\"code\":\"{}\",\"token\":\"{}\"}}}}", code.to_base64url(), fresh()))
}

fn good_link() -> Option<String> {
    by_link(&link().to_base64url())
}

fn mine() -> Option<String> {
    Some(token().to_base64url())
}

type Hello = (&'static str, At, String, Result<Vec<&'static str>, Misbehavior>);

/// What each way in answers, in each state.
fn hellos() -> Vec<Hello> {
    let shop = |token, arrival, jwt| hello_of("shop", token, arrival, jwt);
    let forged = || by_link(&LinkSecret::from_bytes([0x1d; 32]).to_base64url());
    let cut = link().to_base64url()[..42].to_owned();
    let odd = format!("{}+", &link().to_base64url()[..42]);
    let code = || by_code(&HandoverCode::from_bytes([9; 32]));
    let closes = Err(Misbehavior::NotAFrame);
    let huge = format!("good.{}", "m".repeat(limits::JWT_BYTES_MAX));
    vec![
        ("a token alone, disconnected", At::Gone, shop(mine(), None, None), Ok(vec!["Welcome Yes", "Entries"])),
        ("a link, disconnected", At::Gone, shop(None, good_link(), None), Ok(vec!["Welcome Yes Joined", "Entries"])),
        (
            "a link while it goes on",
            At::SignedIn,
            shop(None, good_link(), None),
            Ok(vec!["Welcome Yes Joined", "Entries"]),
        ),
        (
            "a link in the browser that holds the token",
            At::Gone,
            shop(mine(), good_link(), None),
            Ok(vec!["Welcome Yes Joined", "Entries"]),
        ),
        ("a forged link", At::Gone, shop(None, forged(), None), Ok(vec!["Welcome NotAsked Dead"])),
        (
            "a forged link beside a token",
            At::Talking,
            shop(mine(), forged(), None),
            Ok(vec!["Welcome Yes Dead", "Entries"]),
        ),
        (
            "a forged link beside a forged token",
            At::Gone,
            shop(Some(fresh()), forged(), None),
            Ok(vec!["Welcome Expired Dead"]),
        ),
        ("a link that was cut", At::Gone, shop(None, by_link(&cut), None), closes.clone()),
        ("a link in another alphabet", At::Gone, shop(None, by_link(&odd), None), closes.clone()),
        ("an empty link", At::Gone, shop(None, by_link(""), None), closes.clone()),
        (
            "a link on another widget's page",
            At::Gone,
            hello_of("help", None, good_link(), None),
            Ok(vec!["Welcome NotAsked Dead"]),
        ),
        (
            "a token on another widget's page",
            At::Gone,
            hello_of("help", mine(), None, None),
            Ok(vec!["Welcome Expired"]),
        ),
        ("a link after the limit", At::TooLate, shop(None, good_link(), None), Ok(vec!["Welcome NotAsked Dead"])),
        (
            "a link after the limit beside its token",
            At::TooLate,
            shop(mine(), good_link(), None),
            Ok(vec!["Welcome Yes Dead", "Entries"]),
        ),
        (
            "a token as a link",
            At::Gone,
            shop(None, by_link(&token().to_base64url()), None),
            Ok(vec!["Welcome NotAsked Dead"]),
        ),
        ("a link as a token", At::Gone, shop(Some(link().to_base64url()), None, None), Ok(vec!["Welcome Expired"])),
        ("a guessed hand-over code", At::Talking, shop(None, code(), None), Ok(vec!["Welcome NotAsked Dead"])),
        (
            "a guessed code beside a token",
            At::Talking,
            shop(mine(), code(), None),
            Ok(vec!["Welcome Yes Dead", "Entries"]),
        ),
        (
            "signed in, anonymous conversation of this browser",
            At::Gone,
            shop(mine(), None, Some("good.mia")),
            Ok(vec!["Welcome Prompt Accepted"]),
        ),
        (
            "the token alone of a signed-in conversation",
            At::GoneSignedIn,
            shop(mine(), None, None),
            Ok(vec!["Welcome Unknown"]),
        ),
        ("the same while it goes on", At::SignedIn, shop(mine(), None, None), Ok(vec!["Welcome Unknown"])),
        (
            "a JWT that proves nothing",
            At::GoneSignedIn,
            shop(mine(), None, Some("bad.mia")),
            Ok(vec!["Welcome Unknown Refused"]),
        ),
        (
            "a JWT that can't be verified now",
            At::GoneSignedIn,
            shop(mine(), None, Some("far.mia")),
            Ok(vec!["Welcome Unknown Unknown"]),
        ),
        (
            "another customer's JWT",
            At::GoneSignedIn,
            shop(mine(), None, Some("good.tom")),
            Ok(vec!["Welcome NotYours Accepted"]),
        ),
        ("token and JWT", At::GoneSignedIn, shop(mine(), None, Some("good.mia")), Ok(vec!["Welcome Prompt Accepted"])),
        (
            "token and JWT while it goes on",
            At::SignedIn,
            shop(mine(), None, Some("good.mia")),
            Ok(vec!["Welcome Yes Accepted", "Entries"]),
        ),
        (
            "a JWT alone, on another device",
            At::GoneSignedIn,
            shop(None, None, Some("good.mia")),
            Ok(vec!["Welcome Prompt Accepted"]),
        ),
        (
            "a JWT alone while it goes on elsewhere",
            At::SignedIn,
            shop(None, None, Some("good.mia")),
            Ok(vec!["Welcome Prompt Accepted"]),
        ),
        (
            "a stranger's JWT alone",
            At::GoneSignedIn,
            shop(None, None, Some("good.tom")),
            Ok(vec!["Welcome NotAsked Accepted"]),
        ),
        (
            "a JWT alone that can't be verified now",
            At::GoneSignedIn,
            shop(None, None, Some("far.mia")),
            Ok(vec!["Welcome Unknown Unknown"]),
        ),
        (
            "a JWT alone that proves nothing",
            At::GoneSignedIn,
            shop(None, None, Some("bad.mia")),
            Ok(vec!["Welcome NotAsked Refused"]),
        ),
        (
            "a JWT after the limit",
            At::TooLate,
            shop(None, None, Some("good.mia")),
            Ok(vec!["Welcome NotAsked Accepted"]),
        ),
        (
            "a link for somebody else",
            At::GoneSignedIn,
            shop(None, good_link(), Some("good.tom")),
            Ok(vec!["Welcome NotAsked SomeoneElses Accepted"]),
        ),
        (
            "a link without sign-in",
            At::GoneSignedIn,
            shop(None, good_link(), None),
            Ok(vec!["Welcome Yes Joined", "Entries"]),
        ),
        (
            "a link with the customer's sign-in",
            At::GoneSignedIn,
            shop(None, good_link(), Some("good.mia")),
            Ok(vec!["Welcome Yes Joined Accepted", "Entries"]),
        ),
        (
            "a link with a JWT that can't be verified now",
            At::GoneSignedIn,
            shop(None, good_link(), Some("far.mia")),
            Ok(vec!["Welcome Unknown Unknown"]),
        ),
        ("an oversize JWT", At::Gone, shop(None, None, Some(&huge)), closes.clone()),
        ("an empty JWT", At::Gone, shop(None, None, Some("")), closes.clone()),
        ("a JWT with a blank", At::Gone, shop(None, None, Some("good mia")), closes.clone()),
        ("a JWT with a line break", At::Gone, shop(None, None, Some("good.\nmia")), closes.clone()),
        ("a JWT that is no ASCII", At::Gone, shop(None, None, Some("good.mía")), closes.clone()),
        (
            "an arrival of an unknown kind",
            At::Gone,
            shop(None, Some("{\"Newer\":{}}".to_owned()), None),
            closes.clone(),
        ),
        (
            "an arrival of two kinds",
            At::Gone,
            shop(None, Some("{\"Link\":{},\"Handover\":{}}".to_owned()), None),
            closes,
        ),
    ]
}

#[test]
fn every_way_in_has_its_exact_answer() {
    let mut wrong = String::new();
    for (name, at, hello, expected) in hellos() {
        let answer = send(&mut Rig::new(As::NewCustomer, at, Encoding::Json), &hello);
        let expected = expected.map(|lines| lines.into_iter().map(str::to_owned).collect::<Vec<_>>());
        if answer != expected {
            wrong += &format!("{name}\n  expected {expected:?}\n  got      {answer:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn presses_that_fit_no_state_are_refused_and_write_nothing() {
    let keep = serde_json::json!({ "Continue": { "token": fresh() } }).to_string();
    let hand = |site: &str| serde_json::json!({ "MintHandover": { "site": site } }).to_string();
    let take = format!("{{\"Ask\":{{\"id\":1,\"request\":{{\"TakeLink\":{{\"conversation\":\"{CONVERSATION}\"}}}}}}}}");
    let (offer, release) = (take.replace("TakeLink", "OfferLink"), take.replace("TakeLink", "ReleaseHold"));
    let foreign = take.replace(&CONVERSATION.to_string(), "cnv_0000000000000000000000007z");
    for (who, at, message, expected) in [
        (As::Customer, At::Nothing, keep.as_str(), "Refused no-conversation"),
        (As::Mia, At::Talking, &keep, "Refused no-conversation"),
        (As::Mia, At::Gone, &keep, "Refused no-conversation"),
        (As::Mia, At::Talking, "\"StartNew\"", "Refused wrong-state"),
        (As::Mia, At::Waiting, "\"StartNew\"", "Refused wrong-state"),
        (As::Customer, At::Nothing, "\"Extend\"", "Refused no-conversation"),
        (As::Mia, At::Gone, "\"Extend\"", "Refused no-conversation"),
        (As::Customer, At::Nothing, "\"GoToArrival\"", "Refused wrong-state"),
        (As::Mia, At::Talking, "\"GoToArrival\"", "Refused wrong-state"),
        (As::Customer, At::Nothing, "\"MintLink\"", "Refused no-conversation"),
        (As::Mia, At::Ended, "\"MintLink\"", "Refused conversation-ended"),
        (As::Mia, At::Closed, "\"MintLink\"", "Refused conversation-closed"),
        (As::Mia, At::Gone, "\"MintLink\"", "Refused conversation-ended"),
        (As::Customer, At::Nothing, &hand("https://help.example"), "Refused no-conversation"),
        (As::Mia, At::Talking, &hand("https://evil.example"), "Refused not-allowed"),
        (As::Mia, At::Talking, &hand(""), "Refused not-allowed"),
        (As::Sofia, At::Talking, &take, "Refused not-yours"),
        (As::Sofia, At::Talking, &offer, "Refused not-yours"),
        (As::Sofia, At::Gone, &release, "Refused not-yours"),
        (As::Ravi, At::Talking, &foreign, "Refused no-conversation"),
        (As::Ravi, At::Talking, &release, "Refused wrong-state"),
        (As::Ravi, At::Ended, &take, "Refused conversation-ended"),
        (As::Ravi, At::Ended, &offer, "Refused conversation-ended"),
        (As::Ravi, At::Ended, &release, "Refused wrong-state"),
        (As::Ravi, At::Closed, &take, "Refused conversation-closed"),
        (As::Ravi, At::Closed, &offer, "Refused conversation-closed"),
        (As::Ravi, At::Closed, &release, "Refused conversation-closed"),
    ] {
        let mut rig = Rig::new(who, at, Encoding::Json);
        let facts = rig.facts();
        assert_eq!(send(&mut rig, message), Ok(vec![expected.to_owned()]), "{who:?} {at:?} {message}");
        assert_eq!(rig.facts(), facts, "{who:?} {at:?} {message}");
    }
    let long = hand(&"s".repeat(limits::SITE_BYTES_MAX + 1));
    assert_eq!(send(&mut Rig::new(As::Mia, At::Talking, Encoding::Json), &long), Err(Misbehavior::NotAFrame));
}

/// A browser that stands at the prompt.
fn at_prompt() -> Rig {
    let mut rig = Rig::new(As::NewCustomer, At::GoneSignedIn, Encoding::Json);
    let hello = hello_of("shop", mine(), None, Some("good.mia"));
    assert_eq!(send(&mut rig, &hello), Ok(vec!["Welcome Prompt Accepted".to_owned()]));
    rig
}

fn says(rig: &mut Rig, message: &str) -> Vec<String> {
    send(rig, message).unwrap()
}

#[test]
fn the_prompt_answers_continue_start_new_and_ten_extensions() {
    let keep = serde_json::json!({ "Continue": { "token": fresh() } }).to_string();
    assert_eq!(says(&mut at_prompt(), &keep), ["Welcome Yes Accepted", "Entries"]);
    assert_eq!(says(&mut at_prompt(), "\"StartNew\""), ["Left"]);
    let mut rig = at_prompt();
    for _ in 0..10 {
        assert_eq!(says(&mut rig, "\"Extend\""), Vec::<String>::new());
    }
    assert_eq!(says(&mut rig, "\"Extend\""), ["Refused no-extension-left"]);
    let words = format!("{{\"Say\":{{\"key\":\"{}\",\"text\":\"a\"}}}}", "02".repeat(16));
    assert_eq!(says(&mut rig, &words), ["NotAccepted no-conversation"]);
    rig.passes(Millis::hours(2));
    assert_eq!(says(&mut rig, &keep), ["Welcome Expired Accepted"], "too late");
}

#[test]
fn an_unknown_answer_is_asked_again_with_a_sign_in() {
    let mut rig = Rig::new(As::NewCustomer, At::GoneSignedIn, Encoding::Json);
    assert_eq!(says(&mut rig, &hello_of("shop", mine(), None, None)), ["Welcome Unknown"]);
    let sign_in = |jwt: &str| serde_json::json!({ "SignIn": { "jwt": jwt } }).to_string();
    assert_eq!(says(&mut rig, &sign_in("bad.mia")), ["SignIn Refused"]);
    assert_eq!(says(&mut rig, &sign_in("far.mia")), ["SignIn Unknown"]);
    assert_eq!(says(&mut rig, &sign_in("good.mia")), ["SignIn Accepted", "Welcome Prompt Accepted"]);
    assert_eq!(says(&mut rig, &sign_in("good.mia")), ["SignIn Accepted"]);
    assert_eq!(says(&mut rig, &sign_in("good.mia")), ["SignIn Accepted"]);
    assert_eq!(says(&mut rig, &sign_in("good.mia")), ["Refused rate-limited"]);
}

#[test]
fn a_sign_in_makes_an_anonymous_conversation_the_customers_and_another_one_leaves_it() {
    let mut rig = Rig::new(As::Mia, At::Talking, Encoding::Json);
    assert_eq!(says(&mut rig, "{\"SignIn\":{\"jwt\":\"good.mia\"}}"), ["SignIn Accepted"]);
    assert_eq!(says(&mut rig, "{\"SignIn\":{\"jwt\":\"good.tom\"}}"), ["SignIn Accepted", "Welcome NotYours Accepted"]);
    rig.reconnects();
    assert_eq!(says(&mut rig, &hello_of("shop", mine(), None, None)), ["Welcome Unknown"], "it is hers now");
}

#[test]
fn a_link_that_meets_a_live_conversation_waits_for_the_choice() {
    let mut rig = Rig::new(As::NewCustomer, At::Gone, Encoding::Json);
    let other = model::ResumeToken::from_bytes([0x22; 32]).to_base64url();
    assert_eq!(says(&mut rig, &hello_of("shop", None, None, None)), ["Welcome NotAsked"]);
    let start = serde_json::json!({ "Start": { "key": "03".repeat(16), "token": other, "text": "And a chair?", "name": null } });
    assert_eq!(says(&mut rig, &start.to_string()), ["Started", "Entries"]);
    rig.reconnects();
    assert_eq!(says(&mut rig, &hello_of("shop", Some(other), good_link(), None)), ["Welcome Yes Waits", "Entries"]);
    let sign_in = "{\"SignIn\":{\"jwt\":\"good.mia\"}}";
    assert_eq!(says(&mut rig, sign_in), ["SignIn Accepted"], "it goes on waiting, and the hello is not asked anew");
    assert_eq!(says(&mut rig, "\"GoToArrival\""), ["Welcome Yes Joined Accepted", "Entries"]);
    assert_eq!(says(&mut rig, "\"GoToArrival\""), ["Refused wrong-state"], "it is answered");
}

#[test]
fn a_link_is_told_once_durable_and_counted() {
    let mut rig = Rig::new(As::Mia, At::Talking, Encoding::Json);
    rig.hear(Incoming::Text(b"\"MintLink\"")).unwrap();
    let told = rig.told();
    assert!(told[0].contains("https://shop.example/chat#rejoin="), "{told:?}");
    for _ in 1..20 {
        rig.passes(Millis::seconds(4));
        assert_eq!(says(&mut rig, "\"MintLink\""), ["Link"]);
    }
    rig.passes(Millis::seconds(4));
    assert_eq!(says(&mut rig, "\"MintLink\""), ["Refused too-many-links"]);
    let mut rig = Rig::new(As::Mia, At::Talking, Encoding::Json);
    rig.portal = None;
    assert_eq!(says(&mut rig, "\"MintLink\""), ["Refused no-portal"]);
    let mut rig = Rig::new(As::Ravi, At::Talking, Encoding::Json);
    let take = format!("{{\"Ask\":{{\"id\":1,\"request\":{{\"TakeLink\":{{\"conversation\":\"{CONVERSATION}\"}}}}}}}}");
    assert_eq!(says(&mut rig, &take), ["Link"], "and no `Done` beside it");
    assert_eq!(says(&mut rig, &take.replace("TakeLink", "OfferLink")), ["Done"]);
}

#[test]
fn mints_are_limited() {
    let mut rig = Rig::new(As::Mia, At::Talking, Encoding::Json);
    let hand = "{\"MintHandover\":{\"site\":\"https://evil.example\"}}";
    for _ in 0..limits::MINTS_BURST {
        assert_eq!(says(&mut rig, hand), ["Refused not-allowed"]);
    }
    assert_eq!(says(&mut rig, hand), ["Refused rate-limited"]);
}

#[test]
fn a_refused_mint_leaves_room_for_the_next() {
    let mut rig = Rig::new(As::Mia, At::Ended, Encoding::Json);
    for _ in 0..2 {
        assert_eq!(says(&mut rig, "\"MintLink\""), ["Refused conversation-ended"]);
    }
}

#[test]
fn a_hand_over_code_works_once() {
    let widget = KnownWidget {
        sites: vec!["https://help.example".to_owned()],
        ..KnownWidget::plain(WIDGET, Millis::minutes(3))
    };
    let mut rig = Rig::with(As::Mia, At::Talking, widget);
    rig.hear(Incoming::Text(b"{\"MintHandover\":{\"site\":\"https://help.example\"}}")).unwrap();
    let frame: serde_json::Value = serde_json::from_str(&rig.told()[0]).unwrap();
    let code = HandoverCode::from_base64url(frame["Handover"]["code"].as_str().unwrap()).unwrap();
    rig.reconnects();
    assert_eq!(says(&mut rig, &hello_of("shop", None, by_code(&code), None)), ["Welcome Yes Joined", "Entries"]);
    rig.reconnects();
    assert_eq!(says(&mut rig, &hello_of("shop", None, by_code(&code), None)), ["Welcome NotAsked Dead"]);
}
