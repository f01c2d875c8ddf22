//! A teacher and a learner in the course of the simulated platform, from "Select content" to the grade book.

use serde_json::{Value, json};
use tower_lti::testing::DeepLinkingOptions;

use super::{
    simulated_course::SimulatedCourse,
    visitor::{Page, Visitor},
};

/// Opens the picker in the whole window.
async fn pick(visitor: &mut Visitor) -> Page {
    let course = visitor.open("/platform/course").await;
    visitor.submit(&course.form("select-content")).await
}

// CERT-DL-1, CERT-DL-2, CERT-DL-3, CERT-DL-4, CERT-DL-5, CERT-DL-6, CERT-DL-7, DL-10, DL-30, DLI-20, DLI-23, DLI-24
#[tokio::test]
async fn a_chosen_link_launches_from_the_course_and_its_score_is_in_the_grade_book() {
    let course = SimulatedCourse::start().await;
    let mut teacher = course.visitor();
    let picker = pick(&mut teacher).await;
    assert_eq!(picker.text("target"), Some("window"));
    let url = format!("{}/lti/launch?quiz=1", course.base_url);
    let items = json!([{
        "type": "ltiResourceLink", "title": "Quiz", "text": "Of ten questions", "url": url,
        "custom": {"quiz": "one"},
        "lineItem": {"scoreMaximum": 50, "label": "Quiz grade", "resourceId": "quiz-1", "tag": "final"},
    }]);
    let choice = picker.form("choose").fill_in("items", &items.to_string());

    let way_back = teacher.submit_once(&choice).await.first_form();
    let names: Vec<&str> = way_back.fields.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["JWT"]);
    let page = teacher.submit(&way_back).await;

    assert_eq!(page.address, "/platform/course?response=1");
    assert_eq!(
        page.text("message"),
        Some("One item was added to the course.")
    );
    assert!(page.html.contains("Of ten questions") && page.html.contains("out of 50"));
    let links = course.platform.services().links();
    let [link] = links.as_slice() else {
        panic!("there is one link: {links:?}");
    };
    assert_eq!(json!([link.item()]), items, "as it was given");

    let mut learner = course.visitor();
    let page = learner.open("/platform/course").await;
    let shown = learner
        .submit(&page.form(&format!("{}-learner", link.id())))
        .await;
    let shown: Value = serde_json::from_str(&shown.html).unwrap_or_else(|_| panic!("{shown:?}"));
    assert_eq!(
        shown,
        json!({
            "link": link.id(), "title": "Quiz", "target": url, "quiz": "one", "deployment": "dep-1",
            "line_item": link.line_item(), "found": [link.line_item()],
        })
    );
    let grade = course
        .platform
        .services()
        .grade_of(link.line_item().unwrap(), "user-learner");
    assert_eq!(grade.unwrap().score(), Some(40.0), "8 of 10, out of 50");
    let grades = learner.open("/platform/grades").await;
    assert!(grades.html.contains("Quiz grade <small>out of 50</small>"));
    assert!(
        grades.html.contains("<p class=\"grade\">40</p>"),
        "{}",
        grades.html
    );

    // The link that was there before has its own.
    let first = learner.submit(&page.form("link-1-learner")).await;
    let first: Value = serde_json::from_str(&first.html).unwrap();
    assert_eq!(first["link"], "link-1");
    assert_eq!(first["line_item"], course.platform.services().line_item());
}

// DL-23, DL-24, ADV-75, DLI-02
#[tokio::test]
async fn who_chooses_nothing_comes_back_with_what_the_tool_says_as_text() {
    let course = SimulatedCourse::start().await;
    let mut teacher = course.visitor();
    let choice = pick(&mut teacher)
        .await
        .form("choose")
        .fill_in("message", "Nothing <b>chosen</b>")
        .fill_in("error_message", "<script>alert(1)</script>")
        .fill_in("log", "l&g")
        .fill_in("error_log", "<i>");

    let page = teacher.submit(&choice).await;

    assert_eq!(
        page.text("message"),
        Some("Nothing was added to the course.<br>Nothing &lt;b&gt;chosen&lt;/b&gt;")
    );
    let error = "&lt;script&gt;alert(1)&lt;/script&gt;";
    assert_eq!(page.text("error-message"), Some(error));
    assert!(page.html.contains("log: l&amp;g<") && page.html.contains("log: &lt;i&gt;<"));
    assert!(course.platform.services().links().is_empty());
    let later = teacher.open("/platform/course").await;
    assert_eq!(later.text("message"), None, "it is said once");
}

// DLI-02, DLI-10, DLI-40, DLI-50, DL-26
#[tokio::test]
async fn items_of_every_type_are_shown_and_nothing_of_them_is_html() {
    let course = SimulatedCourse::start().await;
    let mut teacher = course.visitor();
    let title = "\"'><script>alert(1)</script>";
    let items = json!([
        {"type": "ltiResourceLink", "title": title, "text": title},
        {"type": "link", "title": title, "url": "https://pages.test/?a=\"'<b>"},
        {"type": "file", "url": "https://pages.test/file.pdf", "mediaType": "application/pdf"},
        {"type": "html", "title": "Fragment", "html": "<script>alert(1)</script>"},
        {"type": "image", "url": "https://pages.test/image.png", "width": 1},
    ]);
    let choice = pick(&mut teacher)
        .await
        .form("choose")
        .fill_in("items", &items.to_string());

    let page = teacher.submit(&choice).await;

    assert_eq!(
        page.text("message"),
        Some("5 items were added to the course.")
    );
    assert!(!page.html.contains("alert(1)</script>") && !page.html.contains("<img"));
    for shown in [
        "href=\"https://pages.test/?a=&quot;'&lt;b&gt;\"",
        "https://pages.test/file.pdf",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "https://pages.test/image.png",
    ] {
        assert!(page.html.contains(shown), "{shown} in {}", page.html);
    }
}

// DLS-06, DL-27, ADV-72
#[tokio::test]
async fn a_line_item_that_is_not_taken_is_refused_and_the_teacher_chooses_again() {
    let course = SimulatedCourse::start().await;
    let no_line_items = DeepLinkingOptions::new().accept_lineitem(false);
    course.platform.use_deep_linking_options(no_line_items);
    let mut teacher = course.visitor();
    let picker = pick(&mut teacher).await;
    let graded = json!([{"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 1}}]);
    let choice = picker.form("choose").fill_in("items", &graded.to_string());

    let refused = teacher.submit(&choice).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html.contains("accept_lineitem"), "{}", refused.html);

    let plain = json!([{"type": "ltiResourceLink"}]);
    let page = teacher
        .submit(&choice.fill_in("items", &plain.to_string()))
        .await;
    assert_eq!(
        page.text("message"),
        Some("One item was added to the course.")
    );
    assert_eq!(course.platform.services().links()[0].line_item(), None);
    assert_eq!(
        course.platform.services().line_items().len(),
        1,
        "the first link's alone"
    );
}

// DL-21, ADV-74, DL-08
#[tokio::test]
async fn two_pickers_in_two_tabs_do_not_meet() {
    let course = SimulatedCourse::start().await;
    let mut teacher = course.visitor();
    let first = pick(&mut teacher).await;
    let second = pick(&mut teacher).await;
    for (picker, title, number) in [(second, "Second", 1), (first, "First", 2)] {
        let items = json!([{"type": "ltiResourceLink", "title": title}]);
        let choice = picker.form("choose").fill_in("items", &items.to_string());
        let page = teacher.submit(&choice).await;
        assert_eq!(page.address, format!("/platform/course?response={number}"));
        assert!(page.html.contains(title));
    }
    let responses = course.platform.services().deep_linking_responses();
    assert_ne!(responses[0].data(), responses[1].data());
    assert!(responses[0].data().unwrap().starts_with("request 2 "));
}

// ADV-71, S21, S22
#[tokio::test]
async fn a_response_is_taken_once_and_one_that_was_altered_never() {
    let course = SimulatedCourse::start().await;
    let mut teacher = course.visitor();
    let choice = pick(&mut teacher).await.form("choose");
    let way_back = teacher.submit_once(&choice).await.first_form();
    let (message, _) = way_back.field("JWT").rsplit_once('.').unwrap();
    let altered = way_back.clone().fill_in("JWT", &format!("{message}.AAAA"));
    let page = teacher.submit(&altered).await;
    assert_eq!(page.status, 400);
    assert!(
        page.html.contains("<code>signature</code>"),
        "{}",
        page.html
    );

    assert_eq!(teacher.submit(&way_back).await.status, 200);
    let page = teacher.submit(&way_back).await;

    assert_eq!(page.status, 400);
    assert!(
        page.html.contains("<code>nonce_used</code>"),
        "{}",
        page.html
    );
    assert_eq!(course.platform.services().deep_linking_responses().len(), 1);
    let again = teacher.submit(&choice).await;
    assert_eq!(
        (again.status.as_u16(), &*again.html),
        (409, "deep_linking_handle_used")
    );
}

// DL-30
#[tokio::test]
async fn the_picker_opens_in_a_frame_of_the_course_and_returns_there() {
    let course = SimulatedCourse::start().await;
    let mut teacher = course.visitor();
    let page = teacher.open("/platform/course").await;
    let page = teacher.submit(&page.form("select-content-in-frame")).await;
    let (_, frame) = page.html.split_once("<iframe id=\"picker\"").unwrap();
    let (_, address) = frame.split_once("src=\"").unwrap();
    let address = address.split_once('"').unwrap().0.replace("&amp;", "&");

    // Without scripts nothing is asked of the platform's storage, and a link goes on.
    let login = teacher.open(&address).await;
    let mut picker = teacher.open(&login.link("Continue here").unwrap()).await;
    while picker.html.contains("<button>Continue</button>") {
        picker = teacher.submit_once(&picker.first_form()).await;
    }
    assert_eq!(picker.text("target"), Some("iframe"));
    let items = json!([{"type": "ltiResourceLink", "title": "Framed"}]);
    let choice = picker.form("choose").fill_in("items", &items.to_string());
    let page = teacher.submit(&choice).await;

    assert_eq!(page.address, "/platform/course?response=1");
    // There it takes the place of the page around it.
    assert!(
        page.html
            .contains("if(window.frameElement)parent.location.replace")
    );
}

// DL-07
#[tokio::test]
async fn only_the_teacher_selects_content_and_only_links_of_the_course_launch() {
    let course = SimulatedCourse::start().await;
    let mut learner = course.visitor();
    let page = learner.open("/platform/course").await;
    let select = page.form("select-content");
    let open = page.form("link-1-learner");
    for form in [
        select.clone().fill_in("login_hint", "learner"),
        select.clone().fill_in("login_hint", "administrator"),
        select.fill_in("login_hint", "nobody"),
        open.clone().fill_in("lti_message_hint", "deep-link-1"),
        open.fill_in("lti_message_hint", "link-2"),
    ] {
        let page = learner.submit(&form).await;
        assert_eq!(page.status, 400);
        assert!(
            page.html.contains("The tool asked wrongly"),
            "{}",
            page.html
        );
    }
    let response = learner.open("/platform/deep_linking/1").await;
    assert_eq!(response.status, 404, "it is there for forms alone");
}
