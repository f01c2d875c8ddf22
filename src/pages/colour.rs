//! Colours of the sRGB space, and their contrast.

/// Backgrounds of text on a light screen: `--paper` and `--card` of the stylesheet.
const LIGHT: [Colour; 2] = [Colour([0xff, 0xff, 0xff]), Colour([0xf5, 0xf7, 0xf9])];

/// The same on a dark screen.
const DARK: [Colour; 2] = [Colour([0x17, 0x19, 0x1c]), Colour([0x21, 0x24, 0x29])];

/// The least contrast of text (WCAG 2.1, 1.4.3, level AA).
const LEAST_CONTRAST: f64 = 4.5;

/// A colour. Its text is seven characters, of which none means anything to HTML or CSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour([u8; 3]);

/// Whether the screen is light or dark.
#[derive(Clone, Copy)]
pub(super) enum Scheme {
    Light,
    Dark,
}

impl Colour {
    /// Reads `#rgb` or `#rrggbb`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?.as_bytes();
        let digit = |place: usize| {
            let digit = char::from(*digits.get(place)?).to_digit(16)?;
            u8::try_from(digit).ok()
        };
        let channel = |place: usize| match digits.len() {
            3 => Some(digit(place)? * 0x11),
            6 => Some(digit(2 * place)? * 0x10 + digit(2 * place + 1)?),
            _ => None,
        };
        Some(Self([channel(0)?, channel(1)?, channel(2)?]))
    }

    pub(super) fn to_text(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// The contrast with the worst of the scheme's backgrounds: 1 to 21.
    pub(super) fn contrast(self, scheme: Scheme) -> f64 {
        let all = scheme
            .backgrounds()
            .map(|ground| self.contrast_with(ground));
        all.into_iter().fold(f64::INFINITY, f64::min)
    }

    pub(super) fn is_readable(self, scheme: Scheme) -> bool {
        self.contrast(scheme) >= LEAST_CONTRAST
    }

    /// The colour itself, or the one nearest to it on the way to black or white that can be read.
    pub(super) fn made_readable(self, scheme: Scheme) -> Self {
        (0..=100)
            .map(|percent| self.mixed(scheme, percent))
            .find(|colour| colour.is_readable(scheme))
            .unwrap_or(self.mixed(scheme, 100))
    }

    /// So much of the way to black on a light screen, and to white on a dark one.
    fn mixed(self, scheme: Scheme, percent: u16) -> Self {
        let end: u16 = match scheme {
            Scheme::Light => 0,
            Scheme::Dark => 255,
        };
        Self(self.0.map(|channel| {
            let mixed = (u16::from(channel) * (100 - percent) + end * percent) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        }))
    }

    fn contrast_with(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The relative luminance (WCAG 2.1).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.040_45 {
                channel / 12.92
            } else {
                ((channel + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl Scheme {
    fn backgrounds(self) -> [Colour; 2] {
        match self {
            Self::Light => LIGHT,
            Self::Dark => DARK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::STYLESHEET;

    // PG02
    #[test]
    fn the_backgrounds_are_those_of_the_stylesheet() {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let [paper, card] = scheme.backgrounds().map(Colour::to_text);
            let paper = paper.replace("#ffffff", "#fff");
            assert!(STYLESHEET.contains(&format!("--paper:{paper};--card:{card};")));
        }
    }

    // PG02
    #[test]
    fn a_colour_is_three_or_six_digits_and_nothing_else() {
        assert_eq!(Colour::parse("#0Af"), Colour::parse("#00aaff"));
        for wrong in [
            "", "#", "red", "00aaff", "#00aaf", "#00aaff0", "#00aafg", "#fff;}", " #fff", "#ﬀ",
            "#+1+1+1",
        ] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }
}
