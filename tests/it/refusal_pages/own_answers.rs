//! One setting covers every refusal, in whatever language, and loses no header.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response as AxumResponse},
    routing::{get, post},
};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, OnMissingDeployment, error::LtiErrorKind,
    onboarding::MissingDeployment, tool::LtiToolBuilder,
};

use super::{BACK, arrive, post as launch_post};
use crate::app::App;

/// A page of the application's own, in the browser's language, without any header.
fn own_page(error: &LtiError, headers: &HeaderMap) -> Response<Bytes> {
    let language = headers.get(header::ACCEPT_LANGUAGE);
    let language = language.map_or("none", |language| language.to_str().unwrap());
    let back = error.way_back().unwrap_or("nowhere");
    let text = format!("{} in {language}, back to {back}", error.code().as_str());
    let mut response = Response::new(text.into());
    *response.status_mut() = error.status();
    response
}

fn with_own_page(builder: LtiToolBuilder) -> LtiToolBuilder {
    builder.error_response(own_page)
}

/// An application with handlers on the launch path and beside it.
fn router(app: &App, policy: OnMissingDeployment) -> Router {
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .on_missing_deployment(policy);
    Router::new()
        .route("/lti/launch", post(async |_: LaunchContext| "in the tool"))
        .route("/page", get(async |_: LaunchContext| "in the tool"))
        .route("/missing", get(async |_: MissingDeployment| "in the tool"))
        .route("/error", get(refuse))
        .route("/plain", get(async || "nothing of ours"))
        .layer(layer)
        .route_service("/lti/login", LtiLogin::new(app.tool.clone()))
}

/// A handler that refuses by itself, and sets a cookie.
async fn refuse() -> AxumResponse {
    let cookie = [
        (header::SET_COOKIE, "seen=1"),
        (header::CONTENT_LENGTH, "999999"),
    ];
    (cookie, LtiError::from(LtiErrorKind::OnboardingUnfinished)).into_response()
}

async fn ask(router: Router, request: Request<Body>) -> Response<String> {
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
}

fn get_in_german(path: &str) -> Request<Body> {
    Request::get(path)
        .header(header::ACCEPT_LANGUAGE, "de")
        .body(Body::empty())
        .unwrap()
}

fn assert_no_header_is_lost<B>(response: &Response<B>) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        (
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        let values: Vec<_> = response.headers().get_all(name).iter().collect();
        assert_eq!(values, [value], "{name}");
    }
    let status = response.status();
    let headers = response.headers();
    assert_eq!(
        headers.contains_key(header::WWW_AUTHENTICATE),
        status == 401
    );
    assert_eq!(headers.contains_key(header::ALLOW), status == 405);
    assert_eq!(headers.contains_key(header::RETRY_AFTER), status == 503);
}

// N38
#[tokio::test]
async fn one_setting_answers_where_logins_launches_extractors_and_handlers_refuse() {
    let app = App::with(with_own_page);
    let forward = || OnMissingDeployment::Forward;
    for (path, status, text) in [
        (
            "/lti/login",
            400,
            "malformed_request in de, back to nowhere",
        ),
        (
            "/lti/launch",
            405,
            "method_not_allowed in de, back to nowhere",
        ),
        ("/page", 401, "launch_required in de, back to nowhere"),
        ("/missing", 401, "launch_required in de, back to nowhere"),
        (
            "/error",
            403,
            "onboarding_unfinished in none, back to nowhere",
        ),
    ] {
        let answer = ask(router(&app, forward()), get_in_german(path)).await;
        assert_eq!(
            (answer.status().as_u16(), answer.body().as_str()),
            (status, text),
            "{path}"
        );
        assert_no_header_is_lost(&answer);
        assert!(answer.extensions().get::<LtiError>().is_some(), "{path}");
        assert_eq!(
            answer.headers().contains_key(header::SET_COOKIE),
            path == "/error"
        );
        assert!(
            answer
                .headers()
                .get(header::CONTENT_LENGTH)
                .is_none_or(|n| n != "999999")
        );
    }
    let plain = ask(router(&app, forward()), get_in_german("/plain")).await;
    assert_eq!(plain.body(), "nothing of ours");
    assert!(
        !plain
            .headers()
            .contains_key(header::CONTENT_SECURITY_POLICY)
    );
}

// N38, N35
#[tokio::test]
async fn an_extractor_that_refuses_a_proven_launch_knows_the_way_back() {
    for own in [true, false] {
        let app = App::with(|builder| if own { with_own_page(builder) } else { builder });
        let mut person = app.browser();
        let (request, token) = arrive(&app, &mut person).await;
        let (mut parts, body) =
            launch_post(&request, &token, &[("accept-language", "de")]).into_parts();
        let cookies = person.cookies().iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ").parse().unwrap();
        parts.headers.insert(header::COOKIE, cookies);

        let service = router(&app, OnMissingDeployment::Forward);
        let answer = ask(service, Request::from_parts(parts, Body::new(body))).await;

        assert_eq!(answer.status(), 403);
        assert_no_header_is_lost(&answer);
        let error = answer.extensions().get::<LtiError>().unwrap();
        assert_eq!(error.kind(), LtiErrorKind::DeploymentUnknown);
        assert_eq!(error.way_back(), Some(BACK));
        if own {
            let text = format!("deployment_rejected in de, back to {BACK}");
            assert_eq!(*answer.body(), text);
        } else {
            assert!(answer.body().contains(super::LINK), "{}", answer.body());
        }
    }
}

// N38
#[tokio::test]
async fn an_answer_of_ones_own_keeps_its_headers_and_gets_those_that_it_lacks() {
    let app = App::with(|builder| {
        builder.error_response(|_, _| {
            Response::builder()
                .header(header::CACHE_CONTROL, "private")
                .header(header::CONTENT_TYPE, "text/plain")
                .header(header::CONTENT_SECURITY_POLICY, "default-src 'self'")
                .header(header::ALLOW, "BREW")
                .body(Bytes::new())
                .unwrap()
        })
    });
    for path in ["/lti/login", "/lti/launch", "/page"] {
        let request = Request::delete(path).body(Body::empty()).unwrap();
        let answer = ask(router(&app, OnMissingDeployment::Create), request).await;
        if path == "/page" {
            assert_eq!(answer.status(), 405, "that is axum's own");
            continue;
        }
        assert_eq!(answer.status(), 200, "even that is the answer: {path}");
        for (name, value) in [
            ("cache-control", "private"),
            ("content-type", "text/plain"),
            ("content-security-policy", "default-src 'self'"),
            ("allow", "BREW"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ] {
            let values: Vec<_> = answer.headers().get_all(name).iter().collect();
            assert_eq!(values, [value], "{path} {name}");
        }
    }
}

// N38
#[tokio::test]
async fn a_pause_is_told_to_whom_the_answer_is_for_and_delays_no_redirect() {
    for (status, tells) in [(503, true), (200, true), (303, false)] {
        let app = App::with(|builder| {
            builder
                .store(tower_lti::MemoryStore::default().with_capacity(0))
                .error_response(move |error, _| {
                    assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
                    let mut response = Response::new(Bytes::new());
                    *response.status_mut() = StatusCode::from_u16(status).unwrap();
                    response
                })
        });
        let mut person = app.browser();
        let (request, token) = arrive(&app, &mut person).await;
        let answer = super::launch(&mut person, &request, &token).await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers().contains_key(header::RETRY_AFTER), tells);
    }
}

// N38
#[tokio::test]
async fn what_a_tool_answers_can_be_had_where_no_layer_stands() {
    let app = App::with(with_own_page);
    let headers = get_in_german("/").headers().clone();
    let error = LtiError::from(LtiErrorKind::DeploymentPending);
    let answer: Response<Full<Bytes>> = app.tool.error_response(&error, &headers);
    assert_eq!(answer.status(), 403);
    assert_no_header_is_lost(&answer);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "deployment_rejected in de, back to nowhere");

    // Its parts, for whoever writes another page.
    assert!(error.message().contains("waits for approval"));
    assert!(error.remedy().contains("once it is approved"));
    assert!(error.administrator_remedy().is_some());
    assert_eq!((error.way_back(), error.retry_after()), (None, None));
    assert_eq!(error.cookies_blocked(), None);
}
