//! The agent's side: the console.

use std::ops::Deref;

use anyhow::Result;
use thirtyfour::{Key, WebElement};

use super::{Browser, Name, until};

/// An agent's browser with the console.
pub struct Agent {
    browser: Browser,
    console: String,
}

impl Deref for Agent {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Agent {
    /// One who is at the console of this address.
    #[must_use]
    pub fn new(browser: Browser, console: String) -> Self {
        Self { browser, console }
    }

    /// Signs in and waits for the desk.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<()> {
        self.driver.goto(&self.console).await?;
        self.get("textbox", Name::Is("Name")).await?.send_keys(name).await?;
        self.get("textbox", Name::Is("Password")).await?.send_keys(password).await?;
        self.press("button", Name::Is("Sign in")).await?;
        self.get("navigation", Name::Is("Conversations")).await?;
        Ok(())
    }

    /// The same by keys alone.
    pub async fn sign_in_by_keys(&self, name: &str, password: &str) -> Result<()> {
        self.driver.goto(&self.console).await?;
        self.tab_to("textbox", Name::Is("Name")).await?;
        self.keys(name).await?;
        self.keys(Key::Tab + "").await?;
        self.keys(password).await?;
        self.keys(Key::Enter + "").await?;
        self.get("navigation", Name::Is("Conversations")).await?;
        Ok(())
    }

    /// Whether there is an offer now.
    pub async fn is_offered(&self) -> Result<bool> {
        self.has("button", Name::Starts("Accept")).await
    }

    /// Accepts the offer that is there or comes.
    pub async fn accept(&self) -> Result<()> {
        self.press("button", Name::Starts("Accept")).await
    }

    /// Where the agent writes to the customer.
    pub async fn composer(&self) -> Result<WebElement> {
        until("a composer that can be written in", || async {
            let found = self.all("textbox", Name::Starts("Write to Customer")).await?.into_iter().next();
            match found {
                Some(composer) if composer.is_enabled().await? => Ok(Some(composer)),
                _ => Ok(None),
            }
        })
        .await
    }

    /// Writes to the customer and sends it with Enter.
    pub async fn say(&self, words: &str) -> Result<()> {
        let composer = self.composer().await?;
        composer.send_keys(words).await?;
        composer.send_keys(Key::Enter + "").await?;
        Ok(())
    }

    /// Writes to colleagues.
    pub async fn say_internally(&self, words: &str) -> Result<()> {
        self.press("tab", Name::Starts("Internal")).await?;
        let composer = self.get("textbox", Name::Is("Write to colleagues")).await?;
        composer.send_keys(words).await?;
        composer.send_keys(Key::Enter + "").await?;
        self.press("tab", Name::Starts("Reply")).await
    }

    /// Opens the first of my conversations.
    pub async fn open_first(&self) -> Result<()> {
        self.press("option", Name::Has("")).await
    }

    /// Offers the customer a reconnect link.
    pub async fn offer_link(&self) -> Result<()> {
        self.press("button", Name::Is("Reconnect link")).await
    }
}
