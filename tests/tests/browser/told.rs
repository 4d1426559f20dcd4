//! What the chat tells by itself, and what the page tells about its customer.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Screen, Setup, World, scenario};

/// Whoever is no gold customer waits where nobody answers.
const ROUTING: &str = r#"
[[workstreams.routing]]
when = [{ variable = "plan", is_not = "gold" }]
to = ["late"]
[[workstreams.routing]]
when = [{ variable = "orders", above = 10 }, { language = "en" }]
to = ["support"]
"#;

const SECTIONS: &str = r#"
[[queues]]
name = "late"
[[messages]]
trigger = "agent-joined"
language = "en"
widget = "shop"
text = "{AgentName} is here for a {$plan$} customer of {QueueName}"
"#;

fn setup() -> Setup {
    let widget = "monitoring_notice = true".to_owned();
    Setup { workstream: ROUTING, widget, sections: SECTIONS, ..Setup::default() }
}

#[tokio::test]
async fn what_the_page_says_routes_a_conversation_and_stands_in_what_is_told() -> Result<()> {
    scenario("told", setup(), async |world: &mut World| {
        let admin = world.person("ada", "Ada", "admin").await?;
        let agent = world.agent("ravi").await?;

        // Nothing is said of this one.
        let stranger = world.customer(Screen::Phone).await?;
        stranger.visit(&world.portal.page("shop", "/")).await?;
        stranger.open().await?;
        stranger.shows("This conversation may be monitored or recorded.").await?;
        stranger.is_accessible("the first screen with the notice").await?;
        stranger.say("hello from nobody").await?;
        stranger.shows("Nobody is here to answer at the moment.").await?;
        world.picture(&stranger, "nobody-is-here").await?;

        // Before the chat is opened, and wrong at first.
        let mia = world.customer(Screen::Desktop).await?;
        mia.visit(&world.portal.page("shop", "/")).await?;
        mia.launcher().await?;
        // Both are answered, though the script that answers is loaded by the first.
        let said = "const done = arguments[0];
            const first = rejoin.context({ plan: 'bronze' }), second = rejoin.context({ plan: {} });
            first.then(() => second).then(done, (wrong) => done(wrong.message))";
        let wrong: String = mia.driver.execute_async(said, vec![]).await?.convert()?;
        ensure!(wrong == "rejoin.context: plan is no text, number, true or false", "{wrong}");
        let said = "const done = arguments[0];
            rejoin.push(['context', { plan: 'silver' }]);
            rejoin.context({ plan: 'gold', orders: 12, trial: false }).then(() => done('taken'), (wrong) => done(wrong.message))";
        let taken: String = mia.driver.execute_async(said, vec![]).await?.convert()?;
        ensure!(taken == "taken", "{taken}");
        mia.open().await?;
        mia.say("hello from mia").await?;
        agent.accept().await?;
        mia.enter_widget().await?;
        mia.shows("Ravi is here for a gold customer of Support").await?;
        world.picture(&mia, "told-by-name").await?;
        mia.is_accessible("a conversation with the notice").await?;

        // Told otherwise from now on, in the chat that is open.
        let set = "const done = arguments[0];
            fetch('/api/messages/agent-joined/en?widget=shop', { method: 'DELETE' })
                .then((answer) => done(answer.status === 409 ? 'declared' : String(answer.status)), () => done('no answer'))";
        let refused: String = admin.driver.execute_async(set, vec![]).await?.convert()?;
        ensure!(refused == "declared", "the file's own: {refused}");
        let set = "const done = arguments[0];
            const headers = { 'content-type': 'application/json' };
            fetch('/api/messages/monitoring-notice/en', { method: 'PUT', headers, body: '{\"text\": \"We read along, in {QueueName}.\"}' })
                .then((answer) => done(String(answer.status)), () => done('no answer'))";
        let set: String = admin.driver.execute_async(set, vec![]).await?.convert()?;
        ensure!(set == "200", "{set}");
        mia.shows("We read along, in Support.").await?;
        stranger.shows("We read along, in late.").await
    })
    .await
}
