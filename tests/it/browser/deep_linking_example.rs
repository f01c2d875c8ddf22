//! The deep linking example before a real browser: what its picker does, and how its pages look.

use super::{
    course::{COURSE, Person},
    devtools::{posted, use_colours, use_screen},
    session::{assert_shows, visit},
};

// ADV-74
#[tokio::test]
async fn two_pickers_in_two_tabs_answer_each_its_own_request() {
    visit(
        "deep_linking",
        "deep-linking-tabs",
        |browser, base_url| async move {
            let person = Person { browser, base_url };
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
            person.reload().await;
            person.click("button[value=add]").await;
            let problem = person.text("[role=alert]").await;
            assert_shows(&problem, &["Choose something first"]);
            person.choose("light").await;
            assert_shows(&person.text("#message").await, &["One item was added"]);

            go_to(0).await;
            person.choose("reading").await;
            assert_shows(&person.text("#message").await, &["One item was added"]);
            let course = person.text("#content").await;
            assert_shows(&course, &["Light and leaves", "What a cell is"]);
            assert_eq!(person.count("#content > li").await, 3);
        },
    )
    .await;
}

// ADV-71, ADV-75, DL-24, DL-30
#[tokio::test]
async fn a_choice_is_sent_once_and_a_cancelled_picker_leads_back() {
    visit(
        "deep_linking",
        "deep-linking-once",
        |browser, base_url| async move {
            let person = Person { browser, base_url };
            person.select().await;
            posted(&person.browser).await;
            person.choose("reading").await;
            person.find("#message").await;
            let sent = posted(&person.browser).await;
            assert_eq!(sent, ["/picker", "/platform/deep_linking/1"]);

            // The page between the two is not in the history.
            person.reload().await;
            person.go_back().await;
            person.find("button[value=add]").await;
            person.go_forward().await;
            person.find("#message").await;
            person.go_back().await;
            person.choose("cells").await;
            let refused = person.text("main small").await;
            assert_shows(&refused, &["deep_linking_handle_used"]);
            person.reload().await;
            person.find("main small").await;
            let sent = posted(&person.browser).await;
            assert_eq!(sent, ["/picker", "/picker"], "nothing came to the platform");

            person.open(COURSE).await;
            assert_eq!(person.count("#content > li").await, 2);
            person.click("#select-content-in-frame").await;
            let frame = person.find("#picker").await;
            frame.enter_frame().await.expect("the frame can be entered");
            person.click("button[value=cancel]").await;
            let window = person.browser.window().await.expect("there is a window");
            person
                .browser
                .switch_to_window(window)
                .await
                .expect("it is there");
            assert_shows(&person.text("#message").await, &["Nothing was added"]);
            assert_eq!(person.count("iframe").await, 0);
            assert_eq!(person.count("#content > li").await, 2);
        },
    )
    .await;
}

#[tokio::test]
async fn every_page_fits_phones_and_desks_in_light_and_dark() {
    visit(
        "deep_linking",
        "deep-linking-looks",
        |browser, base_url| async move {
            let person = Person { browser, base_url };
            person.select().await;
            person.choose("cells").await;
            person.find("#message").await;
            for width in [360, 1280] {
                use_screen(&person.browser, width).await;
                for scheme in ["light", "dark"] {
                    use_colours(&person.browser, scheme).await;
                    person.look_at_all(&format!("{width}-{scheme}")).await;
                }
            }
        },
    )
    .await;
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

    async fn look_at_all(&self, how: &str) {
        self.select().await;
        self.click("button[value=add]").await;
        self.find("[role=alert]").await;
        self.click("input[value=cells]").await;
        self.look(&format!("picker-{how}")).await;
        self.click("button[value=cancel]").await;
        self.find("#message").await;
        self.look(&format!("course-{how}")).await;
        self.click("#content > li:nth-child(2) button[id$=-learner]")
            .await;
        self.find("fieldset").await;
        self.look(&format!("quiz-{how}")).await;
    }

    async fn look(&self, page: &str) {
        self.photograph(&format!("deep-linking-{page}")).await;
        self.assert_fits(page).await;
    }
}
