//! Launches as large as platforms make them, and larger.

use std::time::Duration;

use serde_json::json;
use tower_lti::{
    error::LtiErrorKind::{SessionQuotaReached, SessionTooLarge},
    registration::Registrations,
    testing::Platform,
    tool::Limits,
};

use crate::{
    app::App,
    sessions::{kind, visitor::Visitor},
};

/// The answer to a launch with so many bytes of custom parameters.
async fn launched(visitor: &mut Visitor, bytes: usize) -> http::Response<bytes::Bytes> {
    let login = visitor.browser.log_in(&visitor.platform).await.unwrap();
    let token = visitor.platform.id_token(&login, crate::app::NOW);
    let custom = json!({"large": "x".repeat(bytes)});
    let token = token.claim(tower_lti::claims::names::CUSTOM, custom);
    visitor.browser.launch(&login, &token.sign()).await
}

// SESSION-15
#[tokio::test]
async fn a_large_launch_is_kept_and_one_that_is_too_large_is_refused() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let kept = launched(&mut visitor, 250 * 1024).await;
    assert_eq!(kept.status(), 303);
    let address = crate::sessions::visitor::location(&kept);
    visitor.sees(&address).await;
    let data = "\"".to_owned() + &"d".repeat(4_000) + "\"";
    let saved = visitor
        .post(&address.replace("course", "save"), &data)
        .await;
    assert_eq!(saved.status(), 200);
    visitor.sees(&address).await;

    let refused = launched(&mut visitor, 256 * 1024).await;

    assert_eq!(refused.status(), 413);
    assert_eq!(kind(&refused), Some(SessionTooLarge));
    assert_eq!(visitor.session_cookies().len(), 1);
}

// SESSION-15
#[tokio::test]
async fn a_registration_that_starts_sessions_without_end_is_stopped_and_no_other() {
    let other = Platform::new("https://lms.test", "tool-2");
    let app = App::with_platform(|builder, platform| {
        other.use_key(platform.key());
        let both = [platform.registration(), other.registration()];
        builder
            .registrations(Registrations::new(both).unwrap())
            .limits(Limits::default().session_bytes_per_registration(100 * 1024))
    });
    let mut visitor = Visitor::of(&app);
    let mut kept = 0;
    let refused = loop {
        let answer = launched(&mut visitor, 20 * 1024).await;
        if answer.status() != 303 {
            break answer;
        }
        kept += 1;
    };

    assert!((3..=4).contains(&kept), "{kept} of more than 20 KiB");
    assert_eq!(refused.status(), 503);
    assert_eq!(kind(&refused), Some(SessionQuotaReached));
    visitor.platform = other;
    visitor.opens("a course elsewhere").await;
    // Those that were started then may be over.
    app.clock.advance(Duration::from_secs(2 * 60 * 60));
    visitor.at(app.clock.unix());
    visitor.platform = app.platform.clone();
    visitor.opens("a course").await;
}
