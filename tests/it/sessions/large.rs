//! Launches as large as platforms make them, and larger.

use serde_json::json;
use tower_lti::error::LtiErrorKind::SessionTooLarge;

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
