//! The deep linking example before a real browser: what its picker does, and how its pages look.

use super::{
    course::{COURSE, Person},
    devtools::posted,
    session::{assert_shows, visit},
};

// ADV-71, ADV-74, ADV-75, DL-24, DL-30
#[tokio::test]
async fn a_teacher_fills_a_course_from_tabs_and_frames_and_every_page_fits() {
    visit(
        "deep_linking",
        "deep-linking",
        |browser, base_url| async move {
            let person = Person { browser, base_url };
            two_pickers_in_two_tabs_answer_each_its_own_request(&person).await;
            a_choice_is_sent_once(&person).await;
            a_cancelled_picker_in_a_frame_leads_back(&person).await;
            every_page_fits_phones_and_desks_in_light_and_dark(&person).await;
        },
    )
    .await;
}

async fn two_pickers_in_two_tabs_answer_each_its_own_request(person: &Person) {
    let mut tabs = Vec::new();
    for _ in 0..2 {
        let tab = person.browser.new_window(true).await;
        tabs.push(tab.expect("another tab opens").handle);
    }
    let go_to = async |tab: usize| {
        let switched = person.browser.switch_to_window(tabs[tab].clone()).await;
        switched.expect("the tab is there");
    };
    for tab in 0..2 {
        go_to(tab).await;
        person.select().await;
    }

    go_to(1).await;
    person.click("button[value=add]").await;
    let problem = person.text("[role=alert]").await;
    assert_shows(&problem, &["Choose something first"]);
    person.choose("light").await;
    assert_shows(&person.text("#message").await, &["One item was added"]);

    go_to(0).await;
    person.choose("cells").await;
    assert_shows(&person.text("#message").await, &["One item was added"]);
    let course = person.text("#content").await;
    assert_shows(&course, &["Light and leaves", "Cells"]);
    assert_eq!(person.count("#content > li").await, 3);
}

async fn a_choice_is_sent_once(person: &Person) {
    person.select().await;
    posted(&person.browser).await;
    person.choose("reading").await;
    person.find("#message").await;
    let sent = posted(&person.browser).await;
    assert_eq!(sent, ["/picker", "/platform/deep_linking/3"]);

    // The course sends it no second time, and neither does the picker before it, which can be loaded again.
    person.reload().await;
    person.find("#message").await;
    person.go_back().await;
    person.reload().await;
    person.choose("cells").await;
    let refused = person.text("main small").await;
    assert_shows(&refused, &["deep_linking_handle_used"]);
    let sent = posted(&person.browser).await;
    assert_eq!(sent, ["/picker"]);
    person.open(COURSE).await;
    assert_eq!(person.count("#content > li").await, 4);
}

async fn a_cancelled_picker_in_a_frame_leads_back(person: &Person) {
    person.click("#select-content-in-frame").await;
    let frame = person.find("#picker").await;
    frame.enter_frame().await.expect("the frame can be entered");
    person.click("button[value=cancel]").await;
    let window = person.browser.window().await.expect("there is a window");
    let switched = person.browser.switch_to_window(window).await;
    switched.expect("it is there");
    assert_shows(&person.text("#message").await, &["Nothing was added"]);
    assert_eq!(person.count("iframe").await, 0);
    assert_eq!(person.count("#content > li").await, 4);
}

async fn every_page_fits_phones_and_desks_in_light_and_dark(person: &Person) {
    person.select().await;
    person.click("button[value=add]").await;
    person.find("[role=alert]").await;
    person.click("input[value=cells]").await;
    person.look("deep-linking-picker").await;
    person.click("button[value=cancel]").await;
    person.find("#message").await;
    person.look("deep-linking-course").await;
    person
        .click("#content > li:nth-child(3) button[id$=-learner]")
        .await;
    person.find("fieldset").await;
    person.look("deep-linking-quiz").await;
}

impl Person {
    /// Opens the picker in the whole window.
    async fn select(&self) {
        self.open(COURSE).await;
        self.click("#select-content").await;
        self.find("button[value=add]").await;
    }

    /// Chooses one content in the picker.
    async fn choose(&self, content: &str) {
        self.click(&format!("input[value={content}]")).await;
        self.click("button[value=add]").await;
    }
}
