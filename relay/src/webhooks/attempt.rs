//! One try: what is sent, and what came of it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Millis, Timestamp};
use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;
use wire::api::DeliveryProblem;

use super::event::Event;
use super::guard::Guard;
use crate::registry::StoredWebhook;

/// How long one try may take, all of it.
const TRY_WITHIN: Duration = Duration::from_secs(10);
/// The longest wait that a hearer may ask for.
const ASKED_WAIT_MAX: Millis = Millis::hours(24);

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tried {
    /// The status of the answer, where one came.
    pub(super) status: Option<u16>,
    /// Why it was not taken; `None`: it was.
    pub(super) problem: Option<DeliveryProblem>,
    /// The wait that the hearer asked for.
    pub(super) asked_wait: Option<Millis>,
}

impl Tried {
    const fn failed(problem: DeliveryProblem) -> Self {
        Self { status: None, problem: Some(problem), asked_wait: None }
    }
}

/// What sends.
pub(super) fn agent(allow_private: bool) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(TRY_WITHIN))
        // A redirect could lead anywhere, and a proxy would look names up by itself.
        .max_redirects(0)
        .proxy(None)
        .http_status_as_error(false)
        .user_agent(concat!("rejoin/", env!("CARGO_PKG_VERSION")))
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Guard { allow_private })
}

/// Sends an event once. Blocks.
pub(super) fn attempt(agent: &Agent, hearer: &StoredWebhook, event: &Event, now: Timestamp) -> Tried {
    let seconds = (now.0 / 1_000).to_string();
    // One for each secret that counts, so that a receiver can change to a new one when it wants to.
    let signatures = hearer.secrets(now).map(|secret| sign(secret, &event.id, &seconds, &event.body));
    let signature = signatures.collect::<Vec<String>>().join(" ");
    let answer = agent
        .post(&hearer.url)
        .header("content-type", "application/json")
        .header("webhook-id", &event.id)
        .header("webhook-timestamp", &seconds)
        .header("webhook-signature", &signature)
        .send(event.body.as_bytes());
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Tried::failed(problem(&error)),
    };
    let status = answer.status().as_u16();
    let asked = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    Tried {
        status: Some(status),
        problem: match status {
            200..=299 => None,
            300..=399 => Some(DeliveryProblem::Redirected),
            410 => Some(DeliveryProblem::Gone),
            _ => Some(DeliveryProblem::NotTaken),
        },
        asked_wait: asked.map(|seconds: u32| Millis::seconds(u64::from(seconds)).min(ASKED_WAIT_MAX)),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's errors may grow; those that it doesn't name are all of the answer"
)]
fn problem(error: &ureq::Error) -> DeliveryProblem {
    use std::io::ErrorKind;
    match error {
        ureq::Error::HostNotFound => DeliveryProblem::HostNotFound,
        ureq::Error::Timeout(_) => DeliveryProblem::TimedOut,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => DeliveryProblem::TlsFailed,
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => DeliveryProblem::TimedOut,
            // What a library of encryption says comes in such a wrapping.
            ErrorKind::InvalidData => DeliveryProblem::TlsFailed,
            _ => DeliveryProblem::ConnectionFailed,
        },
        ureq::Error::ConnectionFailed => DeliveryProblem::ConnectionFailed,
        _ => DeliveryProblem::BadAnswer,
    }
}

/// The signature of Standard Webhooks, version 1.
fn sign(secret: &[u8], id: &str, seconds: &str, body: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    let tag = ring::hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // The example of the specification's libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let signature = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
