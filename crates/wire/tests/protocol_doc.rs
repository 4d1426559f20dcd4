//! docs/PROTOCOL.md says what the code says: its examples are golden files, its tables are written from the types.
//!
//! `REJOIN_DOCS=write cargo test -p rejoin-wire --test protocol_doc` writes the tables anew.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_wire as wire;

use std::path::PathBuf;

use wire::{CloseCode, Frame, RefusalCode, Verdict, limits};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/PROTOCOL.md")).unwrap()
}

fn frames() -> String {
    let mut table = String::from("| direction | frames |\n|---|---|\n");
    for (direction, kinds) in [
        ("`CustomerToRelay`", wire::CustomerToRelay::kinds()),
        ("`RelayToCustomer`", wire::RelayToCustomer::kinds()),
        ("`ConsoleToRelay`", wire::ConsoleToRelay::kinds()),
        ("`RelayToConsole`", wire::RelayToConsole::kinds()),
    ] {
        let kinds: Vec<_> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
        table += &format!("| {direction} | {} |\n", kinds.join(" "));
    }
    table
}

fn refusals() -> String {
    let mut table = String::from("| code | meaning |\n|---|---|\n");
    for code in RefusalCode::ALL {
        table += &format!("| `{}` | {} |\n", code.as_str(), code.sentence());
    }
    table
}

/// What a client reads of a code. A new code needs a line here.
const fn sentence(code: CloseCode) -> &'static str {
    match code {
        CloseCode::Malformed => "A message was no frame of this protocol, of the wrong kind, or too large.",
        CloseCode::OutOfOrder => "The first frame was no hello, or a later one was.",
        CloseCode::VersionUnsupported => "The page is older than the relay supports: load it again, nothing is lost.",
        CloseCode::SignedOut => "The sign-in of this console is over.",
        CloseCode::WidgetUnknown => "There is no such widget, or it is switched off.",
        CloseCode::TooManyConnections => {
            "More connections than allowed for one customer or agent; this was the oldest."
        }
        CloseCode::Overloaded => "The relay has more to do than it can.",
        CloseCode::SlowReader => "What was sent was not taken in time.",
        CloseCode::RateLimited => "Too many frames.",
        CloseCode::HelloTimeout => "No hello came in time.",
        CloseCode::Silent => "Nothing was heard for too long.",
        CloseCode::Fault => "Something went wrong inside the relay; this connection alone ended.",
        CloseCode::Draining => "The relay stops; wait as long as `Draining` said.",
        CloseCode::Resync => "The relay lost step with this connection: resume.",
        CloseCode::Parked => "The page was hidden away and closed the socket itself.",
        CloseCode::ClientWatchdog => "The client heard nothing for too long and closed the socket itself.",
    }
}

fn close_codes() -> String {
    let mut table = String::from("| code | name | then | meaning |\n|---|---|---|---|\n");
    for code in CloseCode::ALL {
        let then = match CloseCode::verdict(code.number()) {
            Verdict::Stop => "stop",
            Verdict::BackOff => "back off",
            Verdict::AtOnce => "at once",
        };
        table += &format!("| {} | {code:?} | {then} | {} |\n", code.number(), sentence(*code));
    }
    table
}

fn limits_table() -> String {
    let mut table = String::from("| what | limit |\n|---|---|\n");
    let per = |burst: u32, rate: u32, span: &str| format!("{burst} at once, then {rate} a {span}");
    let rows = [
        ("a frame to the relay", format!("{} bytes", limits::FRAME_BYTES_MAX)),
        ("a message", format!("{} characters", model::MESSAGE_CHARS_MAX)),
        ("a page's address", format!("{} characters", model::PAGE_ADDRESS_CHARS_MAX)),
        ("entries in one frame", limits::ENTRIES_PER_FRAME_MAX.to_string()),
        ("entries that a resume sends before it starts over", limits::RESUME_ENTRIES_MAX.to_string()),
        ("entries of a snapshot", limits::SNAPSHOT_ENTRIES.to_string()),
        ("entries of one conversation", limits::ENTRIES_PER_CONVERSATION_MAX.to_string()),
        ("time until the hello", limits::HELLO_WITHIN.to_string()),
        (
            "frames of a customer",
            per(limits::CUSTOMER_FRAMES_BURST, limits::CUSTOMER_FRAMES_PER_SECOND, "second; more closes with 4102"),
        ),
        (
            "messages of a customer",
            per(
                limits::CUSTOMER_SENDS_BURST,
                limits::CUSTOMER_SENDS_PER_MINUTE,
                "minute; more is refused with `rate-limited`",
            ),
        ),
        (
            "frames of a console",
            per(limits::CONSOLE_FRAMES_BURST, limits::CONSOLE_FRAMES_PER_SECOND, "second; more closes with 4102"),
        ),
        ("connections of one customer", limits::CONNECTIONS_PER_CUSTOMER_MAX.to_string()),
        ("windows of one agent", limits::CONNECTIONS_PER_AGENT_MAX.to_string()),
        ("conversations open in one window", limits::OPEN_PER_CONSOLE_MAX.to_string()),
        ("cards in one list", limits::CARDS_PER_LIST_MAX.to_string()),
        ("a JWT", format!("{} bytes", limits::JWT_BYTES_MAX)),
        (
            "JWTs after the hello",
            per(limits::SIGN_INS_BURST, limits::SIGN_INS_PER_MINUTE, "minute; more is refused with `rate-limited`"),
        ),
        ("an address to go to", format!("{} bytes", wire::WEB_URL_BYTES_MAX)),
        ("the origin of a site", format!("{} bytes", limits::SITE_BYTES_MAX)),
        ("sites of a widget", limits::SITES_MAX.to_string()),
        (
            "links and hand-over codes of a connection",
            per(limits::MINTS_BURST, limits::MINTS_PER_MINUTE, "minute; more is refused with `rate-limited`"),
        ),
        ("life of a hand-over code", limits::HANDOVER_FOR.to_string()),
        ("rows of a long list in one frame", limits::ROWS_PER_FRAME_MAX.to_string()),
        ("an automated message, with what was put into it", format!("{} characters", limits::AUTOMATED_TEXT_CHARS_MAX)),
        ("consultants in one conversation", limits::CONSULTANTS_MAX.to_string()),
        ("supervisors who monitor one conversation", limits::MONITORS_MAX.to_string()),
        ("conversations that one supervisor monitors", limits::MONITORED_MAX.to_string()),
    ];
    for (what, limit) in rows {
        table += &format!("| {what} | {limit} |\n");
    }
    table
}

#[test]
fn the_tables_are_those_of_the_types() {
    #[expect(clippy::disallowed_methods, reason = "a test is told by its environment to write the tables")]
    let writing = std::env::var("REJOIN_DOCS").is_ok_and(|value| value == "write");
    let mut page = page();
    for (mark, table) in
        [("frames", frames()), ("refusals", refusals()), ("close-codes", close_codes()), ("limits", limits_table())]
    {
        let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
        let start = page.find(&open).unwrap() + open.len();
        let end = page.find(&close).unwrap();
        if writing {
            page.replace_range(start..end, &table);
        } else {
            assert_eq!(&page[start..end], table, "write it with REJOIN_DOCS=write");
        }
    }
    if writing {
        std::fs::write(root().join("docs/PROTOCOL.md"), page).unwrap();
    }
}

#[test]
fn the_examples_are_golden_files() {
    let page = page();
    let mut examples = 0;
    let mut blocks = 0;
    for part in page.split("```json\n").skip(1) {
        blocks += 1;
        assert!(part.contains("\n```"), "an example that does not end");
    }
    for part in page.split("<!-- golden: ").skip(1) {
        let (name, rest) = part.split_once(" -->\n```json\n").expect("a mark is followed by its example");
        let (example, _) = rest.split_once("\n```").unwrap();
        let file = root().join("crates/wire/golden").join(format!("{name}.json"));
        let golden = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("no golden file {name}"));
        assert_eq!(example, golden.trim_end(), "{name}");
        examples += 1;
    }
    assert_eq!(examples, blocks, "every example has its golden file");
    assert!(examples >= 15, "{examples} examples");
}

#[test]
fn the_numbers_in_the_text_are_the_limits() {
    let page = page();
    for said in [
        format!("within {} s", limits::HELLO_WITHIN.whole_seconds()),
        format!("`heartbeat_every` ({} s)", limits::HEARTBEAT_EVERY.whole_seconds()),
        format!("nothing came for {} s is closed with 4104", limits::SILENT_AFTER.whole_seconds()),
        format!("nothing came for {} s closes it with 4299", limits::CLIENT_SILENT_AFTER.whole_seconds()),
        format!("without an answer after {} s", limits::ACCEPT_WITHIN.whole_seconds()),
        format!("newest entries ({},", limits::SNAPSHOT_ENTRIES),
        format!("follows at most\n{}", limits::OPEN_PER_CONSOLE_MAX),
        "more than 1,000 entries behind".to_owned(),
        "1 to 4,000 characters".to_owned(),
    ] {
        assert!(page.contains(&said), "{said:?} is not in docs/PROTOCOL.md");
    }
    assert_eq!((limits::RESUME_ENTRIES_MAX, model::MESSAGE_CHARS_MAX), (1_000, 4_000));
}
