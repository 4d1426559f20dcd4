//! Lengths of time as people write them: `500ms`, `6s`, `3m`, `12h`, `7d`.

use model::Millis;

/// Reads a length of time.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    // Ten years is beyond every setting and far from overflow.
    number.parse::<u64>().ok()?.checked_mul(factor).filter(|ms| *ms <= 315_360_000_000).map(Millis)
}

/// Writes a length of time as [`parse`] reads it, in the largest unit that fits.
pub(crate) fn write(time: Millis) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    match units.into_iter().find(|(_, factor)| time.0 > 0 && time.0.is_multiple_of(*factor)) {
        Some((unit, factor)) => format!("{}{unit}", time.0 / factor),
        None if time.0 == 0 => "0s".to_owned(),
        None => format!("{}ms", time.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_it_reads() {
        for text in ["0s", "1500ms", "90s", "3m", "12h", "7d", "25h"] {
            assert_eq!(parse(text).map(write).as_deref(), Some(text));
        }
    }

    #[test]
    fn reads_what_people_write_and_nothing_else() {
        let cases = [
            ("500ms", Some(500)),
            ("6s", Some(6_000)),
            ("3m", Some(180_000)),
            ("12h", Some(43_200_000)),
            ("7d", Some(604_800_000)),
            ("0s", Some(0)),
            ("", None),
            ("3", None),
            ("m", None),
            ("-3m", None),
            ("3 m", None),
            ("3min", None),
            ("1.5m", None),
            ("99999999999999999999s", None),
            ("99999999999999999d", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).map(|millis| millis.0), expected, "{text:?}");
        }
    }
}
