//! Mistakes in a user's tool or test: the test fails, and says why.

use axum::{
    Router,
    routing::{get, post},
};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool,
    registration::Registrations,
    session::{LtiSession, LtiSessionLayer},
    testing::{Browser, Page, Platform, TestClock},
    tool::LtiToolBuilder,
};

async fn welcome(_: LaunchContext) -> &'static str {
    "Welcome"
}

fn tool(platform: &Platform, change: impl FnOnce(LtiToolBuilder) -> LtiToolBuilder) -> LtiTool {
    let builder = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([platform.registration()]).unwrap())
        .key_sets(platform.clone());
    change(builder).build().unwrap()
}

fn platform() -> Platform {
    Platform::new("https://lms.test", "tool-1")
}

fn app(tool: LtiTool) -> Router {
    Router::new()
        .route("/lti/launch", post(welcome))
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool))
}

/// What is said of the page where a learner ends up.
async fn seen(platform: &Platform, app: Router) -> String {
    said(&Browser::for_app(app).open(&platform.learner()).await)
}

fn said(page: &Page) -> String {
    format!("{page:?}")
}

// KIT-06
#[tokio::test]
async fn a_router_without_a_login_is_told_by_its_404() {
    let platform = platform();
    let app = Router::new().route("/login", get(async || "no login"));

    let said = seen(&platform, app).await;

    assert!(
        said.starts_with("404 Not Found came from GET /lti/login: "),
        "{said}"
    );
}

// KIT-06
#[tokio::test]
async fn a_tool_at_another_address_is_told_by_its_target_and_found_where_the_browser_is_told() {
    let platform = platform();
    let elsewhere = tool(&platform, |builder| {
        builder.launch_url("https://quiz.test/lti/launch")
    });
    let app = app(elsewhere);

    let said = seen(&platform, app.clone()).await;
    assert!(said.contains("refused with target_not_allowed"), "{said}");
    assert!(
        said.contains("came: https://tool.test/lti/launch; expected: https://quiz.test"),
        "{said}"
    );

    let mut browser = Browser::for_app(app).at("https://quiz.test");
    browser
        .open(&platform.learner())
        .await
        .assert_text("Welcome");
}

// KIT-06
#[tokio::test]
async fn a_platform_that_is_not_registered_is_told_by_the_code() {
    let app = app(tool(&platform(), |builder| builder));

    let said = seen(&Platform::new("https://lms.test", "tool-2"), app).await;

    assert!(
        said.contains("GET /lti/login, refused with registration_unknown"),
        "{said}"
    );
}

// KIT-05, KIT-06
#[tokio::test]
async fn clocks_that_differ_are_told_by_the_token() {
    let platform = platform();
    let clock = TestClock::at_unix(crate::app::NOW);
    let app = app(tool(&platform, |builder| builder.clock(clock.clone())));

    let said = seen(&platform, app.clone()).await;
    assert!(
        said.contains("POST /lti/launch, refused with token_rejected"),
        "{said}"
    );

    let platform = platform.with_clock(clock);
    Browser::for_app(app)
        .open(&platform.learner())
        .await
        .assert_ok();
}

// KIT-06
#[tokio::test]
async fn a_launch_s_route_that_takes_no_posts_is_told_by_its_405() {
    let platform = platform();
    let tool = tool(&platform, |builder| builder);
    let app = Router::new()
        .route("/lti/launch", get(welcome))
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool));

    let said = seen(&platform, app).await;

    let came = "405 Method Not Allowed came from GET /lti/login, then POST /lti/launch";
    assert!(said.starts_with(came), "{said}");
}

// KIT-06
#[tokio::test]
async fn a_route_outside_of_the_launch_layer_is_told_by_the_code() {
    let platform = platform();
    let tool = tool(&platform, |builder| builder);
    let app = Router::new()
        .route("/lti/launch", post(welcome))
        .route_service("/lti/login", LtiLogin::new(tool));

    let said = seen(&platform, app).await;

    assert!(
        said.contains("then POST /lti/launch, refused with launch_required"),
        "{said}"
    );
}

// KIT-06
#[tokio::test]
async fn a_post_by_hand_is_told_from_a_form_that_is_submitted() {
    let platform = platform();
    let tool = tool(&platform, |builder| builder);
    let app = Router::new()
        .route("/lti/launch", post(async |_: LtiSession| "Welcome"))
        .route("/save", post(async |_: LtiSession| "Saved"))
        .layer(LtiSessionLayer::new(tool.clone()).unwrap())
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool));
    let mut browser = Browser::for_app(app);
    browser.open(&platform.learner()).await.assert_ok();

    let by_hand = Request::post("/save")
        .body(Full::<Bytes>::default())
        .unwrap();
    let answer = browser.send_launch(by_hand).await;

    assert_eq!(answer.status(), 403);
    let error = answer.extensions().get::<tower_lti::LtiError>().unwrap();
    assert_eq!(error.code().as_str(), "cross_site_request");
}

// KIT-06
#[tokio::test]
async fn a_tool_that_leads_on_without_an_end_is_told_by_its_addresses() {
    let round = get(async || axum::response::Redirect::to("/round"));
    let mut browser = Browser::for_app(Router::new().route("/round", round));

    let fails = tokio::spawn(async move { browser.get("/round").await }).await;

    let panic = fails.unwrap_err().into_panic();
    let message = panic.downcast::<String>().unwrap();
    assert!(
        message.contains("without an end: GET /round, then GET /round"),
        "{message}"
    );
}

// KIT-06
#[tokio::test]
async fn a_page_that_leads_to_another_site_is_where_the_browser_stays() {
    let away = get(async || axum::response::Redirect::to("https://elsewhere.test/"));
    let mut browser = Browser::for_app(Router::new().route("/away", away));

    let page = browser.get("/away").await;

    let came = "303 See Other came from GET /away, which leads to \"https://elsewhere.test/\"";
    assert!(said(&page).starts_with(came), "{page:?}");
}
