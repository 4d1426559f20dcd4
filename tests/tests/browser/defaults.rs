//! Once with the times that everybody has who sets none: three minutes until "disconnected", and a hold of five. It takes a quarter of
//! an hour, so it runs with `--long` only; here alone wall time is what is tested.

#![expect(clippy::print_stdout, reason = "what was measured, and why it was not")]

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rejoin_tests::browser::{Agent, Customer, Screen, Setup, World, scenario, until_within};

use super::{
    conversation::talking,
    messages,
    reconnect::{copied_link, reconnect},
};

const DISCONNECT_AFTER: Duration = Duration::from_secs(180);
const HOLD: Duration = Duration::from_secs(300);
/// How late the relay may be.
const LATE: Duration = Duration::from_secs(1);
/// What a look at the console may take on a busy machine, and its way there.
const SLACK: Duration = Duration::from_secs(3);

#[tokio::test]
async fn with_the_default_times_a_customer_is_disconnected_held_and_brought_back() -> Result<()> {
    if std::env::var_os("REJOIN_LONG").is_none() {
        println!("skipped: the default times take a quarter of an hour: `--long`");
        return Ok(());
    }
    let setup = Setup { disconnect_after: "", ..reconnect("10m", "") };
    let widget = setup.widget.replace("previous_agent_for = \"10m\"", "previous_agent_for = \"5m\"");
    scenario("defaults", Setup { widget, ..setup }, async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        agent.offer_link().await?;
        let link = copied_link(&customer).await?;

        // Back within the hold: the same agent, and nobody is offered anything.
        let away = leaves(&customer).await?;
        agent.shows("may be away").await?;
        world.picture(&agent, "agent-clock-runs").await?;
        let disconnected = comes_after(away, DISCONNECT_AFTER, "disconnected", &agent, "was away for too long").await?;
        let kept = hold_left(&agent).await?.context("the banner has the hold's countdown")?;
        // The countdown is rounded up, and the browser's idea of the relay's clock may lag a little.
        ensure!(kept <= HOLD + LATE && kept > HOLD - Duration::from_secs(20), "a hold of five minutes, not {kept:?}");
        world.picture(&agent, "agent-holds").await?;
        until_within(HOLD, "a hold of which a minute is gone", || async {
            let left = hold_left(&agent).await?.context("the hold goes on")?;
            Ok((left < HOLD - Duration::from_secs(60)).then_some(()))
        })
        .await?;
        let minute = disconnected.1.elapsed();
        ensure!(minute >= Duration::from_secs(60) && minute < Duration::from_secs(60) + LATE + SLACK, "{minute:?}");
        let phone = world.customer(Screen::Phone).await?;
        phone.visit(&link).await?;
        phone.enter_widget().await?;
        phone.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        agent.shows("Connected").await?;
        ensure!(hold_left(&agent).await?.is_none(), "a return ends the hold");
        ensure!(!agent.is_offered().await?, "nothing was offered");
        phone.say("back within the hold").await?;
        agent.shows("back within the hold").await?;

        // Another absence has both spans in full; after the hold the conversation is offered again.
        let away = leaves(&phone).await?;
        agent.shows("may be away").await?;
        let disconnected =
            comes_after(away, DISCONNECT_AFTER, "disconnected again", &agent, "was away for too long").await?;
        comes_after(disconnected, HOLD, "the hold is over", &agent, "The hold is over").await?;
        world.picture(&agent, "agent-hold-is-over").await?;
        phone.visit(&link).await?;
        agent.accept().await?;
        phone.enter_widget().await?;
        phone.transcript_is(&messages(&["hello from mia", "hello from ravi", "back within the hold"])).await?;
        phone.say("back after the hold").await?;
        agent.shows("back after the hold").await
    })
    .await
}

/// The instants between which something happened.
type Between = (Instant, Instant);

/// The customer's page is gone.
async fn leaves(customer: &Customer) -> Result<Between> {
    customer.leave_widget().await?;
    let before = Instant::now();
    customer.visit("about:blank").await?;
    Ok((before, Instant::now()))
}

/// Waits until the console shows something, which must be a span after what began it: never earlier, hardly later.
async fn comes_after(began: Between, span: Duration, what: &str, agent: &Agent, words: &str) -> Result<Between> {
    let last_without = std::cell::Cell::new(began.0);
    until_within(span + LATE + SLACK * 10, what, || async {
        let looked = Instant::now();
        if agent.words().await?.contains(words) {
            return Ok(Some(()));
        }
        last_without.set(looked);
        Ok(None)
    })
    .await?;
    let seen = (last_without.get(), Instant::now());
    let (earliest, latest) = (seen.0.saturating_duration_since(began.1), seen.1.saturating_duration_since(began.0));
    println!(
        "figure: {what} between {:.2} s and {:.2} s after it began, of {} s",
        earliest.as_secs_f64(),
        latest.as_secs_f64(),
        span.as_secs()
    );
    ensure!(latest >= span, "{what} came early: after {latest:?}");
    ensure!(earliest <= span + LATE + SLACK, "{what} came late: after {earliest:?}");
    Ok(seen)
}

/// What is left of the hold by the console's countdown, if there is one.
async fn hold_left(agent: &Agent) -> Result<Option<Duration>> {
    let words = agent.words().await?;
    let Some((_, rest)) = words.split_once("is kept for ") else { return Ok(None) };
    let clock = rest.split('.').next().unwrap_or_default().trim();
    let (minutes, seconds) = clock.split_once(':').with_context(|| format!("a countdown, not {clock:?}"))?;
    Ok(Some(Duration::from_secs(minutes.parse::<u64>()? * 60 + seconds.parse::<u64>()?)))
}
