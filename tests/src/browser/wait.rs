//! Waiting for conditions.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// How long a condition may take. Long, because machines are shared: it is the end of patience, not a measurement.
const PATIENCE: Duration = Duration::from_secs(40);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// Waits until a look finds something. A look that fails because the page is just being rebuilt is only one more look.
pub async fn until<T, F>(what: &str, look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    until_within(PATIENCE, what, look).await
}

/// The same with more patience, for what takes its time by design.
pub async fn until_within<T, F>(patience: Duration, what: &str, mut look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let began = Instant::now();
    loop {
        let looked = look().await;
        match looked {
            Ok(Some(found)) => return Ok(found),
            Ok(None) if began.elapsed() > patience => bail!("waited in vain: {what}"),
            Err(error) if began.elapsed() > patience => {
                bail!("waited in vain: {what} ({})", brief(&error));
            }
            Ok(None) | Err(_) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

/// An error without the driver's stack.
fn brief(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.split("Stacktrace").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Waits until a condition no longer holds.
pub async fn while_true<F>(what: &str, mut look: impl FnMut() -> F) -> Result<()>
where
    F: Future<Output = Result<bool>>,
{
    until(what, || {
        let looked = look();
        async move { Ok((!looked.await?).then_some(())) }
    })
    .await
}
