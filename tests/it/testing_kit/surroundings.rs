//! What is around a tool when it is opened: frames, cookies that are blocked, the course's services, content selection.

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{Html, Response},
    routing::{get, post},
};
use tower_lti::{
    LaunchContext, LtiLaunchLayer, LtiLogin, LtiTool, MemoryStore,
    claims::{ContextRole, MessageType, names},
    deep_linking::{DeepLinkingRequest, ResourceLinkItem},
    grades::Score,
    keys::ToolKey,
    registration::Registrations,
    services::ServiceError,
    testing::{
        Browser, Course, CourseMember, DeepLinkingOptions, LaunchContextBuilder, PlatformServices,
    },
};

use crate::app::App;

// KIT-07
#[tokio::test]
async fn where_cookies_are_blocked_in_frames_a_window_of_its_own_launches() {
    let app = App::new();
    let platform = app.platform.clone().with_clock(app.clock.clone());
    let mut safari = app
        .browser()
        .accepting("text/html")
        .in_frame()
        .block_cookies_in_frames();

    let offer = safari.open(&platform.learner()).await;
    assert_eq!(offer.path(), "/lti/login");
    assert_eq!(app.calls(), 0);
    let launched = safari.submit(offer.form_with("Open in a new window")).await;

    launched.assert_ok();
    assert_eq!(launched.json()["sub"], "user-1");
    assert_eq!(app.calls(), 1);
    assert!(!safari.cookies().is_empty() || launched.headers().contains_key("set-cookie"));
}

// KIT-07
#[tokio::test]
async fn where_the_platform_stores_a_value_one_call_launches_without_cookies() {
    let app = App::new();
    let platform = app.platform.clone().with_clock(app.clock.clone());
    let mut browser = app
        .browser()
        .in_frame()
        .with_platform_storage("_parent")
        .block_cookies();

    let launched = browser.open(&platform.instructor()).await;

    assert_eq!(launched.json()["instructor"], true, "{launched:?}");
    assert_eq!(launched.way().last().unwrap(), "POST /lti/launch");
    assert!(browser.cookies().is_empty());
}

async fn grade(State(tool): State<LtiTool>, launch: LaunchContext) -> String {
    graded(&tool, &launch)
        .await
        .map_or_else(|error| error.to_string(), |()| "Graded".to_owned())
}

async fn graded(tool: &LtiTool, launch: &LaunchContext) -> Result<(), ServiceError> {
    let sub = launch.claims().sub().unwrap_or_default();
    tool.services()
        .grades(launch)?
        .post(Score::of(sub, 4.0, 5.0)?)
        .await?;
    Ok(())
}

async fn pick(State(tool): State<LtiTool>, request: DeepLinkingRequest) -> Response {
    let quiz = ResourceLinkItem::new().title("Quiz").custom("quiz", "1");
    let response = request.respond(&tool).item(quiz).sign().await.unwrap();
    response.into_response()
}

/// A platform with a course, and a browser before a tool that grades whoever opens it.
async fn graded_course() -> (PlatformServices, LtiTool, Browser<Router, Router>) {
    let platform = PlatformServices::start().await;
    let key = ToolKey::generate_blocking().unwrap();
    platform.use_tool_key(&key);
    let tool = LtiTool::builder()
        .launch_url("http://127.0.0.1:3000/lti/launch")
        .insecure_allow_loopback_http()
        .registrations(Registrations::new([platform.registration()]).unwrap())
        .store(MemoryStore::default())
        .tool_keys(key)
        .build()
        .unwrap();
    let layer = LtiLaunchLayer::new(tool.clone());
    let app = Router::new()
        .route("/lti/launch", post(grade))
        .layer(layer.accept_message_type(MessageType::DeepLinking))
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .with_state(tool.clone());
    (
        platform,
        tool,
        Browser::for_app(app).at("http://127.0.0.1:3000"),
    )
}

// KIT-08
#[tokio::test]
async fn grade_book_and_roster_are_those_of_the_course_that_people_launch_from() {
    let (platform, tool, mut browser) = graded_course().await;
    platform.use_course(&Course::new("chem-1").labelled("CHEM1").titled("Chemistry"));
    platform.enroll(CourseMember::learner("user-9").named("Mia", "Meer"));

    let page = browser.open(&platform.member("user-9")).await;

    page.assert_text("Graded");
    let grade = platform.grade_of(&platform.line_item(), "user-9").unwrap();
    assert_eq!(grade.score(), Some(80.0));
    let teacher = platform.instructor().launch_context();
    let teacher = teacher.build();
    assert_eq!(
        teacher.claims().context().unwrap().title(),
        Some("Chemistry")
    );
    let roster = tool
        .services()
        .roster(&teacher)
        .unwrap()
        .collect()
        .await
        .unwrap();
    assert_eq!(roster.context().id(), Some("chem-1"));
    assert!(roster.iter().any(|member| member.user_id() == "user-9"));
}

// KIT-08
#[tokio::test]
async fn content_that_a_teacher_selects_comes_to_the_course_and_opens_from_there() {
    let (platform, tool, _) = graded_course().await;
    let layer = LtiLaunchLayer::new(tool.clone()).accept_message_type(MessageType::DeepLinking);
    let app = Router::new()
        .route("/lti/launch", post(pick))
        .layer(layer)
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .with_state(tool);
    let mut browser = Browser::for_app(app).at("http://127.0.0.1:3000");
    let options = DeepLinkingOptions::new();

    let picked = browser
        .open(&platform.instructor().selecting_content(&options))
        .await;
    assert!(
        platform.links().is_empty(),
        "nothing is taken before the page is submitted"
    );
    browser.submit(picked.form()).await.assert_ok();

    let links = platform.links();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].title(), "Quiz");
    let opened = platform
        .learner()
        .at_link(&links[0])
        .launch_context()
        .build();
    assert_eq!(opened.claims().custom().text("quiz"), Some("1"));
    assert_eq!(opened.claims().resource_link().unwrap().id(), links[0].id());
}

// KIT-09
#[test]
fn a_launch_for_a_unit_test_is_a_line() {
    let learner = LaunchContextBuilder::learner().build();
    assert!(learner.claims().roles().is_learner() && !learner.claims().roles().is_instructor());
    assert_eq!(
        learner.claims().context().unwrap().title(),
        Some("Introduction to Biology")
    );
    assert_eq!(
        learner.claims().user().unwrap().email(),
        Some("lea.lerner@school.test")
    );

    let other = LaunchContextBuilder::administrator()
        .with_id("user-7")
        .named("Mia", "Meer");
    let other = other
        .with_roles(["Mentor"])
        .in_course(&Course::new("c-2"))
        .build();
    assert_eq!(other.claims().sub(), Some("user-7"));
    assert_eq!(other.claims().user().unwrap().name(), Some("Mia Meer"));
    assert_eq!(other.claims().context().unwrap().id(), "c-2");
    assert_eq!(other.claims().roles().as_slice().len(), 1);

    let third = LaunchContextBuilder::learner()
        .custom("chapter", "3")
        .custom("page", "7")
        .build();
    assert_eq!(third.claims().custom().text("chapter"), Some("3"));
    assert_eq!(third.claims().custom().text("page"), Some("7"));

    let assistant = LaunchContextBuilder::learner().with_roles(["Instructor#TeachingAssistant"]);
    let assistant = assistant.build();
    let roles = assistant.claims().roles();
    assert!(roles.has_or_implies(ContextRole::Instructor) && !roles.is_instructor());

    let outside = LaunchContextBuilder::learner()
        .without_claim(names::CONTEXT)
        .build();
    assert!(outside.claims().context().is_none());
}

// KIT-09
#[test]
#[should_panic(expected = "\"Techer\" is no role in a course")]
fn a_misspelt_role_is_said_to_be_one() {
    let _ = LaunchContextBuilder::learner().with_roles(["Techer"]);
}

// KIT-06
#[tokio::test]
async fn the_code_of_a_refusal_is_found_in_a_page_of_any_language() {
    const GERMAN: &str =
        "<!doctype html><p>Noch einmal.</p><p>Code replay_detected, Kennung 1f</p>";
    const OWN: &str = "<!doctype html><p>Your session is unknown here.</p>";
    let refused = |page| async move { (StatusCode::BAD_REQUEST, Html(page)) };
    let app = Router::new()
        .route("/german", get(move || refused(GERMAN)))
        .route("/own", get(move || refused(OWN)));
    let mut browser = Browser::for_app(app);
    let german = browser.get("/german").await;
    assert_eq!(german.error_code().as_deref(), Some("replay_detected"));
    assert_eq!(browser.get("/own").await.error_code(), None);
}
