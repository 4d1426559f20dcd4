//! Somebody who uses no mouse. For Chromium, which alone tells the page's own accessibility tree.

use anyhow::Result;
use thirtyfour::{Key, TypingData};

use super::find::Name;
use super::{Browser, until};

/// More stops than any view of ours has.
const STOPS_MAX: usize = 120;

impl Browser {
    /// Types where the focus is.
    pub async fn keys(&self, typed: impl Into<TypingData>) -> Result<()> {
        let focused = self.driver.active_element().await?;
        Ok(focused.send_keys(typed).await?)
    }

    /// Role and name of what has the focus.
    async fn focused(&self) -> Result<(String, String)> {
        let script = "const one = document.activeElement; return [one.computedRole ?? '', one.computedName ?? '']";
        Ok(self.driver.execute(script, vec![]).await?.convert()?)
    }

    /// Waits until the focus is there by itself.
    pub async fn has_focus(&self, role: &str, name: Name<'_>) -> Result<()> {
        until(&format!("the focus on a {role} named {name:?}"), || async {
            let (is, called) = self.focused().await?;
            Ok((is == role && name.fits(&called)).then_some(()))
        })
        .await
    }

    /// Goes there by Tab, from wherever the focus is, and round once.
    pub async fn tab_to(&self, role: &str, name: Name<'_>) -> Result<()> {
        self.get(role, name).await?;
        until(&format!("a {role} named {name:?} by Tab"), || async {
            for _ in 0..STOPS_MAX {
                self.keys(Key::Tab + "").await?;
                let (is, called) = self.focused().await?;
                if is == role && name.fits(&called) {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Goes there by Tab and presses Enter.
    pub async fn press_by_keys(&self, role: &str, name: Name<'_>) -> Result<()> {
        self.tab_to(role, name).await?;
        self.keys(Key::Enter + "").await
    }
}
