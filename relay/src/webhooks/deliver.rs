//! Delivers what is due: to every hearer at the same time, and to each of them one after the other.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Millis, Timestamp};
use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;

use super::guard::Guard;
use super::outbox::{Delivery, Outbox};
use super::{LOOKS_EVERY, WebhookError, WebhookParts};
use crate::registry::StoredWebhook;

/// How long one try may take, all of it.
const TRY_WITHIN: Duration = Duration::from_secs(10);
/// What one hearer gets in one go.
const AT_ONCE: u32 = 50;
/// Between the tries, in units of the first wait: with 5 s these are 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
const WAITS: [u64; 9] = [1, 60, 360, 1_440, 3_600, 7_200, 10_080, 14_400, 17_280];
/// A hearer that has taken nothing for so long hears no more.
const GIVES_UP_AFTER: Millis = Millis::hours(3 * 24);
/// The longest wait that a hearer may ask for.
const ASKED_WAIT_MAX: Millis = Millis::hours(24);

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Taken,
    /// Not taken; the wait that the hearer asked for.
    Failed(Option<Millis>),
    /// It wants to hear nothing any more.
    Gone,
}

pub(super) fn run(path: &Path, parts: &WebhookParts) -> Result<(), WebhookError> {
    let config = Agent::config_builder()
        .timeout_global(Some(TRY_WITHIN))
        // A redirect could lead anywhere, and a proxy would look names up by itself.
        .max_redirects(0)
        .proxy(None)
        .http_status_as_error(false)
        .user_agent(concat!("rejoin/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), Guard { allow_private: parts.allow_private });
    let outbox = Outbox::open(path)?;
    while !parts.stopping.has_begun() {
        let due = outbox.due(parts.clock.now())?;
        if due.is_empty() {
            std::thread::sleep(LOOKS_EVERY);
            continue;
        }
        let hearers = parts.registry.webhooks()?;
        for gone in due.iter().filter(|due| hearers.iter().all(|hearer| hearer.id != **due || !hearer.enabled)) {
            outbox.forget_all(*gone)?;
        }
        std::thread::scope(|scope| {
            for hearer in hearers.iter().filter(|hearer| hearer.enabled && due.contains(&hearer.id)) {
                let agent = agent.clone();
                scope.spawn(move || {
                    if let Err(error) = tell(path, parts, &agent, hearer) {
                        tracing::warn!(%error, webhook = %hearer.id, "deliveries wait");
                        std::thread::sleep(LOOKS_EVERY);
                    }
                });
            }
        });
    }
    Ok(())
}

/// Tells one hearer what is due, until something is not taken.
fn tell(path: &Path, parts: &WebhookParts, agent: &Agent, hearer: &StoredWebhook) -> Result<(), WebhookError> {
    let outbox = Outbox::open(path)?;
    for delivery in outbox.due_for(hearer.id, parts.clock.now(), AT_ONCE)? {
        let now = parts.clock.now();
        match attempt(agent, hearer, &delivery, now) {
            Outcome::Taken => {
                outbox.forget(delivery.number)?;
                if hearer.failing_since.is_some() {
                    parts.registry.webhook_heard(hearer.id)?;
                }
            }
            Outcome::Gone => {
                parts.registry.webhook_gives_up(now, hearer.id, "webhook disabled: it is gone")?;
                return outbox.forget_all(hearer.id);
            }
            Outcome::Failed(asked) => {
                parts.registry.webhook_failed(now, hearer.id)?;
                let has_failed_for = hearer.failing_since.map_or(Millis::ZERO, |since| now.since(since));
                if has_failed_for >= GIVES_UP_AFTER {
                    tracing::warn!(webhook = %hearer.id, "a webhook took nothing for three days and is disabled");
                    parts.registry.webhook_gives_up(
                        now,
                        hearer.id,
                        "webhook disabled: it took nothing for three days",
                    )?;
                    return outbox.forget_all(hearer.id);
                }
                match wait_after(delivery.tries, parts.retry_after) {
                    Some(wait) => outbox.later(delivery.number, now, asked.map_or(wait, |asked| asked.max(wait)))?,
                    None => outbox.forget(delivery.number)?,
                }
                outbox.hold(hearer.id, now + parts.retry_after)?;
                return Ok(());
            }
        }
    }
    Ok(())
}

/// How long to wait after so many tries, give or take a fifth, so that not all come back at once.
fn wait_after(tries: u32, first: Millis) -> Option<Millis> {
    let wait = first.0.saturating_mul(*WAITS.get(usize::try_from(tries).ok()?)?);
    Some(Millis(wait - wait / 5) + crate::ids::spread(Millis(wait / 5 * 2)))
}

fn attempt(agent: &Agent, hearer: &StoredWebhook, delivery: &Delivery, now: Timestamp) -> Outcome {
    let seconds = (now.0 / 1_000).to_string();
    // One for each secret that counts, so that a receiver can change to a new one when it wants to.
    let signatures = hearer.secrets(now).map(|secret| sign(secret, &delivery.event.id, &seconds, &delivery.event.body));
    let signature = signatures.collect::<Vec<String>>().join(" ");
    let answer = agent
        .post(&hearer.url)
        .header("content-type", "application/json")
        .header("webhook-id", &delivery.event.id)
        .header("webhook-timestamp", &seconds)
        .header("webhook-signature", &signature)
        .send(delivery.event.body.as_bytes());
    let Ok(answer) = answer else { return Outcome::Failed(None) };
    match answer.status().as_u16() {
        200..=299 => Outcome::Taken,
        410 => Outcome::Gone,
        _ => {
            let asked = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            Outcome::Failed(asked.map(|seconds: u32| Millis::seconds(u64::from(seconds)).min(ASKED_WAIT_MAX)))
        }
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

    #[test]
    fn tries_are_spread_over_three_days_and_then_end() {
        let waits: Vec<u64> =
            (0..9).filter_map(|tries| wait_after(tries, Millis::seconds(5))).map(|wait| wait.0).collect();
        assert_eq!(waits.len(), 9);
        for (wait, unit) in waits.iter().zip(WAITS) {
            assert!((unit * 4_000..=unit * 6_000).contains(wait), "{wait}");
        }
        assert_eq!(wait_after(9, Millis::seconds(5)), None);
    }
}
