//! What anybody can cause does not fill the log.

use std::time::Duration;

use tower_lti::error::LtiErrorKind;

use super::{Person, by_default, watch::watch};
use crate::app::App;

// N09
#[tokio::test]
async fn a_thousand_anonymous_refusals_are_ten_lines_and_are_all_counted() {
    let app = App::new();
    let mut browser = app.browser();
    let empty = LtiErrorKind::FieldMissing.reason();
    let unknown = LtiErrorKind::IssuerUnknown.reason();
    let login = |issuer: usize| {
        format!("iss=https://{issuer}.test&login_hint=x&target_link_uri=https://tool.test/app")
    };

    let (_, seen) = watch(async {
        for number in 0..1_000 {
            browser.get_login("").await;
            browser.get_login(&login(number)).await;
        }
    })
    .await;

    for kind in [empty, unknown] {
        let (told, rest): (Vec<_>, Vec<_>) = seen
            .events(kind)
            .into_iter()
            .partition(|line| line.level == "WARN");
        assert_eq!(told.len(), 10, "{kind}");
        assert_eq!(rest.len(), 990, "{kind}");
        assert!(rest.iter().all(|line| line.level == "DEBUG"));
    }
    let counted = |code| seen.count("lti_logins_total", &[("outcome", code)]);
    assert_eq!(counted("malformed_request"), 1_000);
    assert_eq!(counted("registration_unknown"), 1_000);

    // Another kind has room of its own, and the next of this kind says how many there were.
    let (_, other) = watch(browser.post_launch("id_token=x&state=y")).await;
    let line = other.event(LtiErrorKind::StateForged.reason());
    assert_eq!(line.level, "WARN");
    app.clock.advance(Duration::from_secs(10));
    let (_, next) = watch(browser.get_login("")).await;
    let line = next.event(empty);
    assert_eq!((line.level, &*line.fields["suppressed"]), ("WARN", "990"));
}

// N09
#[tokio::test]
async fn what_a_platform_has_signed_is_always_told() {
    let app = App::new();
    for number in 0..30 {
        let mut person = Person::logs_in(&app, &by_default).await;
        let (_, seen) = watch(person.launches_with(|token| token.claim("sub", 7))).await;
        let line = seen.event(LtiErrorKind::ClaimInvalid.reason());
        assert_eq!(line.level, "WARN", "{number}");
    }
}

// N09
#[tokio::test]
async fn forged_states_at_the_launch_url_are_no_flood_either() {
    let app = App::new();
    let mut person = Person::logs_in(&app, &by_default).await;
    let (_, seen) = watch(async {
        for _ in 0..100 {
            person.browser.post_launch("error=x&state=y").await;
        }
    })
    .await;
    let told = seen.events(LtiErrorKind::StateForged.reason());
    let warned = told.iter().filter(|line| line.level == "WARN").count();
    assert_eq!((told.len(), warned), (100, 10));
}
