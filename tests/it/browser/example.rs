//! A real browser before the axum example: every button of the simulated platform, clicked.
//!
//! Needs Chromium and its driver on the PATH. Screenshots go to `target/screenshots`.

use fantoccini::key::Key;

use super::{
    course::{COURSE, GRADES, Person},
    session::{assert_shows, visit},
};

// N34, N43
#[tokio::test]
async fn a_person_launches_in_every_way_reloads_the_page_and_cannot_replay() {
    visit("axum", "axum", |browser, base_url| async move {
        let person = Person { browser, base_url };
        try_everything(&person).await;
        get_a_grade(&person).await;
        see_the_members(&person).await;
        select_content(&person).await;
        go_on_without_cookies(&person).await;
        ask_the_doctor(&person).await;
    })
    .await;
}

async fn try_everything(person: &Person) {
    person.open("/").await;
    let start = person.page().await;
    assert_shows(&start, &["After a launch you can replay it"]);
    person.look("axum-1-course").await;

    let learner = launch_by_keyboard(person, "learner").await;
    assert_shows(&learner, &["Lea Lerner", "Learner", "dep-1"]);
    assert_shows(&learner, &["Introduction to Biology", "Week 1: Cells"]);
    assert_shows(&learner, &["This launch created the deployment."]);
    person.look("axum-2-learner").await;
    person.reload().await;
    assert_eq!(person.page().await, learner, "a reload shows the same");

    let instructor = launch_by_keyboard(person, "instructor").await;
    assert_shows(&instructor, &["Ines Lehrer", "Instructor", "dep-1"]);
    assert_shows(&instructor, &["Introduction to Biology"]);
    assert_shows(&instructor, &["The deployment was known before."]);

    for (who, name) in [("new", "Ines Lehrer"), ("administrator", "Ada Admin")] {
        let new = launch_by_keyboard(person, who).await;
        assert_shows(&new, &[name, "This launch created the deployment."]);
        let deployment = person.text("dl > dd:last-of-type").await;
        assert_ne!(deployment, "dep-1", "it is another deployment");
    }

    // The launch took its cookie away, so that this is no longer the browser that logged in.
    let replay = launch_by_keyboard(person, "replay").await;
    assert_shows(&replay, &["The tool could not be opened", "cookie_missing"]);
    assert!(!replay.contains("Ada"), "nobody is let in by {replay}");
}

/// Presses Enter at a button of the start page, and returns what the tool then shows: the page of the launch, or why there
/// is none.
async fn launch_by_keyboard(person: &Person, id: &str) -> String {
    person.open("/").await;
    person.press_at(&format!("#{id}"), Key::Enter).await;
    person.find("main > #note, main small").await;
    person.page().await
}

/// A learner answers a question of the tool's, and the grade is in the course.
async fn get_a_grade(person: &Person) {
    launch_by_keyboard(person, "learner").await;
    person.click("#grade").await;
    person.find("#hand-in").await;
    person.look("axum-3-quiz").await;
    person.choose_at("input[value='4']").await;
    person.press_at("#hand-in", Key::Enter).await;
    assert_shows(&person.text("#message").await, &["10 of 10 points"]);
    person.look("axum-4-handed-in").await;
    person.open(GRADES).await;
    assert_shows(&person.page().await, &["Lea Lerner", "100"]);
    person.look("axum-5-grade-book").await;
}

/// A teacher sees in the tool who is in the course, as the platform does; a learner does not.
async fn see_the_members(person: &Person) {
    launch_by_keyboard(person, "instructor").await;
    person.click("#members").await;
    let members = person.text("table").await;
    assert_shows(&members, &["Zoë Zimmer", "Ada Admin Administrator"]);
    person.look("axum-6-members").await;
    person.open("/platform/members").await;
    let members = person.text("#members").await;
    assert_shows(&members, &["Zoë Zimmer", "user-instructor"]);
    person.look("axum-7-platform-members").await;

    launch_by_keyboard(person, "learner").await;
    assert_eq!(person.count("#members").await, 0);
    let elsewhere = "location.assign(location.pathname + '/members')";
    person.move_on(elsewhere).await;
    assert_shows(&person.text("main small").await, &["not_a_teacher"]);
}

/// Reloads the picker, and adds a link to the course.
async fn select_content(person: &Person) {
    person.open(COURSE).await;
    person.click("#select-content").await;
    person.find("#add").await;
    person.reload().await;
    person.look("axum-picker").await;
    person.click("#add").await;
    assert_shows(&person.text("#message").await, &["One item was added"]);
    assert_shows(&person.text("#content").await, &["Welcome"]);

    // The picker is used, and says so in a page.
    person.go_back().await;
    person.click("#add").await;
    let refused = person.text("main small").await;
    assert_shows(&refused, &["deep_linking_handle_used"]);
    person.look("axum-used").await;

    person.open(COURSE).await;
    person
        .click("#content > li:nth-child(2) button[id$=-learner]")
        .await;
    person.find("#note").await;
    let page = "const form = document.createElement('form'); form.method = 'post'; \
        document.body.append(form); form.submit()";
    person.script(page).await;
    let refused = person.text("main small").await;
    assert_shows(&refused, &["choice_malformed"]);
    person.look("axum-refused").await;
}

/// Where cookies are blocked, the tool asks the platform, or lets nobody in; what the switch says counts in frames alone.
async fn go_on_without_cookies(person: &Person) {
    for (switch, session) in [
        ("work", "A cookie says"),
        ("blocked", "Cookies are blocked here"),
    ] {
        person.open("/platform/course?open=frame").await;
        person.click(&format!("#cookies-{switch}")).await;
        person.enter("#tool").await;
        assert_shows(&person.text("#session").await, &[session]);
        person.look(&format!("axum-8-cookies-{switch}-frame")).await;
        person.click("#grade").await;
        person.click("input[value='2']").await;
        person.click("#hand-in").await;
        assert_shows(&person.text("#message").await, &["0 of 10 points"]);
        person.leave_frames().await;
        person.look(&format!("axum-8-cookies-{switch}")).await;
    }

    person
        .open("/platform/course?open=frame&cookies=blocked-no-answer")
        .await;
    person.enter("#tool").await;
    assert_shows(&person.text("main small").await, &["cookie_missing"]);
    person.leave_frames().await;
    person.look("axum-8-cookies-blocked-no-answer").await;
    let learner = launch_by_keyboard(person, "learner").await;
    assert_shows(&learner, &["Welcome, Lea Lerner", "A cookie says"]);
    person.click("#back").await;
    person.find("#learner").await;
}

async fn ask_the_doctor(person: &Person) {
    person.open("/").await;
    person.move_on_by("a[href='/doctor']").await;
    person.look("axum-9-doctor").await;
    person.click("#check").await;
    let report = person.text("main h3").await;
    assert_shows(&report, &["token_granted"]);
    let page = person.page().await;
    assert_shows(&page, &["Errors: 0. Warnings: 0.", "cookie_missing"]);
    person.look("axum-9-report").await;

    // Another name that leads to this machine is another site's.
    let elsewhere = person.base_url.replace("127.0.0.1", "localhost");
    let gone = person.browser.goto(&format!("{elsewhere}/doctor")).await;
    gone.expect("a page opens");
    let refused = person.page().await;
    assert_shows(&refused, &["for administrators"]);
}
