//! Errors as RFC 9457 `application/problem+json`.

use std::any::Any;
use std::borrow::Cow;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Millis;

use crate::settings::Mistakes;

/// An error answer: a stable code, one sentence, a status, and when to try again where that helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    title: Cow<'static, str>,
    retry_after: Option<Millis>,
    mistakes: Vec<String>,
}

impl Problem {
    pub(crate) const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self { status, code: Cow::Borrowed(code), title: Cow::Borrowed(title), retry_after: None, mistakes: Vec::new() }
    }

    /// There is no such thing, or it is not for the caller to know of.
    pub(crate) fn unknown(what: &str) -> Self {
        let code = format!("unknown-{}", what.replace(' ', "-")).into();
        let title = format!("There is no such {what}.").into();
        Self { code, title, ..Self::new(StatusCode::NOT_FOUND, "", "") }
    }

    /// The query is not one of this address.
    pub(crate) const fn malformed_query() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed-query", "The query is not what this address takes.")
    }

    /// The relay has more to do than it can.
    pub(crate) const fn overloaded() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The relay has more to do than it can; try again.")
            .retry_after(Millis::seconds(1))
    }

    /// It can't be done as things are.
    pub(crate) fn conflict(code: &'static str, title: impl Into<Cow<'static, str>>) -> Self {
        Self { title: title.into(), ..Self::new(StatusCode::CONFLICT, code, "") }
    }

    /// Some values can't be taken; all mistakes together.
    pub(crate) fn mistakes(mistakes: &Mistakes) -> Self {
        let problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-values",
            "Some values can't be taken; see the mistakes.",
        );
        Self { mistakes: mistakes.sentences().to_vec(), ..problem }
    }

    /// The same, with sentences that say more.
    pub(crate) fn because(self, mistakes: &[String]) -> Self {
        Self { mistakes: mistakes.to_vec(), ..self }
    }

    /// The same, with a `Retry-After`.
    pub(crate) const fn retry_after(mut self, wait: Millis) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Something went wrong on our side; it is logged once, where it is found.
    pub(crate) const fn fault() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", "Something went wrong in the relay.")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = wire::api::Problem {
            kind: format!("/problems/{}", self.code),
            title: self.title.into_owned(),
            status: self.status.as_u16(),
            mistakes: self.mistakes,
        };
        let body = serde_json::to_vec(&body).expect("invariant: a problem can be written");
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.0.div_ceil(1_000).max(1)));
        }
        response
    }
}

/// The answer after a panic in a handler, which ended that request only.
pub(super) fn after_panic(_panic: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request handler panicked; the request was answered with a fault");
    Problem::fault().into_response()
}
