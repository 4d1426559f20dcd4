//! The agent's clock and the three-minute rule, shortened by the setting that every widget has.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Name, Screen, Setup, World, scenario, until, while_true};

use super::{conversation::talking, messages};

#[tokio::test]
async fn away_for_less_than_the_limit_leaves_no_trace_for_the_customer() -> Result<()> {
    scenario("away", Setup { disconnect_after: "60s", ..Setup::default() }, async |world: &mut World| {
        let (customer, agent) = talking(world).await?;

        // Gone from the site: no page of it is open.
        customer.leave_widget().await?;
        customer.visit("about:blank").await?;
        agent.shows("may be away").await?;
        world.picture(&agent, "agent-clock-runs").await?;
        agent.say("are you there?").await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.enter_widget().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi", "are you there?"])).await?;
        agent.shows("Connected").await?;
        let transcript = customer.transcript().await?;
        ensure!(!transcript.to_lowercase().contains("away"), "the customer reads nothing of being away: {transcript}");
        while_true("the banner with the clock", || async {
            Ok(agent.words().await?.contains("The connection dropped"))
        })
        .await?;
        customer.say("yes, again").await?;
        agent.shows("yes, again").await
    })
    .await
}

#[tokio::test]
async fn away_for_longer_than_the_limit_is_disconnected_and_says_so_on_return() -> Result<()> {
    scenario("disconnected", Setup { disconnect_after: "15s", ..Setup::default() }, async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        customer.leave_widget().await?;
        customer.visit("about:blank").await?;

        // First away with a running clock, then disconnected, then wrap-up: without reconnect there is no way back.
        agent.shows("may be away").await?;
        agent.shows("Wrap-up").await?;
        agent.shows("was away for too long").await?;
        world.picture(&agent, "agent-disconnected").await?;

        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.enter_widget().await?;
        customer.shows("You were away for too long").await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        world.picture(&customer, "customer-disconnected").await?;
        customer.press("button", Name::Has("Start new")).await?;
        customer.say("here again").await?;
        customer.shows("next in line").await?;
        agent.shows("here again").await
    })
    .await
}

#[tokio::test]
async fn an_offer_that_nobody_answers_goes_on_to_the_next_agent() -> Result<()> {
    let setup = Setup { workstream: "offer_for = \"5s\"", ..Setup::default() };
    scenario("missed", setup, async |world: &mut World| {
        let ravi = world.agent("ravi").await?;
        let sofia = world.agent("sofia").await?;
        let customer = world.customer(Screen::Phone).await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.open().await?;
        customer.say("is anybody there?").await?;
        let (first, second) = until("an offer to one of them", || async {
            if ravi.is_offered().await? {
                return Ok(Some((&ravi, &sofia)));
            }
            Ok(sofia.is_offered().await?.then_some((&sofia, &ravi)))
        })
        .await?;
        ensure!(!second.is_offered().await?, "an offer goes to one agent");
        first.shows("You're inactive.").await?;
        second.accept().await?;
        second.shows("is anybody there?").await?;
        world.picture(first, "agent-inactive").await?;
        ensure!(!first.is_offered().await?);
        first.press("button", Name::Has("I'm here")).await?;
        Ok(())
    })
    .await
}
