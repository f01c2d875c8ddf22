//! A user's own tests: a tool of theirs, opened by people, page by page.

use std::time::Duration;

use axum::{
    Form, Router,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tower_lti::{
    LtiLaunchLayer, LtiLogin, LtiTool, MemoryStore,
    claims::User,
    registration::Registrations,
    session::{LtiSession, LtiSessionLayer},
    testing::{Browser, Course, CourseLink, Platform, TestClock},
};

use crate::app::NOW;

/// A tool with a session: the launch leads to the course's page, and a form there saves an answer.
fn app(tool: &LtiTool) -> Router {
    let sessions = LtiSessionLayer::new(tool.clone()).unwrap();
    Router::new()
        .route("/lti/launch", post(enter))
        .route("/course", get(course))
        .route("/answers", post(answer))
        .layer(sessions)
        .layer(LtiLaunchLayer::new(tool.clone()))
        .route_service("/lti/login", LtiLogin::new(tool.clone()))
        .route("/round", get(async || Redirect::to("/round")))
        .route(
            "/away",
            get(async || Redirect::to("https://elsewhere.test/")),
        )
        .route(
            "/broken",
            get(async || Html("<form><input name=a></form><form></form>")),
        )
}

async fn enter(session: LtiSession) -> Redirect {
    Redirect::to(&session.url("/course"))
}

async fn course(session: LtiSession) -> Html<String> {
    let launch = session.launch();
    Html(format!(
        "<title>Course</title><style>p {{}}</style><h1>Hello <b>{}</b></h1><p>{}</p><p>{}</p>\
         <a href='{}'>Again</a>\
         <form method=post action='{}'><input type=hidden name=kept value='a &amp; b'>\
         <input name=answer><button>Save</button></form>",
        launch.claims().user().and_then(User::name).unwrap_or("you"),
        launch
            .claims()
            .context()
            .and_then(|course| course.title())
            .unwrap_or("nowhere"),
        launch
            .claims()
            .custom()
            .text("chapter")
            .unwrap_or("no chapter"),
        session.url("/course"),
        session.url("/answers"),
    ))
}

#[derive(Deserialize)]
struct Answer {
    kept: String,
    answer: String,
}

async fn answer(session: LtiSession, Form(sent): Form<Answer>) -> Response {
    let is_instructor = session.launch().claims().roles().is_instructor();
    match is_instructor {
        true => (http::StatusCode::FORBIDDEN, "Learners only").into_response(),
        false => format!("{} {}", sent.kept, sent.answer).into_response(),
    }
}

struct Tool {
    platform: Platform,
    clock: TestClock,
    app: Router,
}

impl Tool {
    fn new() -> Self {
        let clock = TestClock::at_unix(NOW);
        let platform = Platform::new("https://lms.test", "tool-1").with_clock(clock.clone());
        let tool = LtiTool::builder()
            .launch_url("https://tool.test/lti/launch")
            .registrations(Registrations::new([platform.registration()]).unwrap())
            .key_sets(platform.clone())
            .clock(clock.clone())
            .store(MemoryStore::default().with_clock(clock.clone()))
            .build()
            .unwrap();
        let app = app(&tool);
        Self {
            platform,
            clock,
            app,
        }
    }

    fn browser(&self) -> Browser<Router, Router> {
        Browser::for_app(self.app.clone())
    }
}

// KIT-01
#[tokio::test]
async fn one_call_logs_in_launches_and_follows_to_the_page() {
    let tool = Tool::new();

    let page = tool.browser().open(&tool.platform.learner()).await;

    page.assert_ok();
    assert_eq!(page.path(), "/course");
    assert_eq!(page.title(), "Course");
    assert!(
        page.text()
            .starts_with("Hello Lea Lerner Introduction to Biology no chapter Again"),
        "{page:?}"
    );
    assert_eq!(
        page.way(),
        ["GET /lti/login", "POST /lti/launch", "GET /course"]
    );
}

// KIT-02
#[tokio::test]
async fn people_courses_and_links_are_what_the_tool_sees() {
    let tool = Tool::new();
    let quiz = CourseLink::new("quiz-1")
        .titled("Cells")
        .with_custom("chapter", "3");
    let chemistry = Course::new("chem-1").titled("Chemistry");
    let mia = tool
        .platform
        .learner()
        .with_id("user-7")
        .named("Mia", "Meer");

    let page = tool
        .browser()
        .open(&mia.in_course(&chemistry).at_link(&quiz))
        .await;

    page.assert_text("Hello Mia Meer Chemistry 3");
    let teacher = tool.platform.instructor().launch_context().build();
    assert!(teacher.claims().roles().is_instructor());
    let administrator = tool.platform.administrator().launch_context().build();
    assert!(administrator.claims().roles().is_context_administrator());
}

// KIT-03
#[tokio::test]
async fn a_form_is_filled_in_and_submitted_with_what_the_page_wrote_into_it() {
    let tool = Tool::new();
    let mut browser = tool.browser();
    let page = browser.open(&tool.platform.learner()).await;

    let form = page.form();
    assert_eq!(form.fields(), [("kept", "a & b"), ("answer", "")]);
    let saved = browser.submit(form.fill("answer", "42")).await;

    assert_eq!(saved.assert_ok().text(), "a & b 42");
    let again = browser.get(&page.link("Again")).await;
    again.assert_text("Hello Lea Lerner");

    let refused = tool.browser().open(&tool.platform.instructor()).await;
    let mut browser = tool.browser();
    let _page = browser.open(&tool.platform.instructor()).await;
    let refused = browser.submit(refused.form()).await;
    refused.assert_status(401);
}

// KIT-04
#[tokio::test]
async fn a_page_opened_without_a_launch_is_refused_as_browsers_see_it_and_as_json() {
    let tool = Tool::new();

    let page = tool.browser().get("/course").await;
    page.assert_status(401).assert_refused("launch_required");
    assert!(page.html().starts_with("<!doctype html>"));

    let json = tool
        .browser()
        .accepting("application/json")
        .get("/course")
        .await;
    assert_eq!(json.json()["error"], "launch_required");
}

// KIT-05
#[tokio::test]
async fn time_moves_for_platform_and_tool_together() {
    let tool = Tool::new();
    let mut browser = tool.browser();
    browser.open(&tool.platform.learner()).await.assert_ok();

    tool.clock.advance(Duration::from_secs(366 * 24 * 3_600));

    browser.open(&tool.platform.learner()).await.assert_ok();
}

// KIT-06
#[tokio::test]
async fn what_came_instead_is_in_the_message_of_a_test_that_fails() {
    let tool = Tool::new();
    let refused = tool.browser().get("/course").await;
    let page = tool.browser().open(&tool.platform.learner()).await;
    let forms = tool.browser().get("/broken").await;
    for (fails, says) in [
        (
            failure(|| _ = refused.assert_ok()),
            "expected success; 401 Unauthorized came from GET /course, refused with launch_required",
        ),
        (
            failure(|| _ = page.assert_text("Hello Max")),
            "expected the text \"Hello Max\"; 200 OK came from GET /lti/login, then POST /lti/launch, then GET /course: \"Hello Lea Lerner",
        ),
        (
            failure(|| _ = page.assert_status(403)),
            "expected the status 403; 200 OK",
        ),
        (
            failure(|| _ = page.assert_refused("replay_detected")),
            "expected a refusal with replay_detected; 200 OK",
        ),
        (failure(|| _ = page.json()), "the body is no JSON"),
        (
            failure(|| _ = page.link("Next")),
            "there is no link \"Next\", but [\"Again\"]",
        ),
        (
            failure(|| _ = page.form().fill("answr", "1")),
            "the form has no field \"answr\", but Form { id: None, fields: [\"kept\", \"answer\"], buttons: [\"Save\"]",
        ),
        (
            failure(|| _ = page.form().press("Send")),
            "the form has no button \"Send\", but [\"Save\"]",
        ),
        (failure(|| _ = refused.form()), "there is no form; 401"),
        (failure(|| _ = forms.form()), "there are several forms"),
        (
            failure(|| _ = page.form_with("Delete")),
            "there is no form \"Delete\"",
        ),
    ] {
        assert!(fails.contains(says), "{says:?} is not in {fails:?}");
    }
}

fn failure(run: impl FnOnce()) -> String {
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    let panic = failed.expect_err("it fails");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    }
}
