//! What axe-core says of a page: WCAG 2.2 AA and good practice.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::Browser;

/// Looks over the current frame, or only over what is ours in a page of somebody else's.
const RUN: &str = "const [ours, scheme, contrast, tell] = arguments;
    const rules = contrast ? { type: 'rule', values: ['color-contrast'] }
        : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'] };
    const where = ours ? { include: [['rejoin-chat']] } : document;
    const frame = () => new Promise(requestAnimationFrame);
    (async () => {
        // A frame of another process hears of the scheme later, and colors take a moment to change.
        while (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches) await frame();
        await frame();
        await frame();
        await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
        const found = await axe.run(where, { runOnly: rules, iframes: false, resultTypes: ['violations'] });
        return found.violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`));
    })().then(tell, error => tell([`axe-core failed: ${error}`]))";

fn script() -> Result<String> {
    let file = std::env::var_os("REJOIN_AXE").context("axe-core isn't installed; `cargo xtask test` installs it")?;
    std::fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))
}

impl Browser {
    /// Fails unless axe-core finds nothing in the current frame, in light and dark. Only in Chromium, which can be told the scheme.
    pub async fn is_accessible(&self, what: &str) -> Result<()> {
        self.audit(what, false).await
    }

    /// The same of the launcher and the panel in a page, whose own elements are not looked at.
    pub async fn embeds_accessibly(&self, what: &str) -> Result<()> {
        self.audit(what, true).await
    }

    async fn audit(&self, what: &str, ours: bool) -> Result<()> {
        let missing = self.driver.execute("return typeof axe === 'undefined'", vec![]).await?;
        if missing.convert()? {
            self.driver.execute(script()?, vec![]).await?;
        }
        // Colors that still change would be found halfway; the last scheme is the usual one, so that nothing fades afterwards.
        for (scheme, contrast) in [("dark", true), ("light", false)] {
            self.emulate(json!([
                { "name": "prefers-color-scheme", "value": scheme },
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ]))
            .await?;
            let found = self.driver.execute_async(RUN, vec![ours.into(), scheme.into(), contrast.into()]).await?;
            let found: Vec<String> = found.convert()?;
            ensure!(found.is_empty(), "{what} in {scheme}:\n{}", found.join("\n"));
        }
        self.emulate(json!([])).await
    }
}
