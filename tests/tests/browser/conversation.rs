//! One conversation through everything that happens to a page and its network.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Agent, Browser, Customer, Engine, Name, Screen, Setup, World, scenario, until};

use super::messages;

/// Customer and agent in a conversation that has begun: "hello from mia", "hello from ravi".
pub(super) async fn talking(world: &World) -> Result<(Customer, Agent)> {
    let agent = world.agent("ravi").await?;
    let customer = world.customer(Screen::Desktop).await?;
    customer.visit(&world.portal.page("shop", "/")).await?;
    customer.open().await?;
    customer.say("hello from mia").await?;
    customer.shows("You are next in line").await?;
    world.picture(&customer, "customer-in-the-queue").await?;
    world.picture(&agent, "agent-offered").await?;
    agent.accept().await?;
    agent.say("hello from ravi").await?;
    customer.enter_widget().await?;
    customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
    Ok((customer, agent))
}

/// Both see exactly these, in this order. Leaves the widget as the customer's current frame.
pub(super) async fn both_see(customer: &Customer, agent: &Agent, all: &[&str]) -> Result<()> {
    customer.enter_widget().await?;
    customer.transcript_is(&messages(all)).await?;
    agent.transcript_is(&messages(all)).await
}

pub(super) async fn a_conversation_survives_the_next_page_a_reload_a_second_tab_and_back(engine: Engine) -> Result<()> {
    scenario("pages", Setup { engine, ..Setup::default() }, async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        let mut said = vec!["hello from mia", "hello from ravi"];
        both_see(&customer, &agent, &said).await?;
        world.picture(&customer, "customer-talking").await?;
        world.picture(&agent, "agent-talking").await?;

        // The next page: open as it was, nothing asked.
        customer.visit(&world.portal.page("shop", "/product.html")).await?;
        both_see(&customer, &agent, &said).await?;
        agent.say("said on the second page").await?;
        said.push("said on the second page");
        both_see(&customer, &agent, &said).await?;

        // A reload, with a draft.
        customer.write("half a thought").await?;
        draft_is_kept(&customer).await?;
        customer.leave_widget().await?;
        customer.driver.refresh().await?;
        both_see(&customer, &agent, &said).await?;
        until("the draft after the reload", || async {
            Ok((customer.composer().await?.prop("value").await?.as_deref() == Some("half a thought")).then_some(()))
        })
        .await?;
        customer.say(", finished").await?;
        said.push("half a thought, finished");
        both_see(&customer, &agent, &said).await?;

        // A second tab: minimized, in step, and the first one still works.
        let first = customer.open_tab(&world.portal.page("shop", "/")).await?;
        let second = customer.driver.window().await?;
        let launcher = customer.launcher().await?;
        ensure!(launcher.attr("aria-expanded").await?.as_deref() == Some("false"), "a new tab starts minimized");
        agent.say("said with two tabs").await?;
        said.push("said with two tabs");
        // WebKit's driver leaves the first one in sight, so there the message is read already.
        if engine != Engine::WebKit {
            until("the badge of the second tab", || async {
                Ok(customer.launcher_name().await?.contains("Unread messages: 1").then_some(()))
            })
            .await?;
        }
        world.picture(&customer, "customer-second-tab").await?;
        customer.open().await?;
        customer.say("from the second tab").await?;
        said.push("from the second tab");
        both_see(&customer, &agent, &said).await?;
        customer.go_to_tab(&first).await?;
        both_see(&customer, &agent, &said).await?;
        customer.go_to_tab(&second).await?;
        customer.driver.close_window().await?;
        customer.go_to_tab(&first).await?;

        // Back; out of the back/forward cache where the browser tells.
        customer.leave_widget().await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        both_see(&customer, &agent, &said).await?;
        agent.say("said while the product is in the cache").await?;
        said.push("said while the product is in the cache");
        both_see(&customer, &agent, &said).await?;
        customer.leave_widget().await?;
        customer.driver.back().await?;
        if engine == Engine::Chromium {
            customer.is_from_cache().await?;
        }
        both_see(&customer, &agent, &said).await?;
        customer.say("from the page of before").await?;
        said.push("from the page of before");
        both_see(&customer, &agent, &said).await?;

        // The console's own reload.
        agent.driver.refresh().await?;
        agent.open_first().await?;
        both_see(&customer, &agent, &said).await
    })
    .await
}

/// Drafts are kept on pauses in typing: in the iframe's own storage, never in the page's.
async fn draft_is_kept(customer: &Customer) -> Result<()> {
    until("the draft in the iframe's storage", || async {
        let stored = customer.driver.execute("return JSON.stringify([localStorage, sessionStorage])", vec![]).await?;
        Ok(stored.convert::<String>()?.contains("half a thought").then_some(()))
    })
    .await
}

/// Presses "Try now", unless the next try by itself was quicker.
async fn try_now(browser: &Browser) -> Result<()> {
    until("a try", || async {
        let Some(button) = browser.all("button", Name::Has("Try now")).await?.into_iter().next() else {
            return Ok(Some(()));
        };
        button.click().await?;
        Ok(Some(()))
    })
    .await
}

#[tokio::test]
async fn words_written_without_a_network_arrive_once_and_in_order() -> Result<()> {
    scenario("network", Setup { disconnect_after: "60s", ..Setup::default() }, async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        let mut said = vec!["hello from mia", "hello from ravi"];

        // Refused: the relay's port answers nobody.
        world.customers.refuse().await;
        customer.enter_widget().await?;
        customer.shows("Next try in").await?;
        customer.say("written while refused").await?;
        customer.shows("Waiting to send").await?;
        world.picture(&customer, "customer-reconnecting").await?;
        agent.say("said while she was gone").await?;
        world.customers.recover().await?;
        try_now(&customer).await?;
        said.extend(["said while she was gone", "written while refused"]);
        both_see(&customer, &agent, &said).await?;

        // Half-open: the socket looks alive and carries nothing. Nobody is told; both sides have to find out.
        world.customers.go_silent();
        customer.say("written into silence").await?;
        customer.say("and once more").await?;
        customer.shows("Sending").await?;
        agent.shows("may be away").await?;
        world.picture(&agent, "agent-customer-away").await?;
        world.customers.recover().await?;
        said.extend(["written into silence", "and once more"]);
        both_see(&customer, &agent, &said).await?;
        agent.shows("Connected").await?;

        // The agent's network goes; what was written there waits too.
        world.agents.refuse().await;
        agent.shows("You're not connected.").await?;
        agent.say("ravi, without a network").await?;
        customer.shows("Ravi's connection dropped").await?;
        world.picture(&customer, "customer-agent-away").await?;
        world.agents.recover().await?;
        try_now(&agent).await?;
        said.push("ravi, without a network");
        both_see(&customer, &agent, &said).await
    })
    .await
}

pub(super) async fn a_killed_relay_loses_nothing(engine: Engine) -> Result<()> {
    scenario("restart", Setup { engine, ..Setup::default() }, async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        let mut said = vec!["hello from mia", "hello from ravi"];
        customer.say("just before the end").await?;
        said.push("just before the end");
        both_see(&customer, &agent, &said).await?;

        world.relay.kill()?;
        customer.shows("Next try in").await?;
        customer.say("written while it is dead").await?;
        agent.shows("You're not connected.").await?;
        world.relay.start().await?;
        said.push("written while it is dead");
        both_see(&customer, &agent, &said).await?;
        agent.say("still the same conversation").await?;
        said.push("still the same conversation");
        both_see(&customer, &agent, &said).await?;

        // Killed in the middle of a send: the answer is lost, the words are not, and they are not there twice.
        customer.say("into the kill").await?;
        world.relay.kill()?;
        world.relay.start().await?;
        said.push("into the kill");
        both_see(&customer, &agent, &said).await
    })
    .await
}

#[tokio::test]
async fn an_internal_message_never_reaches_the_customer() -> Result<()> {
    scenario("internal", Setup::default(), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        agent.say_internally("the secret discount").await?;
        agent.say("after the whisper").await?;
        both_see(&customer, &agent, &["hello from mia", "hello from ravi", "after the whisper"]).await?;
        agent
            .transcript_is(&messages(&[
                "hello from mia",
                "hello from ravi",
                "the secret discount",
                "after the whisper",
            ]))
            .await?;
        world.picture(&agent, "agent-internal").await?;
        ensure!(!customer.words().await?.contains("secret discount"));
        ensure!(!customer.driver.source().await?.contains("secret discount"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_agent_ends_and_closes_and_the_customer_reads_why() -> Result<()> {
    scenario("end", Setup::default(), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        agent.press("button", Name::Is("End")).await?;
        agent.get("dialog", Name::Starts("End the conversation")).await?;
        agent.press("button", Name::Is("End")).await?;
        customer.enter_widget().await?;
        customer.shows("Ravi ended the conversation").await?;
        world.picture(&customer, "customer-ended").await?;
        agent.shows("Wrap-up").await?;
        world.picture(&agent, "agent-wrap-up").await?;
        agent.press("button", Name::Is("Close")).await?;
        agent.shows("Nobody is waiting").await?;

        customer.press("button", Name::Has("Start new")).await?;
        customer.say("a new beginning").await?;
        customer.shows("next in line").await?;
        let transcript = customer.transcript().await?;
        ensure!(!transcript.contains("hello from mia"), "a new conversation shows nothing of the old one");
        Ok(())
    })
    .await
}
