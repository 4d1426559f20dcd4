//! What a good JWT is. The signature is the library's business; what it may not decide is here: which key, which algorithm, which
//! claims, and what time it is.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use model::{Millis, Timestamp};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use wire::limits::JWT_BYTES_MAX;

use super::json::Strict;
use super::keys::{Found, Key, KeySet};
use super::signature;

/// The longest `sub`.
const SUBJECT_BYTES_MAX: usize = 1_000;
/// How far the provider's clock may differ from the relay's.
const LEEWAY: Millis = Millis::seconds(60);
/// The largest time that the wire can carry, in seconds.
const SECONDS_MAX: u64 = (1 << 53) / 1_000;

/// What a JWT of a widget's customers must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// `iss`, exactly.
    pub(crate) issuer: String,
    /// One of `aud`, exactly.
    pub(crate) audience: String,
}

/// What a good JWT says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) subject: String,
    pub(super) expires_at: Timestamp,
}

/// Why a JWT is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// Nothing could make it good.
    Jwt,
    /// It names a key that is not in the set.
    UnknownKey,
}

/// The head of a JWT. Keys and addresses of keys in it are never looked at.
struct Head {
    algorithm: Algorithm,
    key_id: Option<String>,
}

/// Checks a JWT with these keys.
pub(super) fn check(now: Timestamp, jwt: &str, keys: &KeySet, expected: &Expected) -> Result<Checked, Bad> {
    let head = head(jwt)?;
    let candidates = match keys.find(head.key_id.as_deref()) {
        Found::Keys(keys) => keys,
        Found::Unknown => return Err(Bad::UnknownKey),
    };
    // The key says which algorithm it is for, never the JWT.
    let mut fitting = candidates.filter(|key| key.algorithm == head.algorithm);
    if !fitting.any(|key| signature_fits(jwt, key, expected)) {
        return Err(Bad::Jwt);
    }
    claims(now, jwt, expected)
}

/// Whether a JWT could be good with some key: for when there are no keys to look.
pub(super) fn could_be_good(jwt: &str) -> bool {
    head(jwt).is_ok()
}

fn head(jwt: &str) -> Result<Head, Bad> {
    if jwt.len() > JWT_BYTES_MAX {
        return Err(Bad::Jwt);
    }
    let [head, _, _] = parts(jwt)?;
    let head = object(head)?;
    // What "must be understood" is not.
    if head.contains_key("crit") {
        return Err(Bad::Jwt);
    }
    let algorithm = match head.get("alg").and_then(Value::as_str) {
        Some("RS256") => Algorithm::RS256,
        Some("ES256") => Algorithm::ES256,
        Some("EdDSA") => Algorithm::EdDSA,
        Some(_) | None => return Err(Bad::Jwt),
    };
    let key_id = match head.get("kid") {
        None => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return Err(Bad::Jwt),
    };
    Ok(Head { algorithm, key_id })
}

fn parts(jwt: &str) -> Result<[&str; 3], Bad> {
    let mut parts = jwt.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(head), Some(claims), Some(signature), None) if !signature.is_empty() => Ok([head, claims, signature]),
        _ => Err(Bad::Jwt),
    }
}

/// A part of a JWT, where no name comes twice: of two readers each could take another one.
fn object(part: &str) -> Result<Map<String, Value>, Bad> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Bad::Jwt)?;
    match serde_json::from_slice(&bytes) {
        Ok(Strict(Value::Object(object))) => Ok(object),
        Ok(Strict(_)) | Err(_) => Err(Bad::Jwt),
    }
}

fn signature_fits(jwt: &str, key: &Key, expected: &Expected) -> bool {
    signature::install();
    let mut validation = Validation::new(key.algorithm);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    validation.set_issuer(&[&expected.issuer]);
    validation.set_audience(&[&expected.audience]);
    // The library takes the machine's clock; times are checked by the relay's own.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    jsonwebtoken::decode::<IgnoredAny>(jwt, &key.key, &validation).is_ok()
}

fn claims(now: Timestamp, jwt: &str, expected: &Expected) -> Result<Checked, Bad> {
    let [_, claims, _] = parts(jwt)?;
    let claims = object(claims)?;
    let is_ours = |value: &Value| value.as_str() == Some(&expected.audience);
    let for_us = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().any(is_ours) && all.iter().all(Value::is_string),
        Some(one) => is_ours(one),
        None => false,
    };
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or("");
    let subject_fits = !subject.is_empty() && subject.len() <= SUBJECT_BYTES_MAX;
    if !for_us || !subject_fits || claims.get("iss").and_then(Value::as_str) != Some(&expected.issuer) {
        return Err(Bad::Jwt);
    }
    let expires_at = time(claims.get("exp").ok_or(Bad::Jwt)?)?;
    let begins_at = claims.get("nbf").map(time).transpose()?;
    let is_over = now >= expires_at + LEEWAY;
    let is_early = begins_at.is_some_and(|begins_at| now + LEEWAY < begins_at);
    if is_over || is_early {
        return Err(Bad::Jwt);
    }
    Ok(Checked { subject: subject.to_owned(), expires_at })
}

/// Seconds since 1970, whole or not.
fn time(value: &Value) -> Result<Timestamp, Bad> {
    let seconds = match value.as_u64() {
        Some(seconds) => seconds,
        None => match value.as_f64() {
            Some(seconds) if (0.0..1e15).contains(&seconds) => seconds as u64,
            Some(_) | None => return Err(Bad::Jwt),
        },
    };
    Ok(Timestamp(seconds.min(SECONDS_MAX) * 1_000))
}
