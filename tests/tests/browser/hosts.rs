//! Pages that make it hard.

use anyhow::{Context, Result, ensure};
use rejoin_tests::browser::{Customer, Screen, Setup, World, scenario};

use super::messages;

#[tokio::test]
async fn a_page_with_a_strict_policy_embeds_the_chat_without_one_violation() -> Result<()> {
    scenario("strict", Setup::default(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("help", "/")).await?;
        customer.open().await?;
        customer.say("hello from a strict page").await?;
        agent.accept().await?;
        agent.say("hello, strict page").await?;
        customer.transcript_is(&messages(&["hello from a strict page", "hello, strict page"])).await?;
        world.picture(&customer, "customer-strict").await?;
        ensure!(customer.violations().await?.is_empty(), "the widget: {:?}", customer.violations().await?);
        customer.leave_widget().await?;
        ensure!(customer.violations().await?.is_empty(), "the page: {:?}", customer.violations().await?);
        ensure!(agent.violations().await?.is_empty(), "the console: {:?}", agent.violations().await?);
        // The policy is really there: what it doesn't allow is refused and noticed.
        customer
            .driver
            .execute(
                "const image = new Image(); image.src = 'http://127.0.0.1:9/x.png'; document.body.append(image)",
                vec![],
            )
            .await?;
        rejoin_tests::browser::until("a violation", || async {
            Ok((!customer.violations().await?.is_empty()).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_hostile_page_still_shows_a_launcher_that_works() -> Result<()> {
    scenario("hostile", Setup::default(), async |world: &mut World| {
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("shop", "/hostile.html")).await?;
        let launcher = customer.launcher().await?;
        let place = launcher.rect().await?;
        ensure!((48.0..=64.0).contains(&place.width) && (48.0..=64.0).contains(&place.height), "56 px, not {place:?}");
        ensure!(on_top(&customer).await?, "something covers the launcher");
        world.picture(&customer, "hostile-closed").await?;
        customer.open().await?;
        customer.say("hello from a hostile page").await?;
        customer.shows("next in line").await?;
        world.picture(&customer, "hostile-open").await?;
        Ok(())
    })
    .await
}

/// Whether a press on the launcher's middle would reach it.
async fn on_top(customer: &Customer) -> Result<bool> {
    let script = "const host = document.querySelector('rejoin-chat');
                  const box = host.shadowRoot.querySelector('button').getBoundingClientRect();
                  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === host";
    customer.driver.execute(script, vec![]).await?.convert().context("no answer")
}
