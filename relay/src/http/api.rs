//! Signing in and out.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Millis;
use wire::api::{Me, SignIn};
use wire::limits::HTTP_BODY_BYTES_MAX;

use super::{ClientAddress, Problem};
use crate::registry::{Agent, CookieToken, PasswordHash, RegistryError, SignedIn};
use crate::relay::Relay;
use crate::settings::{Fields, Mistakes};

/// The longest sign-in name that is looked up.
const NAME_BYTES_MAX: usize = 100;

/// `POST /api/sign-in`
pub(super) async fn sign_in(
    State(relay): State<Arc<Relay>>,
    Extension(address): Extension<ClientAddress>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    relay.own_origins.check(request.headers())?;
    let now = relay.clock.now();
    relay.rate_limits.address(address.0, now).map_err(too_many)?;
    let body: SignIn = json(request).await?;
    let name = body.name.trim().to_lowercase();
    if name.len() > NAME_BYTES_MAX {
        return Err(wrong_password());
    }
    relay.rate_limits.name(&name, now).map_err(too_many)?;
    let found = registry(&relay, move |registry| registry.agent_by_name(&name)).await?;
    let (agent, hash): (Option<Agent>, Option<PasswordHash>) = found.unzip();
    let fits = relay.passwords.check(hash, body.password).await;
    let agent = agent.filter(|agent| fits && agent.enabled).ok_or_else(wrong_password)?;
    let token = CookieToken::mint();
    let (id, stored) = (agent.id, token.clone());
    registry(&relay, move |registry| registry.sign_in(now, id, &stored)).await?;
    Ok(with_cookie(&relay, Json(me_of(agent)).into_response(), token.expose(), relay.settings.sign_in.ends_after))
}

/// `POST /api/sign-out`: everywhere.
pub(super) async fn sign_out(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Result<Response, Problem> {
    relay.own_origins.check(request.headers())?;
    let signed_in = who(&relay, request.headers()).await?;
    let now = relay.clock.now();
    let agent = signed_in.agent.id;
    registry(&relay, move |registry| registry.sign_out(now, agent)).await?;
    relay.desk.tell_surely(desk::Input::SignOut { agent });
    Ok(with_cookie(&relay, StatusCode::NO_CONTENT.into_response(), "", Millis::ZERO))
}

/// `GET /api/me`
pub(super) async fn me(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    let signed_in = who(&relay, &headers).await?;
    Ok(answer(StatusCode::OK, &me_of(signed_in.agent)))
}

fn me_of(agent: Agent) -> Me {
    Me { agent: agent.id, name: agent.display_name, role: agent.role }
}

/// Who is signed in, by the request's cookie.
pub(crate) async fn who(relay: &Arc<Relay>, headers: &HeaderMap) -> Result<SignedIn, Problem> {
    let token = cookie(relay.cookie_name(), headers).ok_or_else(not_signed_in)?;
    signed_in(relay, token).await?.ok_or_else(not_signed_in)
}

/// The cookie's token, where there is exactly one that can be one.
pub(crate) fn cookie(name: &str, headers: &HeaderMap) -> Option<CookieToken> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut ours = all.flat_map(|list| list.split(';')).filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    });
    match (ours.next(), ours.next()) {
        (Some(only), None) => CookieToken::parse(only),
        _ => None,
    }
}

/// Whose sign-in a token is, where it still counts.
pub(crate) async fn signed_in(relay: &Arc<Relay>, token: CookieToken) -> Result<Option<SignedIn>, Problem> {
    let now = relay.clock.now();
    let settings = relay.settings.sign_in.clone();
    registry(relay, move |registry| registry.signed_in(now, &token, settings.idle_after, settings.ends_after)).await
}

pub(super) async fn registry<T: Send + 'static>(
    relay: &Arc<Relay>,
    act: impl FnOnce(&crate::registry::Registry) -> Result<T, crate::registry::RegistryError> + Send + 'static,
) -> Result<T, Problem> {
    let registry = Arc::clone(&relay.registry);
    match tokio::task::spawn_blocking(move || act(&registry)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(refused(&error)),
        Err(_) => Err(Problem::fault()),
    }
}

/// What the registry refused, or could not do.
fn refused(error: &RegistryError) -> Problem {
    match error {
        RegistryError::NameTaken(_) => Problem::conflict("name-taken", "Somebody else has this name."),
        RegistryError::LastAdmin => {
            Problem::conflict("last-admin", "This is the last admin who can sign in; make somebody else one first.")
        }
        RegistryError::Taken(what) => Problem::conflict("name-taken", format!("Another {what} has this name.")),
        RegistryError::TooMany { what, most } => {
            Problem::conflict("too-many", format!("There can be at most {most} {what}."))
        }
        RegistryError::Missing(what) => Problem::unknown(what),
        RegistryError::NoAgent(_) => Problem::unknown("person"),
        RegistryError::Store(_) | RegistryError::Newer { .. } => {
            tracing::error!(%error, "the registry did not answer");
            Problem::fault()
        }
    }
}

/// A good answer with a body, which nobody keeps.
pub(super) fn answer(status: StatusCode, body: &impl serde::Serialize) -> Response {
    let body = serde_json::to_vec(body).expect("invariant: what the relay says can be written");
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A body that is a JSON object, as a table whose every mistake is found.
pub(super) async fn document(request: Request<Body>) -> Result<serde_json::Map<String, serde_json::Value>, Problem> {
    json(request).await
}

/// Reads a document; all mistakes together, those about unknown members too.
pub(super) fn read<T>(
    document: &serde_json::Map<String, serde_json::Value>,
    read: impl FnOnce(&mut Fields<'_>) -> Option<T>,
) -> Result<T, Problem> {
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of_json(document, &mut mistakes);
    let found = read(&mut fields);
    fields.refuse_the_rest();
    mistakes.into_result().map_err(|mistakes| Problem::mistakes(&mistakes))?;
    // Nothing was read and nothing was wrong: a reader that forgot to say why.
    found.ok_or_else(Problem::fault)
}

fn with_cookie(relay: &Relay, mut response: Response, value: &str, lasts: Millis) -> Response {
    let secure = if relay.is_secure() { "; Secure" } else { "" };
    let name = relay.cookie_name();
    let seconds = lasts.whole_seconds();
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    let headers = response.headers_mut();
    headers.insert(
        header::SET_COOKIE,
        HeaderValue::from_str(&cookie).expect("invariant: names and tokens are letters and digits"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) async fn json<T: serde::de::DeserializeOwned>(request: Request<Body>) -> Result<T, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "The body must be application/json.",
        ));
    }
    let read = axum::body::to_bytes(request.into_body(), HTTP_BODY_BYTES_MAX);
    let within = std::time::Duration::from_secs(10);
    let bytes = match tokio::time::timeout(within, read).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body-too-large",
                "The body is larger than 64 KiB.",
            ));
        }
        Err(_) => {
            return Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "body-too-slow",
                "The body took too long to arrive.",
            ));
        }
    };
    serde_json::from_slice(&bytes).map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "malformed-body", "The body is not what this address takes.")
    })
}

pub(super) const fn too_many(wait: Millis) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "Too many requests; try again after the time given.")
        .retry_after(wait)
}

const fn wrong_password() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong-password", "The name or the password is wrong.")
}

const fn not_signed_in() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in", "You are not signed in.")
}
