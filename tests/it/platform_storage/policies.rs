//! What the handler gets of a launch without cookies, and what becomes of deployments that are not known.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_lti::{
    LaunchContext, LtiError, LtiLaunchLayer, LtiLogin, OnMissingDeployment, error::LtiErrorKind,
    onboarding::MissingDeployment, testing::Browser,
};

use super::Visitor;
use crate::app::{App, Handler, body};

/// A handler that tells what it got.
fn telling(app: &App, policy: OnMissingDeployment) -> Browser<LtiLogin, Handler> {
    let handler = tower::service_fn(async |request: Request<Full<Bytes>>| {
        let (parts, body) = request.into_parts();
        let form = body.collect().await.unwrap().to_bytes();
        let launch = parts.extensions.get::<LaunchContext>().cloned();
        let missing = parts.extensions.get::<MissingDeployment>().cloned();
        let launch = match (launch, missing) {
            (None, Some(missing)) => missing.create().await.unwrap(),
            (launch, _) => launch.unwrap(),
        };
        let names: Vec<String> = form_urlencoded::parse(&form)
            .map(|(name, _)| name.into_owned())
            .collect();
        let length = parts.headers.get(header::CONTENT_LENGTH);
        let told = json!({
            "without_cookies": launch.is_without_cookies(),
            "from_session": launch.is_from_session(),
            "created": launch.deployment_created(),
            "parameters": launch.login_parameters(),
            "form": names,
            "length": length.map(|length| length.to_str().unwrap()),
            "is_length": length.is_some_and(|length| *length == *form.len().to_string()),
        });
        Ok::<_, Infallible>(Response::new(Full::from(told.to_string())))
    });
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .on_missing_deployment(policy);
    let launch = BoxCloneSyncService::new(layer.layer(handler));
    Browser::new(LtiLogin::new(app.tool.clone()), launch).accepting("application/json")
}

async fn told(app: &App, policy: OnMissingDeployment, by_storage: bool) -> Value {
    told_to(app, telling(app, policy), by_storage).await
}

async fn told_to(app: &App, browser: Browser<LtiLogin, Handler>, by_storage: bool) -> Value {
    let mut visitor = Visitor::of(app, browser).await;
    let answer = if by_storage {
        let form = visitor.completion().await;
        let request = super::completion_from(&form, &["https://tool.test"]);
        visitor.browser.send_launch(request).await
    } else {
        let mut browser = telling(app, OnMissingDeployment::Create);
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, crate::app::NOW).sign();
        browser.launch(&request, &token).await
    };
    assert_eq!(answer.status(), 200);
    serde_json::from_str(&body(&answer).to_string()).unwrap()
}

// STORE-13
#[tokio::test]
async fn the_handler_gets_the_launch_as_the_platform_sent_it() {
    let app = App::new();
    for (by_storage, created) in [(true, true), (true, false), (false, false)] {
        let told = told(&app, OnMissingDeployment::Create, by_storage).await;
        assert_eq!(told["form"], json!(["id_token", "state"]));
        assert_eq!(told["without_cookies"], by_storage);
        assert_eq!(told["from_session"], false);
        assert_eq!(told["created"], created);
        assert_eq!(told["parameters"], Value::Null);
        if by_storage {
            assert_eq!(told["is_length"], true, "{told}");
        }
    }
}

// STORE-14
#[tokio::test]
async fn a_handler_gets_the_parameters_of_the_login_without_the_frame_of_the_storage() {
    let app = App::new();
    let browser = telling(&app, OnMissingDeployment::Create);
    let browser = browser.with_login_parameter("canvas_region", "eu");
    let told = told_to(&app, browser, true).await;
    assert_eq!(told["parameters"], json!([["canvas_region", "eu"]]));
}

// STORE-12, STORE-13
#[tokio::test]
async fn a_handler_that_decides_about_a_deployment_is_told_of_the_cookies_too() {
    let app = App::new();
    let told = told(&app, OnMissingDeployment::Forward, true).await;
    assert_eq!(
        (&told["without_cookies"], &told["created"]),
        (&json!(true), &json!(true))
    );
}

/// What a launch by storage answers, whose deployment is not known.
async fn refused_by(app: &App, browser: Browser<LtiLogin, Handler>) -> LtiError {
    let mut visitor = Visitor::of(app, browser).await;
    let form = visitor.completion().await;
    let answer = visitor.complete(&form).await;
    assert_eq!(answer.status(), 401);
    assert!(!answer.headers().contains_key(header::LOCATION));
    let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
    let cookies: Vec<_> = cookies.map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(!cookies.iter().any(|cookie| cookie.contains("-lti-t-")));
    answer.extensions().get::<LtiError>().unwrap().clone()
}

// N34, ADV-89
#[tokio::test]
async fn no_ticket_leads_to_an_onboarding_page_where_its_cookie_is_not_kept() {
    let app = App::new();
    let page = OnMissingDeployment::Redirect("/onboarding".parse().unwrap());
    let by_policy = refused_by(&app, telling(&app, page)).await;
    let parking = tower::service_fn(async |request: Request<Full<Bytes>>| {
        let missing = request.extensions().get::<MissingDeployment>().unwrap();
        let error = missing.park().await.unwrap_err();
        Ok::<_, Infallible>(error.to_response(request.headers()))
    });
    let layer = LtiLaunchLayer::new(app.tool.clone())
        .add_path("/lti/launch")
        .on_missing_deployment(OnMissingDeployment::Forward);
    let launch = BoxCloneSyncService::new(layer.layer(parking));
    let browser = Browser::new(LtiLogin::new(app.tool.clone()), launch);
    let browser = browser.accepting("application/json");
    let by_handler = refused_by(&app, browser).await;

    for error in [by_policy, by_handler] {
        assert_eq!(error.kind(), LtiErrorKind::CookiesNeeded);
        assert_eq!(error.code().as_str(), "cookie_missing");
        assert_eq!(error.cookies_blocked(), Some(true));
        assert!(error.remedy().contains("in a new window"));
    }
}

// STORE-12: the page before the completion creates nothing
#[tokio::test]
async fn a_deployment_that_is_rejected_is_rejected_at_the_completion() {
    let app = App::new();
    let mut visitor = Visitor::of(&app, telling(&app, OnMissingDeployment::Reject)).await;
    let form = visitor.completion().await;
    assert_eq!(app.store.nonce_count(), 0);
    assert_eq!(visitor.complete(&form).await.status(), 403);
    assert_eq!(
        (app.store.nonce_count(), app.store.deployment_count()),
        (1, 0)
    );
}
