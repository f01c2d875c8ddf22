//! Names and colours that can be set, and those that cannot.

use tower_lti::pages::{Appearance, AppearanceError, STYLESHEET};

use super::stylesheet::contrast;

/// The colours of the accent in a stylesheet: on a light screen and on a dark one.
fn accents(stylesheet: &str) -> (String, String) {
    let colour = |text: &str| text.split_once("--accent:").unwrap().1[..7].to_owned();
    let added = stylesheet.strip_prefix(STYLESHEET).unwrap();
    let (light, dark) = added
        .split_once("@media (prefers-color-scheme:dark)")
        .unwrap();
    (colour(light), colour(dark))
}

// PG02
#[test]
fn an_accent_that_can_be_read_is_taken_and_one_for_dark_screens_is_made_of_it() {
    for given in ["#7a1fa2", "#000", "#0b57a4", "#a00", "#1a6334"] {
        let appearance = Appearance::new("Quizzes").unwrap().accent(given).unwrap();
        let (light, dark) = accents(appearance.stylesheet());
        for ground in ["#ffffff", "#f5f7f9"] {
            assert!(contrast(&light, ground) >= 4.5, "{light}");
        }
        for ground in ["#17191c", "#212429"] {
            assert!(contrast(&dark, ground) >= 4.5, "{dark}");
        }
    }
    let appearance = Appearance::new("Quizzes").unwrap();
    let both = appearance
        .accent("#7a1fa2")
        .unwrap()
        .accent_on_dark("#D7A8FF")
        .unwrap();
    let expected = ("#7a1fa2".to_owned(), "#d7a8ff".to_owned());
    assert_eq!(accents(both.stylesheet()), expected);
}

// PG02
#[test]
fn an_accent_that_cannot_be_read_is_refused_with_the_nearest_that_can() {
    let appearance = Appearance::new("Quizzes").unwrap();
    let refused = appearance.clone().accent("#ff9900").unwrap_err();
    let AppearanceError::LowContrast {
        contrast: found,
        nearest,
        ..
    } = &refused
    else {
        panic!("{refused:?}");
    };
    assert!(*found < 4.5);
    assert!(refused.to_string().contains(nearest.as_str()), "{refused}");
    assert!(appearance.clone().accent(nearest).is_ok());

    let on_dark = appearance.accent_on_dark("#003366").unwrap_err();
    assert!(matches!(on_dark, AppearanceError::LowContrast { .. }));
}

// PG02
#[test]
fn what_is_no_colour_and_what_is_no_name_is_refused() {
    let appearance = Appearance::new("Quizzes").unwrap();
    for wrong in [
        "",
        "red",
        "#12",
        "#1234567",
        "#fff}",
        "#fff;x:y",
        "#000</style>",
        "url(x)",
    ] {
        let refused = appearance.clone().accent(wrong).unwrap_err();
        let given = wrong.to_owned();
        assert_eq!(refused, AppearanceError::Colour { given });
    }
    for wrong in ["", "  ", "a\nb", "a\u{0}", &"x".repeat(101)] {
        assert_eq!(Appearance::new(wrong).unwrap_err(), AppearanceError::Name);
    }
    assert_eq!(Appearance::new(" Quizzes ").unwrap().name(), "Quizzes");
}

// PG02
#[test]
fn a_name_that_nobody_sees_or_that_turns_text_around_is_refused() {
    for wrong in [
        "\u{200b}",
        "\u{200d}\u{fe0f}",
        "\u{a0}\u{3164}",
        "Quiz\u{200b}zes",
        "\u{202e}sezziuQ",
        "Quizzes\u{2066}",
        "Quizzes\u{200f}",
        "Quizzes\u{ad}",
        "Quiz\u{2028}zes",
        "Quizzes\u{e0041}",
    ] {
        assert_eq!(
            Appearance::new(wrong).unwrap_err(),
            AppearanceError::Name,
            "{wrong:?}"
        );
    }
    // A joiner is part of Persian words and of emoji.
    for right in ["می\u{200c}خواهم", "Quiz \u{2764}\u{fe0f}\u{200d}\u{1f525}"] {
        assert_eq!(Appearance::new(right).unwrap().name(), right);
    }
}
