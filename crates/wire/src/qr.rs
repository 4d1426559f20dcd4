//! A QR code as modules. The relay makes them, because their tables would cost every customer's first message a kilobyte.

use serde::{Deserialize, Deserializer, Serialize};

/// Modules along a side of the largest QR code there is.
const SIZE_MAX: u8 = 177;

/// A QR code: square, without the light border that a reader needs around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QrCode {
    /// Modules along a side.
    size: u8,
    /// One bit each, row by row from the top left, the highest bit first; 1 is dark.
    modules: Vec<u8>,
}

impl QrCode {
    /// A code of `size` modules along a side, at most 177.
    #[must_use]
    pub fn new(size: u8, is_dark: impl Fn(u8, u8) -> bool) -> Self {
        let size = size.min(SIZE_MAX);
        let mut modules = vec![0; bytes(size)];
        for y in 0..size {
            for x in (0..size).filter(|x| is_dark(*x, y)) {
                let (byte, bit) = place(size, x, y);
                modules[byte] |= bit;
            }
        }
        Self { size, modules }
    }

    /// Modules along a side.
    #[must_use]
    pub const fn size(&self) -> u8 {
        self.size
    }

    /// Whether the module in column `x` and row `y` is dark; what is outside is light.
    #[must_use]
    pub fn is_dark(&self, x: u8, y: u8) -> bool {
        let (byte, bit) = place(self.size, x, y);
        x < self.size && y < self.size && self.modules.get(byte).is_some_and(|byte| byte & bit != 0)
    }
}

fn bytes(size: u8) -> usize {
    (usize::from(size) * usize::from(size)).div_ceil(8)
}

fn place(size: u8, x: u8, y: u8) -> (usize, u8) {
    let index = usize::from(y) * usize::from(size) + usize::from(x);
    (index / 8, 0x80 >> (index % 8))
}

impl<'de> Deserialize<'de> for QrCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            size: u8,
            modules: Vec<u8>,
        }
        let Raw { size, modules } = Raw::deserialize(deserializer)?;
        if size > SIZE_MAX || modules.len() != bytes(size) {
            return Err(serde::de::Error::custom("not a QR code"));
        }
        Ok(Self { size, modules })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_where_they_were_put() {
        let code = QrCode::new(5, |x, y| (x + 2 * y).is_multiple_of(3));
        for (x, y) in (0..6).flat_map(|x| (0..6).map(move |y| (x, y))) {
            assert_eq!(code.is_dark(x, y), x < 5 && y < 5 && (x + 2 * y).is_multiple_of(3), "{x} {y}");
        }
        assert_eq!(code.modules.len(), 4);
    }

    #[test]
    fn a_wrong_number_of_modules_is_refused() {
        for bad in [r#"{"size":5,"modules":[1,2,3]}"#, r#"{"size":178,"modules":[]}"#, r#"{"size":0,"modules":[0]}"#] {
            assert!(serde_json::from_str::<QrCode>(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<QrCode>(r#"{"size":0,"modules":[]}"#).is_ok());
    }
}
