//! An admin sets up a way in by forms, and looks after everything else that can be set.

use anyhow::Result;
use rejoin_tests::browser::{Agent, Name, Screen, Setup, World, scenario, until};
use thirtyfour::Key;

const OWN_NETWORK: &str = "[webhooks]\nallow_private_addresses = true\n";

/// A page of the settings, as it should be.
async fn goes_to(admin: &Agent, page: &str) -> Result<()> {
    admin.press("link", Name::Is(page)).await?;
    admin.get("heading", Name::Is(page)).await?;
    Ok(())
}

/// Writes into a field, instead of what is there.
async fn fills(admin: &Agent, role: &str, name: &str, words: &str) -> Result<()> {
    let field = admin.get(role, Name::Is(name)).await?;
    if role == "textbox" {
        field.clear().await?;
    }
    Ok(field.send_keys(words).await?)
}

#[tokio::test]
async fn a_queue_a_workstream_and_a_widget_are_made_and_checked() -> Result<()> {
    let setup = Setup { sections: OWN_NETWORK, ..Setup::default() };
    scenario("admin", setup, async |world: &mut World| {
        let admin = world.person("ada", "Ada", "admin").await?;
        admin.press("link", Name::Is("Settings")).await?;
        goes_to(&admin, "Queues").await?;
        admin.press("button", Name::Is("New queue")).await?;
        fills(&admin, "textbox", "Short name", "late").await?;
        fills(&admin, "textbox", "Title", "Late shift").await?;
        fills(&admin, "spinbutton", "At most so many wait", "30").await?;
        admin.get("combobox", Name::Is("When one more comes")).await?;
        admin.press("checkbox", Name::Is("Opening hours")).await?;
        fills(&admin, "textbox", "Monday", "early").await?;
        admin.press("button", Name::Is("Save")).await?;
        // The relay's mistake stands with its field, which has the focus.
        admin.shows("each says why").await?;
        admin.has_focus("textbox", Name::Is("Monday")).await?;
        admin.is_accessible("console, a queue with a mistake").await?;
        world.picture(&admin, "queue-mistake").await?;
        fills(&admin, "textbox", "Monday", "17:00-22:00").await?;
        admin.press("button", Name::Is("Save")).await?;
        admin.get("button", Name::Is("Edit Late shift")).await?;
        admin.press("button", Name::Is("Change who serves Late shift")).await?;
        admin.press("checkbox", Name::Is("Ravi")).await?;
        admin.press("button", Name::Is("Save")).await?;
        until("Ravi in the queue", || async {
            let served = admin.words().await?.split("Late shift").nth(1).is_some_and(|rest| rest.contains("Ravi"));
            Ok(served.then_some(()))
        })
        .await?;
        admin.is_accessible("console, queues").await?;

        goes_to(&admin, "Workstreams").await?;
        admin.press("button", Name::Is("New workstream")).await?;
        fills(&admin, "textbox", "Short name", "night").await?;
        fills(&admin, "combobox", "Queue", "Late shift").await?;
        admin.press("button", Name::Is("Add a rule")).await?;
        fills(&admin, "textbox", "Rule 1, condition 1: variable", "plan").await?;
        fills(&admin, "textbox", "Rule 1, condition 1: value", "gold").await?;
        admin.is_accessible("console, a workstream being made").await?;
        world.picture(&admin, "workstream").await?;
        admin.press("button", Name::Is("Save")).await?;
        admin.shows("plan is gold → ").await?;
        admin.is_accessible("console, workstreams").await?;

        goes_to(&admin, "Widgets").await?;
        admin.press("button", Name::Is("New widget")).await?;
        fills(&admin, "textbox", "Short name", "night").await?;
        fills(&admin, "textbox", "Sites", "https://night.example").await?;
        fills(&admin, "combobox", "Workstream", "night").await?;
        admin.press("button", Name::Is("Save")).await?;
        admin.get("textbox", Name::Is("Tag of night")).await?;
        fills(&admin, "textbox", "A page with night on it", "http://127.0.0.1:9/").await?;
        let mut pressed = admin.all("button", Name::Is("Check this page")).await?;
        if let Some(last) = pressed.pop() {
            last.click().await?;
        }
        admin.shows("is none of the widget's sites").await?;
        admin.shows("can't reach this page").await?;
        admin.is_accessible("console, widgets with a check").await?;
        world.picture(&admin, "widgets").await?;
        // Once a page has shown the chat, that is seen here.
        let customer = world.customer(Screen::Desktop).await?;
        customer.visit(&world.portal.page("shop", "/")).await?;
        customer.open().await?;
        admin.shows("Seen on http://shop.localhost").await
    })
    .await
}

#[tokio::test]
async fn rights_tokens_webhooks_messages_and_the_audit() -> Result<()> {
    let setup = Setup { sections: OWN_NETWORK, ..Setup::default() };
    scenario("admin-more", setup, async |world: &mut World| {
        let admin = world.person("ada", "Ada", "admin").await?;
        admin.press("link", Name::Is("Settings")).await?;
        goes_to(&admin, "Supervisors’ rights").await?;
        admin.press("switch", Name::Is("Monitor")).await?;
        until("the right to monitor", || async {
            let switch = admin.get("switch", Name::Is("Monitor")).await?;
            Ok((switch.attr("aria-checked").await?.as_deref() == Some("true")).then_some(()))
        })
        .await?;
        admin.is_accessible("console, supervisors' rights").await?;

        goes_to(&admin, "API tokens").await?;
        admin.press("button", Name::Is("New token")).await?;
        fills(&admin, "textbox", "What it is for", "Nightly report").await?;
        admin.press("button", Name::Is("Save")).await?;
        admin.get("dialog", Name::Has("Nightly report")).await?;
        admin.is_accessible("console, a token that is shown once").await?;
        admin.press("button", Name::Is("Done")).await?;
        admin.press("button", Name::Is("Revoke Nightly report")).await?;
        admin.press("button", Name::Is("Revoke")).await?;
        admin.shows("Tokens appear here").await?;
        admin.is_accessible("console, tokens").await?;

        goes_to(&admin, "Webhooks").await?;
        admin.press("button", Name::Is("New webhook")).await?;
        fills(&admin, "textbox", "What it is for", "CRM").await?;
        // Where nothing listens.
        fills(&admin, "textbox", "Address", "http://127.0.0.1:1/rejoin").await?;
        admin.is_accessible("console, a webhook being made").await?;
        admin.press("button", Name::Is("Save")).await?;
        admin.get("dialog", Name::Has("CRM")).await?;
        admin.press("button", Name::Is("Done")).await?;
        admin.get("button", Name::Is("Edit CRM")).await?;
        for button in ["Send a test event to CRM", "Last events of CRM"] {
            admin.get("button", Name::Is(button)).await?.send_keys(Key::Enter + "").await?;
            admin.shows("can't be connected to").await?;
        }
        admin.get("list", Name::Is("Last events of CRM")).await?;
        admin.is_accessible("console, webhooks").await?;
        world.picture(&admin, "webhooks").await?;

        goes_to(&admin, "Automated messages").await?;
        admin.press("button", Name::Is("Edit An agent joined")).await?;
        fills(&admin, "textbox", "Text", "{AgentName} is here for you").await?;
        admin.shows("Ravi is here for you").await?;
        admin.is_accessible("console, a message being written").await?;
        world.picture(&admin, "message").await?;
        admin.press("button", Name::Is("Save")).await?;
        admin.shows("Changed").await?;
        admin.is_accessible("console, automated messages").await?;

        goes_to(&admin, "Audit").await?;
        admin.shows("Ada").await?;
        admin.is_accessible("console, audit").await?;
        world.picture(&admin, "audit").await
    })
    .await
}
