//! Pictures of the states that a person meets, in light and dark, on a desk and in a hand.

use anyhow::Result;
use rejoin_tests::browser::{Screen, Setup, World, scenario};

use super::messages;

#[tokio::test]
async fn pictures_of_a_conversation_in_light_and_dark_on_desktop_and_phone() -> Result<()> {
    scenario("looks", Setup::default(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        for (screen, scheme, what) in [
            (Screen::Desktop, "light", "desktop-light"),
            (Screen::Desktop, "dark", "desktop-dark"),
            (Screen::Phone, "light", "phone-light"),
            (Screen::Phone, "dark", "phone-dark"),
        ] {
            let customer = world.customer(screen).await?;
            customer.prefer(scheme).await?;
            agent.prefer(scheme).await?;
            customer.visit(&world.portal.page("shop", "/")).await?;
            customer.launcher().await?;
            world.picture(&customer, &format!("{what}-closed")).await?;
            customer.open().await?;
            world.picture(&customer, &format!("{what}-welcome")).await?;
            let words = format!("Hello, seen in {what}");
            customer.say(&words).await?;
            customer.shows("next in line").await?;
            agent.shows(&words).await?;
            world.picture(&agent, &format!("{what}-offered")).await?;
            agent.accept().await?;
            agent.transcript_is(&messages(&[&words])).await?;
            agent.say("Hello! What can I do for you?").await?;
            customer.transcript_is(&messages(&[&words, "Hello! What can I do for you?"])).await?;
            world.picture(&customer, &format!("{what}-talking")).await?;
            world.picture(&agent, &format!("{what}-console")).await?;
        }
        Ok(())
    })
    .await
}
