//! Addresses that a browser may be sent to.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// The longest address, in bytes.
pub const WEB_URL_BYTES_MAX: usize = 2_000;

/// Why a text is not such an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "an address begins with http:// or https:// and a host, has no user name or password, no blanks, and at most 2000 bytes"
)]
pub struct WebUrlError;

/// An http or https address from the settings: a Portal URL, a Redirection URL (product 3). Kept as it was written.
///
/// What differs between browsers' readings of it is refused: credentials, backslashes, blanks and control characters, a missing
/// host, and every other scheme.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct WebUrl(String);

impl WebUrl {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its site: scheme, host and port as they were written, in lower case.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0[..authority_end(&self.0)].to_ascii_lowercase()
    }
}

/// Where scheme and authority end.
fn authority_end(text: &str) -> usize {
    let start = text.find("://").map_or(0, |at| at + 3);
    text[start..].find(['/', '?', '#']).map_or(text.len(), |at| start + at)
}

fn is_web_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address are no port's.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "80"),
    };
    text.len() <= WEB_URL_BYTES_MAX
        && !host.is_empty()
        && !authority.contains(['@', '%'])
        && (!host.contains(':') || host.starts_with('['))
        && port.len() <= 5
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok_and(|port| port > 0)
        && !text.contains(|c: char| {
            c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}')
        })
}

impl FromStr for WebUrl {
    type Err = WebUrlError;

    fn from_str(text: &str) -> Result<Self, WebUrlError> {
        if is_web_url(text) { Ok(Self(text.to_owned())) } else { Err(WebUrlError) }
    }
}

impl fmt::Debug for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for WebUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_pass() {
        for good in [
            "https://shop.example",
            "https://shop.example/",
            "http://127.0.0.1:8080/help?a=1&b=%20#top",
            "http://shop.localhost:8081/",
            "https://[::1]:8443/a",
            "https://[::1]",
            "https://mü.example/ö",
            "https://shop.example/a@b:c",
        ] {
            assert_eq!(good.parse::<WebUrl>().map(|url| url.as_str().to_owned()).as_deref(), Ok(good));
        }
        let long = format!("https://shop.example/{}", "a".repeat(2_000));
        for bad in [
            "",
            "shop.example",
            "/help",
            "//evil.example",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,hi",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://shop.example",
            "blob:https://shop.example/1",
            "https:shop.example",
            "https:/shop.example",
            "https:///shop.example",
            "https://",
            "https://?a",
            "https://:80/",
            "https://shop.example:",
            "https://shop.example:0",
            "https://shop.example:99999",
            "https://shop.example:+80",
            "https://shop.example:8a",
            "https://a:b:c/",
            "https://mia@shop.example/",
            "https://mia:secret@shop.example/",
            "https://shop.example%40evil.example/",
            "https://shop.example\\@evil.example/",
            "https:\\\\evil.example",
            "https://shop.example/a b",
            "https://shop.example/\n",
            "https://shop.example/\u{0}",
            "https://shop.example/\u{7f}",
            "https://shop.example/\u{2028}",
            "https://shop.example/<script>",
            "https://shop.example/\"",
            "HTTPS://shop.example/",
            &long,
        ] {
            assert_eq!(bad.parse::<WebUrl>(), Err(WebUrlError), "{bad:?}");
        }
    }

    #[test]
    fn the_origin_is_scheme_host_and_port() {
        for (url, origin) in [
            ("https://Shop.example", "https://shop.example"),
            ("https://shop.example/a?b#c", "https://shop.example"),
            ("http://shop.localhost:8081?x=/", "http://shop.localhost:8081"),
            ("https://[::1]:8443#a", "https://[::1]:8443"),
        ] {
            assert_eq!(url.parse::<WebUrl>().unwrap().origin(), origin);
        }
    }
}
