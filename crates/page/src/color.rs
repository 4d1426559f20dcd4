//! An owner's brand color, corrected until it can be read.

/// WCAG 2.2 (1.4.3) asks for 4.5; the rest is for what [`Color::contrast`] is off by.
const CONTRAST_MIN: f32 = 4.7;

/// A color of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

/// A brand color for one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// The color itself.
    pub accent: Color,
    /// What is written on it.
    pub on: Color,
}

impl Color {
    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [b'#', digits @ ..] = text.as_bytes() else { return None };
        if digits.len() != 6 {
            return None;
        }
        let mut value = 0;
        for digit in digits {
            value = value << 4 | char::from(*digit).to_digit(16)?;
        }
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// Writes `#rrggbb`.
    #[must_use]
    pub fn css(self) -> String {
        let mut text = String::from("#");
        for part in self.0 {
            for digit in [part >> 4, part & 15] {
                text.push(char::from_digit(u32::from(digit), 16).expect("invariant: below 16"));
            }
        }
        text
    }

    fn luminance(self) -> f32 {
        let linear = |part: u8| {
            let share = f32::from(part) / 255.0;
            // The exact curve has a power of 2.4; between 2 and 3 is near enough to stay on the safe side of the limit, and
            // keeps `powf` out of the widget.
            if share <= 0.040_45 { share / 12.92 } else { share * share * (0.305 * share + 0.695) }
        };
        let [red, green, blue] = self.0;
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// How well this color and another can be told apart, 1 to 21, within 3 %.
    #[must_use]
    pub fn contrast(self, other: Self) -> f32 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn toward(self, other: Self, step: u16) -> Self {
        let mut parts = [0; 3];
        for (index, part) in parts.iter_mut().enumerate() {
            let mixed = (u16::from(self.0[index]) * (16 - step) + u16::from(other.0[index]) * step) / 16;
            *part = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        Self(parts)
    }
}

/// Makes a brand color fit a scheme: dark enough for white text on light pages, light enough for dark text on dark ones.
#[must_use]
pub fn accent(brand: Color, dark: bool) -> Accent {
    let (on, away) = if dark { (Color([0x04, 0x11, 0x14]), Color([255; 3])) } else { (Color([255; 3]), Color([0; 3])) };
    let fitting = (0..=16).map(|step| brand.toward(away, step)).find(|color| color.contrast(on) >= CONTRAST_MIN);
    Accent { accent: fitting.unwrap_or(away), on }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exact definition, for comparison.
    fn exact(color: Color) -> f64 {
        let linear = |part: u8| {
            let share = f64::from(part) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = color.0;
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn exact_contrast(one: Color, two: Color) -> f64 {
        let (one, two) = (exact(one), exact(two));
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    #[test]
    fn only_full_hex_colors_are_read() {
        assert_eq!(Color::parse("#0b6b63"), Some(Color([0x0b, 0x6b, 0x63])));
        assert_eq!(Color::parse("#0B6B63").map(Color::css).as_deref(), Some("#0b6b63"));
        for bad in ["", "#", "0b6b63", "#0b6", "#0b6b6g", "#0b6b63;", "#äö€"] {
            assert_eq!(Color::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn any_brand_can_be_read_in_both_schemes() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    for dark in [false, true] {
                        let fitted = accent(Color([red, green, blue]), dark);
                        let contrast = exact_contrast(fitted.accent, fitted.on);
                        assert!(contrast >= 4.5, "{fitted:?} has {contrast}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_brand_that_can_be_read_stays_as_it_is() {
        let ours = Color([0x0b, 0x6b, 0x63]);
        assert_eq!(accent(ours, false).accent, ours);
    }
}
