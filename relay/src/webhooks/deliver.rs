//! Delivers what is due: to every hearer at the same time, and to each of them one after the other.

use std::path::Path;

use model::Millis;
use ureq::Agent;
use wire::api::DeliveryProblem;

use super::attempt::{agent, attempt};
use super::outbox::{Outbox, told};
use super::{LOOKS_EVERY, WebhookError, WebhookParts};
use crate::registry::StoredWebhook;

/// What one hearer gets in one go.
const AT_ONCE: u32 = 50;
/// Between the tries, in units of the first wait: with 5 s these are 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
const WAITS: [u64; 9] = [1, 60, 360, 1_440, 3_600, 7_200, 10_080, 14_400, 17_280];
/// A hearer that has taken nothing for so long hears no more.
const GIVES_UP_AFTER: Millis = Millis::hours(3 * 24);

pub(super) fn run(path: &Path, parts: &WebhookParts) -> Result<(), WebhookError> {
    let agent = agent(parts.allow_private);
    let outbox = Outbox::open(path)?;
    while !parts.stopping.has_begun() {
        let due = outbox.due(parts.clock.now())?;
        if due.is_empty() {
            std::thread::sleep(LOOKS_EVERY);
            continue;
        }
        let hearers = parts.registry.webhooks()?;
        for gone in due.iter().filter(|due| hearers.iter().all(|hearer| hearer.id != **due || !hearer.enabled)) {
            if hearers.iter().any(|hearer| hearer.id == *gone) {
                outbox.forget_all(*gone)?;
            } else {
                outbox.forget_hearer(*gone)?;
            }
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
        let tried = attempt(agent, hearer, &delivery.event, now);
        let has_failed_for = hearer.failing_since.map_or(Millis::ZERO, |since| now.since(since));
        let gives_up = match tried.problem {
            Some(DeliveryProblem::Gone) => Some("webhook disabled: it is gone"),
            Some(_) if has_failed_for >= GIVES_UP_AFTER => {
                tracing::warn!(webhook = %hearer.id, "a webhook took nothing for three days and is disabled");
                Some("webhook disabled: it took nothing for three days")
            }
            Some(_) | None => None,
        };
        let wait =
            wait_after(delivery.tries, parts.retry_after).filter(|_| tried.problem.is_some() && gives_up.is_none());
        let next_at = wait.map(|wait| now + tried.asked_wait.map_or(wait, |asked| asked.max(wait)));
        let kind = super::event::kind_of(&delivery.event);
        outbox.settle(hearer.id, &delivery, &told(&delivery.event, &kind, now, delivery.tries + 1, &tried, next_at))?;
        if let Some(why) = gives_up {
            parts.registry.webhook_gives_up(now, hearer.id, why)?;
            return outbox.forget_all(hearer.id);
        }
        if tried.problem.is_some() {
            parts.registry.webhook_failed(now, hearer.id)?;
            return outbox.hold(hearer.id, now + parts.retry_after);
        }
        if hearer.failing_since.is_some() {
            parts.registry.webhook_heard(hearer.id)?;
        }
    }
    Ok(())
}

/// How long to wait after so many tries, give or take a fifth, so that not all come back at once.
fn wait_after(tries: u32, first: Millis) -> Option<Millis> {
    let wait = first.0.saturating_mul(*WAITS.get(usize::try_from(tries).ok()?)?);
    Some(Millis(wait - wait / 5) + crate::ids::spread(Millis(wait / 5 * 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
