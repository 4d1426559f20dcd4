//! The planned stop: everybody who runs hears of it once.

use tokio::sync::watch;

/// Says that the relay stops.
#[derive(Debug)]
pub(crate) struct Stopper(watch::Sender<bool>);

/// Hears that the relay stops.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(watch::Receiver<bool>);

/// Both ends.
pub(crate) fn channel() -> (Stopper, Stopping) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stopping(receiver))
}

impl Stopper {
    /// Begins the stop.
    pub(crate) fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Waits until the stop begins.
    pub(crate) async fn begun(&mut self) {
        // A relay whose stopper is gone stops too.
        let _ = self.0.wait_for(|stopping| *stopping).await;
    }

    /// Whether it has begun.
    pub(crate) fn has_begun(&self) -> bool {
        *self.0.borrow()
    }
}
