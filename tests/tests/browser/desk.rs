//! Colleagues around one conversation, each in a browser of their own: quick replies, a consult, a transfer.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Agent, Name, Screen, Setup, World, scenario, until, while_true};
use thirtyfour::Key;

use super::{conversation::talking, messages};

/// Chooses in the list that is open over the composer, by typing.
async fn choose(agent: &Agent, list: &str, typed: &str) -> Result<()> {
    agent.has_focus("combobox", Name::Is(list)).await?;
    agent.keys(typed).await?;
    agent.get("option", Name::Has(typed)).await?;
    agent.keys(Key::Enter + "").await
}

#[tokio::test]
async fn an_own_quick_reply_is_written_found_filled_and_sent() -> Result<()> {
    scenario("quick-reply", Setup::default(), async |world: &mut World| {
        let (customer, agent) = talking(world).await?;
        agent.press("link", Name::Is("Settings")).await?;
        agent.press("link", Name::Is("Quick replies")).await?;
        agent.get("heading", Name::Is("Quick replies")).await?;
        agent.press("button", Name::Is("New quick reply")).await?;
        agent.get("textbox", Name::Is("Title")).await?.send_keys("Postal address").await?;
        agent.get("textbox", Name::Is("Words")).await?.send_keys("{AgentName} here: the post takes 3 days.").await?;
        agent.get("textbox", Name::Is("Tags")).await?.send_keys("delivery post").await?;
        agent.is_accessible("console, a quick reply being written").await?;
        agent.press("button", Name::Is("Save")).await?;
        agent.shows("#delivery #post").await?;
        world.picture(&agent, "settings").await?;
        agent.driver.back().await?;
        agent.get("heading", Name::Is("This browser")).await?;
        agent.is_accessible("console, settings of the browser").await?;
        agent.press("link", Name::Is("Desk")).await?;
        agent.composer().await?.send_keys("/q").await?;
        choose(&agent, "Quick replies", "Postal").await?;
        let composer = agent.composer().await?;
        until("the filled words", || async {
            let value = composer.prop("value").await?.unwrap_or_default();
            Ok((value == "Ravi here: the post takes 3 days.").then_some(()))
        })
        .await?;
        composer.send_keys(Key::Enter + "").await?;
        customer
            .transcript_is(&messages(&["hello from mia", "hello from ravi", "Ravi here: the post takes 3 days."]))
            .await
    })
    .await
}

/// Sofia touches no mouse, from the sign-in to the note at the end.
#[tokio::test]
async fn a_consult_and_a_transfer_between_three_browsers_one_of_them_by_keys() -> Result<()> {
    scenario("colleagues", Setup::default(), async |world: &mut World| {
        let (customer, ravi) = talking(world).await?;
        let sofia = world.agent_by_keys("sofia").await?;
        ravi.composer().await?.send_keys("/c").await?;
        ravi.is_accessible("console, choosing whom to ask").await?;
        world.picture(&ravi, "consult").await?;
        choose(&ravi, "Ask for advice", "Sofia").await?;
        ravi.shows("Sofia is asked for advice").await?;
        sofia.shows("Ravi asks for your advice").await?;
        world.picture(&sofia, "invited").await?;
        sofia.is_accessible("console, invited").await?;
        sofia.keys("a").await?;
        sofia.shows("You advise Ravi.").await?;
        sofia.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        sofia.keys("i").await?;
        sofia.has_focus("textbox", Name::Is("Write to colleagues")).await?;
        sofia.keys("ask for the number" + Key::Enter).await?;
        ravi.shows("ask for the number").await?;
        world.picture(&ravi, "consulted").await?;
        ravi.is_accessible("console, with a consultant").await?;
        ravi.press("button", Name::Is("Let in")).await?;
        sofia.shows("You were let in.").await?;
        customer.shows("Sofia").await?;
        // The tabs by their arrow keys: the focus goes along.
        sofia.tab_to("tab", Name::Starts("Internal")).await?;
        sofia.keys(Key::Left + "").await?;
        sofia.has_focus("tab", Name::Starts("Reply")).await?;
        sofia.tab_to("textbox", Name::Starts("Write to Customer")).await?;
        sofia.keys("hello from sofia" + Key::Enter).await?;
        customer.shows("hello from sofia").await?;
        ensure!(!customer.words().await?.contains("ask for the number"), "colleagues' words are colleagues'");
        ravi.press("button", Name::Is("End consult")).await?;

        ravi.composer().await?.send_keys("/t").await?;
        choose(&ravi, "Transfer", "Sofia").await?;
        ravi.shows("Sofia is asked to take over").await?;
        world.picture(&ravi, "handing-over").await?;
        ravi.press("button", Name::Is("Withdraw")).await?;
        ravi.composer().await?.send_keys("/t").await?;
        choose(&ravi, "Transfer", "Sofia").await?;
        sofia.shows("Ravi hands over to you").await?;
        sofia.keys(Key::Escape + "").await?;
        sofia.keys("a").await?;
        sofia.has_focus("textbox", Name::Starts("Write to Customer")).await?;
        sofia.keys("now with sofia" + Key::Enter).await?;
        customer.shows("now with sofia").await?;
        ravi.shows("transferred it").await?;
        asks_and_ends_by_keys(world, &sofia, &ravi).await
    })
    .await
}

/// Sofia asks Ravi, lets him in, thanks him, ends the talk, leaves a note and closes: by keys.
async fn asks_and_ends_by_keys(world: &World, sofia: &Agent, ravi: &Agent) -> Result<()> {
    sofia.keys(Key::Escape + "").await?;
    sofia.keys("h").await?;
    choose(sofia, "Ask for advice", "Ravi").await?;
    ravi.press("button", Name::Starts("Accept")).await?;
    sofia.press_by_keys("button", Name::Is("Let in")).await?;
    ravi.shows("You were let in.").await?;
    sofia.press_by_keys("button", Name::Is("End consult")).await?;
    ravi.shows("left with thanks").await?;
    sofia.press_by_keys("button", Name::Starts("Presence")).await?;
    sofia.keys(Key::Escape + "").await?;
    sofia.keys("e").await?;
    sofia.get("dialog", Name::Starts("End the conversation")).await?;
    sofia.keys(Key::Enter + "").await?;
    sofia.shows("Wrap-up").await?;
    // Also where the details have no column of their own.
    sofia.driver.set_window_rect(0, 0, 900, 800).await?;
    sofia.keys("n").await?;
    sofia.has_focus("textbox", Name::Is("A note")).await?;
    sofia.driver.set_window_rect(0, 0, 1280, 800).await?;
    sofia.has_focus("textbox", Name::Is("A note")).await?;
    sofia.keys("Parcel is with the neighbor.").await?;
    sofia.keys(Key::Control + Key::Enter).await?;
    sofia.shows("You · ").await?;
    sofia.is_accessible("console, wrap-up with a note").await?;
    world.picture(sofia, "note").await?;
    sofia.keys(Key::Escape + "").await?;
    sofia.keys("?").await?;
    sofia.get("dialog", Name::Is("Keys")).await?;
    sofia.keys(Key::Escape + "").await?;
    sofia.keys("c").await?;
    while_true("a conversation of Sofia's", || async { Ok(sofia.words().await?.contains("Wrap-up")) }).await
}

#[tokio::test]
async fn pictures_of_a_desk_with_screens_of_two_sizes() -> Result<()> {
    scenario("desk-looks", Setup::default(), async |world: &mut World| {
        let (_customer, agent) = talking(world).await?;
        let second = world.customer(Screen::Phone).await?;
        second.visit(&world.portal.page("shop", "/")).await?;
        second.open().await?;
        second.say("hello from the second").await?;
        agent.shows("Accept").await?;
        for (width, height) in [(1280, 800), (1920, 1080)] {
            agent.driver.set_window_rect(0, 0, width, height).await?;
            for scheme in ["light", "dark"] {
                agent.prefer(scheme).await?;
                world.picture(&agent, &format!("{width}-{scheme}")).await?;
            }
        }
        Ok(())
    })
    .await
}
