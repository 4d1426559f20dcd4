//! Clocks that are wrong, pages that sleep or are thrown away, storage that is emptied, windows that keep nothing.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Kind, Screen, Setup, World, scenario, until};
use serde_json::json;

use super::{
    conversation::{both_see, talking},
    messages,
};

/// Every clock that a script can read goes wrong by so many years; what only measures spans goes right.
fn wrong_by(years: i32) -> String {
    format!(
        "(() => {{
            const by = {years} * 365.25 * 864e5, Real = Date, now = () => Real.now() + by;
            window.Date = new Proxy(Real, {{
                construct: (target, given, maker) => Reflect.construct(target, given.length ? given : [now()], maker),
                apply: () => new Real(now()).toString(),
                get: (target, name) => name === 'now' ? now : Reflect.get(target, name),
            }});
            const origin = performance.timeOrigin + by;
            Object.defineProperty(performance, 'timeOrigin', {{ get: () => origin }});
        }})()"
    )
}

#[tokio::test]
async fn a_browser_whose_clock_is_wrong_by_years_has_a_chat_like_any_other() -> Result<()> {
    scenario("wrong-clock", Setup { disconnect_after: "60s", ..Setup::default() }, async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let today: i32 = agent.driver.execute("return new Date().getFullYear()", vec![]).await?.convert()?;
        for years in [30, -30] {
            let (hello, answer) = (format!("hello from {years} years away"), format!("hello to {years} years away"));
            let (waiting, again) = (format!("are you there, {years}?"), format!("here again, {years}"));
            let customer = world.customer_with(Screen::Desktop, Kind::OneProcess).await?;
            customer.in_every_page(&wrong_by(years)).await?;
            customer.visit(&world.portal.page("shop", "/")).await?;
            customer.open().await?;
            let there: i32 = customer.driver.execute("return new Date().getFullYear()", vec![]).await?.convert()?;
            ensure!((there - today - years).abs() <= 1, "the frame's clock says {there}");
            customer.say(&hello).await?;
            agent.accept().await?;
            agent.say(&answer).await?;
            both_see(&customer, &agent, &[&hello, &answer]).await?;
            world.picture(&customer, &format!("talking-{years}")).await?;

            // A reload, then a while without a page: the relay's clock counts, and the console shows a short span.
            customer.leave_widget().await?;
            customer.driver.refresh().await?;
            both_see(&customer, &agent, &[&hello, &answer]).await?;
            customer.leave_widget().await?;
            customer.visit("about:blank").await?;
            agent.shows("may be away").await?;
            agent.say(&waiting).await?;
            customer.visit(&world.portal.page("shop", "/")).await?;
            both_see(&customer, &agent, &[&hello, &answer, &waiting]).await?;
            customer.say(&again).await?;
            both_see(&customer, &agent, &[&hello, &answer, &waiting, &again]).await?;
            agent.shows("Connected").await?;
            customer.leave_widget().await?;
            customer.visit("about:blank").await?;
        }
        Ok(())
    })
    .await
}

/// What a phone does to a page when it is locked, and when it is taken out of the pocket again.
#[tokio::test]
async fn a_page_that_was_frozen_has_missed_nothing_when_it_wakes() -> Result<()> {
    scenario("frozen", Setup { disconnect_after: "60s", ..Setup::default() }, async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        customer.leave_widget().await?;
        let watch = "window.slept = []; for (const kind of ['freeze', 'resume']) \
                     document.addEventListener(kind, () => window.slept.push(kind))";
        customer.driver.execute(watch, vec![]).await?;
        customer.devtools("Page.setWebLifecycleState", json!({ "state": "frozen" })).await?;
        agent.shows("may be away").await?;
        agent.say("said while the phone was locked").await?;
        customer.devtools("Page.setWebLifecycleState", json!({ "state": "active" })).await?;
        until("a page that was frozen and woke", || async {
            let slept: Vec<String> = customer.driver.execute("return window.slept", vec![]).await?.convert()?;
            Ok((slept == ["freeze", "resume"]).then_some(()))
        })
        .await?;
        let mut said = vec!["hello from mia", "hello from ravi", "said while the phone was locked"];
        both_see(&customer, &agent, &said).await?;
        agent.shows("Connected").await?;
        customer.say("out of the pocket").await?;
        said.push("out of the pocket");
        both_see(&customer, &agent, &said).await
    })
    .await
}

/// A page that the browser threw away, and its tab with it: what is left is what the site's storage keeps.
#[tokio::test]
async fn a_page_that_was_thrown_away_is_found_again_in_another_tab() -> Result<()> {
    scenario("discarded", Setup::default(), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        customer.leave_widget().await?;
        let gone = customer.open_tab("about:blank").await?;
        let left = customer.driver.window().await?;
        customer.go_to_tab(&gone).await?;
        customer.driver.close_window().await?;
        customer.go_to_tab(&left).await?;
        agent.shows("may be away").await?;
        agent.say("said to nobody").await?;
        customer.visit(&world.portal.page("shop", "/product.html")).await?;
        customer.open().await?;
        both_see(&customer, &agent, &["hello from mia", "hello from ravi", "said to nobody"]).await?;
        agent.shows("Connected").await
    })
    .await
}

#[tokio::test]
async fn storage_that_is_emptied_meanwhile_costs_the_open_page_nothing() -> Result<()> {
    scenario("emptied", Setup::default(), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        for in_frame in [true, false] {
            if !in_frame {
                customer.leave_widget().await?;
            }
            customer.driver.execute("localStorage.clear(); sessionStorage.clear()", vec![]).await?;
        }
        customer.enter_widget().await?;
        customer.say("written after it").await?;
        agent.say("answered after it").await?;
        both_see(&customer, &agent, &["hello from mia", "hello from ravi", "written after it", "answered after it"])
            .await?;
        // The connection comes back without what was stored.
        world.customers.cut();
        agent.say("said while it was cut").await?;
        let all =
            ["hello from mia", "hello from ravi", "written after it", "answered after it", "said while it was cut"];
        both_see(&customer, &agent, &all).await?;
        customer.say("and on").await?;
        agent.shows("and on").await
    })
    .await
}

#[tokio::test]
async fn a_private_window_has_a_chat_that_survives_a_reload_and_the_next_page() -> Result<()> {
    scenario("private", Setup::default(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let customer = world.customer_with(Screen::Desktop, Kind::Private).await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.open().await?;
        customer.say("hello from mia").await?;
        agent.accept().await?;
        agent.say("hello from ravi").await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        customer.leave_widget().await?;
        customer.driver.refresh().await?;
        both_see(&customer, &agent, &["hello from mia", "hello from ravi"]).await?;
        customer.leave_widget().await?;
        customer.visit(&world.portal.page("shop", "/product.html")).await?;
        both_see(&customer, &agent, &["hello from mia", "hello from ravi"]).await?;
        customer.say("still private").await?;
        agent.shows("still private").await
    })
    .await
}
