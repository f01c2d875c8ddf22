//! Languages: which texts there are, which are taken, and which language a page is in.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use tower_lti::{
    LtiError, LtiTool,
    error::LtiErrorKind,
    languages::{Language, LanguageError, texts},
    pages::Appearance,
    registration::Registrations,
    tool::ConfigError,
};

use crate::app::App;

const GERMAN: &str = include_str!("../../../examples/languages/de.json");

/// The language of a tool's page for a browser that sends these wishes.
fn language(app: &App, wishes: &[&str]) -> String {
    let mut headers = HeaderMap::new();
    for wish in wishes {
        let wish = HeaderValue::from_str(wish).unwrap();
        headers.append(header::ACCEPT_LANGUAGE, wish);
    }
    let error = LtiError::from(LtiErrorKind::StateExpired);
    let page: Response<Bytes> = app.tool.error_response(&error, &headers);
    let page = std::str::from_utf8(page.body()).unwrap();
    let (_, rest) = page.split_once("<html lang=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

fn of(tag: &str) -> Language {
    Language::new(tag, [("page.back", "<-")]).unwrap()
}

// PG03
#[test]
fn a_page_is_in_the_first_language_of_the_browser_s_that_is_there() {
    let app = App::with(|builder| {
        builder
            .add_language(of("de"))
            .add_language(of("pt-BR"))
            .add_language(of("fr-CA"))
            .add_language(of("fr"))
    });
    for (wishes, expected) in [
        (&[][..], "en"),
        (&["de"], "de"),
        (&["DE-at"], "de"),
        (&["de-Latn-AT-1996"], "de"),
        (&["da, de;q=0.5"], "de"),
        (&["de;q=0.5, fr;q=0.9"], "fr"),
        (&["de;q=0.5", "fr;q=0.9"], "fr"),
        (&["fr-CA, fr;q=0.9"], "fr-CA"),
        (&["pt"], "pt-BR"),
        (&["pt-PT"], "en"),
        (&["en-GB, de;q=0.9"], "en"),
        (&["da, en;q=0.8, de;q=0.7"], "en"),
        (&["de;q=0, fr;q=0.1"], "fr"),
        (&["de;q=0.000"], "en"),
        (&["*, de;q=0.5"], "en"),
        (&["de;q=high, fr"], "fr"),
        (&["de;q=1.001, fr;q=0.2"], "fr"),
        (&["de;q=0.1234, fr;q=0.2"], "fr"),
        (&[" de ; q=0.4 , fr ; q=0.3"], "de"),
        (&["deutsch"], "en"),
        (&[",;, ,"], "en"),
    ] {
        assert_eq!(language(&app, wishes), expected, "{wishes:?}");
    }
    let many = format!("{}de", "xx,".repeat(10_000));
    assert_eq!(
        language(&app, &[&many]),
        "en",
        "what follows too many is not read"
    );
}

// PG03
#[test]
fn every_text_has_an_id_of_its_own_and_an_example_translates_them_all() {
    let all = texts();
    let ids: BTreeSet<&str> = all.iter().map(|text| text.id()).collect();
    assert_eq!(ids.len(), all.len());
    assert!(all.len() > 300, "{}", all.len());
    for text in &all {
        let id = text.id().replace(['_', '.'], "");
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        assert!(!text.english().contains(['<', '&']), "{id} is plain text");
    }

    let german = Language::from_json("de", GERMAN).unwrap();
    assert_eq!(german.missing(), []);
    let given: std::collections::BTreeMap<String, String> = serde_json::from_str(GERMAN).unwrap();
    for text in all {
        let words = text.english().split_whitespace().count();
        let is_same = given[text.id()] == text.english();
        assert!(words < 3 || !is_same, "{} is English", text.id());
    }
}

// PG03
#[test]
fn a_text_that_is_missing_is_english_and_listed() {
    let language = of("de");
    let missing = language.missing();
    assert_eq!(missing.len(), texts().len() - 1);
    assert!(missing.iter().all(|text| text.id() != "page.back"));

    let app = App::with(|builder| builder.add_language(language));
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("de"));
    let error = LtiError::from(LtiErrorKind::StateExpired);
    let page: Response<Bytes> = app.tool.error_response(&error, &headers);
    assert!(
        std::str::from_utf8(page.body())
            .unwrap()
            .contains(error.remedy())
    );
}

// PG03
#[test]
fn a_text_that_no_page_has_or_that_lacks_a_placeholder_is_refused() {
    let refused = |id: &str, text: &str| Language::new("de", [(id, text)]).unwrap_err();
    for (id, text) in [
        ("page.reference", "Code {code}"),
        ("page.reference", "{code} {reference} {name}"),
        ("page.back", "{name}"),
    ] {
        let error = refused(id, text);
        assert!(
            matches!(error, LanguageError::Placeholders { .. }),
            "{error}"
        );
    }
    assert!(matches!(
        refused("page.bak", "x"),
        LanguageError::UnknownText { .. }
    ));
    for text in ["", "  ", "a\u{1b}b", &"x".repeat(2_001)] {
        assert!(matches!(
            refused("page.back", text),
            LanguageError::Text { .. }
        ));
    }
    for tag in [
        "",
        "d",
        "de_AT",
        "de-",
        "-de",
        "12",
        "de\"><",
        &"ab-".repeat(20),
    ] {
        let error = Language::new(tag, [("page.back", "x")]).unwrap_err();
        assert!(matches!(error, LanguageError::Tag { .. }), "{tag}");
    }
    for json in ["", "[]", "{\"page.back\":1}"] {
        let error = Language::from_json("de", json).unwrap_err();
        assert!(matches!(error, LanguageError::Json(_)), "{json}");
    }
}

// PG03
#[test]
fn a_language_from_right_to_left_turns_the_page_and_keeps_values_apart() {
    let hebrew = Language::new("he", [("page.reference", "קוד {code}, {reference}")]).unwrap();
    let app = App::with(|builder| builder.add_language(hebrew));
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("he"));
    let error = LtiError::from(LtiErrorKind::StateExpired);
    let page: Response<Bytes> = app.tool.error_response(&error, &headers);
    let page = std::str::from_utf8(page.body()).unwrap();
    assert!(page.contains("<html lang=\"he\" dir=\"rtl\">"), "{page}");
    assert!(
        page.contains("קוד \u{2068}state_expired\u{2069}, \u{2068}"),
        "{page}"
    );
}

/// The page of an error, for a browser that asks for this language.
fn page(app: &App, wish: &str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::ACCEPT_LANGUAGE,
        HeaderValue::from_str(wish).unwrap(),
    );
    let error = LtiError::from(LtiErrorKind::StateExpired);
    let page: Response<Bytes> = app.tool.error_response(&error, &headers);
    std::str::from_utf8(page.body()).unwrap().to_owned()
}

// PG03
#[test]
fn the_direction_of_a_language_is_known_by_its_tag() {
    for (tag, is_right_to_left) in [
        ("ar", true),
        ("AR-eg", true),
        ("fa", true),
        ("ur-PK", true),
        ("he", true),
        ("az-Arab", true),
        ("ar-Latn", false),
        ("de", false),
        ("arn", false),
    ] {
        let app = App::with(|builder| builder.add_language(of(tag)));
        let page = page(&app, tag);
        let is_turned = page.contains(&format!("<html lang=\"{tag}\" dir=\"rtl\">"));
        assert_eq!(is_turned, is_right_to_left, "{tag}: {page}");
    }
    let app = App::with(|builder| builder.add_language(of("xx").right_to_left()));
    assert!(page(&app, "xx").contains("<html lang=\"xx\" dir=\"rtl\">"));
}

// PG03
#[test]
fn what_a_language_lacks_is_marked_as_english_on_its_page() {
    let error = LtiError::from(LtiErrorKind::StateExpired);
    let english = |text: &str| format!("<span lang=\"en\" dir=\"ltr\">{text}</span>");
    let app = App::with(|builder| {
        let ours = Language::new("en", [("page.back", "<-")]).unwrap();
        builder
            .add_language(of("ar"))
            .add_language(ours)
            .appearance(Appearance::new("Quizzes!").unwrap())
    });

    let page_in_arabic = page(&app, "ar");
    let remedy = english(error.remedy());
    assert!(page_in_arabic.contains(&remedy), "{page_in_arabic}");
    assert!(
        page_in_arabic.contains("<title lang=\"en\" dir=\"ltr\">"),
        "{page_in_arabic}"
    );
    let (_, title) = page_in_arabic.split_once("<title").unwrap();
    let (title, _) = title.split_once("</title>").unwrap();
    assert!(!title.contains('<'), "{title}");
    // The name has a direction of its own.
    assert!(page_in_arabic.contains("<p><bdi>Quizzes!</bdi></p>"));

    // On an English page it is as it was, in other words or not.
    for wish in ["en", "fr"] {
        let page = page(&app, wish);
        assert!(page.contains(error.remedy()) && !page.contains("<span lang"));
    }
    let german = Language::from_json("de", GERMAN).unwrap();
    let app = App::with(|builder| builder.add_language(german));
    assert!(!page(&app, "de").contains("lang=\"en\""));
}

// PG03
#[test]
fn a_text_or_a_language_that_comes_twice_is_refused() {
    let twice = "{\"page.back\": \"a\", \"page.back\": \"b\"}";
    for error in [
        Language::from_json("de", twice).unwrap_err(),
        Language::new("de", [("page.back", "a"), ("page.back", "a")]).unwrap_err(),
    ] {
        assert!(
            matches!(error, LanguageError::Twice { id: "page.back" }),
            "{error}"
        );
    }
    let built = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::default())
        .add_language(of("pt-BR"))
        .add_language(of("pt"))
        .add_language(of("PT-br"))
        .build();
    let error = built.unwrap_err();
    assert!(
        matches!(&error, ConfigError::LanguageTwice { tag } if tag == "PT-br"),
        "{error}"
    );
}

// PG03
#[test]
fn a_range_longer_than_a_tag_can_be_is_passed_over() {
    let app = App::with(|builder| builder.add_language(of("da")).add_language(of("fr")));
    let long = format!("de{}, fr;q=0.1", "-a".repeat(200_000));
    assert_eq!(language(&app, &[&long]), "fr");
    let long = format!("fr{}", "-a".repeat(17));
    assert_eq!(language(&app, &[&long]), "en", "{}", long.len());
    assert_eq!(language(&app, &["fr-a-a-a"]), "fr");
}

// PG03
#[test]
fn an_answer_says_what_it_depends_on() {
    let app = App::new();
    let error = LtiError::from(LtiErrorKind::StateExpired);
    let page: Response<Bytes> = app.tool.error_response(&error, &HeaderMap::new());
    assert_eq!(page.headers()[header::VARY], "accept, accept-language");
}
