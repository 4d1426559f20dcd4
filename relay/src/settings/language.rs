//! Languages, as people and pages name them.

/// The longest tag.
pub(super) const LANGUAGE_BYTES_MAX: usize = 35;

/// Whether a text is a language tag as BCP 47 has them, as far as anybody needs them here: subtags of 1 to 8 letters and digits, the first of two or
/// three letters.
pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or("");
    text.len() <= LANGUAGE_BYTES_MAX
        && (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::is_language;

    #[test]
    fn a_language_is_a_tag() {
        for good in ["en", "de", "pt-BR", "zh-Hant-TW", "gsw"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "EN", "engl", "en-", "en--US", "en_US", "-en", "en-abcdefghi", "en US"] {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
