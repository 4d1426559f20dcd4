//! Who a signed-in customer is: the page's JWT, checked with the keys of the owner's identity provider (product 3).
//!
//! The answer has three values. A key server that does not answer makes it *unknown*, never *refused*: nobody loses a conversation
//! because somebody else's server is down.

mod check;
mod json;
mod keys;
#[cfg(test)]
#[path = "../../tests/shell/provider.rs"]
mod provider;
mod remote;
mod signature;
#[cfg(test)]
mod tests;

use gate::SignInResult;
use model::Timestamp;

use check::Bad;
pub(crate) use check::Expected;
pub(crate) use keys::{KEYS_BYTES_MAX, KeySet};
use remote::Remote;
pub(crate) use remote::is_good_address;

/// Where the keys come from, as set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// Files, read when the settings were.
    Files(KeySet),
    /// An address that serves a JSON Web Key Set.
    Address(String),
}

/// `[widgets.sign_in]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdentitySettings {
    /// What a good JWT says.
    pub(crate) expected: Expected,
    /// What its signature is checked with.
    pub(crate) keys: KeySource,
}

/// Checks the JWTs of one widget's customers.
#[derive(Debug)]
pub(crate) struct Verifier {
    settings: IdentitySettings,
    /// Where the keys are fetched, for [`KeySource::Address`].
    remote: Option<Remote>,
}

impl Verifier {
    pub(crate) fn new(settings: IdentitySettings) -> Self {
        let remote = match &settings.keys {
            KeySource::Files(_) => None,
            KeySource::Address(address) => Some(Remote::new(address)),
        };
        Self { settings, remote }
    }

    /// What it was made from.
    pub(crate) fn settings(&self) -> &IdentitySettings {
        &self.settings
    }

    /// Checks a JWT. Waits for the key server where its answer is needed: at most [`remote::FETCH_WITHIN`].
    pub(crate) async fn verify(&self, now: Timestamp, jwt: &str) -> SignInResult {
        let found = match (&self.settings.keys, &self.remote) {
            (KeySource::Files(keys), _) => self.check(now, jwt, keys),
            (KeySource::Address(_), Some(remote)) => {
                let Some(keys) = remote.keys(now).await else {
                    // What can't be good with any key is refused whatever the server would have said.
                    return if check::could_be_good(jwt) { SignInResult::Unknown } else { SignInResult::Refused };
                };
                match self.check(now, jwt, &keys) {
                    // Keys are rotated: this one may be newer than what is known here.
                    Err(Bad::UnknownKey) => match remote.newer(now, &keys).await {
                        Some(Ok(keys)) => self.check(now, jwt, &keys),
                        Some(Err(())) => return SignInResult::Unknown,
                        None => Err(Bad::UnknownKey),
                    },
                    checked => checked,
                }
            }
            (KeySource::Address(_), None) => return SignInResult::Unknown,
        };
        found.unwrap_or(SignInResult::Refused)
    }

    fn check(&self, now: Timestamp, jwt: &str, keys: &KeySet) -> Result<SignInResult, Bad> {
        let checked = check::check(now, jwt, keys, &self.settings.expected)?;
        let identity = gate::identity_hash(&self.settings.expected.issuer, &checked.subject);
        Ok(SignInResult::Verified { identity, expires_at: checked.expires_at })
    }
}
