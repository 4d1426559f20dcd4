//! The name of a JSON frame, read without its contents.

use core::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Whether `bytes` are one well-formed externally tagged value whose name `F` does not know.
pub(crate) fn is_unknown<F: DeserializeOwned>(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Name>(bytes).is_ok_and(|name| !crate::variant_names::<F>().contains(&name.0.as_str()))
}

struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, or an object with one key")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Name, E> {
        Ok(Name(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Name, A::Error> {
        let (name, IgnoredAny) = map.next_entry::<String, IgnoredAny>()?.ok_or_else(no_single_key)?;
        if map.next_key::<IgnoredAny>()?.is_some() {
            return Err(no_single_key());
        }
        Ok(Name(name))
    }
}

fn no_single_key<E: serde::de::Error>() -> E {
    E::custom("not exactly one key")
}
