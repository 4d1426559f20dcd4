//! Hashes of what must not be kept.

use model::{BodyDigest, HandoverCode, IdentityHash, LinkHash, LinkSecret, MessageText, ResumeToken, TokenHash};
use sha2::{Digest, Sha256};

/// SHA-256 of a token: what is stored and looked up.
#[must_use]
pub fn token_hash(token: &ResumeToken) -> TokenHash {
    TokenHash(Sha256::digest(token.expose()).into())
}

/// SHA-256 of a reconnect link's secret: what is stored and looked up.
#[must_use]
pub fn link_hash(secret: &LinkSecret) -> LinkHash {
    LinkHash(Sha256::digest(secret.expose()).into())
}

/// SHA-256 of a hand-over code: under which the relay's memory keeps what it is good for.
#[must_use]
pub fn handover_hash(code: &HandoverCode) -> [u8; 32] {
    Sha256::digest(code.expose()).into()
}

/// Who a verified JWT names: SHA-256 of its issuer, a zero byte, and its `sub`. The zero byte keeps `ab` and `c` apart from `a` and
/// `bc`.
#[must_use]
pub fn identity_hash(issuer: &str, sub: &str) -> IdentityHash {
    let hash = Sha256::new().chain_update(issuer).chain_update([0]).chain_update(sub);
    IdentityHash(hash.finalize().into())
}

/// The first eight bytes of the SHA-256 of the words: tells a retry from a key used again with other words (product 4.8).
#[must_use]
pub fn body_digest(text: &MessageText) -> BodyDigest {
    let hash = Sha256::digest(text.as_str().as_bytes());
    let mut digest = [0; 8];
    digest.copy_from_slice(&hash[..8]);
    BodyDigest(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_sha_256() {
        // sha256("abc") = ba7816bf 8f01cfea 414140de …
        let text = MessageText::new("abc").unwrap();
        assert_eq!(body_digest(&text).0, [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
        // sha256 of 32 zero bytes = 66687aad f862bd77 …
        assert_eq!(token_hash(&ResumeToken::from_bytes([0; 32])).0[..4], [0x66, 0x68, 0x7a, 0xad]);
        assert_eq!(link_hash(&LinkSecret::from_bytes([0; 32])).0[..4], [0x66, 0x68, 0x7a, 0xad]);
        assert_eq!(handover_hash(&HandoverCode::from_bytes([0; 32]))[..4], [0x66, 0x68, 0x7a, 0xad]);
    }

    #[test]
    fn an_identity_is_issuer_and_subject_and_nothing_runs_over_between_them() {
        assert_eq!(identity_hash("https://id.example", "mia"), identity_hash("https://id.example", "mia"));
        for (issuer, sub) in
            [("https://id.example", "mi"), ("https://id.examplem", "ia"), ("https://other.example", "mia")]
        {
            assert_ne!(identity_hash("https://id.example", "mia"), identity_hash(issuer, sub));
        }
    }
}
