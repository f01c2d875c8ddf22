//! Where the layer stands.

use http::Request;
use http_body_util::Full;
use tower::ServiceExt;
use tower_layer::Layer;
use tower_lti::{
    deployment::DeploymentKey,
    error::LtiErrorKind,
    registration::RegistrationId,
    session::{LtiSession, LtiSessionLayer},
    store::{DeploymentStore, MemoryStore, NonceStore},
    tool::ConfigError,
};

use crate::{app::App, sessions::visitor::Visitor};

// SESSION-19
#[tokio::test]
async fn a_tool_whose_store_keeps_no_sessions_has_no_layer() {
    let app = App::over(
        (MemoryStore::default(), MemoryStore::default()),
        |builder, _| builder,
    );

    let refused = LtiSessionLayer::new(app.tool.clone()).unwrap_err();

    assert!(matches!(refused, ConfigError::MissingSessionStore));
    assert!(refused.to_string().contains("session_store"));
    let with_sessions = App::over(
        (MemoryStore::default(), MemoryStore::default()),
        |builder, _| builder.session_store(MemoryStore::default()),
    );
    let mut visitor = Visitor::of(&with_sessions);
    let address = visitor.opens("biology").await;
    assert_eq!(visitor.sees(&address).await["course"], "biology");
}

#[tokio::test]
async fn without_a_session_layer_a_session_is_a_launch_that_is_missing() {
    let (parts, ()) = Request::new(()).into_parts();
    let refused = LtiSession::of_request(&parts).await.unwrap_err();
    assert_eq!(refused.kind(), LtiErrorKind::LaunchRequired);
}

// The layer calls the service that was made ready.
#[tokio::test]
async fn the_layer_keeps_to_a_limit_of_requests_at_once() {
    let app = App::new();
    let sessions = LtiSessionLayer::new(app.tool.clone()).unwrap();
    let limited = tower::limit::ConcurrencyLimit::new(crate::sessions::visitor::pages(), 1);
    let tool = sessions.layer(limited);
    for _ in 0..3 {
        for address in ["/open", "/open?lti_session=nonsense"] {
            let request = Request::get(address).body(Full::default()).unwrap();
            let answer = tool.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), 200);
        }
    }
    let key = DeploymentKey::new(
        RegistrationId::new("https://lms.test", "tool-1"),
        "x".into(),
    );
    assert!(app.store.find(&key).await.unwrap().is_none());
    assert!(app.store.health().await.is_ok());
}
