//! The demo portal's identity provider: whoever asks is who they say they are. For trying sign-in out and for tests; a real
//! portal knows its customers.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;

use crate::clock::Clock;
use crate::http::Problem;

/// Who its tokens are for: the widget of the demo's shop.
const AUDIENCE: &str = "shop";
/// How long a token is good, in seconds: short, so that refreshing shows.
const GOOD_FOR_S: u64 = 300;
/// The name of its one key.
const KEY_ID: &str = "demo";

/// Signs tokens with a key of its own, made at the start.
pub(crate) struct DemoIdentity {
    pair: Ed25519KeyPair,
    issuer: String,
    clock: Clock,
}

impl core::fmt::Debug for DemoIdentity {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("DemoIdentity")
    }
}

impl DemoIdentity {
    /// # Errors
    /// One sentence.
    pub(crate) fn new(issuer: String) -> Result<Self, String> {
        let failed = "The demo's sign-in key could not be made.";
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| failed)?;
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| failed)?;
        Ok(Self { pair, issuer, clock: Clock::start(Timestamp::ZERO) })
    }

    /// Its public key, for `jwks_url`.
    pub(crate) fn keys(&self) -> Response {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key());
        Json(json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": KEY_ID, "use": "sig", "x": x }] }))
            .into_response()
    }

    /// A token for a name of letters.
    pub(crate) fn token(&self, query: Option<&str>) -> Response {
        let name = query.and_then(|query| query.strip_prefix("name=")).unwrap_or("");
        if name.is_empty() || name.len() > 40 || !name.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Problem::new(StatusCode::BAD_REQUEST, "bad-name", "A name has 1 to 40 of a-z.").into_response();
        }
        let now = self.clock.now().0 / 1_000;
        let head = json!({ "alg": "EdDSA", "typ": "JWT", "kid": KEY_ID });
        let claims = json!({ "iss": self.issuer, "aud": AUDIENCE, "sub": name, "iat": now, "exp": now + GOOD_FOR_S });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(head), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes()));
        let mut response = format!("{message}.{signature}").into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
