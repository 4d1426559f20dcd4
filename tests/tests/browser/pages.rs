//! Pages that are written from right to left, that have two chats, or that nobody looks at yet.

use anyhow::{Context, Result, ensure};
use rejoin_tests::browser::{Customer, Name, Screen, Setup, World, scenario, until};
use thirtyfour::Key;

use super::{conversation::talking, messages};

#[tokio::test]
async fn an_arabic_page_has_a_chat_from_right_to_left() -> Result<()> {
    scenario("arabic", Setup::default(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        for (screen, what) in [(Screen::Desktop, "desktop"), (Screen::Phone, "phone")] {
            let customer = world.customer(screen).await?;
            customer.use_widget("تحدّث معنا");
            customer.visit(&world.portal.page("shop", "/arabic.html")).await?;
            let launcher = customer.launcher().await?;
            ensure!(customer.launcher_name().await? == "افتح المحادثة");
            ensure!(launcher.rect().await?.x < 100.0, "the end of a line is on the left");
            world.picture(&customer, &format!("{what}-closed")).await?;
            launcher.click().await?;
            customer.enter_widget().await?;
            let composer = customer.get("textbox", Name::Is("اكتب رسالة")).await?;
            let direction = customer
                .driver
                .execute("return getComputedStyle(document.body).direction + document.documentElement.lang", vec![]);
            ensure!(direction.await?.convert::<String>()? == "rtlar");
            world.picture(&customer, &format!("{what}-welcome")).await?;
            composer.send_keys("مرحبًا، أين طلبي؟").await?;
            composer.send_keys(Key::Enter + "").await?;
            customer.shows("دورك هو التالي").await?;
            agent.accept().await?;
            agent.shows("أين طلبي").await?;
            agent.say("Order 4711 is on its way.").await?;
            customer.transcript_is(&messages(&["مرحبًا، أين طلبي؟", "Order 4711 is on its way."])).await?;
            world.picture(&customer, &format!("{what}-talking")).await?;
            if screen == Screen::Desktop {
                world.picture(&agent, "console").await?;
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn two_widgets_on_one_page_do_not_mix() -> Result<()> {
    scenario("two", Setup::default(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("shop", "/two.html")).await?;
        let chats = [("Chat", "hello, shop", "hello from the shop"), ("Help", "hello, help", "hello from help")];
        for (title, words, answer) in chats {
            customer.use_widget(title);
            customer.open().await?;
            customer.say(words).await?;
            agent.accept().await?;
            agent.shows(words).await?;
            agent.say(answer).await?;
        }
        world.picture(&customer, "both-open").await?;
        each_has_its_own(&customer, chats).await?;

        // What comes for one is counted on its launcher only.
        for (title, ..) in chats {
            customer.use_widget(title);
            customer.press_launcher().await?;
        }
        agent.say("one more from help").await?;
        customer.use_widget("Help");
        until("the badge of help", || async {
            Ok(customer.launcher_name().await?.contains("Unread messages: 1").then_some(()))
        })
        .await?;
        world.picture(&customer, "one-unread").await?;
        customer.use_widget("Chat");
        ensure!(customer.launcher_name().await? == "Open chat", "{}", customer.launcher_name().await?);
        let mut keys = customer.stored_keys().await?;
        keys.sort();
        ensure!(keys == ["rejoin.v1.help", "rejoin.v1.shop"], "one token each: {keys:?}");

        customer.driver.refresh().await?;
        let chats = [chats[0], ("Help", "hello, help", "one more from help")];
        each_has_its_own(&customer, chats).await
    })
    .await
}

/// Opens each and looks for its words, and for the other one's.
async fn each_has_its_own(customer: &Customer, chats: [(&'static str, &str, &str); 2]) -> Result<()> {
    for (title, words, answer) in chats {
        customer.use_widget(title);
        customer.open().await?;
        customer.transcript_is(&messages(&[words, answer])).await?;
        let transcript = customer.transcript().await?;
        for (_, foreign, _) in chats.iter().filter(|(other, ..)| *other != title) {
            ensure!(!transcript.contains(foreign), "{title} shows {transcript}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_page_that_is_prerendering_does_nothing_until_somebody_looks_at_it() -> Result<()> {
    scenario("prerendering", Setup::default(), async |world: &mut World| {
        let (customer, _agent) = talking(world).await?;
        customer.leave_widget().await?;
        customer.visit(&world.portal.page("shop", "/before.html")).await?;
        let told = until("word from the page that is prerendering", || async {
            let told = customer.driver.execute("return localStorage.told", vec![]).await?;
            Ok(told.json().as_str().map(str::to_owned))
        })
        .await?;
        let told: serde_json::Value = serde_json::from_str(&told)?;
        ensure!(told["prerendering"] == true, "the page was not prerendered: {told}");
        ensure!(told["widgets"] == 0 && told["api"] == false, "the script did something: {told}");

        // Now somebody looks: the chat is there as on any other page.
        customer.press("link", Name::Is("The next page")).await?;
        customer.enter_widget().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        customer.leave_widget().await?;
        let prepared = "return performance.getEntriesByType('navigation')[0].activationStart";
        let prepared = customer.driver.execute(prepared, vec![]).await?;
        ensure!(
            prepared.json().as_f64().context("a time")? > 0.0,
            "the page that was prepared is the one that is shown"
        );
        Ok(())
    })
    .await
}
