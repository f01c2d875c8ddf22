//! Where launches arrive, and what is told of a layer that is put elsewhere.

use std::net::SocketAddr;

use axum::{Router, routing::post};
use http::{Request, StatusCode, header};
use http_body_util::Full;
use tower::ServiceExt;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin,
    error::LtiErrorKind,
    registration::Registrations,
    testing::{Browser, Platform, UrlService},
};
use tracing_subscriber::filter::LevelFilter;

use crate::{
    app::{App, NOW, code},
    attacks::Log,
};

/// A tool with two registrations, each with a launch URL of its own below a prefix.
fn two(prefix: &str) -> (App, Platform) {
    let other = Platform::new("https://lms.test", "tool-2");
    let registered = other.registration();
    let at = |registration: tower_lti::registration::Registration, url: String| {
        tower_lti::registration::Registration::builder(
            registration.id().issuer().as_str(),
            registration.id().client_id().as_str(),
        )
        .authorization_endpoint(registration.authorization_endpoint())
        .jwks_url("https://lms.test/jwks")
        .redirect_uri(url)
        .build()
        .unwrap()
    };
    let app = App::with_platform(|builder, platform| {
        let all = [
            at(
                platform.registration(),
                format!("https://tool.test{prefix}/a/launch"),
            ),
            at(registered, format!("https://tool.test{prefix}/b/launch")),
        ];
        builder
            .launch_url(format!("https://tool.test{prefix}/lti/launch"))
            .registrations(Registrations::new(all).unwrap())
    });
    (app, other)
}

/// A handler for each registration, and one for other posts.
fn router(layer: LtiLaunchLayer) -> Router {
    Router::new()
        .route("/a/launch", post(async |_: LaunchContext| "a"))
        .route("/b/launch", post(async |_: LaunchContext| "b"))
        .route("/elsewhere", post(async |body: String| body))
        .layer(layer)
}

async fn serve(app: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Posts the form of a login to a path, and returns status and what is told.
async fn post_to(address: SocketAddr, path: &str, cookies: &str, form: &str) -> (u16, String) {
    let service = UrlService::new(&address.to_string());
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json")
        .header(header::COOKIE, cookies)
        .body(Full::from(form.to_owned()))
        .unwrap();
    let answer = service.oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = http_body_util::BodyExt::collect(body).await.unwrap();
    let answer = http::Response::from_parts(parts, body.to_bytes());
    let told = match code(&answer) {
        code if code.is_empty() => String::from_utf8_lossy(answer.body()).into_owned(),
        code => code,
    };
    (answer.status().as_u16(), told)
}

/// The form of a login, and the cookies that go with it.
async fn form_of(app: &App, platform: &Platform) -> (String, String) {
    let mut browser = Browser::new(LtiLogin::new(app.tool.clone()), ());
    let request = browser.log_in(platform).await.unwrap();
    let cookies: Vec<_> = browser
        .cookies()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let token = app.platform.id_token(&request, NOW);
    let token = token.claim("aud", platform.client_id()).sign();
    let form = format!("id_token={token}&state={}", request.state());
    (form, cookies.join("; "))
}

// N18
#[tokio::test]
async fn a_launch_for_one_registration_reaches_no_handler_of_another() {
    type Put = fn(LtiLaunchLayer) -> LtiLaunchLayer;
    let named: Put = |layer| layer.add_path("/a/launch").add_path("/b/launch");
    let unnamed: Put = |layer| layer;
    let mounted: Put = |layer| {
        layer
            .add_path("/a/launch")
            .add_path("/b/launch")
            .mounted_at("/t/")
    };
    for (put, nested) in [
        (named, false),
        (unnamed, false),
        (named, true),
        (unnamed, true),
        (mounted, true),
    ] {
        let (app, other) = two(if nested { "/t" } else { "" });
        let router = router(put(LtiLaunchLayer::new(app.tool.clone())));
        let (router, prefix) = if nested {
            (Router::new().nest("/t", router), "/t")
        } else {
            (router, "")
        };
        let address = serve(router).await;
        for (platform, own, foreign, name) in [
            (&app.platform, "/a/launch", "/b/launch", "a"),
            (&other, "/b/launch", "/a/launch", "b"),
        ] {
            let (form, cookies) = form_of(&app, platform).await;
            let send = async |path: &str| {
                post_to(address, &format!("{prefix}{path}"), &cookies, &form).await
            };
            let refused = (401, "state_invalid".to_owned());
            assert_eq!(send(foreign).await, refused, "{name} {nested}");
            // Nothing was used up: it gets in where it belongs.
            assert_eq!(send(own).await, (200, name.to_owned()), "{name} {nested}");
        }
    }
}

// N42
#[tokio::test]
async fn a_layer_without_paths_takes_launches_and_no_other_post() {
    let app = App::new();
    let router = Router::new()
        .route("/lti/launch", post(async |_: LaunchContext| "launched"))
        .route("/elsewhere", post(async |body: String| body))
        .layer(LtiLaunchLayer::new(app.tool.clone()));
    let address = serve(router).await;
    let (form, cookies) = form_of(&app, &app.platform).await;

    let passed = post_to(address, "/elsewhere", "", "x=1").await;
    let unproven = post_to(address, "/lti/launch", "", &form).await;
    let launched = post_to(address, "/lti/launch", &cookies, &form).await;

    assert_eq!(passed, (200, "x=1".to_owned()));
    assert_eq!(unproven, (401, "cookie_missing".to_owned()));
    assert_eq!(launched, (200, "launched".to_owned()));
}

// N42
#[tokio::test]
async fn a_layer_where_no_launch_arrives_is_told_when_it_is_put_on_and_when_a_launch_goes_by() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    for (layer_path, prefix) in [
        ("/lti/lanuch", ""),
        ("/lti/launch/", ""),
        ("/tools/lti/launch", "/tools"),
    ] {
        let app = App::with(|builder| {
            builder.launch_url(format!("https://tool.test{prefix}/lti/launch"))
        });
        let before = log.text().len();
        let layer = LtiLaunchLayer::new(app.tool.clone()).add_path(layer_path);
        let router = Router::new()
            .route("/lti/launch", post(async |_: LaunchContext| "launched"))
            .layer(layer);
        let told = log.text()[before..].to_owned();
        // A path with its prefix is right, unless something strips that.
        assert_eq!(
            told.contains("ERROR") && told.contains("launches will not reach the layer"),
            prefix.is_empty(),
            "{told}"
        );

        // As the inner router of `nest` sees it.
        let request = Request::post("/lti/launch")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(axum::body::Body::from("id_token=a.b.c&state=x"))
            .unwrap();
        let answer = router.oneshot(request).await.unwrap();

        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        let error = answer.extensions().get::<tower_lti::LtiError>().unwrap();
        assert_eq!(error.kind(), LtiErrorKind::LaunchRequired);
        let told = log.text()[before..].to_owned();
        for word in ["no LtiLaunchLayer covered", layer_path, "mounted_at"] {
            assert!(told.contains(word), "{word} in {told}");
        }
    }
}
