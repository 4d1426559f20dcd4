//! The customer's side: pages of the portal, the launcher on them, the widget in its iframe.

use std::{cell::Cell, ops::Deref};

use anyhow::{Context, Result};
use thirtyfour::{Key, WebElement, WindowHandle};

use super::{Browser, Engine, Name, until};

/// A customer's browser. Between calls the current frame is the page; what looks into the widget goes there by itself.
pub struct Customer {
    browser: Browser,
    /// The name of the panel that is meant; without one the first.
    title: Cell<Option<&'static str>>,
}

impl Deref for Customer {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

/// A part of the widget whose panel has a certain name, if one is given.
const PART: &str = "const [title, part] = arguments;
    return [...document.querySelectorAll('rejoin-chat')].map(host => host.shadowRoot)
        .find(root => !title || root.querySelector('dialog').ariaLabel === title)?.querySelector(part)";

impl Customer {
    pub(super) fn new(browser: Browser) -> Self {
        Self { browser, title: Cell::new(None) }
    }

    /// On a page with several widgets: from now on this one is meant.
    pub fn use_widget(&self, title: &'static str) {
        self.title.set(Some(title));
    }

    async fn part(&self, part: &str) -> Result<Option<WebElement>> {
        let found = self.driver.execute(PART, vec![self.title.get().into(), part.into()]).await?;
        Ok(if found.json().is_null() { None } else { Some(found.element()?) })
    }

    /// Goes to a page.
    pub async fn visit(&self, url: &str) -> Result<()> {
        Ok(self.driver.goto(url).await?)
    }

    /// The launcher, found in its open shadow root: a button by its role.
    pub async fn launcher(&self) -> Result<WebElement> {
        self.leave_widget().await?;
        until("the launcher", || async {
            let Some(launcher) = self.part("button").await? else { return Ok(None) };
            Ok(launcher.is_displayed().await?.then_some(launcher))
        })
        .await
    }

    /// The launcher's accessible name.
    pub async fn launcher_name(&self) -> Result<String> {
        let launcher = self.launcher().await?;
        self.name(&launcher).await
    }

    /// Opens the widget, or closes it again.
    pub async fn press_launcher(&self) -> Result<()> {
        Ok(self.launcher().await?.click().await?)
    }

    /// Whether the page has an iframe of ours already.
    pub async fn has_widget(&self) -> Result<bool> {
        self.leave_widget().await?;
        Ok(self.part("iframe").await?.is_some())
    }

    /// Makes the widget the current frame.
    pub async fn enter_widget(&self) -> Result<()> {
        self.leave_widget().await?;
        until("the widget's iframe", || async {
            let Some(frame) = self.part("iframe").await? else { return Ok(None) };
            frame.enter_frame().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Makes the page the current frame.
    pub async fn leave_widget(&self) -> Result<()> {
        Ok(self.driver.enter_default_frame().await?)
    }

    /// Opens the widget unless it is open, and waits until one can write in it. Leaves the widget as the current frame.
    pub async fn open(&self) -> Result<()> {
        let launcher = self.launcher().await?;
        if launcher.attr("aria-expanded").await?.as_deref() != Some("true") {
            launcher.click().await?;
        }
        self.enter_widget().await?;
        self.composer().await.map(|_| ())
    }

    /// Where the customer writes. The widget is the current frame.
    pub async fn composer(&self) -> Result<WebElement> {
        self.get("textbox", Name::Is("Write a message")).await
    }

    /// Writes something and leaves it unsent. The widget is the current frame.
    pub async fn write(&self, words: &str) -> Result<WebElement> {
        let composer = self.composer().await?;
        if self.engine() == Engine::WebKit {
            // A frame of another site that nobody has touched can't take the focus there.
            composer.click().await?;
        }
        composer.send_keys(words).await?;
        Ok(composer)
    }

    /// Writes something and sends it with Enter. The widget is the current frame.
    pub async fn say(&self, words: &str) -> Result<()> {
        let composer = self.write(words).await?;
        self.composer_is(&composer, words).await?;
        composer.send_keys(Key::Enter + "").await?;
        until("a composer that has given its words away", || async {
            let Some(composer) = self.all("textbox", Name::Is("Write a message")).await?.into_iter().next() else {
                return Ok(Some(()));
            };
            Ok(composer.prop("value").await?.is_none_or(|value| value.is_empty()).then_some(()))
        })
        .await
    }

    /// Waits until what was typed is there, the last of it at the end of what was there before.
    async fn composer_is(&self, composer: &WebElement, words: &str) -> Result<()> {
        let typed = until("a composer with what was typed", || async {
            Ok(composer.prop("value").await?.is_some_and(|value| value.ends_with(words)).then_some(()))
        });
        let Err(error) = typed.await else { return Ok(()) };
        let state = "return document.hasFocus() + ' ' + document.activeElement?.tagName + ' ' + arguments[0].isConnected \
                     + ' ' + arguments[0].value";
        let state = self.driver.execute(state, vec![composer.to_json()?]).await?;
        Err(error.context(format!("focus, element, whether it is there, its words: {}", state.json())))
    }

    /// Opens another tab with a page and goes there; returns the tab that was left.
    pub async fn open_tab(&self, url: &str) -> Result<WindowHandle> {
        let before = self.driver.window().await?;
        // WebKit's driver leaves a new tab hidden, where no person is; to the page a window is the same.
        let webkit = self.engine() == Engine::WebKit;
        let tab = if webkit { self.driver.new_window().await? } else { self.driver.new_tab().await? };
        self.driver.switch_to_window(tab).await?;
        self.visit(url).await?;
        Ok(before)
    }

    /// Goes to a tab.
    pub async fn go_to_tab(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// The keys of the current frame's local storage.
    pub async fn stored_keys(&self) -> Result<Vec<String>> {
        self.driver.execute("return Object.keys(localStorage)", vec![]).await?.convert().context("no storage")
    }
}
