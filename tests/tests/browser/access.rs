//! What the two people see, looked over by axe-core: WCAG 2.2 AA and good practice, in light and dark.

use anyhow::Result;
use rejoin_tests::browser::{Name, Screen, Setup, World, scenario};

use super::{
    conversation::talking,
    messages,
    reconnect::{copied_link, disconnect, reconnect},
};

#[tokio::test]
async fn axe_finds_nothing_from_the_launcher_to_the_end_of_a_conversation() -> Result<()> {
    scenario("access", Setup::default(), async |world: &mut World| {
        let door = world.customer(Screen::Desktop).await?;
        door.visit(&format!("{}/console/", world.agents.url())).await?;
        door.get("button", Name::Is("Sign in")).await?;
        door.is_accessible("console, signing in").await?;
        let agent = world.agent("ravi").await?;
        agent.is_accessible("console, nobody is waiting").await?;

        for screen in [Screen::Desktop, Screen::Phone] {
            let customer = world.customer(screen).await?;
            customer.visit(&world.portal.page("shop", "/")).await?;
            customer.launcher().await?;
            customer.embeds_accessibly("launcher").await?;
            customer.open().await?;
            customer.is_accessible("widget, nothing said").await?;
            customer.leave_widget().await?;
            customer.embeds_accessibly("panel").await?;
            customer.open().await?;
            customer.say("hello from mia").await?;
            customer.shows("next in line").await?;
            customer.is_accessible("widget, waiting").await?;
            agent.shows("Accept").await?;
            agent.is_accessible("console, an offer").await?;
            agent.accept().await?;
            agent.say("hello from ravi").await?;
            customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
            customer.is_accessible("widget, talking").await?;
            agent.is_accessible("console, talking").await?;
            agent.press("button", Name::Is("End")).await?;
            agent.get("dialog", Name::Starts("End the conversation")).await?;
            agent.is_accessible("console, asked whether to end").await?;
            agent.press("button", Name::Is("End")).await?;
            customer.shows("Ravi ended the conversation").await?;
            customer.is_accessible("widget, ended").await?;
            agent.shows("Wrap-up").await?;
            agent.is_accessible("console, wrap-up").await?;
            agent.press("button", Name::Is("Close")).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_on_the_ways_back() -> Result<()> {
    scenario("access-back", reconnect("10m", "prompt_anonymous = true"), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        agent.offer_link().await?;
        customer.shows("If we get cut off").await?;
        customer.is_accessible("widget, card").await?;
        customer.press("button", Name::Is("Show QR code")).await?;
        customer.get("image", Name::Is("QR code of the link")).await?;
        customer.is_accessible("widget, card with QR code").await?;
        let link = copied_link(&customer).await?;
        let phone = world.customer(Screen::Phone).await?;
        phone.visit(&link).await?;
        phone.enter_widget().await?;
        phone.shows("Another device joined this conversation").await?;
        phone.is_accessible("widget, two devices").await?;
        phone.leave_widget().await?;
        phone.visit("about:blank").await?;
        disconnect(&customer, &agent).await?;
        agent.shows("is kept for").await?;
        agent.is_accessible("console, a hold").await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.enter_widget().await?;
        customer.shows("Continue with Ravi where you left off?").await?;
        customer.is_accessible("widget, prompt").await?;
        world.customers.refuse().await;
        customer.shows("Next try in").await?;
        customer.is_accessible("widget, reconnecting").await
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_where_it_is_too_late() -> Result<()> {
    scenario("access-late", reconnect("2s", ""), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        agent.offer_link().await?;
        let link = copied_link(&customer).await?;
        disconnect(&customer, &agent).await?;
        agent.shows("The time to come back is over").await?;
        let phone = world.customer(Screen::Phone).await?;
        phone.visit(&link).await?;
        phone.enter_widget().await?;
        phone.shows("This link no longer works").await?;
        phone.is_accessible("widget, dead link").await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.enter_widget().await?;
        customer.get("button", Name::Is("Start new")).await?;
        customer.is_accessible("widget, late").await
    })
    .await
}
