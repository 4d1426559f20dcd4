//! The tools of these tests, tried on a page of three lines.

use anyhow::{Result, ensure};
use rejoin_tests::browser::{Driver, Engine, Name, Screen};

const PAGE: &str = "data:text/html,<meta name=viewport content='width=device-width'><title>t</title><main><h1>Shop</h1><button aria-label='Open chat'>x</button>\
                    <button hidden>Open later</button><label>Name <input></label><div role=log>one<p>two</div></main>";

#[tokio::test]
async fn elements_are_found_by_role_and_name_and_only_when_visible() -> Result<()> {
    let driver = Driver::new(Engine::Chromium)?;
    let browser = driver.window(Screen::Phone).await?;
    browser.prefer("dark").await?;
    browser.driver.goto(PAGE).await?;
    ensure!(browser.has("button", Name::Is("Open chat")).await?);
    ensure!(browser.all("button", Name::Starts("Open")).await?.len() == 1, "a hidden button is not there");
    ensure!(!browser.has("link", Name::Has("")).await?);
    browser.get("textbox", Name::Is("Name")).await?.send_keys("mia").await?;
    browser.transcript_is(&super::messages(&["one", "two"])).await?;
    let dark = browser
        .driver
        .execute("return matchMedia('(prefers-color-scheme: dark)').matches && innerWidth", vec![])
        .await?;
    ensure!(dark.convert::<u32>()? == 390, "a dark phone, not {:?}", dark.json());
    ensure!(browser.violations().await?.is_empty());
    Ok(())
}
