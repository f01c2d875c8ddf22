//! The simulated browser where cookies are blocked.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use tower_layer::Layer;
use tower_lti::{LaunchContext, LtiLaunchLayer, LtiLogin, testing::Browser};

use crate::app::{App, NOW, code};

// ADV-89, STORE-15
#[tokio::test]
async fn a_browser_that_blocks_cookies_launches_by_the_platform_s_storage_and_only_by_it() {
    let app = App::new();
    let mut blocking = app.browser().in_frame().block_cookies();
    let refused = blocking.log_in(&app.platform).await.unwrap_err();
    let page = String::from_utf8(refused.0.body().to_vec()).unwrap();
    assert!(page.contains("Open in a new window"), "{page}");

    let mut storing = blocking.with_platform_storage("_parent");
    let request = storing.log_in(&app.platform).await.unwrap();
    assert_eq!(storing.stored().len(), 1);
    let token = app.platform.id_token(&request, NOW).sign();
    let answer = storing.launch(&request, &token).await;
    assert_eq!(answer.status(), 200);
    assert!(storing.cookies().is_empty() && storing.stored().is_empty());

    let again = storing.launch(&request, &token).await;
    assert_eq!(code(&again), "replay_detected");
    assert_eq!(app.calls(), 1);
}

// STORE-15
#[tokio::test]
async fn a_browser_with_cookies_launches_without_a_detour_whatever_is_stored() {
    let app = App::new();
    for mut browser in [
        app.browser().in_frame(),
        app.browser().with_platform_storage("frame"),
        app.browser().in_frame().with_platform_storage("frame"),
    ] {
        let request = browser.log_in(&app.platform).await.unwrap();
        let token = app.platform.id_token(&request, NOW).sign();
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &token)
            .append_pair("state", request.state())
            .finish();
        let answer = browser.post_launch(form).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(browser.completion(&answer), None, "it is the tool's answer");
    }
    assert_eq!(app.calls(), 3);
}

#[tokio::test]
async fn a_completion_can_be_taken_apart_and_spoilt() {
    let app = App::new();
    let mut browser = app
        .browser()
        .in_frame()
        .with_platform_storage("_parent")
        .block_cookies();
    let request = browser.log_in(&app.platform).await.unwrap();
    for value in browser.stored().values_mut() {
        "another".clone_into(value);
    }
    let token = app.platform.id_token(&request, NOW).sign();

    let spoilt = browser.launch(&request, &token).await;

    assert!(spoilt.status().is_client_error(), "{}", spoilt.status());
    assert_eq!(app.calls(), 0);
}

#[tokio::test]
async fn a_browser_follows_where_a_launch_leads() {
    let app = App::new();
    let handler = tower::service_fn(async |request: Request<Full<Bytes>>| {
        let (parts, _) = request.into_parts();
        let answer = match parts.extensions.get::<LaunchContext>() {
            Some(_) => Response::builder()
                .status(303)
                .header(header::LOCATION, "/tool")
                .body(Full::default()),
            None => Response::builder().body(Full::from(parts.uri.to_string())),
        };
        Ok::<_, Infallible>(answer.unwrap())
    });
    let layer = LtiLaunchLayer::new(app.tool.clone()).add_path("/lti/launch");
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), layer.layer(handler));
    let request = browser.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let launched = browser.launch(&request, &token).await;

    let page = browser.follow(&launched).await;

    assert_eq!(page.body(), "/tool");
}
