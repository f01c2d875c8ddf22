//! The public stylesheet.

use std::collections::HashMap;

use tower_lti::pages::STYLESHEET;

/// The colours of a line of custom properties, by name.
fn colours(line: &str) -> HashMap<&str, &str> {
    let (_, rest) = line.rsplit_once(":root{").unwrap();
    let (properties, _) = rest.split_once('}').unwrap();
    properties
        .split(';')
        .filter_map(|property| property.split_once(':'))
        .filter(|(_, value)| value.starts_with('#'))
        .collect()
}

/// The relative luminance of a colour (WCAG 2.1).
fn luminance(colour: &str) -> f64 {
    let digits = colour.strip_prefix('#').unwrap();
    let width = digits.len() / 3;
    let channel = |place: usize| {
        let digits = &digits[place * width..(place + 1) * width];
        let value = u8::from_str_radix(&digits.repeat(2 / width), 16).unwrap();
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}

pub(super) fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

// PG01
#[test]
fn every_text_colour_has_contrast_on_light_and_on_dark_screens() {
    let mut lines = STYLESHEET.lines();
    let (light, dark) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(dark.starts_with("@media (prefers-color-scheme:dark)"));
    for colours in [colours(light), colours(dark)] {
        for text in ["--ink", "--quiet", "--accent", "--bad", "--good"] {
            for ground in ["--paper", "--card"] {
                let ratio = contrast(colours[text], colours[ground]);
                assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
            }
        }
        // Borders of input fields: WCAG 2.1, 1.4.11.
        assert!(contrast(colours["--edge"], colours["--paper"]) >= 3.0);
    }
}

// PG01
#[test]
fn the_stylesheet_loads_nothing_and_cannot_end_its_element() {
    for unwanted in ["url(", "@import", "@font-face", "<"] {
        assert!(!STYLESHEET.contains(unwanted), "{unwanted}");
    }
    assert!(STYLESHEET.len() < 4_096, "{}", STYLESHEET.len());
}
