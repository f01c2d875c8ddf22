//! Logins at their limits.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use http_body_util::Full;
use tower::ServiceExt;
use tower_lti::{
    LtiLogin, OnMissingDeployment,
    error::LtiErrorKind,
    registration::{Registration, Registrations},
    testing::AuthenticationRequest,
    tool::Limits,
};

use crate::app::{App, NOW, code};

use super::*;

#[tokio::test]
async fn login_parameters_are_read_up_to_their_limits() {
    let text = |length: usize| "x".repeat(length);
    let target = |length: usize| format!("https://tool.test/app/{}", "x".repeat(length - 22));
    for (name, value, good) in [
        ("login_hint", text(8_192), true),
        ("login_hint", text(8_193), false),
        ("lti_message_hint", text(8_192), true),
        ("lti_message_hint", text(8_193), false),
        ("target_link_uri", target(4_096), true),
        ("target_link_uri", target(4_097), false),
    ] {
        let app = App::new();
        let form = login_query(&[(name, &value)]);
        let response = login(&app.tool, post_login("", form)).await;
        assert_eq!(response.status().is_client_error(), !good, "{name}");
    }
    let app = App::new();
    let padded = |length: usize| {
        let form = login_query(&[]);
        let more = length - form.len() - 3;
        format!("{form}&x={}", "x".repeat(more))
    };
    for (length, status) in [(64 * 1024, 303), (64 * 1024 + 1, 413)] {
        let response = login(&app.tool, post_login("", padded(length))).await;
        assert_eq!(response.status(), status, "{length}");
    }
}

#[tokio::test]
async fn each_login_parameter_must_be_there_and_not_be_empty() {
    for name in ["iss", "login_hint", "target_link_uri"] {
        let response = login(&App::new().tool, post_login("", login_query(&[(name, "")]))).await;
        assert_eq!(code(&response), "malformed_request", "{name}");
    }
}

#[tokio::test]
async fn a_query_beside_a_login_form_must_agree_and_be_well_formed() {
    let hints = [("lti_message_hint", "m"), ("lti_deployment_id", "d")];
    for (query, status) in [
        ("iss=https%3A%2F%2Flms.test&other=x", 303),
        ("iss=x", 400),
        ("login_hint=x", 400),
        ("target_link_uri=x", 400),
        ("lti_message_hint=x", 400),
        ("client_id=x", 400),
        ("lti_deployment_id=x", 400),
        ("x=%zz", 400),
    ] {
        let request = post_login(query, login_query(&hints));
        let response = login(&App::new().tool, request).await;
        assert_eq!(response.status(), status, "{query}");
    }
}

#[tokio::test]
async fn only_both_marks_of_lti_1_1_make_a_login_one() {
    for (fields, slug) in [
        (vec![("lti_message_type", "x")], ""),
        (vec![("oauth_consumer_key", "x")], ""),
        (
            vec![("lti_message_type", "x"), ("oauth_consumer_key", "x")],
            "lti11_launch",
        ),
    ] {
        let response = login(&App::new().tool, post_login("", login_query(&fields))).await;
        assert_eq!(code(&response), slug, "{fields:?}");
    }
}

#[tokio::test]
async fn a_registrations_own_login_url_serves_that_registration_alone() {
    let own = |issuer: &str, client_id: &str| {
        Registration::builder(issuer, client_id)
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .login_name("school")
            .build()
            .unwrap()
    };
    for (changes, status) in [
        (vec![], 303),
        (vec![("iss", "https://other.test")], 400),
        (vec![("client_id", "tool-2")], 400),
        (vec![("client_id", "")], 303),
    ] {
        let registrations = Registrations::new([own("https://lms.test", "tool-1")]).unwrap();
        let app = App::with(|builder| builder.registrations(registrations));
        let service = LtiLogin::new(app.tool.clone()).registration_from_path();
        let request = Request::get(format!("/lti/login/school?{}", login_query(&changes)))
            .body(Full::<Bytes>::default())
            .unwrap();
        let response = service.oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{changes:?}");
    }
}

#[tokio::test]
async fn an_address_of_2000_characters_is_the_longest_redirect() {
    let location = |length: usize| async move {
        let hint = "x".repeat(length);
        let query = login_query(&[("login_hint", &hint)]);
        let request = Request::get(format!("/lti/login?{query}"))
            .body(Full::default())
            .unwrap();
        login(&App::new().tool, request).await
    };
    let short = location(1).await;
    let fits = 2_000 - short.headers()[header::LOCATION].len() + 1;
    assert_eq!(
        location(fits).await.headers()[header::LOCATION].len(),
        2_000
    );
    let form = location(fits + 1).await;
    assert_eq!(form.status(), 200);
    let policy = form.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("'nonce-"));
}

#[tokio::test]
async fn an_endpoint_keeps_its_query_and_is_escaped_in_a_form() {
    for (endpoint, begins) in [
        ("https://lms.test/auth", "https://lms.test/auth?scope="),
        ("https://lms.test/auth?", "https://lms.test/auth?scope="),
        (
            "https://lms.test/auth?a=1",
            "https://lms.test/auth?a=1&scope=",
        ),
        (
            "https://lms.test/auth?a=1&",
            "https://lms.test/auth?a=1&scope=",
        ),
        (
            "https://lms.test/auth?a=\"1",
            "https://lms.test/auth?a=\"1&scope=",
        ),
    ] {
        let app = app_with(|builder| builder.authorization_endpoint(endpoint));
        let response = login(&app.tool, post_login("", login_query(&[]))).await;
        let location = response.headers()[header::LOCATION].to_str().unwrap();
        assert!(location.starts_with(begins), "{location}");

        let hint = "x".repeat(3_000);
        let form = login_query(&[("login_hint", &hint)]);
        let response = login(&app.tool, post_login("", form)).await;
        let page = String::from_utf8_lossy(response.body());
        let action = endpoint.replace('&', "&amp;").replace('"', "&quot;");
        assert!(page.contains(&format!("action=\"{action}\"")), "{page}");
    }
}

#[tokio::test]
async fn a_login_lasts_ten_minutes_at_most() {
    let limits = Limits::default().login_lifetime(Duration::from_secs(3_600));
    for (seconds, status) in [(599, 200), (600, 401)] {
        let app = App::with(|builder| builder.limits(limits.clone()));
        let mut browser = app.browser();
        let request = browser.log_in(&app.platform).await.unwrap();
        app.clock.advance(Duration::from_secs(seconds));
        let token = app.platform.id_token(&request, app.clock.unix()).sign();
        let response = browser.launch(&request, &token).await;
        assert_eq!(response.status(), status, "{seconds}");
    }
}

#[tokio::test]
async fn a_ticket_is_good_for_less_than_fifteen_minutes_and_no_state_is_one() {
    let app = App::new();
    let policy = OnMissingDeployment::Redirect("https://tool.test/onboarding".parse().unwrap());
    let mut browser = app.browser_with(|layer| layer.on_missing_deployment(policy));
    let request: AuthenticationRequest = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let response = browser.launch(&request, &token).await;
    let location = response.headers()[header::LOCATION].to_str().unwrap();
    let (_, ticket) = location.split_once("ticket=").unwrap();
    let mut headers = HeaderMap::new();
    let (name, value) = browser.cookies().iter().next().unwrap();
    let cookie = format!("{name}={value}").parse().unwrap();
    headers.insert(header::COOKIE, cookie);
    let open = |text: &str| app.tool.open_onboarding_ticket(text, &headers);

    app.clock.advance(Duration::from_secs(899));
    assert!(open(ticket).is_ok());
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(
        open(ticket).unwrap_err().kind(),
        LtiErrorKind::TicketExpired
    );
    let state = open(request.state());
    assert_eq!(state.unwrap_err().kind(), LtiErrorKind::TicketForged);
}

#[tokio::test]
async fn the_oldest_state_cookies_are_the_ones_cleared() {
    let app = App::new();
    let mut browser = app.browser();
    // Newest first, as a browser may well send them.
    let names: Vec<String> = (0..66)
        .map(|age| format!("__Host-lti-s-{:08x}aaaaaaaa", NOW - age))
        .collect();
    for name in &names {
        browser.cookies().insert(name.clone(), "x".to_owned());
    }

    browser.log_in(&app.platform).await.unwrap();

    assert_eq!(browser.cookies().len(), 64);
    for (age, name) in names.iter().enumerate() {
        assert_eq!(browser.cookies().contains_key(name), age < 63, "{age}");
    }
}
