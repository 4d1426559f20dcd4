//! The table, but for what the rules decide.

use super::*;

/// Before and at the hello.
pub(super) fn hellos() -> Vec<Case> {
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

/// Bytes that are no frame, whoever sends them.
pub(super) fn garbage() -> Vec<Case> {
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
pub(super) fn texts() -> Vec<Case> {
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
