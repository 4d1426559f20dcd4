//! Pages that make it hard.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Screen, Setup, World, scenario, until};

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
        customer.leave_widget().await?;
        ensure!(customer.violations().await?.is_empty(), "the page: {:?}", customer.violations().await?);
        ensure!(agent.violations().await?.is_empty(), "the console: {:?}", agent.violations().await?);
        for browser in [&*customer, &*agent] {
            let refused = browser.refused_by_policy().await?;
            ensure!(refused.is_empty(), "refused: {refused:?}");
        }
        // The policy is really there: what it doesn't allow is refused and noticed.
        customer
            .driver
            .execute(
                "const image = new Image(); image.src = 'http://127.0.0.1:9/x.png'; document.body.append(image)",
                vec![],
            )
            .await?;
        until("a violation", || async { Ok((!customer.violations().await?.is_empty()).then_some(())) }).await
    })
    .await
}

/// The page's scripts break what the driver itself stands on, so this test looks from an isolated world and uses mouse and
/// keyboard.
#[tokio::test]
async fn a_hostile_page_still_shows_a_chat_that_works() -> Result<()> {
    scenario("hostile", Setup::default(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("shop", "/cart.html")).await?;
        let launcher = customer.isolated_until("a launcher on top of everything", &box_of("button")).await?;
        let size = |side: &str| launcher[side].as_f64().unwrap_or_default();
        ensure!(
            (48.0..=64.0).contains(&size("width")) && (48.0..=64.0).contains(&size("height")),
            "56 px, not {launcher}"
        );
        world.picture(&customer, "hostile-closed").await?;
        customer.click_at(size("x"), size("y")).await?;
        let panel = customer.isolated_until("a panel on top of everything", &box_of("dialog")).await?;
        let side = |side: &str| panel[side].as_f64().unwrap_or_default();
        ensure!(side("width") > 300.0 && side("height") > 400.0, "376 by 640 px, not {panel}");
        // The composer has the focus when a person opens the chat; it is there as soon as the widget is.
        until("the words at the agent's", || async {
            customer.click_at(side("x"), side("y") + side("height") / 2.0 - 40.0).await?;
            customer.type_text("hello from a hostile page").await?;
            customer.type_enter().await?;
            Ok(agent.words().await?.contains("hello from a hostile page").then_some(()))
        })
        .await?;
        world.picture(&customer, "hostile-open").await?;
        agent.accept().await?;
        agent.say("hello, hostile page").await
    })
    .await
}

/// A script that gives the middle and the size of a part of ours, once a press on its middle would reach it.
fn box_of(part: &str) -> String {
    format!(
        "(() => {{
            const host = document.querySelector('rejoin-chat'), part = host?.shadowRoot.querySelector('{part}');
            if (!part) return null;
            const {{ x, y, width, height }} = part.getBoundingClientRect();
            const middle = {{ x: x + width / 2, y: y + height / 2, width, height }};
            return width && document.elementFromPoint(middle.x, middle.y) === host ? middle : null;
        }})()"
    )
}
