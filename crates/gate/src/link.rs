//! Reconnect links on their way to whoever asked for them: the one place that puts a secret into an address.

use model::{ConversationId, LinkSecret};
use wire::{RequestId, WebUrl};

/// Where reconnect links lead, as it is set at the moment of use (product 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    /// The Portal URL. A fragment in it gives way to the secret.
    pub url: WebUrl,
    /// The owner allows the secret in the query, which servers and what runs before the embed script can see.
    pub in_query: bool,
}

/// A link that is durable and has not been told yet. Turn it into a frame with the gate's `link`, and forget it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintedLink {
    /// Of which conversation: its widget has the Portal URL.
    pub conversation: ConversationId,
    pub(crate) secret: LinkSecret,
    /// The console's request that it answers.
    pub(crate) request: Option<RequestId>,
}

/// The Portal URL with the secret in it: `#rejoin=…`, or `?rejoin=…` where the owner allows that.
#[must_use]
pub fn reconnect_url(portal: &Portal, secret: &LinkSecret) -> String {
    let url = portal.url.as_str();
    let before_fragment = url.split('#').next().unwrap_or(url);
    let mark = match (portal.in_query, before_fragment.contains('?')) {
        (false, _) => "#",
        (true, false) => "?",
        (true, true) => "&",
    };
    [before_fragment, mark, "rejoin=", &secret.to_base64url()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_travels_in_the_fragment_unless_the_owner_allows_the_query() {
        let secret = LinkSecret::from_bytes([0x1c; 32]);
        let text = secret.to_base64url();
        for (url, in_query, before) in [
            ("https://shop.example", false, "https://shop.example#rejoin="),
            ("https://shop.example/chat?a=1#top", false, "https://shop.example/chat?a=1#rejoin="),
            ("https://shop.example/chat", true, "https://shop.example/chat?rejoin="),
            ("https://shop.example/chat?a=1#top", true, "https://shop.example/chat?a=1&rejoin="),
        ] {
            let portal = Portal { url: url.parse().unwrap(), in_query };
            assert_eq!(reconnect_url(&portal, &secret), format!("{before}{text}"));
        }
    }
}
