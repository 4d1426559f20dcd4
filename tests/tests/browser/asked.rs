//! What is asked before a conversation, and what becomes of the answers.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Customer, Name, Screen, Setup, World, scenario};
use thirtyfour::Key;

use super::messages;

/// Who brings nothing back waits where nobody answers.
const ROUTING: &str = r#"
[[workstreams.routing]]
when = [{ variable = "topic", is_not = "A return" }]
to = ["late"]
"#;

const QUESTIONS: &str = r#"
[[widgets.pre_chat]]
name = "email"
text = "Where can we write to you if we get cut off?"
texts = { de = "Wohin dürfen wir schreiben, falls die Verbindung abreißt?", ar = "إلى أين نكتب لك إذا انقطع الاتصال؟" }
kind = "line"
required = true
autocomplete = "email"
[[widgets.pre_chat]]
name = "topic"
text = "What is it about?"
texts = { de = "Worum geht es?", ar = "ما الموضوع؟" }
kind = "choice"
options = ["An order", "A return"]
required = true
[[widgets.pre_chat]]
name = "more"
text = "What should we know?"
texts = { de = "Was sollten wir wissen?", ar = "ما الذي ينبغي أن نعرفه؟" }
kind = "lines"
[[widgets.pre_chat]]
name = "consent"
text = "I have read the [privacy notice](https://shop.example.com/privacy)."
texts = { de = "Ich kenne die [Hinweise zum Datenschutz](https://shop.example.com/privacy).", ar = "قرأتُ [إشعار الخصوصية](https://shop.example.com/privacy)." }
kind = "consent"
"#;

const EMAIL: Name<'_> = Name::Starts("Where can we write to you");
const TICK: Name<'_> = Name::Starts("I have read the privacy notice");
const GO: Name<'_> = Name::Is("Go on to the chat");

fn setup() -> Setup {
    Setup {
        workstream: ROUTING,
        widget: QUESTIONS.to_owned(),
        sections: "[[queues]]\nname = \"late\"\n",
        ..Setup::default()
    }
}

async fn press_and_enter(customer: &Customer) -> Result<()> {
    customer.press_launcher().await?;
    customer.enter_widget().await
}

#[tokio::test]
async fn a_customer_answers_by_keys_and_an_agent_reads_it() -> Result<()> {
    scenario("asked", setup(), async |world: &mut World| {
        let agent = world.agent("ravi").await?;
        let mia = world.customer(Screen::Desktop).await?;
        mia.visit(&world.portal.page("shop", "/")).await?;
        press_and_enter(&mia).await?;
        mia.has_focus("textbox", EMAIL).await?;
        world.picture(&mia, "asked").await?;
        mia.is_accessible("what is asked").await?;

        // Every mistake is told beside its field, and the first has the focus.
        mia.keys("mia at example").await?;
        mia.press_by_keys("button", GO).await?;
        for told in ["Please write an address such as", "Please answer this.", "Please tick this to go on."] {
            mia.shows(told).await?;
        }
        mia.has_focus("textbox", EMAIL).await?;
        world.picture(&mia, "asked-with-mistakes").await?;
        mia.is_accessible("what is asked, with mistakes").await?;
        mia.keys(Key::Control + "a").await?;
        mia.keys("mia@example.com").await?;
        mia.tab_to("combobox", Name::Is("What is it about?")).await?;
        mia.keys("\u{e015}\u{e015}").await?;
        mia.tab_to("textbox", Name::Starts("What should we know?")).await?;
        mia.keys("It hums.").await?;
        mia.tab_to("checkbox", TICK).await?;
        mia.keys(" ").await?;
        mia.press_by_keys("button", GO).await?;

        mia.has_focus("textbox", Name::Is("Write a message")).await?;
        let stored = "return localStorage.length + sessionStorage.length";
        let stored: u32 = mia.driver.execute(stored, vec![]).await?.convert()?;
        ensure!(stored == 0, "nothing is stored before the first words");
        mia.keys("hello from mia").await?;
        mia.keys(Key::Enter + "").await?;
        // Offered at all: by the answer, to the queue that somebody serves.
        agent.accept().await?;
        for read in ["Before the chat", "What is it about?", "A return", "It hums.", "https://shop.example.com/privacy"]
        {
            agent.shows(read).await?;
        }
        world.picture(&agent, "answers").await?;
        agent.is_accessible("console, with answers").await?;
        agent.say("hello from ravi").await?;
        mia.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;

        mia.driver.refresh().await?;
        mia.open().await?;
        mia.transcript_is(&messages(&["hello from mia", "hello from ravi"])).await?;
        ensure!(
            !mia.has("form", Name::Has("")).await? || !mia.words().await?.contains("Before we start"),
            "asked again"
        );

        // The next conversation is another one.
        agent.press("button", Name::Is("End")).await?;
        agent.get("dialog", Name::Starts("End the conversation")).await?;
        agent.press("button", Name::Is("End")).await?;
        mia.press("button", Name::Is("Start new")).await?;
        mia.shows("Before we start").await?;
        mia.has_focus("textbox", EMAIL).await
    })
    .await
}

#[tokio::test]
async fn what_is_asked_fits_a_phone_and_the_dark() -> Result<()> {
    scenario("asked-looks", setup(), async |world: &mut World| {
        let mia = world.customer(Screen::Phone).await?;
        mia.prefer("dark").await?;
        mia.visit(&world.portal.page("shop", "/")).await?;
        press_and_enter(&mia).await?;
        mia.shows("Before we start").await?;
        world.picture(&mia, "dark").await?;
        mia.is_accessible("what is asked, on a phone in the dark").await?;
        let fits = "const form = document.querySelector('.survey');
            return [...form.querySelectorAll('input:not([type=checkbox]), select, textarea, .tick, button')]
                .every(one => one.getBoundingClientRect().height >= 44) && form.scrollWidth <= form.clientWidth";
        let fits: bool = mia.driver.execute(fits, vec![]).await?.convert()?;
        ensure!(fits, "something is too small, or does not fit");
        Ok(())
    })
    .await
}
