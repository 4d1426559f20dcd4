//! How the chat is opened: by its launcher, by itself, by a script, in a window of its own.

use anyhow::{Context, Result, ensure};
use rejoin_tests::browser::{Customer, Name, Screen, Setup, World, scenario, until};

use super::{conversation::talking, messages};

/// Whether the panel is open, as its launcher says.
async fn is_open(customer: &Customer) -> Result<bool> {
    customer.leave_widget().await?;
    let expanded =
        "return document.querySelector('rejoin-chat')?.shadowRoot.querySelector('button').ariaExpanded === 'true'";
    Ok(customer.driver.execute(expanded, vec![]).await?.convert()?)
}

#[tokio::test]
async fn a_window_of_its_own_is_one_more_tab_and_minimize_closes_it() -> Result<()> {
    scenario("window", Setup::default(), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        customer.leave_widget().await?;
        let shop = customer.driver.window().await?;
        let open = "window.open('chat.html', 'chat', 'popup,width=420,height=700')";
        customer.driver.execute(open, vec![]).await?;
        let popup = until("a second window", || async {
            Ok(customer.driver.windows().await?.into_iter().find(|window| *window != shop))
        })
        .await?;
        customer.go_to_tab(&popup).await?;
        customer.enter_widget().await?;
        customer.say("from a window of its own").await?;
        agent.shows("from a window of its own").await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi", "from a window of its own"])).await?;
        world.picture(&customer, "filled").await?;
        customer.leave_widget().await?;
        let fills = "const { width, height } = document.querySelector('rejoin-chat').shadowRoot.querySelector('iframe') \
                     .getBoundingClientRect(); return width === innerWidth && height === innerHeight";
        ensure!(customer.driver.execute(fills, vec![]).await?.convert::<bool>()?, "the chat fills its window");

        customer.enter_widget().await?;
        customer.press("button", Name::Is("Minimize")).await?;
        until("one window", || async { Ok((customer.driver.windows().await?.len() == 1).then_some(())) }).await?;
        customer.go_to_tab(&shop).await?;
        customer.enter_widget().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi", "from a window of its own"])).await
    })
    .await
}

#[tokio::test]
async fn a_chat_that_opens_by_itself_stays_as_the_customer_left_it() -> Result<()> {
    scenario("auto", Setup::default(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let customer = world.customer(Screen::Desktop).await?;
        let page = world.portal.page("shop", "/auto.html");
        customer.visit(&page).await?;
        until("a panel that is open", || async { Ok(is_open(&customer).await?.then_some(())) }).await?;
        customer.enter_widget().await?;
        customer.say("it was open").await?;
        agent.accept().await?;
        customer.transcript_is(&messages(&["it was open"])).await?;
        customer.press("button", Name::Is("Minimize")).await?;
        until("a panel that is put away", || async { Ok((!is_open(&customer).await?).then_some(())) }).await?;
        customer.visit(&page).await?;
        let talking = "return window.rejoin?.getState?.().state === 'talking'";
        until("a chat that runs again", || async {
            Ok(customer.driver.execute(talking, vec![]).await?.convert::<bool>()?.then_some(()))
        })
        .await?;
        ensure!(!is_open(&customer).await?, "the customer had put it away");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_dead_link_is_redirected_however_the_chat_is_opened() -> Result<()> {
    let widget = "reconnect_to_previous_agent_for = \"10m\"\nreconnect_time_limit = \"10m\"\n\
                  portal_url = \"http://shop.localhost:{portal}/product.html\"\n\
                  redirection_url = \"http://care.localhost:{portal}/late.html\"\n";
    let setup = Setup { widget: widget.to_owned(), ..Setup::default() };
    scenario("redirect-modes", setup, async |world: &mut World| {
        let customer = world.customer(Screen::Desktop).await?;
        let late = world.portal.page("care", "/late.html");
        for page in ["/auto.html", "/called.html", "/chat.html"] {
            customer.visit(&format!("{}#rejoin={}", world.portal.page("shop", page), "A".repeat(43))).await?;
            until("the Redirection URL", || async {
                Ok((customer.driver.current_url().await?.as_str() == late).then_some(()))
            })
            .await
            .context(page)?;
            customer.visit(&world.portal.page("shop", "/product.html")).await?;
            let stored = "return Object.keys(localStorage).length";
            ensure!(customer.driver.execute(stored, vec![]).await?.convert::<u32>()? == 0, "{page}: nothing started");
        }
        Ok(())
    })
    .await
}
