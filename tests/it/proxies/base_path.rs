//! Below a base path: `https://tool.test/tools`.

use axum::{
    Router,
    response::Redirect,
    routing::{get, post},
};
use http::{StatusCode, header};
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, registration::Registrations,
    session::LtiSessionLayer, testing::Browser,
};

use super::{Proxy, behind_a_proxy, complete, launch};
use crate::app::App;

fn app_at_tools() -> App {
    App::with_platform(|builder, platform| {
        builder
            .launch_url("https://tool.test/tools/lti/launch")
            .registrations(Registrations::new([platform.registration()]).unwrap())
    })
}

/// The routes without the base path, which stands in the redirect alone.
fn routes(tool: &LtiTool, layer: impl FnOnce(LtiLaunchLayer) -> LtiLaunchLayer) -> Router {
    Router::new()
        .route("/lti/launch", post(async || Redirect::to("/tools/quiz")))
        .route("/quiz", get(quiz))
        .layer(LtiSessionLayer::new(tool.clone()).unwrap())
        .layer(layer(LtiLaunchLayer::new(tool.clone())))
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
}

async fn quiz(launch: LaunchContext) -> String {
    format!("quiz of {}", launch.claims().sub().unwrap_or("nobody"))
}

/// How the layer may be told where it stands.
fn layers() -> [fn(LtiLaunchLayer) -> LtiLaunchLayer; 3] {
    [
        |layer| layer,
        |layer| layer.add_path("/lti/launch"),
        |layer| layer.add_path("/lti/launch").mounted_at("/tools"),
    ]
}

fn browser(proxy: &Proxy) -> Browser<Proxy, Proxy> {
    Browser::new(proxy.clone(), proxy.clone()).with_login_path("/tools/lti/login")
}

/// A login, its launch, and the page after it.
async fn reaches_the_page(app: &App, mut browser: Browser<Proxy, Proxy>) {
    let request = browser.log_in(&app.platform).await.unwrap();
    assert_eq!(
        request.parameter("redirect_uri"),
        "https://tool.test/tools/lti/launch"
    );
    let mut answer = launch(&mut browser, &app.platform, &request, |token| token).await;
    if let Some(form) = browser.completion(&answer) {
        answer = complete(&mut browser, &form).await;
    }
    assert_eq!(
        answer.status(),
        StatusCode::SEE_OTHER,
        "{:?}",
        answer.body()
    );
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    assert!(
        location.starts_with("/tools/quiz?lti_session="),
        "{location}"
    );

    let page = browser.follow(&answer).await;

    assert_eq!(page.body(), "quiz of user-1");
}

// PROXY-01, PROXY-05
#[tokio::test]
async fn a_proxy_that_strips_the_base_path_leads_to_the_page() {
    for layer in layers() {
        let app = app_at_tools();
        let proxy = behind_a_proxy(routes(&app.tool, layer), "/tools").await;

        reaches_the_page(&app, browser(&proxy)).await;
    }
}

// PROXY-01, PROXY-05
#[tokio::test]
async fn a_proxy_that_leaves_the_base_path_leads_to_the_page() {
    for layer in layers() {
        let app = app_at_tools();
        let nested = Router::new().nest("/tools", routes(&app.tool, layer));
        let proxy = behind_a_proxy(nested, "").await;

        reaches_the_page(&app, browser(&proxy)).await;
    }
}

// PROXY-02
#[tokio::test]
async fn without_cookies_the_page_below_a_base_path_is_reached() {
    for (strips, nested) in [("/tools", false), ("", true)] {
        let app = app_at_tools();
        let mut router = routes(&app.tool, |layer| layer.add_path("/lti/launch"));
        if nested {
            router = Router::new().nest("/tools", router);
        }
        let proxy = behind_a_proxy(router, strips).await;
        let browser = browser(&proxy).block_cookies().in_frame();

        reaches_the_page(&app, browser.with_platform_storage("_parent")).await;
    }
}
