//! What became of the last events of each webhook, for whoever sets one up; and events that are sent to try it.

use std::path::{Path, PathBuf};

use model::{Timestamp, WebhookId};
use serde_json::json;
use wire::api::{Deliveries, Delivery};

use super::WebhookError;
use super::attempt::{agent, attempt};
use super::event::Event;
use super::outbox::{Outbox, told};
use crate::registry::StoredWebhook;
use crate::utc::utc;

/// The kind of an event that is sent to try a webhook.
const TEST: &str = "webhook.test";

/// The last deliveries. Everything here blocks.
#[derive(Debug)]
pub(crate) struct LastDeliveries {
    path: PathBuf,
    allow_private: bool,
}

impl LastDeliveries {
    /// Those in this data folder.
    pub(crate) fn new(folder: &Path, allow_private: bool) -> Self {
        Self { path: super::path(folder), allow_private }
    }

    /// Of one webhook, newest first.
    pub(crate) fn of(&self, webhook: WebhookId) -> Result<Deliveries, WebhookError> {
        let outbox = Outbox::open(&self.path)?;
        Ok(Deliveries { deliveries: outbox.last(webhook)?, waiting: outbox.waiting(webhook)? })
    }

    /// A webhook is gone.
    pub(crate) fn forget(&self, webhook: WebhookId) -> Result<(), WebhookError> {
        Outbox::open(&self.path)?.forget_hearer(webhook)
    }

    /// Sends an event that says nothing, once, also to one that is switched off: signed and guarded as all are.
    pub(crate) fn test(&self, hearer: &StoredWebhook, now: Timestamp) -> Result<Delivery, WebhookError> {
        let number: String = crate::ids::random::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
        let body = json!({ "type": TEST, "timestamp": utc(now), "data": { "webhook": hearer.id } }).to_string();
        let event = Event { id: format!("evt_test_{number}"), body };
        let tried = attempt(&agent(self.allow_private), hearer, &event, now);
        let delivery = told(&event, TEST, now, 1, &tried, None);
        Outbox::open(&self.path)?.keep(hearer.id, &delivery)?;
        Ok(delivery)
    }
}
