//! One tool on two hosts, `https://north.test` and `https://south.test`.

use axum::{Router, routing::post};
use http::StatusCode;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin,
    registration::{Registration, Registrations},
    testing::{Browser, Platform},
};

use super::{Proxy, behind_a_proxy, launch};
use crate::app::{App, code};

fn registration_at(platform: &Platform, host: &str) -> Registration {
    Registration::builder(platform.issuer(), platform.client_id())
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .redirect_uri(format!("https://{host}/lti/launch"))
        .build()
        .unwrap()
}

/// The tool, the platform of each host, and the proxy that both names lead to.
async fn two_hosts() -> (Platform, Platform, Proxy) {
    let south = Platform::new("https://lms.test", "tool-2");
    let registered = registration_at(&south, "south.test");
    let app = App::with_platform(|builder, north| {
        let all = [registration_at(north, "north.test"), registered];
        builder
            .launch_url("https://north.test/lti/launch")
            .allow_target("https://north.test/")
            .allow_target("https://south.test/")
            .registrations(Registrations::new(all).unwrap())
    });
    let router = Router::new()
        .route(
            "/lti/launch",
            post(async |launch: LaunchContext| {
                launch
                    .claims()
                    .target_link_uri()
                    .unwrap_or_default()
                    .to_owned()
            }),
        )
        .layer(LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch"))
        .route_service("/lti/login", LtiLogin::new(app.tool.clone()));
    (app.platform, south, behind_a_proxy(router, "").await)
}

fn browser_at(proxy: &Proxy, host: &str) -> Browser<Proxy, Proxy> {
    let browser = Browser::new(proxy.clone(), proxy.clone());
    browser.following(&format!("https://{host}/page"))
}

// PROXY-03, PROXY-05
#[tokio::test]
async fn each_platform_is_sent_back_to_the_host_of_its_registration() {
    let (north, south, proxy) = two_hosts().await;
    for (platform, host) in [(&north, "north.test"), (&south, "south.test")] {
        let mut browser = browser_at(&proxy, host);
        let request = browser.log_in(platform).await.unwrap();
        assert_eq!(
            request.parameter("redirect_uri"),
            format!("https://{host}/lti/launch")
        );

        let answer = launch(&mut browser, platform, &request, |token| {
            token.claim("aud", platform.client_id())
        })
        .await;

        assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.body());
        assert_eq!(answer.body(), &format!("https://{host}/page"));
    }
}

// PROXY-04
#[tokio::test]
async fn a_login_at_one_host_is_no_good_for_a_launch_at_another() {
    let (north, _, proxy) = two_hosts().await;
    let mut browser = browser_at(&proxy, "north.test");
    let request = browser.log_in(&north).await.unwrap();
    // The browser gives a cookie of one host to no other.
    browser.cookies().clear();

    let answer = launch(&mut browser, &north, &request, |token| token).await;

    assert_eq!(code(&answer), "cookie_missing");
}
