//! What is kept in the browser, where, and from when on.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Kind, Screen, Setup, World, scenario};

use super::messages;

#[tokio::test]
async fn nothing_is_stored_and_nothing_fetched_before_the_customer_starts() -> Result<()> {
    scenario("nothing-stored", Setup::default(), async |world: &mut World| {
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.launcher().await?;
        ensure!(!customer.has_widget().await?, "the iframe comes on intent");
        let fetched: Vec<String> = customer
            .driver
            .execute("return performance.getEntriesByType('resource').map(entry => entry.name)", vec![])
            .await?
            .convert()?;
        let ours: Vec<&String> = fetched.iter().filter(|url| url.starts_with(&world.customers.url())).collect();
        ensure!(ours.len() == 1 && ours[0].ends_with("/rejoin.js"), "only the script, not {ours:?}");

        // Opened and read, but nothing said.
        customer.open().await?;
        ensure!(customer.stored_keys().await?.is_empty(), "in the iframe: {:?}", customer.stored_keys().await?);
        customer.leave_widget().await?;
        ensure!(customer.stored_keys().await?.is_empty(), "in the page: {:?}", customer.stored_keys().await?);
        ensure!(customer.driver.get_all_cookies().await?.is_empty(), "no cookies");

        customer.enter_widget().await?;
        customer.say("hello").await?;
        customer.shows("Sent").await?;
        customer.leave_widget().await?;
        ensure!(customer.stored_keys().await? == ["rejoin.v1.shop"], "one token: {:?}", customer.stored_keys().await?);
        let stored: String =
            customer.driver.execute("return localStorage['rejoin.v1.shop']", vec![]).await?.convert()?;
        ensure!(stored.len() == 43, "256 bits as base64url, nothing else");
        Ok(())
    })
    .await
}

/// Browsers keep an iframe's storage apart for each site that embeds it. Two ports of one host are one site, two hosts are two.
#[tokio::test]
async fn the_iframes_storage_is_not_shared_between_two_sites() -> Result<()> {
    scenario("sites", Setup::default(), async |world: &mut World| {
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.open().await?;
        customer.driver.execute("localStorage.setItem('mark', 'set in the shop')", vec![]).await?;
        let origin: String = customer.driver.execute("return location.origin", vec![]).await?.convert()?;
        ensure!(origin == world.customers.url(), "the iframe is of the relay's own origin");

        customer.leave_widget().await?;
        customer.visit(&world.portal.page("help", "/")).await?;
        customer.open().await?;
        let same: String = customer.driver.execute("return location.origin", vec![]).await?.convert()?;
        ensure!(same == origin, "the same origin in both sites");
        let mark = customer.driver.execute("return localStorage.getItem('mark')", vec![]).await?;
        ensure!(mark.json().is_null(), "another site's iframe must not see {}", mark.json());

        // And back, to be sure that it was there at all.
        customer.leave_widget().await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.open().await?;
        let mark: String = customer.driver.execute("return localStorage.getItem('mark')", vec![]).await?.convert()?;
        ensure!(mark == "set in the shop");
        Ok(())
    })
    .await
}

/// Without storage the chat works, lasts as long as the page, and says so.
#[tokio::test]
async fn a_browser_that_stores_nothing_has_a_chat_for_as_long_as_the_page() -> Result<()> {
    scenario("storage-blocked", Setup::default(), async |world: &mut World| {
        let throws = "try { localStorage.length; return false } catch { return true }";
        let agent = world.agent("ravi").await?;
        let customer = world.customer_with(Screen::Desktop, Kind::StoresNothing).await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        ensure!(customer.driver.execute(throws, vec![]).await?.convert::<bool>()?, "the page can store");
        customer.open().await?;
        ensure!(customer.driver.execute(throws, vec![]).await?.convert::<bool>()?, "the iframe can store");
        customer.say("hello without a memory").await?;
        customer.shows("Your browser keeps nothing for this site.").await?;
        customer.shows("you can't come back to this conversation").await?;
        agent.accept().await?;
        agent.say("hello from ravi").await?;
        customer.transcript_is(&messages(&["hello without a memory", "hello from ravi"])).await?;
        world.picture(&customer, "customer-talking").await?;

        // Minimized and opened it is the same page, and still there.
        customer.press_launcher().await?;
        customer.open().await?;
        customer.say("still here").await?;
        customer.transcript_is(&messages(&["hello without a memory", "hello from ravi", "still here"])).await?;
        agent.shows("still here").await?;

        // Another page knows nothing of it.
        customer.leave_widget().await?;
        customer.visit(&world.portal.page("shop", "/product.html")).await?;
        customer.open().await?;
        ensure!(customer.transcript().await?.is_empty(), "nothing can have been kept");
        customer.say("anew").await?;
        customer.shows("Sent").await?;
        customer.transcript_is(&messages(&["anew"])).await
    })
    .await
}
