//! The guide's troubleshooting page has every code, and all that a page of the tool says.

use bytes::Bytes;
use http::{HeaderMap, Response};
use tower_lti::{
    LtiError,
    dynamic_registration::{DynamicRegistrationError, RegistrationFailure},
    error::{ErrorCode, LtiErrorKind},
    languages,
    services::ServiceErrorKind,
    tool::ConfigError,
};

const PAGE: &str = include_str!("../../../src/guide/troubleshooting.md");

// DOC-01
#[test]
fn every_sentence_of_a_refusal_is_in_the_guide_beside_its_code() {
    for kind in LtiErrorKind::ALL {
        let error = LtiError::from(*kind);
        let sentence = format!("| {} | `{}` |", error.message(), error.code().as_str());
        assert!(PAGE.contains(&sentence), "{kind:?}: {sentence}");
    }
    for code in ErrorCode::ALL {
        let sentence = format!("| {} | `{}` |", code.message(), code.as_str());
        assert!(PAGE.contains(&sentence), "{code:?}: {sentence}");
    }
}

// DOC-01
#[test]
fn every_heading_of_a_page_is_in_the_guide() {
    for kind in LtiErrorKind::ALL {
        let answer: Response<Bytes> = LtiError::from(*kind).to_response(&HeaderMap::new());
        let heading = heading(answer.body());
        let error = LtiError::from(*kind);
        let row = format!("| {heading} | {} |", error.message());
        let section = format!("\n# \"{heading}\"\n");
        assert!(
            PAGE.contains(&row) || PAGE.contains(&section),
            "{kind:?}: {heading}"
        );
    }
    let error = DynamicRegistrationError::from(RegistrationFailure::Busy);
    let page = format!("{:?}", error.to_response(&HeaderMap::new()).body());
    assert!(page.contains("The tool was not registered"), "{page}");
    assert!(PAGE.contains("\n# \"The tool was not registered\"\n"));
}

// DOC-01
#[test]
fn every_heading_and_every_message_that_can_be_translated_is_in_the_guide() {
    let texts = languages::texts();
    let shown_first = texts
        .iter()
        .filter(|text| text.id().contains("heading") || text.id().ends_with(".message"));
    let mut looked_at = 0;
    for text in shown_first {
        assert!(
            PAGE.contains(text.english()),
            "{}: {}",
            text.id(),
            text.english()
        );
        looked_at += 1;
    }
    assert!(looked_at > 100, "only {looked_at} were found");
}

// DOC-01
#[test]
fn every_code_of_services_and_registrations_is_in_the_guide_with_its_sentence() {
    let services = section("# Grades, rosters and other services");
    for kind in ServiceErrorKind::ALL {
        let row = format!("| `{}` | {} |", kind.code(), kind.message());
        assert!(services.contains(&row), "{kind:?}: {row}");
    }
    let registrations = section("# \"The tool was not registered\"");
    for kind in RegistrationFailure::ALL {
        let (code, message) = (kind.code(), kind.message());
        let on_the_page = format!("| {message} | `{code}` |");
        let by_a_call = format!("| `{code}` | {message} |");
        assert!(
            registrations.contains(&on_the_page) || registrations.contains(&by_a_call),
            "{kind:?}: {on_the_page}"
        );
    }
}

// DOC-01
#[test]
fn no_code_in_the_guide_is_one_that_there_is_not() {
    let codes = ErrorCode::ALL.iter().map(|code| code.as_str());
    let services = ServiceErrorKind::ALL.iter().map(|kind| kind.code());
    let registrations = RegistrationFailure::ALL.iter().map(|kind| kind.code());
    let known: Vec<&str> = codes.chain(services).chain(registrations).collect();
    for row in PAGE.lines().filter(|line| line.starts_with("| ")) {
        let cells = row.split(" | ").map(|cell| cell.trim_matches(['|', ' ']));
        let code = cells
            .filter_map(|cell| cell.strip_prefix('`')?.strip_suffix('`'))
            .find(|cell| {
                cell.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            });
        if let Some(code) = code {
            assert!(known.contains(&code), "{code} in: {row}");
        }
    }
}

// DOC-01
#[test]
fn errors_at_the_start_are_in_the_guide_by_their_names_and_their_sentences() {
    let starts = section("# The tool does not start");
    for error in [
        ConfigError::MissingLoginSecret,
        ConfigError::PreviousLoginSecretAlone,
        ConfigError::VolatileStore,
        ConfigError::MissingSessionStore,
        ConfigError::MissingLaunchUrl,
        ConfigError::MissingRegistrations,
        ConfigError::NoSigningKey,
        ConfigError::MissingKeySets,
    ] {
        let sentence = error.to_string();
        let sentence = sentence.split(':').next().unwrap_or_default();
        let (_, row) = starts
            .split_once(&format!("| `{error:?}` | "))
            .unwrap_or_else(|| panic!("{error:?} is missing"));
        let said = row.split(" |").next().unwrap_or_default();
        assert!(sentence.starts_with(said), "{error:?}: {said}");
    }
}

/// What stands between a heading of the page and the next of its rank.
fn section(heading: &str) -> &'static str {
    let (_, after) = PAGE.split_once(heading).expect("the section is there");
    after.split("\n# ").next().unwrap_or_default()
}

/// The text of a page's first heading.
fn heading(page: &[u8]) -> String {
    let page = std::str::from_utf8(page).unwrap();
    let (_, after) = page.split_once("<h1").expect("a heading");
    let (_, after) = after.split_once('>').unwrap();
    let (heading, _) = after.split_once("</h1>").unwrap();
    heading.to_owned()
}
