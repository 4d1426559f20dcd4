//! A supervisor over two customers and two agents: sees, reads along, joins, assigns, hands over, closes.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Agent, Customer, Name, Screen, Setup, World, scenario, until, while_true};

const RIGHTS: &str = "[supervisors]\nmonitor = true\nassign = true\ntransfer = true\nforce_close = true\n";

async fn starts(world: &World, words: &str) -> Result<Customer> {
    let customer = world.customer(Screen::Desktop).await?;
    customer.visit(&world.portal.page("shop", "/")).await?;
    customer.open().await?;
    customer.say(words).await?;
    Ok(customer)
}

/// Presses a button of the dialog that gives a conversation to somebody.
async fn gives(supervisor: &Agent, what: &str, to: &str) -> Result<()> {
    supervisor.press("option", Name::Has(to)).await?;
    supervisor.press("button", Name::Is(what)).await
}

/// Chooses in the list over the composer.
async fn gives_by_picker(agent: &Agent, to: &str) -> Result<()> {
    agent.press("option", Name::Has(to)).await
}

#[tokio::test]
async fn five_windows_from_assignment_to_a_close_by_force() -> Result<()> {
    let setup = Setup { sections: RIGHTS, ..Setup::default() };
    scenario("supervise", setup, async |world: &mut World| {
        let chief = world.person("nora", "Nora", "supervisor").await?;
        let ravi = world.agent("ravi").await?;
        let first = starts(world, "hello from the first").await?;
        ravi.accept().await?;
        ravi.say("hello from ravi").await?;
        first.shows("hello from ravi").await?;
        let sofia = world.agent("sofia").await?;

        chief.press("link", Name::Is("Supervise")).await?;
        chief.get("heading", Name::Is("Ongoing conversations")).await?;
        chief.shows("Ravi").await?;
        chief.is_accessible("console, supervise").await?;
        for (width, height) in [(1280, 800), (1920, 1080)] {
            chief.driver.set_window_rect(0, 0, width, height).await?;
            for scheme in ["light", "dark"] {
                chief.prefer(scheme).await?;
                world.picture(&chief, &format!("floor-{width}-{scheme}")).await?;
            }
        }
        chief.prefer("light").await?;

        // Reads along: nobody is told. Joins: both are.
        chief.press("button", Name::Starts("Monitor")).await?;
        chief.shows("You read along.").await?;
        chief.shows("hello from ravi").await?;
        chief.is_accessible("console, reading along").await?;
        world.picture(&chief, "monitor").await?;
        chief.press("button", Name::Is("Join")).await?;
        chief.shows("You have joined.").await?;
        chief.say("hello from nora").await?;
        first.shows("hello from nora").await?;
        ravi.shows("hello from nora").await?;
        chief.press("button", Name::Is("Stop reading along")).await?;

        // Assigns a second one, whoever it was offered to.
        for agent in [&ravi, &sofia] {
            agent.press("button", Name::Starts("Presence")).await?;
            agent.press("menuitemradio", Name::Starts("Do not disturb")).await?;
        }
        let second = starts(world, "hello from the second").await?;
        chief.press("link", Name::Is("Supervise")).await?;
        chief.press("button", Name::Starts("Why is")).await?;
        chief.get("dialog", Name::Starts("Why is")).await?;
        chief.shows("Do not disturb").await?;
        chief.is_accessible("console, why somebody waits").await?;
        world.picture(&chief, "why").await?;
        chief.press("button", Name::Is("Close")).await?;
        chief.press("button", Name::Starts("Assign")).await?;
        chief.get("dialog", Name::Starts("Assign")).await?;
        chief.is_accessible("console, assigning").await?;
        world.picture(&chief, "assign").await?;
        gives(&chief, "Assign", "Sofia").await?;
        sofia.open_first().await?;
        sofia.say("hello from sofia").await?;
        second.shows("hello from sofia").await?;

        chief.press("link", Name::Is("Agents")).await?;
        chief.get("combobox", Name::Is("Presence of Ravi")).await?;
        chief.is_accessible("console, agents").await?;
        world.picture(&chief, "agents").await?;

        // Ravi asks Sofia and hands over to her; she ends her other talk and tidies it away.
        sofia.press("button", Name::Starts("Presence")).await?;
        sofia.press("menuitemradio", Name::Starts("Available")).await?;
        ravi.press("button", Name::Starts("Consult")).await?;
        gives_by_picker(&ravi, "Sofia").await?;
        sofia.press("button", Name::Starts("Accept")).await?;
        ravi.shows("Sofia advises you.").await?;
        ravi.press("button", Name::Starts("Transfer")).await?;
        gives_by_picker(&ravi, "Sofia").await?;
        sofia.press("button", Name::Starts("Accept")).await?;
        sofia.say("now with sofia").await?;
        first.shows("now with sofia").await?;
        sofia.press("option", Name::Has("hello from sofia")).await?;
        sofia.press("button", Name::Is("End")).await?;
        sofia.get("dialog", Name::Starts("End the conversation")).await?;
        sofia.press("button", Name::Is("End")).await?;
        sofia.shows("Wrap-up").await?;
        sofia.press("button", Name::Is("Close")).await?;

        chief.press("link", Name::Is("Ongoing conversations")).await?;
        while_true("two conversations on the floor", || async {
            Ok(chief.all("button", Name::Has("by force")).await?.len() > 1)
        })
        .await?;
        chief.press("button", Name::Has("by force")).await?;
        chief.press("button", Name::Is("Proceed")).await?;
        first.get("button", Name::Is("Start new")).await?;

        chief.press("link", Name::Is("Reports")).await?;
        chief.get("heading", Name::Is("Reports")).await?;
        chief.shows("How customers came back").await?;
        // Two began and both were answered; one was transferred.
        until("the figures of both conversations", || async {
            chief.press("button", Name::Is("Refresh")).await?;
            let words = chief.words().await?;
            // The row of the queue: incoming, answered, abandoned.
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            Ok((words.contains("2 answered") && words.contains("support 2 2 0")).then_some(()))
        })
        .await?;
        chief.is_accessible("console, reports").await?;
        for (width, height) in [(1280, 800), (1920, 1080)] {
            chief.driver.set_window_rect(0, 0, width, height).await?;
            for scheme in ["light", "dark"] {
                chief.prefer(scheme).await?;
                world.picture(&chief, &format!("reports-{width}-{scheme}")).await?;
            }
        }
        Ok(())
    })
    .await
}

/// Only rows in sight are drawn, and all can be brought into sight.
#[tokio::test]
async fn the_last_of_many_conversations_is_reached() -> Result<()> {
    let many = 150;
    scenario("many", Setup { sections: RIGHTS, ..Setup::default() }, async |world: &mut World| {
        let chief = world.person("nora", "Nora", "supervisor").await?;
        chief.press("link", Name::Is("Supervise")).await?;
        let address = world.customers.url().trim_start_matches("http://").parse()?;
        rejoin_tests::bench::customers(address, many).await?;
        let last = format!("Customer {many}");
        until("all conversations", || async {
            let rows = "return document.querySelector('table').getAttribute('aria-rowcount')";
            let rows: String = chief.driver.execute(rows, vec![]).await?.convert()?;
            Ok((rows == (many + 1).to_string()).then_some(()))
        })
        .await?;
        ensure!(
            !chief.has("button", Name::Is(&format!("Why is {last} not assigned?"))).await?,
            "out of sight, not drawn"
        );
        chief.driver.execute("document.querySelector('.table-host').scrollTop = 1e6", vec![]).await?;
        let why = chief.get("button", Name::Is(&format!("Why is {last} not assigned?"))).await?;
        let rect = why.rect().await?;
        ensure!(rect.y > 300.0 && rect.y < 800.0, "{last} is in sight: {rect:?}");
        world.picture(&chief, "last").await
    })
    .await
}

#[tokio::test]
async fn an_admin_adds_somebody_who_then_signs_in() -> Result<()> {
    scenario("people", Setup::default(), async |world: &mut World| {
        let admin = world.person("ada", "Ada", "admin").await?;
        admin.press("link", Name::Is("Settings")).await?;
        admin.press("link", Name::Is("People")).await?;
        admin.shows("Ravi").await?;
        admin.is_accessible("console, people").await?;
        admin.press("button", Name::Is("New person")).await?;
        admin.get("textbox", Name::Is("Name")).await?.send_keys("Lena").await?;
        admin.get("textbox", Name::Is("Signs in as")).await?.send_keys("Not A Name").await?;
        admin.get("textbox", Name::Is("First password")).await?.send_keys("correct horse battery").await?;
        admin.press("button", Name::Is("Save")).await?;
        // The relay's mistake stands with its field.
        admin.shows("each says why").await?;
        admin.is_accessible("console, a person with a mistake").await?;
        world.picture(&admin, "mistake").await?;
        let name = admin.get("textbox", Name::Is("Signs in as")).await?;
        name.clear().await?;
        name.send_keys("lena").await?;
        admin.press("checkbox", Name::Is("support")).await?;
        admin.press("button", Name::Is("Save")).await?;
        admin.shows("May sign in").await?;
        admin.get("button", Name::Is("Edit Lena")).await?;
        world.picture(&admin, "people").await?;
        world.agent("lena").await?;
        admin.press("link", Name::Is("Widgets")).await?;
        admin.shows("Declared in the settings file").await?;
        admin.is_accessible("console, widgets").await?;
        world.picture(&admin, "widgets").await
    })
    .await
}
