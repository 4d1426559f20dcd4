//! Errors as RFC 9457 `application/problem+json`.

use std::any::Any;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Millis;

/// An error answer: a stable code, one sentence, a status, and when to try again where that helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    retry_after: Option<Millis>,
}

impl Problem {
    pub(crate) const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self { status, code, title, retry_after: None }
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
            title: self.title.to_owned(),
            status: self.status.as_u16(),
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
