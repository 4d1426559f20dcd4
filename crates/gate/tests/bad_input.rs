//! Everything that a peer can get wrong, and the exact answer. No case needs a socket; those that the rules decide go through a
//! real desk. A case is a line: who sends it, how things stand, what is sent, what comes back.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_gate as gate;

mod comeback;
mod support;

use gate::{Incoming, Misbehavior};
use support::{As, At, Rig};
use wire::{Encoding, limits};

/// What is sent.
#[derive(Clone, Debug)]
enum Sent {
    /// A text message on the JSON sub-protocol.
    Json(String),
    /// A text message that is not UTF-8.
    Bytes(&'static [u8]),
    /// A binary message on the binary sub-protocol.
    Binary(Vec<u8>),
    /// A binary message on the JSON sub-protocol.
    BinaryOnJson(&'static [u8]),
    /// A text message on the binary sub-protocol.
    TextOnBinary(&'static [u8]),
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// The connection is closed.
    Closes(Misbehavior),
    /// It is told this, and stays.
    Tells(Vec<String>),
}

struct Case {
    name: &'static str,
    who: As,
    at: At,
    sent: Sent,
    answer: Answer,
}

impl Sent {
    const fn encoding(&self) -> Encoding {
        match self {
            Self::Json(_) | Self::Bytes(_) | Self::BinaryOnJson(_) => Encoding::Json,
            Self::Binary(_) | Self::TextOnBinary(_) => Encoding::Binary,
        }
    }

    fn message(&self) -> Incoming<'_> {
        match self {
            Self::Json(text) => Incoming::Text(text.as_bytes()),
            Self::Bytes(bytes) | Self::TextOnBinary(bytes) => Incoming::Text(bytes),
            Self::Binary(bytes) => Incoming::Binary(bytes),
            Self::BinaryOnJson(bytes) => Incoming::Binary(bytes),
        }
    }
}

fn case(name: &'static str, who: As, at: At, sent: Sent, answer: Answer) -> Case {
    Case { name, who, at, sent, answer }
}

fn json(text: impl Into<String>) -> Sent {
    Sent::Json(text.into())
}

fn tells<const N: usize>(lines: [&str; N]) -> Answer {
    Answer::Tells(lines.map(str::to_owned).to_vec())
}

/// Nothing comes back, and the connection stays.
fn silence() -> Answer {
    tells([])
}

const K2: &str = "02020202020202020202020202020202";
const C: &str = "cnv_00000000000000000000000006";
const FOREIGN: &str = "cnv_0000000000000000000000007z";

fn token(n: u8) -> String {
    model::ResumeToken::from_bytes([n; 32]).to_base64url()
}

fn say(text: &str) -> Sent {
    json(format!("{{\"Say\":{{\"key\":\"{K2}\",\"text\":\"{text}\"}}}}"))
}

fn not_accepted(key: &str, code: &str) -> Answer {
    tells([&format!(
        "{{\"NotAccepted\":{{\"key\":\"{key}\",\"refusal\":{{\"code\":\"{code}\",\"retry_after\":null}}}}}}"
    )])
}

fn refused(code: &str) -> Answer {
    tells([&format!("{{\"Refused\":{{\"refusal\":{{\"code\":\"{code}\",\"retry_after\":null}}}}}}")])
}

fn ask(request: &str) -> Sent {
    json(format!("{{\"Ask\":{{\"id\":5,\"request\":{request}}}}}"))
}

fn ask_refused(code: &str) -> Answer {
    tells([&format!("{{\"Refused\":{{\"id\":5,\"refusal\":{{\"code\":\"{code}\",\"retry_after\":null}}}}}}")])
}

fn console_refused(code: &str) -> Answer {
    tells([&format!("{{\"Refused\":{{\"id\":null,\"refusal\":{{\"code\":\"{code}\",\"retry_after\":null}}}}}}")])
}

fn console_not_accepted(conversation: &str, code: &str) -> Answer {
    tells([&format!(
        "{{\"NotAccepted\":{{\"conversation\":\"{conversation}\",\"key\":\"{K2}\",\"refusal\":{{\"code\":\"{code}\",\"retry_after\":null}}}}}}"
    )])
}

/// Before and at the hello.
fn hellos() -> Vec<Case> {
    use Answer::Closes;
    use Misbehavior::{NoHello, NotAFrame, SecondHello, TooLarge, UnknownWidget, WrongKind};
    let hello = |fields: &str| json(format!("{{\"Hello\":{{{fields}}}}}"));
    let resume = |token: &str, after: &str| {
        hello(&format!("\"widget\":\"shop\",\"resume\":{{\"token\":\"{token}\",\"after\":{after}}},\"page\":null"))
    };
    let new = |name, sent, answer| case(name, As::NewCustomer, At::Talking, sent, answer);
    vec![
        new("a send instead of a hello", say("Hello?"), Closes(NoHello)),
        new("a heartbeat instead of a hello", json("{\"Beat\":{\"seq\":0}}"), Closes(NoHello)),
        new("an unknown frame instead of a hello", json("\"Newer\""), Closes(NoHello)),
        new("an unknown binary frame instead of a hello", Sent::Binary(vec![99]), Closes(NoHello)),
        new("a console's hello on the customers' path", json("\"Hello\""), Closes(NotAFrame)),
        new("nothing at all", json(""), Closes(NotAFrame)),
        new("no binary bytes at all", Sent::Binary(vec![]), Closes(NotAFrame)),
        new("a hello without a widget", hello("\"resume\":null,\"page\":null"), Closes(NotAFrame)),
        new("an unknown widget", hello("\"widget\":\"other\",\"resume\":null,\"page\":null"), Closes(UnknownWidget)),
        new("a widget that is no slug", hello("\"widget\":\"Shop!\",\"resume\":null,\"page\":null"), Closes(NotAFrame)),
        new("a widget's name of 1 MB", hello(&format!("\"widget\":\"{}\"", "w".repeat(1 << 20))), Closes(TooLarge)),
        new("a token that is too short", resume("WlpaWlo", "0"), Closes(NotAFrame)),
        new("a token in another alphabet", resume(&token(0xff).replace('_', "/"), "0"), Closes(NotAFrame)),
        new("a negative position", resume(&token(0x5a), "-1"), Closes(NotAFrame)),
        new("a position above 32 bits", resume(&token(0x5a), "4294967296"), Closes(NotAFrame)),
        new("a position that is a fraction", resume(&token(0x5a), "1.0"), Closes(NotAFrame)),
        new("a forged token", resume(&token(0x11), "3"), tells([&welcome("Expired")])),
        new(
            "a position from the future",
            resume(&token(0x5a), "4000000000"),
            tells([&welcome("Yes"), &entries("Snapshot")]),
        ),
        new(
            "no position, as after a lost storage",
            resume(&token(0x5a), "0"),
            tells([&welcome("Yes"), &entries("Entries")]),
        ),
        new(
            "a page with a control character",
            hello("\"widget\":\"shop\",\"resume\":null,\"page\":\"a\\u0000\""),
            Closes(NotAFrame),
        ),
        case(
            "a second hello",
            As::Customer,
            At::Nothing,
            hello("\"widget\":\"shop\",\"resume\":null,\"page\":null"),
            Closes(SecondHello),
        ),
        case("a second hello of a console", As::Ravi, At::Nothing, json("\"Hello\""), Closes(SecondHello)),
        case("a console that begins with a send", As::NewConsole, At::Nothing, json("\"Beat\""), Closes(NoHello)),
        case(
            "a customer's hello on the consoles' path",
            As::NewConsole,
            At::Nothing,
            hello("\"widget\":\"shop\",\"resume\":null,\"page\":null"),
            Closes(NotAFrame),
        ),
        case(
            "a binary message on JSON",
            As::NewCustomer,
            At::Nothing,
            Sent::BinaryOnJson(b"\"Typing\""),
            Closes(WrongKind),
        ),
        case("a text message on binary", As::Customer, At::Nothing, Sent::TextOnBinary(b"\x03"), Closes(WrongKind)),
    ]
}

fn welcome(resume: &str) -> String {
    format!(
        "{{\"Welcome\":{{\"epoch\":1,\"now\":1795262400000,\"heartbeat_every\":12000,\"disconnect_after\":180000,\"resume\":\"{resume}\",\"sign_in\":\"NotAsked\",\"arrival\":\"NotAsked\",\"redirect\":null,\"sites\":[],\"links\":false}}}}"
    )
}

fn entries(frame: &str) -> String {
    let mine = "{\"seq\":1,\"at\":1795262400000,\"event\":{\"Mine\":{\"key\":\"01010101010101010101010101010101\",\"text\":\"Does the lamp dim?\"}}}";
    let joined = "{\"seq\":2,\"at\":1795262400000,\"event\":{\"AgentJoined\":{\"agent\":\"Ravi\"}}}";
    format!("{{\"{frame}\":{{\"entries\":[{mine},{joined}]}}}}")
}

/// Bytes that are no frame, whoever sends them.
fn garbage() -> Vec<Case> {
    use Answer::Closes;
    use Misbehavior::{NotAFrame, TooLarge};
    let mia = |name, sent, answer| case(name, As::Mia, At::Talking, sent, answer);
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let binary_say = |text: &[u8]| {
        let mut bytes = vec![2];
        bytes.extend([2; 16]);
        bytes.push(u8::try_from(text.len()).unwrap());
        bytes.extend(text);
        Sent::Binary(bytes)
    };
    vec![
        mia("half a frame", json("{\"Say\":{\"key\""), Closes(NotAFrame)),
        mia("two frames in one message", json("\"Typing\"\"Typing\""), Closes(NotAFrame)),
        mia("two binary frames in one message", Sent::Binary(vec![3, 3]), Closes(NotAFrame)),
        mia("a number", json("7"), Closes(NotAFrame)),
        mia("a list", json("[\"Typing\"]"), Closes(NotAFrame)),
        mia("an object with two names", json("{\"Typing\":null,\"End\":null}"), Closes(NotAFrame)),
        mia("the same name twice", json("{\"Read\":{\"upto\":1},\"Read\":{\"upto\":2}}"), Closes(NotAFrame)),
        mia("the same field twice", json("{\"Read\":{\"upto\":1,\"upto\":2}}"), Closes(NotAFrame)),
        mia("a field missing", json("{\"Read\":{}}"), Closes(NotAFrame)),
        mia("a field of the wrong type", json("{\"Read\":{\"upto\":\"1\"}}"), Closes(NotAFrame)),
        mia("a name in the wrong case", json("{\"read\":{\"upto\":1}}"), tells(["ignored and counted"])),
        mia("nesting without end", json(deep.clone()), Closes(NotAFrame)),
        mia(
            "nesting without end in an unknown field",
            json(format!("{{\"Read\":{{\"upto\":0,\"newer\":{deep}}}}}")),
            silence(),
        ),
        mia(
            "invalid UTF-8",
            Sent::Bytes(b"{\"Say\":{\"key\":\"02020202020202020202020202020202\",\"text\":\"\xff\xfe\"}}"),
            Closes(NotAFrame),
        ),
        mia("invalid UTF-8 in a binary frame", binary_say(b"\xff\xfe"), Closes(NotAFrame)),
        mia("half a surrogate pair", say("\\ud83d"), Closes(NotAFrame)),
        mia(
            "a text that announces more than there is",
            Sent::Binary([&[2][..], &[2; 16], &[0x7f, b'a']].concat()),
            Closes(NotAFrame),
        ),
        mia("a length of 2^64 and more", Sent::Binary([&[2][..], &[2; 16], &[0xff; 11]].concat()), Closes(NotAFrame)),
        mia("a message of 1 MB", say(&"a".repeat(1 << 20)), Closes(TooLarge)),
        mia("a frame of one byte too many", json(" ".repeat(limits::FRAME_BYTES_MAX + 1)), Closes(TooLarge)),
        mia("the largest frame, of nothing", json(" ".repeat(limits::FRAME_BYTES_MAX)), Closes(NotAFrame)),
        mia("an unknown frame", json("{\"Newer\":{\"a\":[1,2,3]}}"), tells(["ignored and counted"])),
        mia("an unknown binary frame", Sent::Binary(vec![200, 1, 2, 3]), tells(["ignored and counted"])),
        mia(
            "a frame of the other direction",
            json("{\"Accepted\":{\"key\":\"02020202020202020202020202020202\",\"seq\":1}}"),
            tells(["ignored and counted"]),
        ),
        mia("an unknown field", json("{\"Read\":{\"upto\":0,\"newer\":1}}"), silence()),
        case(
            "an unknown request inside a known frame",
            As::Ravi,
            At::Nothing,
            ask("{\"Newer\":{}}"),
            Closes(NotAFrame),
        ),
        case(
            "an id of another kind",
            As::Ravi,
            At::Nothing,
            ask("{\"End\":{\"conversation\":\"agt_00000000000000000000000004\"}}"),
            Closes(NotAFrame),
        ),
        case(
            "an id that is no id",
            As::Ravi,
            At::Nothing,
            ask("{\"End\":{\"conversation\":\"cnv_1\"}}"),
            Closes(NotAFrame),
        ),
        case(
            "a request's number above 32 bits",
            As::Ravi,
            At::Nothing,
            json("{\"Ask\":{\"id\":4294967296,\"request\":{\"SetPresence\":{\"presence\":null}}}}"),
            Closes(NotAFrame),
        ),
    ]
}

/// Texts that are no messages.
fn texts() -> Vec<Case> {
    use Answer::Closes;
    use Misbehavior::NotAFrame;
    let mia = |name, sent, answer| case(name, As::Mia, At::Talking, sent, answer);
    vec![
        mia("an empty message", say(""), Closes(NotAFrame)),
        mia("a message of blanks", say(" \\n\\t "), Closes(NotAFrame)),
        mia("a message with a NUL", say("a\\u0000b"), Closes(NotAFrame)),
        mia("a message with an escape sequence", say("\\u001b[31mred"), Closes(NotAFrame)),
        mia("a raw control character in JSON", say("a\u{1}b"), Closes(NotAFrame)),
        mia("a message of one character too many", say(&"é".repeat(4_001)), Closes(NotAFrame)),
        mia("a key that is too short", json("{\"Say\":{\"key\":\"0202\",\"text\":\"a\"}}"), Closes(NotAFrame)),
        mia(
            "a key in capitals",
            json(format!("{{\"Say\":{{\"key\":\"{}\",\"text\":\"a\"}}}}", "AB".repeat(16))),
            Closes(NotAFrame),
        ),
        mia(
            "markup is words",
            say("<b>hi</b>"),
            tells([
                &format!("{{\"Accepted\":{{\"key\":\"{K2}\",\"seq\":3}}}}"),
                &format!(
                    "{{\"Entries\":{{\"entries\":[{{\"seq\":3,\"at\":1795262400000,\"event\":{{\"Mine\":{{\"key\":\"{K2}\",\"text\":\"<b>hi</b>\"}}}}}}]}}}}"
                ),
            ]),
        ),
    ]
}

/// What the rules refuse. The connection stays.
fn rules() -> Vec<Case> {
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
            console_refused("no-conversation"),
        ),
        case(
            "looking into a colleague's conversation",
            As::Sofia,
            At::Talking,
            json(format!("{{\"Open\":{{\"conversation\":\"{C}\",\"after\":0}}}}")),
            console_refused("not-allowed"),
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
        let Answer::Tells(expected) = console_refused("no-conversation") else { unreachable!() };
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
