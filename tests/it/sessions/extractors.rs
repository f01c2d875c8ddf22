//! Sessions in axum handlers.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use serde_json::json;
use tower::ServiceExt;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext,
    claims::names,
    deep_linking::DeepLinkingRequest,
    error::LtiErrorKind,
    session::{LtiSession, LtiSessionLayer},
};

use crate::{app::App, sessions::visitor::Visitor};

/// A request of the browser as a handler behind the session layer gets it.
async fn parts_of(app: &App, visitor: &mut Visitor, address: &str) -> Parts {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let sender = std::sync::Arc::new(std::sync::Mutex::new(Some(sender)));
    let handler = tower::service_fn(move |request: http::Request<()>| {
        let sender = sender.lock().unwrap().take().unwrap();
        assert!(sender.send(request.into_parts().0).is_ok());
        async { Ok::<_, std::convert::Infallible>(http::Response::new(String::new())) }
    });
    let cookies = visitor.browser.cookies().iter();
    let cookies: Vec<String> = cookies
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = http::Request::get(address)
        .header("cookie", cookies.join("; "))
        .body(())
        .unwrap();
    let sessions = LtiSessionLayer::new(app.tool.clone()).unwrap();
    sessions.layer(handler).oneshot(request).await.unwrap();
    receiver.await.unwrap()
}

// SESSION-01
#[tokio::test]
async fn extractors_hand_out_the_session_s_launch_and_say_why_there_is_none() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("biology").await;
    let mut parts = parts_of(&app, &mut visitor, &address).await;

    let launch = <LaunchContext as FromRequestParts<()>>::from_request_parts(&mut parts, &())
        .await
        .unwrap();
    let session = <LtiSession as FromRequestParts<()>>::from_request_parts(&mut parts, &())
        .await
        .unwrap();
    let maybe: Option<LtiSession> =
        <LtiSession as OptionalFromRequestParts<()>>::from_request_parts(&mut parts, &())
            .await
            .unwrap();

    assert!(launch.is_from_session());
    assert_eq!(session.id(), maybe.unwrap().id());

    for (address, kind, maybe_is_refused) in [
        ("/course?lti_session=x", LtiErrorKind::SessionForged, false),
        (
            "/course?lti_session=6a000000AAAAAAAA",
            LtiErrorKind::SessionCookieMissing,
            false,
        ),
        ("/course", LtiErrorKind::SessionAmbiguous, true),
    ] {
        if kind == LtiErrorKind::SessionAmbiguous {
            visitor.opens("history").await;
        }
        let mut parts = parts_of(&app, &mut visitor, address).await;
        let launch =
            <LaunchContext as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
        assert_eq!(launch.unwrap_err().error().kind(), kind);
        let session = <LtiSession as FromRequestParts<()>>::from_request_parts(&mut parts, &());
        assert_eq!(session.await.unwrap_err().error().kind(), kind);
        let maybe: Result<Option<LtiSession>, _> =
            <LtiSession as OptionalFromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
        assert_eq!(maybe.is_err(), maybe_is_refused, "{address}");
        assert!(maybe.ok().flatten().is_none());
        let maybe: Result<Option<LaunchContext>, _> =
            <LaunchContext as OptionalFromRequestParts<()>>::from_request_parts(&mut parts, &())
                .await;
        assert_eq!(maybe.is_err(), maybe_is_refused, "{address}");
        assert!(maybe.ok().flatten().is_none());
        let maybe: Result<Option<DeepLinkingRequest>, _> =
            <DeepLinkingRequest as OptionalFromRequestParts<()>>::from_request_parts(
                &mut parts,
                &(),
            )
            .await;
        assert_eq!(maybe.is_err(), maybe_is_refused, "{address}");
    }

    visitor.browser.cookies().clear();
    let mut parts = parts_of(&app, &mut visitor, "/course").await;
    let none = <LaunchContext as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await;
    assert_eq!(
        none.unwrap_err().error().kind(),
        LtiErrorKind::LaunchRequired
    );
}

// SESSION-01
#[tokio::test]
async fn content_is_chosen_in_a_session_as_at_its_launch() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let login = visitor.browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.deep_linking_token(&login, app.clock.unix());
    let token = token.claim(names::CONTEXT, json!({"id": "biology"}));
    let answer = visitor.browser.launch(&login, &token.sign()).await;
    let address = crate::sessions::visitor::location(&answer);
    let mut parts = parts_of(&app, &mut visitor, &address).await;

    let request = <DeepLinkingRequest as FromRequestParts<()>>::from_request_parts(&mut parts, &())
        .await
        .unwrap();

    assert!(request.launch().is_from_session());
}
