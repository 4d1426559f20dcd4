//! Keys that signatures are checked with. Each is for one algorithm, and says so itself.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use serde_json::Value;

use super::json::Strict;

/// Keys of one set that are looked at; more are left out.
const KEYS_MAX: usize = 100;
/// The largest file or answer with keys.
pub(crate) const KEYS_BYTES_MAX: usize = 256 * 1024;

/// One public key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// `kid`; a key without one fits every JWT of its algorithm.
    pub(super) id: Option<String>,
    /// What it is for.
    pub(super) algorithm: Algorithm,
    /// The key.
    pub(super) key: DecodingKey,
}

impl Key {
    fn bytes(&self) -> [&[u8]; 2] {
        match self.key.kind() {
            DecodingKeyKind::SecretOrDer(bytes) => [bytes, &[]],
            DecodingKeyKind::RsaModulusExponent { n, e } => [n, e],
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.algorithm == other.algorithm && self.bytes() == other.bytes()
    }
}

impl Eq for Key {}

/// Public keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeySet(Vec<Key>);

/// Keys that a JWT may have been signed with.
pub(super) enum Found<I> {
    Keys(I),
    Unknown,
}

impl KeySet {
    /// The keys that a JWT with this `kid` may have been signed with.
    pub(super) fn find(&self, id: Option<&str>) -> Found<impl Iterator<Item = &Key>> {
        let fits = move |key: &&Key| match (&key.id, id) {
            (Some(known), Some(id)) => known == id,
            (None, _) | (_, None) => true,
        };
        if self.0.iter().any(|key| fits(&key)) { Found::Keys(self.0.iter().filter(fits)) } else { Found::Unknown }
    }

    /// Adds the keys of another set.
    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Reads a file: one key as PEM, one as JWK, or a set as JWKS.
    ///
    /// # Errors
    /// What is wrong, to follow a name.
    pub(crate) fn from_file(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('{') {
            let Ok(Strict(value)) = serde_json::from_str(text) else {
                return Err("is not a JSON Web Key or a set of them".to_owned());
            };
            let items = match value.get("keys") {
                Some(Value::Array(items)) => items.clone(),
                Some(_) => return Err("is not a JSON Web Key or a set of them".to_owned()),
                None => vec![value],
            };
            if items.iter().any(|item| item.get("d").is_some() || item.get("k").is_some()) {
                return Err("holds a secret key; the relay needs the public one only".to_owned());
            }
            let keys: Vec<Key> = items.iter().filter_map(key_of).take(KEYS_MAX).collect();
            return if keys.is_empty() { Err(NO_KEY.to_owned()) } else { Ok(Self(keys)) };
        }
        from_pem(text).map(|key| Self(vec![key]))
    }

    /// Reads what a key server answers: keys of other kinds and for other uses are left out.
    pub(super) fn from_answer(bytes: &[u8]) -> Option<Self> {
        let Strict(value) = serde_json::from_slice(bytes).ok()?;
        let keys = value.get("keys")?.as_array()?;
        Some(Self(keys.iter().filter_map(key_of).take(KEYS_MAX).collect()))
    }
}

const NO_KEY: &str = "has no key for RS256, ES256 or EdDSA";

fn from_pem(text: &str) -> Result<Key, String> {
    let label = text.lines().find_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
    let pem = text.as_bytes();
    let (algorithm, key) = match label {
        Some("PUBLIC KEY" | "RSA PUBLIC KEY") => DecodingKey::from_rsa_pem(pem)
            .map(|key| (Algorithm::RS256, key))
            .or_else(|_| DecodingKey::from_ec_pem(pem).map(|key| (Algorithm::ES256, key)))
            .or_else(|_| DecodingKey::from_ed_pem(pem).map(|key| (Algorithm::EdDSA, key)))
            .map_err(|_| NO_KEY.to_owned())?,
        Some(label) if label.ends_with("PRIVATE KEY") => {
            return Err("holds a secret key; the relay needs the public one only".to_owned());
        }
        Some(_) | None => return Err("is neither a public key in PEM nor a JSON Web Key".to_owned()),
    };
    let key = Key { id: None, algorithm, key };
    if has_size(&key) { Ok(key) } else { Err(NO_KEY.to_owned()) }
}

/// A key for checking signatures with one of our algorithms, or nothing.
fn key_of(value: &Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
    let (algorithm, named) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        // Other curves, secrets, and kinds that nobody knows yet.
        AlgorithmParameters::EllipticCurve(_)
        | AlgorithmParameters::OctetKeyPair(_)
        | AlgorithmParameters::OctetKey(_)
        | AlgorithmParameters::Other(_)
        | _ => return None,
    };
    let common = &jwk.common;
    let for_this = common.key_algorithm.is_none_or(|other| other == named)
        && common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
    let key = Key { id: common.key_id.clone(), algorithm, key: DecodingKey::from_jwk(&jwk).ok()? };
    (for_this && has_size(&key)).then_some(key)
}

/// Whether it is as long as a key of its kind is.
fn has_size(key: &Key) -> bool {
    let bytes = key.bytes()[0].len();
    if key.algorithm == Algorithm::ES256 {
        bytes == 65
    } else if key.algorithm == Algorithm::EdDSA {
        bytes == 32
    } else {
        // 2,048 to 8,192 bits; as DER it has some bytes more.
        (256..=1_100).contains(&bytes)
    }
}
