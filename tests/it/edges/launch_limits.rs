//! Launches at the edge of what the rules let in.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LoginSecret, LtiLaunchLayer, OnMissingDeployment,
    claims::names,
    deployment::DeploymentStatus,
    error::LtiErrorKind,
    onboarding::MissingDeployment,
    registration::{AuthorizedPartyCheck, RegistrationBuilder, RegistrationId, TargetLinkUriCheck},
    store::DeploymentStore,
    testing::IdToken,
    tool::Limits,
};

use crate::app::{App, NOW, code};

use super::*;

#[tokio::test]
async fn the_policy_of_one_registration_stands_above_the_general_one() {
    for (client_id, status) in [("tool-1", 403), ("tool-2", 200)] {
        let app = App::new();
        let id = RegistrationId::new("https://lms.test", client_id);
        let mut browser = app
            .browser_with(|layer| layer.on_missing_deployment_of(id, OnMissingDeployment::Reject));
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status, "{client_id}");
    }
}

type Seen = (Option<LaunchContext>, Option<MissingDeployment>);

/// Launches with these extensions already in the request, and tells what the handler finds.
async fn seen(app: &App, policy: OnMissingDeployment, put: Seen) -> Seen {
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let told = Arc::clone(&seen);
    let handler = tower::service_fn(move |request: Request<Full<Bytes>>| {
        let (launch, missing) = (request.extensions().get(), request.extensions().get());
        *told.lock().unwrap() = (launch.cloned(), missing.cloned());
        std::future::ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let layer = LtiLaunchLayer::new(app.tool.clone()).on_missing_deployment(policy);
    let (form, cookies) = good_form(app).await;
    let mut request = Request::post("/lti/launch")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies)
        .body(Full::from(form))
        .unwrap();
    if let Some(launch) = put.0 {
        request.extensions_mut().insert(launch);
    }
    if let Some(missing) = put.1 {
        request.extensions_mut().insert(missing);
    }
    let response = layer.layer(handler).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    Seen::clone(&seen.lock().unwrap())
}

#[tokio::test]
async fn what_another_put_into_the_request_is_taken_out() {
    let (other, app) = (App::new(), App::new());
    let none = (None, None);
    let (_, missing) = seen(&other, OnMissingDeployment::Forward, none.clone()).await;
    let (launch, _) = seen(&other, OnMissingDeployment::Create, none).await;
    assert!(missing.is_some() && launch.is_some());

    let put = (launch, missing);
    let (launch, missing) = seen(&app, OnMissingDeployment::Forward, put.clone()).await;
    assert!(launch.is_none() && missing.is_some());
    let (launch, missing) = seen(&app, OnMissingDeployment::Create, put).await;
    assert!(launch.is_some() && missing.is_none());
}

#[tokio::test]
async fn only_an_error_of_the_platform_may_come_by_get() {
    for (query, status, slug) in [
        ("error=access_denied", 401, "platform_error"),
        ("state=x", 405, "method_not_allowed"),
        ("error=x&id_token=a.b.c&state=x", 405, "method_not_allowed"),
        ("id_token=a.b.c&state=x", 405, "method_not_allowed"),
        ("", 405, "method_not_allowed"),
    ] {
        let app = App::new();
        let request = Request::get(format!("/lti/launch?{query}"))
            .header(header::ACCEPT, "application/json")
            .body(Full::default())
            .unwrap();
        let response = app.browser().send_launch(request).await;
        let answered = (response.status().as_u16(), code(&response));
        assert_eq!(answered, (status, slug.to_owned()), "{query}");
        assert_eq!(app.calls(), 0, "{query}");
    }
}

#[tokio::test]
async fn an_error_that_signing_in_would_mend_says_so() {
    for (error, says) in [
        ("login_required", true),
        ("interaction_required", true),
        ("access_denied", false),
    ] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let form = format!("error={error}&state={}", request.state());
        let response = browser.post_launch(form).await;
        assert_eq!(code(&response), "platform_error", "{error}");
        let page = String::from_utf8_lossy(response.body());
        assert_eq!(page.contains("Sign in"), says, "{error}");
        assert!(browser.cookies().is_empty(), "{error}: the login is over");
    }
}

#[tokio::test]
async fn token_and_state_are_read_up_to_their_limits() {
    let app = App::new();
    let request = app.browser().log_in(&app.platform).await.unwrap();
    let length = app.platform.id_token(&request, NOW).sign().len();
    for (limit, status) in [(length, 200), (length - 1, 413)] {
        let limits = Limits::default().id_token_bytes(limit);
        let app = App::with(|builder| builder.limits(limits));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status);
    }
    for (length, slug) in [(4096, "state_invalid"), (4097, "malformed_request")] {
        let form = form("a.b.c", &"x".repeat(length));
        let response = app.browser().post_launch(form).await;
        assert_eq!(code(&response), slug, "{length}");
    }
}

#[tokio::test]
async fn a_state_may_be_ahead_by_as_much_as_clocks_may_differ() {
    for (ahead, status) in [(0, 200), (59, 200), (60, 200), (61, 401)] {
        let app = App::new();
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW - ahead).sign();
        app.clock.set_wall_unix(NOW - ahead);
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status, "{ahead}");
    }
}

#[tokio::test]
async fn a_signed_target_must_lie_inside_the_tool_whatever_the_login_named() {
    let warns = |builder: RegistrationBuilder| {
        builder.target_link_uri_check(TargetLinkUriCheck::InsecureWarn)
    };
    for (target, status) in [
        ("https://tool.test/app/2", 200),
        ("https://tool.test/other", 400),
        ("https://evil.test/app", 400),
    ] {
        let app = app_with(warns);
        let answer = launch(&app, |token| token.claim(names::TARGET_LINK_URI, target)).await;
        assert_eq!(answer.0, status, "{target}: {}", answer.1);
    }
}

#[tokio::test]
async fn a_nonce_is_remembered_while_its_token_could_be_accepted() {
    let generous = Limits::default().clock_skew(Duration::from_secs(300));
    let short = generous.clone().max_token_age(Duration::from_secs(10));
    for (what, limits, exp, passed) in [
        ("until the expiry", generous, NOW + 10, 200),
        ("until the greatest age", short, NOW + 900, 200),
        ("until the login ends", Limits::default(), NOW + 900, 500),
    ] {
        // Another instance began the login, so that the time of day alone says how old it is.
        // The two share one memory, by the clock of the one that takes the launch.
        let instance = |shared: Option<&App>| {
            App::with(|builder| {
                let builder = match shared {
                    Some(app) => builder.store(app.store.clone()),
                    None => builder,
                };
                let secret =
                    LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap();
                let builder = builder.limits(limits.clone()).login_secret(secret);
                builder.insecure_allow_volatile_store()
            })
        };
        let app = instance(None);
        let begins = instance(Some(&app));
        let mut login = begins.browser();
        let request = login.log_in(&app.platform).await.unwrap();
        let mut browser = app.browser();
        let token = app.platform.id_token(&request, NOW);
        let token = token.claim("exp", exp).sign();
        *browser.cookies() = login.cookies().clone();
        assert_eq!(browser.launch(&request, &token).await.status(), 200);

        app.clock.advance(Duration::from_secs(passed));
        *browser.cookies() = login.cookies().clone();
        let replay = browser.launch(&request, &token).await;

        assert_eq!(replay.status(), 409, "{what}: {}", code(&replay));
    }
}

#[tokio::test]
async fn times_are_compared_to_the_second() {
    // When issued, when expired, and when valid, beside now; and whether it is let in.
    for (iat, exp, nbf, let_in) in [
        (-300, -60, None, false),
        (-300, -59, None, true),
        (0, 0, None, false),
        (0, 1, None, true),
        (10, 5, None, false),
        (60, 300, None, true),
        (61, 300, None, false),
        (-3660, 300, None, false),
        (-3659, 300, None, true),
        (0, 300, Some(60), true),
        (0, 300, Some(61), false),
    ] {
        let app = App::new();
        let at = |offset: i64| NOW.saturating_add_signed(offset);
        let (status, slug) = launch(&app, |token| {
            let token = token.claim("iat", at(iat)).claim("exp", at(exp));
            match nbf {
                Some(nbf) => token.claim("nbf", at(nbf)),
                None => token,
            }
        })
        .await;
        let expected = if let_in { 200 } else { 401 };
        assert_eq!(status, expected, "{iat} {exp} {nbf:?}: {slug}");
    }
    for wrong in [json!("1"), json!(-1), json!([1]), json!({})] {
        let answer = launch(&App::new(), |token| token.claim("nbf", wrong.clone())).await;
        assert_eq!(answer, (401, "token_rejected".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn audience_and_authorized_party_are_exactly_what_is_trusted() {
    let plain = |builder: RegistrationBuilder| builder;
    let trusting = |builder: RegistrationBuilder| builder.add_trusted_audience("friend");
    let strict =
        |builder: RegistrationBuilder| builder.authorized_party_check(AuthorizedPartyCheck::Always);
    let changes: [(&str, Change, Value, Value, bool); 14] = [
        ("one", plain, json!("tool-1"), Value::Null, true),
        ("one in a list", plain, json!(["tool-1"]), Value::Null, true),
        ("none", plain, Value::Null, Value::Null, false),
        ("a number", plain, json!(1), Value::Null, false),
        ("an empty list", plain, json!([]), json!("tool-1"), false),
        ("another", plain, json!("tool-2"), Value::Null, false),
        (
            "a number beside it",
            plain,
            json!(["tool-1", 1]),
            json!("tool-1"),
            false,
        ),
        (
            "a stranger beside it",
            trusting,
            json!(["tool-1", "x"]),
            json!("tool-1"),
            false,
        ),
        (
            "a friend beside it",
            trusting,
            json!(["tool-1", "friend"]),
            json!("tool-1"),
            true,
        ),
        (
            "a friend alone",
            trusting,
            json!("friend"),
            json!("tool-1"),
            false,
        ),
        (
            "two, and no azp",
            trusting,
            json!(["tool-1", "friend"]),
            Value::Null,
            false,
        ),
        (
            "two, and another azp",
            trusting,
            json!(["tool-1", "friend"]),
            json!("friend"),
            false,
        ),
        (
            "another azp, strictly",
            strict,
            json!("tool-1"),
            json!("x"),
            false,
        ),
        ("azp a number", plain, json!("tool-1"), json!(1), false),
    ];
    for (what, change, aud, azp, let_in) in changes {
        let app = app_with(change);
        let token = |token: IdToken| token.claim("aud", aud).claim("azp", azp);
        let (status, _) = launch(&app, token).await;
        assert_eq!(status, if let_in { 200 } else { 401 }, "{what}");
    }
    let app = app_with(plain);
    assert_eq!(
        launch(&app, |token| token.without_claim("aud")).await.0,
        401
    );
}

#[tokio::test]
async fn a_deployment_that_was_closed_meanwhile_is_not_opened_by_creating_it() {
    let app = App::new();
    let (_, missing) = seen(&app, OnMissingDeployment::Forward, (None, None)).await;
    let missing = missing.unwrap();
    launch(&app, |token| token).await;
    for (status, kind) in [
        (DeploymentStatus::Pending, LtiErrorKind::DeploymentPending),
        (DeploymentStatus::Disabled, LtiErrorKind::DeploymentDisabled),
    ] {
        app.store.set_status(missing.key(), status).await.unwrap();
        let refused = missing.clone().create().await.unwrap_err();
        assert_eq!(refused.kind(), kind);
    }
}

#[tokio::test]
async fn a_target_that_is_empty_is_none_even_where_it_may_differ() {
    let app = app_with(|builder| builder.target_link_uri_check(TargetLinkUriCheck::InsecureWarn));
    let refused = (400, "launch_invalid".to_owned());
    let empty = |token: IdToken| token.claim(names::TARGET_LINK_URI, "");
    assert_eq!(launch(&app, empty).await, refused);
    assert_eq!(deep_link(&app, empty).await, refused);
}

#[tokio::test]
async fn plain_http_on_loopback_works_in_development() {
    let plain = registration(|builder| builder.token_endpoint("http://localhost/token"));
    let app = App::with(|builder| {
        builder
            .launch_url("http://localhost/lti/launch")
            .insecure_allow_loopback_http()
            .registrations(Registrations::new([plain]).unwrap())
    });
    assert_eq!(launch(&app, |token| token).await.0, 200);
}
