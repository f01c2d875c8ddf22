//! The deep linking example in a frame of another site, by keyboard alone and as wide as a phone: the page around it is
//! at `http://localhost`, platform and tool are at `http://127.0.0.1`.

use axum::{Router, response::Html, routing::get};
use fantoccini::key::Key;

use super::{
    course::{COURSE, GRADES, Person},
    devtools::use_screen,
    session::{assert_shows, visit},
    sites::{listen, serve},
};

// ADV-74, DL-30, DL-10, AGS-13
#[tokio::test]
async fn a_teacher_fills_a_course_and_a_learner_is_graded_in_a_frame_of_another_site() {
    visit(
        "deep_linking",
        "deep-linking-frame",
        |browser, base_url| async move {
            let person = Person { browser, base_url };
            use_screen(&person.browser, 360).await;
            enter_framed_course(&person).await;
            add_two(&person).await;
            be_graded(&person).await;
        },
    )
    .await;
}

/// Opens a page of another site that shows the course in a frame, and goes into the frame.
async fn enter_framed_course(person: &Person) {
    let (listener, port) = listen().await;
    let page = format!(
        "<!doctype html><meta name=\"viewport\" content=\"width=device-width\"><title>A portal</title>\
         <iframe id=\"course\" src=\"{}{COURSE}\" style=\"border:0;width:100%;height:44rem\"></iframe>",
        person.base_url
    );
    let app = Router::new().route("/", get(async || Html(page)));
    serve(listener, app);
    let url = format!("http://localhost:{port}/");
    person.browser.goto(&url).await.expect("the portal opens");
    let frame = person.find("#course").await;
    frame.enter_frame().await.expect("the frame can be entered");
}

async fn add_two(person: &Person) {
    person.press_at("#select-content", Key::Enter).await;
    person.find("form[action^='/picker']").await;
    person.assert_fits("the picker").await;
    for content in ["cells", "web"] {
        person
            .press_at(&format!("input[value={content}]"), Key::Space)
            .await;
    }
    person.photograph("deep-linking-frame-1-picker").await;
    person.press_at("button[value=add]", Key::Enter).await;
    let message = person.text("#message").await;
    assert_shows(&message, &["2 items were added"]);
    person.assert_fits("the course").await;
    let items = person.count("#content > li").await;
    assert_eq!(items, 3, "the first link and two more");
    person.photograph("deep-linking-frame-2-course").await;
}

async fn be_graded(person: &Person) {
    person
        .press_at(
            "#content > li:nth-child(2) button[id$=-learner]",
            Key::Enter,
        )
        .await;
    assert_shows(&person.text("h1").await, &["Cells"]);
    person.assert_fits("the quiz").await;
    for answer in ["the mitochondria", "a cell wall"] {
        let answer = format!("input[value='{answer}']");
        person.choose_at(&answer).await;
    }
    person.photograph("deep-linking-frame-3-quiz").await;
    person.press_at("form button", Key::Enter).await;
    let message = person.text("#message").await;
    assert_shows(&message, &["2 of 2", "The course has the grade"]);
    person.open(GRADES).await;
    let grades = person.text("main").await;
    assert_shows(&grades, &["Cells", "out of 2", "Lea Lerner"]);
    assert_eq!(person.count(".grade").await, 1, "{grades}");
    assert_shows(&person.text(".grade").await, &["2"]);
}
