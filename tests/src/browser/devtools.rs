//! What only Chromium can do, through its developer tools.

use anyhow::{Result, ensure};
use hyper::Method;
use serde_json::{Value, json};

use super::{Browser, Engine, until};

impl Browser {
    /// A command of Chromium's developer tools.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        ensure!(self.engine() == Engine::Chromium, "only Chromium has developer tools for {command}");
        let body = json!({ "cmd": command, "params": parameters });
        self.command(Method::POST, "/goog/cdp/execute".to_owned(), Some(body)).await
    }

    /// Has every page note what its policy refuses, and whether it came out of the back/forward cache.
    pub(super) async fn watch(&self) -> Result<()> {
        // Before any script of a page, so that nothing is missed.
        let watch = "window.violations = []; document.addEventListener('securitypolicyviolation', \
                     event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI)); \
                     addEventListener('pageshow', event => window.fromCache = event.persisted);";
        self.in_every_page(watch).await
    }

    /// Runs a script in every page and frame from now on, before the page's own.
    pub async fn in_every_page(&self, script: &str) -> Result<()> {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
        Ok(())
    }

    /// Light or dark, at once: a picture of colors that still change would show what nobody sees.
    pub async fn prefer(&self, scheme: &str) -> Result<()> {
        self.emulate(json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]))
        .await
    }

    /// What media queries are told of the person's preferences.
    pub(super) async fn emulate(&self, features: Value) -> Result<()> {
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Evaluates a script in a world of its own, which the page's scripts can't have changed, until it gives something.
    pub async fn isolated_until(&self, what: &str, script: &str) -> Result<Value> {
        until(what, || async {
            let tree = self.devtools("Page.getFrameTree", json!({})).await?;
            let frame = &tree["frameTree"]["frame"]["id"];
            let world = self.devtools("Page.createIsolatedWorld", json!({ "frameId": frame })).await?;
            let parameters = json!({
                "expression": script, "contextId": world["executionContextId"], "returnByValue": true,
            });
            let answer = self.devtools("Runtime.evaluate", parameters).await?;
            Ok(Some(answer["result"]["value"].clone()).filter(|value| !value.is_null()))
        })
        .await
    }

    /// Presses the mouse at a point of the page.
    pub async fn click_at(&self, x: f64, y: f64) -> Result<()> {
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.devtools("Input.dispatchMouseEvent", event).await?;
        }
        Ok(())
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.devtools("Input.insertText", json!({ "text": text })).await?;
        Ok(())
    }

    /// Presses Enter in whatever has the focus.
    pub async fn type_enter(&self) -> Result<()> {
        for kind in ["keyDown", "keyUp"] {
            let event =
                json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" });
            self.devtools("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// What content security policies refused, in the page and in its frames, as the browser's own log tells it.
    pub async fn refused_by_policy(&self) -> Result<Vec<String>> {
        let log = self.driver.browser_log().await?;
        Ok(log.into_iter().map(|entry| entry.message).filter(|line| line.contains("Content Security Policy")).collect())
    }

    /// Fails unless the page came out of the back/forward cache, and says what kept it out.
    pub async fn is_from_cache(&self) -> Result<()> {
        let look = "return [window.fromCache === true, \
                    JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons)]";
        let (from_cache, reasons): (bool, Option<String>) = self.driver.execute(look, vec![]).await?.convert()?;
        ensure!(from_cache, "the page was loaded again; what kept it out of the cache: {reasons:?}");
        Ok(())
    }

    /// What the page's own policy refused since the page was loaded.
    pub async fn violations(&self) -> Result<Vec<String>> {
        Ok(self.driver.execute("return window.violations", vec![]).await?.convert()?)
    }
}
