//! Every line of the table has its exact answer; limits and deadlines have theirs.

use super::cases::{garbage, hellos, texts};
use super::rules::rules;
use super::*;

fn all() -> Vec<Case> {
    [hellos(), garbage(), texts(), rules()].into_iter().flatten().collect()
}

fn answer(case: &Case) -> (Answer, bool) {
    let mut rig = Rig::new(case.who, case.at, case.sent.encoding());
    let before = rig.facts();
    let answer = match rig.hear(case.sent.message()) {
        Ok(()) => Answer::Tells(rig.told()),
        Err(misbehavior) => Answer::Closes(misbehavior),
    };
    (answer, rig.facts() == before)
}

#[test]
fn every_bad_input_has_its_exact_answer() {
    let mut wrong = String::new();
    for case in all() {
        let (answer, _) = answer(&case);
        if answer != case.answer {
            wrong += &format!("{}\n  expected {:?}\n  got      {answer:?}\n", case.name, case.answer);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_is_refused_writes_nothing() {
    for case in all() {
        let (answer, wrote_nothing) = answer(&case);
        let is_refused = match &answer {
            Answer::Closes(_) => true,
            Answer::Tells(lines) => lines.iter().any(|line| line.contains("refusal")),
        };
        assert!(!is_refused || wrote_nothing, "{}", case.name);
    }
}

#[test]
fn the_table_is_long_and_its_names_differ() {
    let mut names: Vec<_> = all().iter().map(|case| case.name).collect();
    assert!(names.len() >= 80, "{} cases", names.len());
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn too_many_sends_are_told_when_to_try_again_and_too_many_frames_close() {
    let mut rig = Rig::new(As::Mia, At::Talking, Encoding::Json);
    for n in 0..limits::CUSTOMER_SENDS_BURST {
        let sent = format!("{{\"Say\":{{\"key\":\"{n:032x}\",\"text\":\"a\"}}}}");
        assert_eq!(rig.hear(Incoming::Text(sent.as_bytes())), Ok(()));
        assert!(rig.told().iter().any(|line| line.contains("Accepted")), "{n}");
    }
    let facts = rig.facts();
    let Sent::Json(one_more) = say("a") else { unreachable!() };
    assert_eq!(rig.hear(Incoming::Text(one_more.as_bytes())), Ok(()));
    let told = rig.told();
    let refusal = format!(
        "{{\"NotAccepted\":{{\"key\":\"{K2}\",\"refusal\":{{\"code\":\"rate-limited\",\"retry_after\":1000}}}}}}"
    );
    assert_eq!((told.first(), rig.facts()), (Some(&refusal), facts));
    let typing = Incoming::Text(b"\"Typing\"");
    let left = limits::CUSTOMER_FRAMES_BURST - limits::CUSTOMER_SENDS_BURST - 1;
    for _ in 0..left {
        assert_eq!(rig.hear(typing), Ok(()));
    }
    assert_eq!(rig.hear(typing), Err(Misbehavior::TooManyFrames));
}

#[test]
fn a_hello_after_the_deadline_is_too_late() {
    let mut rig = Rig::new(As::NewCustomer, At::Nothing, Encoding::Json);
    rig.now += limits::HELLO_WITHIN;
    let hello = b"{\"Hello\":{\"widget\":\"shop\",\"resume\":null,\"page\":null}}";
    assert_eq!(rig.hear(Incoming::Text(hello)), Err(Misbehavior::HelloTooLate));
}

#[test]
fn a_console_may_not_open_everything_at_once() {
    let mut rig = Rig::new(As::Ravi, At::Nothing, Encoding::Json);
    for n in 0..limits::OPEN_PER_CONSOLE_MAX * 3 {
        let id = model::ConversationId::from_u128(1_000 + n as u128);
        let open = format!("{{\"Open\":{{\"conversation\":\"{id}\",\"after\":0}}}}");
        assert_eq!(rig.hear(Incoming::Text(open.as_bytes())), Ok(()));
        let Answer::Tells(expected) = not_opened(&id.to_string(), "no-conversation") else { unreachable!() };
        assert_eq!(rig.told(), expected, "refused ones take no place");
    }
}

#[test]
fn every_misbehavior_has_a_close_code_and_a_sentence() {
    for misbehavior in Misbehavior::ALL {
        assert!(wire::CloseCode::ALL.contains(&misbehavior.close_code()));
        assert!(!misbehavior.to_string().is_empty());
    }
}

#[test]
fn an_agent_and_their_clock_are_shown_while_they_have_it() {
    for (at, is_had) in [(At::Waiting, false), (At::Talking, true), (At::Ended, true), (At::Closed, false)] {
        let state = Rig::new(As::Ravi, at, Encoding::Json).state();
        assert_eq!((state.agent.is_some(), state.session.is_some()), (is_had, is_had), "{at:?}");
    }
}
