//! Webhooks: `/api/webhooks`.

use model::{Timestamp, WebhookId};
use serde::{Deserialize, Serialize};

/// `GET /api/webhooks`, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhooks {
    /// The webhooks, without their secrets.
    pub webhooks: Vec<Webhook>,
}

/// An address that hears of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Which.
    pub id: WebhookId,
    /// Where events are sent, by POST.
    pub url: String,
    /// The events that it hears.
    pub events: Vec<String>,
    /// What it is for.
    pub title: String,
    /// Whether it hears anything; after three days in which it took nothing it does not.
    pub enabled: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// It has taken nothing since then.
    pub failing_since: Option<Timestamp>,
    /// Until then events are signed with the secret before as well.
    pub old_secret_until: Option<Timestamp>,
}

/// `POST /api/webhooks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWebhook {
    /// See [`Webhook::url`]: http or https, and not inside the relay's own network.
    pub url: String,
    /// See [`Webhook::title`]: 1 to 100 characters.
    pub title: String,
    /// See [`Webhook::events`]; all where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// See [`Webhook::enabled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// `PATCH /api/webhooks/{id}`: what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookChange {
    /// See [`Webhook::url`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// See [`Webhook::title`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// See [`Webhook::events`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// See [`Webhook::enabled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// `POST /api/webhooks/{id}/secret`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    /// Whether events are signed with the old secret as well for 24 hours; yes where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_old: Option<bool>,
}

/// The answer to `POST /api/webhooks` and `POST /api/webhooks/{id}/secret`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// `whsec_` and the key of its signatures in base64. Shown this once.
    pub secret: String,
}

impl core::fmt::Debug for MadeWebhook {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "MadeWebhook({})", self.webhook.id)
    }
}
