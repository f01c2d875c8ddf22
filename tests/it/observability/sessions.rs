//! What an operator sees of sessions.

use std::{convert::Infallible, time::Duration};

use axum::{Router, response::Redirect, routing::post};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::Full;
use serde_json::json;
use tower_layer::Layer;
use tower_lti::{
    LtiLaunchLayer, LtiLogin,
    claims::names,
    error::LtiErrorKind,
    registration::RegistrationId,
    session::{LtiSession, LtiSessionLayer},
    testing::{Browser, LaunchContextBuilder},
    tool::Limits,
};

use super::{refusals::Walk, watch::watch};
use crate::{app::App, sessions::Visitor};

const TOLD: &str = "the LtiSessionLayer stands outside of the LtiLaunchLayer and sees no launch: with axum's Router::layer, add it before that one";

// SESSION-19
#[tokio::test]
async fn a_layer_outside_of_the_launch_layer_is_told_once() {
    let app = App::new();
    let pages = tower::service_fn(async |request: Request<Full<bytes::Bytes>>| {
        let (parts, _) = request.into_parts();
        let session = LtiSession::of_request(&parts).await;
        assert_eq!(session.unwrap_err().kind(), LtiErrorKind::LaunchRequired);
        Ok::<_, Infallible>(Response::new(Full::<bytes::Bytes>::from("no session")))
    });
    let launches = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let sessions = LtiSessionLayer::new(app.tool.clone()).unwrap();
    let tool = sessions.layer(launches.layer(pages));
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), tool);
    let ((), seen) = watch(async {
        for _ in 0..3 {
            let login = browser.log_in(&app.platform).await.unwrap();
            let token = app.platform.id_token(&login, app.clock.unix()).sign();
            assert_eq!(browser.launch(&login, &token).await.status(), 200);
        }
    })
    .await;

    let event = seen.event(TOLD);

    assert_eq!(event.level, "ERROR");
    assert_eq!(seen.events(TOLD).len(), 1);
}

// SESSION-19
#[tokio::test]
async fn a_layer_outside_of_the_launch_layer_is_told_where_the_handler_asks_for_nothing() {
    let app = App::new();
    let pages = Router::new()
        .route("/lti/launch", post(async || Redirect::to("/quiz")))
        .layer(LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch"))
        .layer(LtiSessionLayer::new(app.tool.clone()).unwrap());
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), pages);
    let ((), seen) = watch(async {
        let login = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&login, app.clock.unix()).sign();
        assert_eq!(browser.launch(&login, &token).await.status(), 303);
    })
    .await;

    assert_eq!(seen.event(TOLD).level, "ERROR");
    assert_eq!(seen.events("launched").len(), 1);
}

// SESSION-19
#[tokio::test]
async fn in_the_right_order_nothing_is_told_and_no_secret_is_seen() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let mut secrets = vec!["user-1".to_owned(), "Course canary".to_owned()];
    let ((), seen) = watch(async {
        let address = visitor.opens("canary").await;
        let page = visitor.sees(&address).await;
        secrets.push(page["secret"].as_str().unwrap().to_owned());
        secrets.push(page["id"].as_str().unwrap().to_owned());
        visitor
            .post(&address.replace("course", "save"), "\"canary-data\"")
            .await;
        visitor.get("/course?lti_session=ltis_canary-handle").await;
        visitor.get("/course?lti_session=canary-reference").await;
        visitor.opens("canary-2").await;
        visitor.get("/course").await;
        visitor.send(http::Method::POST, &address, &[]).await;
        visitor
            .post(&address.replace("course", "sign-out"), "")
            .await;
        visitor.get(&address).await;
    })
    .await;
    secrets.extend(visitor.browser.cookies().values().cloned());
    secrets.extend(["canary-data", "canary-handle", "canary-reference"].map(str::to_owned));

    seen.assert_free_of(&secrets);

    assert!(seen.events(TOLD).is_empty());
}

// SESSION-19: a handle that does open a session
#[tokio::test]
async fn a_handle_is_in_no_log_while_it_is_alive_and_after_its_end() {
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let mut secrets = Vec::new();
    let ((), seen) = watch(async {
        let launch = LaunchContextBuilder::new("https://lms.test", "tool-1").without_cookies();
        let launch = launch.build_in(&app.store).await;
        let session = app.tool.start_session(&launch, &HeaderMap::new()).await;
        let handle = session.unwrap().handle().unwrap().to_owned();
        let bearer = format!("Bearer {handle}");
        let query = format!("/course?lti_session={handle}");
        assert_eq!(visitor.sees(&query).await["sub"], "user-1");
        for _ in ["alive", "ended"] {
            for (method, address, headers) in [
                (Method::GET, query.clone(), vec![]),
                (Method::GET, format!("/tool/{handle}/page"), vec![]),
                (Method::GET, format!("/tool/{handle}x"), vec![]),
                (Method::GET, format!("{query}&lti_session=other"), vec![]),
                (
                    Method::GET,
                    query.clone(),
                    vec![("sec-fetch-site", "cross-site")],
                ),
                (
                    Method::GET,
                    "/course".to_owned(),
                    vec![("authorization", &*bearer)],
                ),
                (
                    Method::GET,
                    query.clone(),
                    vec![("x-answer", "303"), ("x-location", "/next")],
                ),
                (
                    Method::POST,
                    query.clone(),
                    vec![("origin", "https://evil.test")],
                ),
            ] {
                visitor.send(method, &address, &headers).await;
            }
            visitor.post(&query.replace("course", "sign-out"), "").await;
        }
        secrets.extend([handle.replace("ltis_", ""), handle[..30].to_owned()]);
    })
    .await;

    let refused = seen.events(LtiErrorKind::SessionOver.reason());
    assert!(!refused.is_empty(), "they are told of");
    seen.assert_free_of(&secrets);
}

/// Every refusal of a session.
pub(super) async fn refusals(walk: &mut Walk) {
    use LtiErrorKind as Kind;
    let app = App::new();
    let mut visitor = Visitor::of(&app);
    let address = visitor.opens("canary").await;
    let secrets: Vec<String> = visitor.browser.cookies().values().cloned().collect();
    let whose = &["https://lms.test", "tool-1", "dep-1"];
    for (kind, address) in [
        (Kind::SessionForged, "/course?lti_session=ltis_canary"),
        (
            Kind::SessionCookieMissing,
            "/course?lti_session=6a000000AAAAAAAA",
        ),
        (
            Kind::SessionReferencesDiffer,
            "/course?lti_session=canary&lti_session=other",
        ),
    ] {
        let (_, seen) = watch(visitor.get(address)).await;
        walk.met(kind, &seen, &secrets, &[]);
    }
    let (_, seen) = watch(visitor.send(Method::POST, &address, &[])).await;
    walk.met(
        Kind::CrossSiteRequest,
        &seen,
        &secrets,
        &["https://tool.test"],
    );
    let save = address.replace("course", "save");
    let large = format!("\"{}\"", "canary".repeat(1_000));
    let (_, seen) = watch(visitor.post(&save, &large)).await;
    walk.met(Kind::SessionDataTooLarge, &seen, &secrets, &[]);
    let login = visitor.browser.log_in(&app.platform).await.unwrap();
    let custom = json!({"large": "canary".repeat(50_000)});
    let token = app.platform.id_token(&login, app.clock.unix());
    let token = token.claim(names::CUSTOM, custom).sign();
    let (_, seen) = watch(visitor.browser.launch(&login, &token)).await;
    walk.met(Kind::SessionTooLarge, &seen, &secrets, whose);
    let limits = Limits::default().session_bytes_per_registration(0);
    let strict = App::with(|builder| builder.limits(limits));
    let (_, seen) = watch(Visitor::of(&strict).launch("canary")).await;
    walk.met(Kind::SessionQuotaReached, &seen, &[], whose);
    visitor.opens("canary-2").await;
    let (_, seen) = watch(visitor.get("/course")).await;
    walk.met(Kind::SessionAmbiguous, &seen, &secrets, &[]);
    let registration = RegistrationId::new("https://lms.test", "tool-1");
    let ended = app.tool.end_sessions_of_registration(&registration).await;
    ended.unwrap();
    let (_, seen) = watch(visitor.get(&address)).await;
    walk.met(Kind::SessionRevoked, &seen, &secrets, whose);
    app.clock.advance(Duration::from_secs(24 * 60 * 60));
    let (_, seen) = watch(visitor.get(&address)).await;
    walk.met(Kind::SessionOver, &seen, &secrets, whose);
}
