//! Choosing the encoding from the WebSocket sub-protocols that a client offers.

use wire::Encoding;

/// What a `Sec-WebSocket-Protocol` header leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Negotiated<'a> {
    /// Answer 101 with the encoding's sub-protocol.
    Speak(Encoding),
    /// A sub-protocol of Rejoin in a version that this relay does not speak: answer 101 with it and close with
    /// [`crate::Misbehavior::UnsupportedVersion`], because a browser can read a close code and not the status of a failed upgrade.
    Unsupported(&'a str),
    /// Nothing that this relay knows: refuse the upgrade.
    Refuse,
}

/// Chooses the first offered sub-protocol that this relay speaks.
#[must_use]
pub fn negotiate(offered: &str) -> Negotiated<'_> {
    let names = || offered.split(',').map(str::trim);
    if let Some(encoding) = names().find_map(Encoding::from_subprotocol) {
        return Negotiated::Speak(encoding);
    }
    match names().find(|name| is_other_version(name)) {
        Some(name) => Negotiated::Unsupported(name),
        None => Negotiated::Refuse,
    }
}

/// `rejoin.v<number>.<encoding>`, with nothing in it that can't be echoed in a header.
fn is_other_version(name: &str) -> bool {
    name.strip_prefix("rejoin.v").and_then(|rest| rest.split_once('.')).is_some_and(|(version, encoding)| {
        (1..=4).contains(&version.len())
            && version.bytes().all(|byte| byte.is_ascii_digit())
            && (1..=16).contains(&encoding.len())
            && encoding.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_one_is_spoken_and_other_versions_are_told() {
        for (offered, expected) in [
            ("rejoin.v1.json", Negotiated::Speak(Encoding::Json)),
            ("rejoin.v1.bin", Negotiated::Speak(Encoding::Binary)),
            ("chat, rejoin.v1.bin ,rejoin.v1.json", Negotiated::Speak(Encoding::Binary)),
            ("rejoin.v2.bin, rejoin.v1.bin", Negotiated::Speak(Encoding::Binary)),
            ("rejoin.v2.bin", Negotiated::Unsupported("rejoin.v2.bin")),
            ("rejoin.v0.json", Negotiated::Unsupported("rejoin.v0.json")),
            ("", Negotiated::Refuse),
            ("chat", Negotiated::Refuse),
            ("REJOIN.V1.JSON", Negotiated::Refuse),
            ("rejoin.v1", Negotiated::Refuse),
            ("rejoin.v.bin", Negotiated::Refuse),
            ("rejoin.v99999.bin", Negotiated::Refuse),
            ("rejoin.v2.bin\r\nX: 1", Negotiated::Refuse),
        ] {
            assert_eq!(negotiate(offered), expected, "{offered:?}");
        }
    }
}
