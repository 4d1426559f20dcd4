//! Gone for longer than the limit, and back: by a link, by the prompt, on another site; and too late.

use anyhow::{Context, Result, ensure};
use rejoin_tests::browser::{Agent, Customer, Engine, Name, Screen, Setup, World, scenario, until};

use super::messages;

/// Reconnect on, with times that a test can wait for.
pub(super) fn reconnect(limit: &str, more: &str) -> Setup {
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

/// The demo portal signs in whoever asks.
const SIGN_IN: &str = "[widgets.sign_in]\nissuer = \"http://127.0.0.1:{portal}\"\naudience = \"shop\"\n\
                       jwks_url = \"http://127.0.0.1:{portal}/demo-keys.json\"\n";

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
pub(super) async fn disconnect(customer: &Customer, agent: &Agent) -> Result<()> {
    customer.leave_widget().await?;
    customer.visit("about:blank").await?;
    agent.shows("Wrap-up").await
}

/// The link as the page gives it to the clipboard, which a headless browser does not let anybody read.
pub(super) async fn copied_link(customer: &Customer) -> Result<String> {
    customer.enter_widget().await?;
    let listen = "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }";
    customer.driver.execute(listen, vec![]).await?;
    customer.press("button", Name::Is("Copy link")).await?;
    customer.get("button", Name::Is("Copied")).await?;
    Ok(customer.driver.execute("return window.copied", vec![]).await?.convert()?)
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

pub(super) async fn a_link_brings_back_on_another_device_to_the_same_agent_and_words(engine: Engine) -> Result<()> {
    scenario("link", Setup { engine, ..reconnect("10m", "") }, async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        agent.offer_link().await?;
        customer.shows("If we get cut off").await?;
        world.picture(&customer, "card").await?;
        customer.press("button", Name::Is("Show QR code")).await?;
        customer.get("image", Name::Is("QR code of the link")).await?;
        world.picture(&customer, "card-qr").await?;
        customer.press("button", Name::Is("Hide QR code")).await?;
        let link = copied_link(&customer).await?;
        ensure!(link.starts_with(&world.portal.page("shop", "/product.html#rejoin=")), "the Portal URL: {link}");
        world.picture(&customer, "card-copied").await?;
        ensure!(!customer.driver.source().await?.contains(&link), "the secret is not in the page's text");
        disconnect(&customer, &agent).await?;

        // A phone with a profile of its own.
        let phone = world.customer(Screen::Phone).await?;
        phone.visit(&link).await?;
        phone.enter_widget().await?;
        phone.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        world.picture(&phone, "back-by-link").await?;
        phone.say("back by link").await?;
        agent.shows("back by link").await?;
        is_clean(&phone, &link).await?;
        // What the next page is told about where the visitor came from.
        phone.driver.execute("location.href = 'cart.html'", vec![]).await?;
        until("the next page", || async {
            Ok(phone.driver.current_url().await?.path().ends_with("cart.html").then_some(()))
        })
        .await?;
        is_clean(&phone, &link).await?;

        // The link works as often as needed; the first device is another one now.
        customer.visit(&link).await?;
        customer.enter_widget().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi", "back by link"])).await?;
        customer.say("and here too").await?;
        agent.shows("and here too").await
    })
    .await
}

pub(super) async fn a_link_opened_while_another_device_is_connected_joins_and_both_are_told(
    engine: Engine,
) -> Result<()> {
    scenario("two-devices", Setup { engine, ..reconnect("10m", "") }, async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        agent.offer_link().await?;
        let link = copied_link(&customer).await?;
        let phone = world.customer(Screen::Phone).await?;
        phone.visit(&link).await?;
        phone.enter_widget().await?;
        phone.shows("Another device joined this conversation").await?;
        customer.shows("Another device joined this conversation").await?;
        world.picture(&customer, "told").await?;
        phone.say("from the phone").await?;
        customer.say("from the desk").await?;
        let all = ["hello from mia", "hello from ravi", "from the phone", "from the desk"];
        for browser in [&customer, &phone] {
            browser.transcript_is(&messages(&all)).await?;
        }
        Ok(())
    })
    .await
}

pub(super) async fn a_link_after_the_limit_says_so_and_starts_nothing(engine: Engine) -> Result<()> {
    scenario("dead-link", Setup { engine, ..reconnect("2s", "") }, async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        agent.offer_link().await?;
        let link = copied_link(&customer).await?;
        disconnect(&customer, &agent).await?;
        agent.shows("The time to come back is over").await?;
        let phone = world.customer(Screen::Phone).await?;
        phone.visit(&link).await?;
        phone.enter_widget().await?;
        phone.shows("This link no longer works").await?;
        ensure!(phone.all("log", Name::Has("")).await?.is_empty(), "nothing of the conversation is shown");
        world.picture(&phone, "dead").await?;
        is_clean(&phone, &link).await?;
        phone.enter_widget().await?;
        phone.press("button", Name::Is("Start new")).await?;
        phone.say("a new beginning").await?;
        agent.accept().await?;
        agent.shows("a new beginning").await
    })
    .await
}

pub(super) async fn a_dead_link_is_sent_to_the_redirection_url(engine: Engine) -> Result<()> {
    scenario("redirect", Setup { engine, ..reconnect("2s", REDIRECT) }, async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        agent.offer_link().await?;
        let expired = copied_link(&customer).await?;
        disconnect(&customer, &agent).await?;
        agent.shows("The time to come back is over").await?;
        // One that this relay gave, and one that it never gave.
        let unknown = format!("{}{}", world.portal.page("shop", "/product.html#rejoin="), "A".repeat(43));
        for link in [expired, unknown] {
            let phone = world.customer(Screen::Phone).await?;
            phone.visit(&link).await?;
            let late = world.portal.page("care", "/late.html");
            until("the Redirection URL", || async {
                Ok((phone.driver.current_url().await?.as_str() == late).then_some(()))
            })
            .await?;
            is_clean(&phone, &link).await?;
            let keys = phone.stored_keys().await?;
            ensure!(keys.is_empty(), "no conversation started: {keys:?}");
        }
        ensure!(!agent.is_offered().await?, "nobody waits");
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

pub(super) async fn a_signed_in_customer_is_asked_and_continues_or_starts_anew(engine: Engine) -> Result<()> {
    scenario("prompt", Setup { engine, ..reconnect("10m", SIGN_IN) }, async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("shop", "/account.html")).await?;
        customer.press("button", Name::Is("Sign in as Mia")).await?;
        customer.open().await?;
        customer.say("hello from mia").await?;
        agent.accept().await?;
        agent.say("hello from ravi").await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        disconnect(&customer, &agent).await?;

        // Another device, the same person.
        let phone = world.customer(Screen::Phone).await?;
        phone.visit(&world.portal.page("shop", "/account.html")).await?;
        phone.press("button", Name::Is("Sign in as Mia")).await?;
        phone.press_launcher().await?;
        phone.enter_widget().await?;
        phone.shows("Continue with Ravi where you left off?").await?;
        phone.shows("Ravi keeps your place for").await?;
        world.picture(&phone, "prompt").await?;
        phone.press("button", Name::Is("Continue conversation")).await?;
        phone.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        phone.say("continued").await?;
        agent.shows("continued").await?;
        phone.leave_widget().await?;
        disconnect(&phone, &agent).await?;

        customer.visit(&world.portal.page("shop", "/account.html")).await?;
        customer.enter_widget().await?;
        customer.shows("Continue with Ravi where you left off?").await?;
        customer.press("button", Name::Is("Start new")).await?;
        customer.say("a new beginning").await?;
        agent.accept().await?;
        agent.shows("a new beginning").await
    })
    .await
}

#[tokio::test]
async fn a_browser_that_is_asked_continues() -> Result<()> {
    scenario("prompt-anonymous", reconnect("10m", "prompt_anonymous = true"), async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        disconnect(&customer, &agent).await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.enter_widget().await?;
        customer.shows("Continue with Ravi where you left off?").await?;
        customer.shows("Ravi keeps your place for").await?;
        world.picture(&customer, "prompt").await?;
        customer.prefer("dark").await?;
        world.picture(&customer, "prompt-dark").await?;
        customer.press("button", Name::Is("Continue conversation")).await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        customer.say("continued").await?;
        agent.shows("continued").await
    })
    .await
}

#[tokio::test]
async fn an_address_with_a_code_takes_the_conversation_to_another_site() -> Result<()> {
    scenario("handover", reconnect("10m", ""), async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        customer.leave_widget().await?;
        let there = world.portal.page("care", "/");
        let decorate = "const tell = arguments[1]; rejoin.decorate(arguments[0]).then(tell)";
        let address = until("a code for the other site", || async {
            let decorated = customer.driver.execute_async(decorate, vec![there.clone().into()]).await?;
            let decorated: String = decorated.convert()?;
            Ok(decorated.contains("#rejoin-code=").then_some(decorated))
        })
        .await?;
        customer.visit(&address).await?;
        customer.open().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        world.picture(&customer, "other-site").await?;
        customer.say("from the other site").await?;
        agent.shows("from the other site").await?;
        customer.leave_widget().await?;
        let here: String = customer.driver.execute("return location.href", vec![]).await?.convert()?;
        ensure!(here == there, "the code has left the address bar: {here}");
        Ok(())
    })
    .await
}

pub(super) async fn a_plain_link_takes_the_conversation_to_another_site(engine: Engine) -> Result<()> {
    scenario("plain-link", Setup { engine, ..reconnect("10m", "") }, async |world: &mut World| {
        let (customer, agent) = talking(world, Screen::Desktop).await?;
        customer.leave_widget().await?;
        has_state(&customer, "talking").await?;
        // A link like any other, pressed once. The open panel would lie over it.
        customer.press_launcher().await?;
        let link = customer.get("link", Name::Is("Care")).await?;
        let there = world.portal.page("care", "/");
        ensure!(link.prop("href").await?.as_deref() == Some(there.as_str()), "nothing is added before the press");
        link.click().await?;

        // There the conversation is, with nothing pressed, and the code has left the address bar.
        until("the other site", || async {
            let arrived = "return document.readyState === 'complete' && location.href === arguments[0]";
            let arrived: bool = customer.driver.execute(arrived, vec![there.clone().into()]).await?.convert()?;
            Ok(arrived.then_some(()))
        })
        .await?;
        has_state(&customer, "talking").await?;
        let keys = customer.stored_keys().await?;
        ensure!(keys.contains(&"rejoin.v1.shop".to_owned()), "the other site has a token of its own: {keys:?}");
        customer.open().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        world.picture(&customer, "other-site").await?;
        customer.say("from the other site").await?;
        agent.shows("from the other site").await?;

        // And back the same way: the shop still has its own.
        customer.press_launcher().await?;
        customer.get("link", Name::Is("Shop")).await?.click().await?;
        until("the shop", || async {
            Ok(customer
                .driver
                .current_url()
                .await?
                .host_str()
                .is_some_and(|host| host.starts_with("shop."))
                .then_some(()))
        })
        .await?;
        customer.open().await?;
        customer.transcript_is(&messages(&["hello from mia", "hello from ravi", "from the other site"])).await
    })
    .await
}

/// What the page's own script is told about its conversation.
async fn has_state(customer: &Customer, wanted: &str) -> Result<()> {
    until(&format!("a page that knows that it is {wanted}"), || async {
        let state = customer.driver.execute("return window.rejoin.getState().state", vec![]).await?;
        Ok((state.json() == wanted).then_some(()))
    })
    .await
}
