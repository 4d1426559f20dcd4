//! Gone for longer than the limit: too late, and a new beginning.

use anyhow::{Context, Result, ensure};
use rejoin_tests::browser::{Agent, Customer, Name, Screen, Setup, World, scenario, until};

use super::messages;

/// Reconnect on, with times that a test can wait for.
fn reconnect(limit: &str, more: &str) -> Setup {
    Setup {
        disconnect_after: "3s",
        widget: format!(
            "reconnect_to_previous_agent_for = \"{limit}\"\nreconnect_time_limit = \"{limit}\"\n\
             portal_url = \"http://shop.localhost:{{portal}}/product.html\"\n{more}"
        ),
        ..Setup::default()
    }
}

const REDIRECT: &str = "redirection_url = \"http://care.localhost:{portal}/late.html\"\n";

/// A conversation that has begun: "hello from mia", "hello from ravi".
async fn talking(world: &World, screen: Screen) -> Result<(Customer, Agent)> {
    let agent = world.agent("ravi").await?;
    let customer = world.customer(screen).await?;
    customer.visit(&world.portal.page("shop", "/")).await?;
    customer.open().await?;
    customer.say("hello from mia").await?;
    agent.accept().await?;
    agent.say("hello from ravi").await?;
    customer.enter_widget().await?;
    customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
    Ok((customer, agent))
}

/// The customer's last page is gone, and the relay has counted them as disconnected.
async fn disconnect(customer: &Customer, agent: &Agent) -> Result<()> {
    customer.leave_widget().await?;
    customer.visit("about:blank").await?;
    agent.shows("Wrap-up").await
}

/// Neither the address bar nor anything that the page keeps has the secret.
async fn is_clean(customer: &Customer, link: &str) -> Result<()> {
    let (_, secret) = link.split_once("rejoin=").context("a link has a secret")?;
    customer.leave_widget().await?;
    until("a page that has forgotten the secret", || async {
        let kept = "return JSON.stringify([location.href, document.referrer, { ...localStorage }, { ...sessionStorage }, \
                    performance.getEntriesByType('resource').map(entry => entry.name), history.state])";
        let kept: String = customer.driver.execute(kept, vec![]).await?.convert()?;
        Ok((!kept.contains(secret)).then_some(()))
    })
    .await
}

#[tokio::test]
async fn a_dead_link_is_sent_to_the_redirection_url() -> Result<()> {
    scenario("redirect", reconnect("10m", REDIRECT), async |world: &mut World| {
        // A relay that never gave this link.
        let link = format!("{}{}", world.portal.page("shop", "/product.html#rejoin="), "A".repeat(43));
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&link).await?;
        let late = world.portal.page("care", "/late.html");
        until("the Redirection URL", || async {
            Ok((customer.driver.current_url().await?.as_str() == late).then_some(()))
        })
        .await?;
        is_clean(&customer, &link).await?;
        ensure!(
            customer.stored_keys().await?.is_empty(),
            "no conversation started: {:?}",
            customer.stored_keys().await?
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn start_new_after_a_disconnect_frees_the_agent_at_once() -> Result<()> {
    let setup = Setup { workstream: "cost = 5", ..reconnect("10m", "") };
    scenario("start-new", setup, async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        disconnect(&customer, &agent).await?;
        // Anonymous, without a link: the earlier conversation can be read, and a new one can be started.
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.enter_widget().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        world.picture(&customer, "late").await?;
        customer.press("button", Name::Is("Start new")).await?;
        customer.say("a new beginning").await?;
        // The hold kept all five units of the agent's capacity.
        agent.accept().await?;
        agent.shows("a new beginning").await
    })
    .await
}
