//! The relay's HTTP answers: who am I, sign in, sign out, and what is set. Only an explicit answer of the relay is believed;
//! everything else is "can't be reached".

use std::future::Future;
use std::pin::Pin;

use model::Millis;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCredentials, RequestInit, Response};
use wire::api::{Me, Problem, SignIn};

use crate::ui::SignInState;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Who {
    /// This agent.
    Signed(Me),
    /// Nobody: the relay said so.
    Nobody,
    /// The relay did not say.
    Unknown,
}

/// `GET /api/me`.
pub(crate) async fn me() -> Who {
    let Ok(response) = ask("GET", "/api/me", None).await else { return Who::Unknown };
    match response.status() {
        200 => body(&response).await.map_or(Who::Unknown, Who::Signed),
        401 => Who::Nobody,
        _ => Who::Unknown,
    }
}

/// `POST /api/sign-in`.
pub(crate) async fn sign_in(credentials: &SignIn) -> Result<Me, SignInState> {
    let json = serde_json::to_string(credentials).expect("invariant: plain values can be written");
    let Ok(response) = ask("POST", "/api/sign-in", Some(&json)).await else { return Err(SignInState::Unreachable) };
    match response.status() {
        200 => body(&response).await.ok_or(SignInState::Unreachable),
        401 => Err(SignInState::Wrong),
        429 => Err(SignInState::RateLimited(retry_after(&response))),
        400..=499 => match body::<Problem>(&response).await {
            Some(problem) => Err(SignInState::Refused(problem.title)),
            None => Err(SignInState::Unreachable),
        },
        _ => Err(SignInState::Unreachable),
    }
}

/// `POST /api/sign-out`; true where the relay said that it is done.
pub(crate) async fn sign_out() -> bool {
    // 401: it was over already.
    matches!(ask("POST", "/api/sign-out", None).await.map(|response| response.status()), Ok(200..=299 | 401))
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq)]
pub enum NotDone {
    /// The relay could not be reached, or had a fault. Whether it was done is not known.
    Unreachable,
    /// The relay said no, and why.
    Refused(Problem),
}

impl NotDone {
    /// In one sentence, what people read.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Unreachable => "The relay can't be reached. Try again in a moment.".to_owned(),
            Self::Refused(problem) => problem.title.clone(),
        }
    }

    /// What is wrong with single values: "capacity: must be 0 to 1000".
    #[must_use]
    pub fn mistakes(&self) -> &[String] {
        match self {
            Self::Unreachable => &[],
            Self::Refused(problem) => &problem.mistakes,
        }
    }
}

/// Reads something.
pub(crate) async fn get<T: serde::de::DeserializeOwned>(path: &str) -> Result<T, NotDone> {
    read(&text("GET", path.to_owned(), None).await?)
}

/// Writes something and reads what became of it.
pub(crate) async fn send<T: serde::de::DeserializeOwned>(
    method: &'static str,
    path: &str,
    value: &impl serde::Serialize,
) -> Result<T, NotDone> {
    let json = serde_json::to_string(value).expect("invariant: plain values can be written");
    read(&text(method, path.to_owned(), Some(json)).await?)
}

/// Removes something.
pub(crate) async fn delete(path: &str) -> Result<(), NotDone> {
    text("DELETE", path.to_owned(), None).await.map(drop)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, NotDone> {
    serde_json::from_str(text).map_err(|_| NotDone::Unreachable)
}

/// The words of a good answer. One for all: what knows the type of a body is in the page once for each type.
fn text(
    method: &'static str,
    path: String,
    json: Option<String>,
) -> Pin<Box<dyn Future<Output = Result<String, NotDone>>>> {
    Box::pin(async move {
        let Ok(response) = ask(method, &path, json.as_deref()).await else { return Err(NotDone::Unreachable) };
        match response.status() {
            200..=299 => words(&response).await.ok_or(NotDone::Unreachable),
            400..=499 => Err(body(&response).await.map_or(NotDone::Unreachable, NotDone::Refused)),
            _ => Err(NotDone::Unreachable),
        }
    })
}

fn retry_after(response: &Response) -> Millis {
    let seconds = response.headers().get("retry-after").ok().flatten().and_then(|text| text.parse().ok());
    Millis::seconds(seconds.unwrap_or(60))
}

async fn body<T: serde::de::DeserializeOwned>(response: &Response) -> Option<T> {
    serde_json::from_str(&words(response).await?).ok()
}

async fn words(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

async fn ask(method: &str, path: &str, json: Option<&str>) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_credentials(RequestCredentials::SameOrigin);
    if let Some(json) = json {
        let headers = Headers::new()?;
        headers.set("content-type", "application/json")?;
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(json));
    }
    let response = JsFuture::from(page::window().fetch_with_str_and_init(path, &init)).await?;
    response.dyn_into()
}
