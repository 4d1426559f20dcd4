//! Everything that a peer can get wrong, and the exact answer. No case needs a socket; those that the rules decide go through a
//! real desk. A case is a line: who sends it, how things stand, what is sent, what comes back.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_gate as gate;

mod answers;
mod cases;
mod comeback;
mod rules;
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

/// Nothing that was opened is followed, and which.
fn not_opened(conversation: &str, code: &str) -> Answer {
    let Answer::Tells(refused) = console_refused(code) else { unreachable!() };
    tells([&refused[0], &format!("{{\"Unfollowed\":{{\"conversation\":\"{conversation}\"}}}}")])
}

fn console_not_accepted(conversation: &str, code: &str) -> Answer {
    tells([&format!(
        "{{\"NotAccepted\":{{\"conversation\":\"{conversation}\",\"key\":\"{K2}\",\"refusal\":{{\"code\":\"{code}\",\"retry_after\":null}}}}}}"
    )])
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
