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

/// `GET /api/webhooks/{id}/deliveries`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// The last events that were tried, newest try first, at most [`crate::limits::DELIVERIES_KEPT`].
    pub deliveries: Vec<Delivery>,
    /// How many events wait, those that are tried again among them.
    pub waiting: u32,
}

/// What became of one event, and the answer to `POST /api/webhooks/{id}/test`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id, as in `webhook-id`.
    pub event: String,
    /// What it is of, such as `conversation.closed`; `webhook.test` of one that was sent to try.
    pub kind: String,
    /// When it was last tried.
    pub at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// The status that was answered; none where no answer came.
    pub status: Option<u16>,
    /// Why it was not taken; none where it was.
    pub problem: Option<DeliveryProblem>,
    /// The same in a sentence.
    pub reason: Option<String>,
    /// When it is tried again; none where it was taken or is given up.
    pub next_at: Option<Timestamp>,
}

/// Why an event was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryProblem {
    /// Its name leads nowhere, or where none may lead.
    HostNotFound,
    /// Nothing listens there, or the connection broke.
    ConnectionFailed,
    /// Its certificate, or what it speaks, is not good.
    TlsFailed,
    /// It took too long.
    TimedOut,
    /// What came is no answer.
    BadAnswer,
    /// It answered with a redirect, which is not followed.
    Redirected,
    /// It answered with another status than 2xx.
    NotTaken,
    /// It answered 410: it wants to hear nothing any more.
    Gone,
}

impl DeliveryProblem {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::HostNotFound,
        Self::ConnectionFailed,
        Self::TlsFailed,
        Self::TimedOut,
        Self::BadAnswer,
        Self::Redirected,
        Self::NotTaken,
        Self::Gone,
    ];

    /// As in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HostNotFound => "host-not-found",
            Self::ConnectionFailed => "connection-failed",
            Self::TlsFailed => "tls-failed",
            Self::TimedOut => "timed-out",
            Self::BadAnswer => "bad-answer",
            Self::Redirected => "redirected",
            Self::NotTaken => "not-taken",
            Self::Gone => "gone",
        }
    }

    /// The one of this code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// What people read, with the status that was answered.
    #[must_use]
    pub fn sentence(self, status: Option<u16>) -> String {
        let status = status.unwrap_or_default();
        match self {
            Self::HostNotFound => "Its name leads nowhere, or into the relay's own network.".to_owned(),
            Self::ConnectionFailed => "It can't be connected to.".to_owned(),
            Self::TlsFailed => "Its certificate can't be trusted, or it speaks no https.".to_owned(),
            Self::TimedOut => "It did not answer within 10 seconds.".to_owned(),
            Self::BadAnswer => "What it answered is no HTTP.".to_owned(),
            Self::Redirected => {
                format!("It answered {status}, a redirect, which is not followed: name the address itself.")
            }
            Self::NotTaken => format!("It answered {status}; a 2xx was due."),
            Self::Gone => "It answered 410: it wants to hear nothing any more.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_json() {
        for one in DeliveryProblem::ALL {
            assert_eq!(serde_json::to_string(&one).expect("JSON"), format!("\"{}\"", one.code()));
            assert_eq!(DeliveryProblem::of(one.code()), Some(one));
        }
    }
}
