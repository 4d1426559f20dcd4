//! Marks in words, by which it is seen in the bytes of any frame who gets to read what.

/// Every internal message of a world contains this; no byte sent to a customer ever does (product 4.6).
pub const CANARY: &str = "only-for-colleagues";

/// Every context variable contains this: what a page says about its customer is for agents.
pub(crate) const SAID_BY_PAGE: &str = "said-by-the-page";

/// Every customer's name contains this: colleagues call them so.
pub(crate) const CUSTOMER_NAME: &str = "as-agents-call-them";

/// A mark of one message or variable: whoever is sent it, may read its conversation.
pub(crate) fn mark(number: u64) -> String {
    format!("<<{number}>>")
}

/// The marks in some bytes.
pub(crate) fn marks(bytes: &[u8]) -> Vec<u64> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(start) = rest.windows(2).position(|two| two == b"<<") {
        rest = &rest[start + 2..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if rest[digits..].starts_with(b">>") {
            found.extend(core::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse::<u64>().ok()));
        }
    }
    found
}

/// Whether the bytes hold these words.
pub(crate) fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

/// Of the words that no customer's connection ever carries, those that are in these bytes.
pub(crate) fn not_for_customers(bytes: &[u8]) -> Option<&'static str> {
    [CANARY, SAID_BY_PAGE, CUSTOMER_NAME].into_iter().find(|words| holds(bytes, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_they_are() {
        let bytes = format!("{{\"text\":\"a {} b\"}}<<x>>{}<<7>", mark(3), mark(40));
        assert_eq!(marks(bytes.as_bytes()), [3, 40]);
        assert!(holds(b"..only-for-colleagues.", CANARY) && not_for_customers(b"only-for-colleague").is_none());
    }
}
