//! What is said: every message names its conversation and its number there, so that one which is lost, doubled, out of order or
//! in somebody else's conversation shows.

/// Gives messages an ordinary length.
const PADDING: &str = "I looked that up: your parcel is on its way and should arrive tomorrow before noon.";

/// What customer `number` says as their message `count`, from 0.
pub(super) fn from(number: usize, count: usize) -> String {
    format!("from {number}: {count}. {PADDING}")
}

/// What an agent says to customer `number` as their message `count`, from 0.
pub(super) fn to(number: usize, count: usize) -> String {
    format!("to {number}: {count}. {PADDING}")
}

/// Whose the customer's words are.
pub(super) fn number_of(text: &str) -> Option<usize> {
    text.strip_prefix("from ")?.split_once(':')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_their_customer() {
        assert_eq!(number_of(&from(417, 3)), Some(417));
        assert_eq!(number_of(&to(417, 3)), None);
    }
}
