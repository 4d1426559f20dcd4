//! Secrets and keys. They are not ids: no `Display`, hashed at rest, compared in constant time.

use core::fmt;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use crate::base;

/// Reads what serde writes of an array. Its own reading of one is the same, but unrolled: two kilobytes for the customer to load.
fn bytes<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
    struct Bytes<const N: usize>;

    impl<'de, const N: usize> Visitor<'de> for Bytes<N> {
        type Value = [u8; N];

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{N} bytes")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<[u8; N], A::Error> {
            let mut bytes = [0; N];
            for (index, byte) in bytes.iter_mut().enumerate() {
                *byte = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(index, &self))?;
            }
            Ok(bytes)
        }
    }

    deserializer.deserialize_tuple(N, Bytes)
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Wraps 32 random bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes, for hashing and for the one place that hands the secret to its holder.
            #[must_use]
            pub const fn expose(&self) -> &[u8; 32] {
                &self.0
            }

            /// The form as text: 43 characters of base64url, without padding.
            #[must_use]
            pub fn to_base64url(&self) -> String {
                base::to_base64url(&self.0)
            }

            /// Reads the form of `to_base64url`, and no other spelling of it.
            #[must_use]
            pub fn from_base64url(text: &str) -> Option<Self> {
                base::from_base64url(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.serialize_str(&self.to_base64url())
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = String::deserialize(deserializer)?;
                    Self::from_base64url(&text).ok_or_else(|| D::Error::custom(concat!("not ", $what)))
                } else {
                    bytes(deserializer).map(Self)
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

macro_rules! hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub [u8; 32]);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret!(
    /// What lets an anonymous customer's browser resume its conversation: 256 random bits, opaque and revocable.
    ///
    /// Kept in the host page's storage, sent in the first frame, stored by the relay only as a [`TokenHash`]. In JSON and in
    /// storage it is 43 characters of base64url.
    ResumeToken, "a resume token"
);
secret!(
    /// What a reconnect link carries: 256 random bits, which open their conversation for whoever holds them, as often as needed
    /// while it may be continued (product 3, "The link").
    ///
    /// Lives in the memory of the page that asked for it and in the link itself; the relay keeps only a [`LinkHash`].
    LinkSecret, "a link's secret"
);
secret!(
    /// What takes a conversation to another site of the same owner: 256 random bits, for one use within one minute (product 3,
    /// "Across pages and sites"). The relay keeps it in memory only.
    HandoverCode, "a hand-over code"
);
hash!(
    /// SHA-256 of a [`ResumeToken`]: what is stored and looked up.
    TokenHash
);
hash!(
    /// SHA-256 of a [`LinkSecret`]: what is stored and looked up.
    LinkHash
);
hash!(
    /// SHA-256 of a signed-in customer's issuer, a zero byte and `sub`: who they are, without saying it.
    IdentityHash
);

/// The sender's own random key of one send. A retry carries the same key and is never written twice (product 4.3). In JSON it is
/// 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendKey(pub [u8; 16]);

impl fmt::Debug for SendKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base::to_hex(&self.0))
    }
}

impl Serialize for SendKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&base::to_hex(&self.0))
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for SendKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            base::from_hex(&text).map(Self).ok_or_else(|| D::Error::custom("not a send key"))
        } else {
            bytes(deserializer).map(Self)
        }
    }
}

/// The first eight bytes of the SHA-256 of a body: enough to tell a retry from a key used again with other words, and no
/// more of the text than that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BodyDigest(pub [u8; 8]);

impl fmt::Debug for BodyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base::to_hex(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_spelling() {
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = (index * 37) as u8;
        }
        let token = ResumeToken::from_bytes(bytes);
        let text = token.to_base64url();
        assert_eq!(text, "ACVKb5S53gMoTXKXvOEGK1B1mr_kCS5TeJ3C5wwxVns");
        assert_eq!(ResumeToken::from_base64url(&text), Some(token));
        let bits_left = format!("{}t", &text[..42]);
        for bad in ["", &text[..42], &format!("{text}="), &text.replace('_', "/"), &bits_left, &"é".repeat(43)] {
            assert_eq!(ResumeToken::from_base64url(bad), None, "{bad}");
        }
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        assert_eq!(format!("{:?}", ResumeToken::from_bytes([7; 32])), "ResumeToken(…)");
        assert_eq!(format!("{:?}", LinkSecret::from_bytes([7; 32])), "LinkSecret(…)");
        assert_eq!(format!("{:?}", HandoverCode::from_bytes([7; 32])), "HandoverCode(…)");
        assert_eq!(format!("{:?}", TokenHash([7; 32])), "TokenHash(…)");
        assert_eq!(format!("{:?}", LinkHash([7; 32])), "LinkHash(…)");
        assert_eq!(format!("{:?}", IdentityHash([7; 32])), "IdentityHash(…)");
        assert_eq!(format!("{:?}", SendKey([0xab; 16])), "ab".repeat(16));
    }

    #[test]
    fn a_secret_says_in_json_which_one_it_is_not() {
        let json = serde_json::to_string(&LinkSecret::from_bytes([9; 32])).unwrap();
        assert_eq!(json, format!("\"{}\"", ResumeToken::from_bytes([9; 32]).to_base64url()));
        assert_eq!(serde_json::from_str::<LinkSecret>(&json).unwrap(), LinkSecret::from_bytes([9; 32]));
        let error = serde_json::from_str::<HandoverCode>("\"x\"").unwrap_err();
        assert!(error.to_string().starts_with("not a hand-over code"), "{error}");
    }

    #[test]
    fn a_key_is_32_lower_case_digits_in_json() {
        let key = SendKey(*b"0123456789abcdef");
        let json = serde_json::to_string(&key).unwrap();
        assert_eq!(json, "\"30313233343536373839616263646566\"");
        assert_eq!(serde_json::from_str::<SendKey>(&json).unwrap(), key);
        for bad in ["\"\"", "\"3031323334353637383961626364656\"", "\"3031323334353637383961626364656G\"", "[1]", "7"] {
            assert!(serde_json::from_str::<SendKey>(bad).is_err(), "{bad}");
        }
    }
}
