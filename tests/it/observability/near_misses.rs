//! A login that names nobody whom we know says what comes near, to the operator alone.

use std::sync::Arc;

use tower_lti::{
    LtiError,
    error::LtiErrorKind,
    registration::{Registration, Registrations},
    testing::Platform,
};

use super::{refusals::Database, watch::watch};
use crate::app::App;

fn registered() -> Vec<Registration> {
    let clients = [
        ("https://lms.test", "tool-1"),
        ("https://lms.test/moodle", "tool-2"),
    ];
    let platforms = clients.map(|(issuer, client_id)| Platform::new(issuer, client_id));
    platforms.iter().map(Platform::registration).collect()
}

async fn refused(app: &App, issuer: &str, client_id: &str) -> (LtiError, String, String) {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("iss", issuer)
        .append_pair("client_id", client_id)
        .append_pair("login_hint", "canary-sub")
        .append_pair("target_link_uri", "https://tool.test/app")
        .finish();
    let mut browser = app.browser();
    let (answer, seen) = watch(browser.get_login(&query)).await;
    let error = answer.extensions().get::<LtiError>().unwrap().clone();
    let line = seen.event(error.kind().reason());
    assert_eq!(line.level, "WARN");
    seen.assert_free_of(&["canary".to_owned()]);
    let span = seen.only("lti.login");
    let (issuer, client_id) = (error.detail().issuer(), error.detail().client_id());
    assert_eq!(span.fields.get("issuer").map(String::as_str), issuer);
    assert_eq!(span.fields.get("client_id").map(String::as_str), client_id);
    let page = String::from_utf8(answer.body().to_vec()).unwrap();
    (error, format!("{:?}", line.fields), page)
}

// N01
#[tokio::test]
async fn a_near_miss_is_named_in_the_log_and_not_on_the_page() {
    for is_listed in [true, false] {
        for (issuer, client_id, says) in [
            ("https://lms.test/", "tool-1", "a trailing slash"),
            ("http://lms.test", "tool-1", "http in place of https"),
            ("https://LMS.test", "tool-1", "upper and lower case"),
            (
                "https://lms.test:443",
                "tool-1",
                "a port that goes without saying",
            ),
            (" https://lms.test", "tool-1", "white space"),
            ("lms.test", "tool-1", "its scheme"),
            ("https://lms.test", "TOOL-1", "tool-1"),
            ("https://lms.test/moodle/", "tool-2", "a trailing slash"),
        ] {
            // Each in a tool of its own: none is lost to the rate limit.
            let app = App::with(|builder| {
                if is_listed {
                    builder.registrations(Registrations::new(registered()).unwrap())
                } else {
                    let all = registered().into_iter().map(Arc::new);
                    builder.registrations(Database(all.collect()))
                }
            });
            let (error, line, page) = refused(&app, issuer, client_id).await;
            let detail = error.detail();
            assert_eq!(detail.issuer(), Some(issuer));
            assert_eq!(detail.client_id(), Some(client_id));
            assert!(line.contains(says), "{issuer} {client_id}: {line}");
            for told in [issuer.trim(), client_id, says] {
                assert!(!page.contains(told), "{told} is on the page: {page}");
            }
        }
    }
}

// N01
#[tokio::test]
async fn a_client_id_of_another_issuer_is_told_of() {
    let app = App::with(|builder| builder.registrations(Registrations::new(registered()).unwrap()));
    let (error, line, _) = refused(&app, "https://new.test", "tool-2").await;
    assert_eq!(error.kind(), LtiErrorKind::IssuerUnknown);
    assert!(
        line.contains("registered with the issuer https://lms.test/moodle"),
        "{line}"
    );
    let (error, line, _) = refused(&app, "https://lms.test", "tool-2").await;
    assert_eq!(error.kind(), LtiErrorKind::ClientIdUnknown);
    assert_eq!(error.detail().expected(), Some("tool-1"));
    assert!(
        line.contains("registered with the issuer https://lms.test/moodle"),
        "{line}"
    );
}

// N01: what anybody sends is one short line
#[tokio::test]
async fn an_issuer_that_anybody_sends_is_escaped_and_cut() {
    let app = App::new();
    let issuer = format!("https://\u{202e}\u{2028}\n{}?SECRET", "x".repeat(300));
    let (error, line, _) = refused(&app, &issuer, "joe@example.org").await;
    let shown = error.detail().issuer().unwrap();
    assert!(shown.len() <= 64 && shown.starts_with(r"https://\u{202e}\u{2028}\n"));
    assert_eq!(error.detail().client_id(), Some("..@example.org"));
    assert!(!line.contains("SECRET") && !line.contains("joe"), "{line}");
}

// N01, N09
#[tokio::test]
async fn who_sends_a_person_or_a_token_for_an_id_finds_neither_in_the_log() {
    for id in [
        "canary@lms.test is my name",
        "canary@lms.test:8080",
        "Joe canary <joe@lms.test>",
        "canary%40lms.test",
        "block@1 canary@lms.test",
        "https://lms.test/users/canary@lms.test/course",
        "https://lms.test/users/canary%40lms.test",
        "https://lms.test/x;canary@lms.test",
        "https://lms.test/eyJhbGciOiJSUzI1NiIsImtpZCI6.canary",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6.canary.canary",
    ] {
        for (issuer, client_id) in [(id, "tool-1"), ("https://lms.test", id)] {
            let app = App::with(|builder| {
                builder.registrations(Registrations::new(registered()).unwrap())
            });
            refused(&app, issuer, client_id).await;
        }
    }
}
