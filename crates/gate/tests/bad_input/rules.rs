//! What the rules refuse. The connection stays.

use super::*;

/// What the rules refuse. The connection stays.
pub(super) fn rules() -> Vec<Case> {
    let start = |key: &str, token: &str, text: &str| {
        json(format!("{{\"Start\":{{\"key\":\"{key}\",\"token\":\"{token}\",\"text\":\"{text}\",\"name\":null}}}}"))
    };
    let k1 = "01".repeat(16);
    let mine = token(0x5a);
    let agent_says = |conversation: &str| {
        json(format!("{{\"Say\":{{\"conversation\":\"{conversation}\",\"key\":\"{K2}\",\"text\":\"a\"}}}}"))
    };
    let whispers = |conversation: &str| {
        json(format!("{{\"SayInternal\":{{\"conversation\":\"{conversation}\",\"key\":\"{K2}\",\"text\":\"a\"}}}}"))
    };
    let of = |name: &str, conversation: &str| format!("{{\"{name}\":{{\"conversation\":\"{conversation}\"}}}}");
    let reused = json(format!("{{\"Say\":{{\"key\":\"{k1}\",\"text\":\"other words\"}}}}"));
    let again = json(format!("{{\"Say\":{{\"key\":\"{k1}\",\"text\":\"Does the lamp dim?\"}}}}"));
    vec![
        case("a send without a conversation", As::Customer, At::Nothing, say("a"), not_accepted(K2, "no-conversation")),
        case("an end without a conversation", As::Customer, At::Nothing, json("\"End\""), refused("no-conversation")),
        case(
            "a fetch without a conversation",
            As::Customer,
            At::Nothing,
            json("{\"Fetch\":{\"after\":0}}"),
            refused("no-conversation"),
        ),
        case(
            "still waiting, without a conversation",
            As::Customer,
            At::Nothing,
            json("\"StillWaiting\""),
            refused("no-conversation"),
        ),
        case(
            "a read mark without a conversation",
            As::Customer,
            At::Nothing,
            json("{\"Read\":{\"upto\":1}}"),
            refused("no-conversation"),
        ),
        case(
            "a key used again with other words",
            As::Mia,
            At::Talking,
            reused.clone(),
            not_accepted(&k1, "send-key-reused"),
        ),
        case(
            "a key used again with the same words",
            As::Mia,
            At::Talking,
            again.clone(),
            tells([&format!("{{\"Accepted\":{{\"key\":\"{k1}\",\"seq\":1}}}}")]),
        ),
        case(
            "a start's key used again with other words",
            As::Customer,
            At::Talking,
            start(&k1, &mine, "other words"),
            not_accepted(&k1, "send-key-reused"),
        ),
        case(
            "a replayed start",
            As::Customer,
            At::Talking,
            start(&k1, &mine, "Does the lamp dim?"),
            tells([&format!("{{\"Started\":{{\"key\":\"{k1}\",\"seq\":1}}}}"), &entries("Entries")]),
        ),
        case("a send after the end", As::Mia, At::Ended, say("a"), not_accepted(K2, "conversation-ended")),
        case("a send after the close", As::Mia, At::Closed, say("a"), not_accepted(K2, "conversation-closed")),
        case("a reused key after the end", As::Mia, At::Ended, reused, not_accepted(&k1, "send-key-reused")),
        case(
            "a retried send after the end",
            As::Mia,
            At::Ended,
            again,
            tells([&format!("{{\"Accepted\":{{\"key\":\"{k1}\",\"seq\":1}}}}")]),
        ),
        case("an end after the end", As::Mia, At::Ended, json("\"End\""), refused("conversation-ended")),
        case("an end after the close", As::Mia, At::Closed, json("\"End\""), refused("conversation-closed")),
        case("still waiting while talking", As::Mia, At::Talking, json("\"StillWaiting\""), silence()),
        case("a read mark from the future", As::Mia, At::Talking, json("{\"Read\":{\"upto\":4294967295}}"), silence()),
        case(
            "a fetch from the future",
            As::Mia,
            At::Talking,
            json("{\"Fetch\":{\"after\":4294967295}}"),
            tells([&entries("Snapshot")]),
        ),
        case(
            "a heartbeat that shows the future",
            As::Mia,
            At::Talking,
            json("{\"Beat\":{\"seq\":77}}"),
            tells(["{\"Beat\":{\"now\":1795262400000,\"head\":2}}", &entries("Snapshot")]),
        ),
        case(
            "words to a foreign conversation",
            As::Ravi,
            At::Talking,
            agent_says(FOREIGN),
            console_not_accepted(FOREIGN, "no-conversation"),
        ),
        case(
            "words in a colleague's conversation",
            As::Sofia,
            At::Talking,
            agent_says(C),
            console_not_accepted(C, "not-yours"),
        ),
        case(
            "whispers in a colleague's conversation",
            As::Sofia,
            At::Talking,
            whispers(C),
            console_not_accepted(C, "not-yours"),
        ),
        case(
            "words to a customer after the end",
            As::Ravi,
            At::Ended,
            agent_says(C),
            console_not_accepted(C, "conversation-ended"),
        ),
        case(
            "words to a closed conversation",
            As::Ravi,
            At::Closed,
            agent_says(C),
            console_not_accepted(C, "conversation-closed"),
        ),
        case(
            "looking into a foreign conversation",
            As::Ravi,
            At::Talking,
            json(format!("{{\"Open\":{{\"conversation\":\"{FOREIGN}\",\"after\":0}}}}")),
            not_opened(FOREIGN, "no-conversation"),
        ),
        case(
            "looking into a colleague's conversation",
            As::Sofia,
            At::Talking,
            json(format!("{{\"Open\":{{\"conversation\":\"{C}\",\"after\":0}}}}")),
            not_opened(C, "not-allowed"),
        ),
        case(
            "leaving what was never opened",
            As::Sofia,
            At::Talking,
            json(format!("{{\"Leave\":{{\"conversation\":\"{FOREIGN}\"}}}}")),
            silence(),
        ),
        case(
            "accepting what was never offered",
            As::Sofia,
            At::Talking,
            ask(&of("Accept", C)),
            ask_refused("already-taken"),
        ),
        case(
            "accepting a foreign conversation",
            As::Ravi,
            At::Talking,
            ask(&of("Accept", FOREIGN)),
            ask_refused("no-conversation"),
        ),
        case(
            "declining what was never offered",
            As::Sofia,
            At::Talking,
            ask(&of("Decline", C)),
            ask_refused("already-taken"),
        ),
        case("picking what a colleague has", As::Sofia, At::Talking, ask(&of("Pick", C)), ask_refused("already-taken")),
        case("picking what is closed", As::Sofia, At::Closed, ask(&of("Pick", C)), ask_refused("conversation-closed")),
        case("ending a colleague's conversation", As::Sofia, At::Talking, ask(&of("End", C)), ask_refused("not-yours")),
        case("ending twice", As::Ravi, At::Ended, ask(&of("End", C)), ask_refused("conversation-ended")),
        case("closing before the end", As::Ravi, At::Talking, ask(&of("Close", C)), ask_refused("wrong-state")),
        case("closing twice", As::Ravi, At::Closed, ask(&of("Close", C)), ask_refused("conversation-closed")),
        case("releasing after the end", As::Ravi, At::Ended, ask(&of("Release", C)), ask_refused("conversation-ended")),
        case(
            "releasing a colleague's conversation",
            As::Sofia,
            At::Talking,
            ask(&of("Release", C)),
            ask_refused("not-yours"),
        ),
        case(
            "words to a customer who waits",
            As::Ravi,
            At::Waiting,
            agent_says(C),
            console_not_accepted(C, "not-yours"),
        ),
        case("ending what waits", As::Ravi, At::Waiting, ask(&of("End", C)), ask_refused("not-yours")),
        case("releasing what waits", As::Sofia, At::Waiting, ask(&of("Release", C)), ask_refused("not-yours")),
        case(
            "choosing a presence of the system",
            As::Ravi,
            At::Nothing,
            ask("{\"SetPresence\":{\"presence\":\"inactive\"}}"),
            ask_refused("presence-not-choosable"),
        ),
        case(
            "reading a colleague's conversation",
            As::Sofia,
            At::Talking,
            json(format!("{{\"Read\":{{\"conversation\":\"{C}\",\"upto\":1}}}}")),
            console_refused("not-allowed"),
        ),
    ]
}
