//! The deep linking example before a real browser: what its picker does, and how its pages look.

use super::{
    course::{COURSE, Person},
    devtools::{use_colours, use_screen},
    session::{assert_shows, visit},
};

// ADV-71, ADV-74, ADV-75, DL-24
#[tokio::test]
async fn two_pickers_answer_each_its_own_request_and_each_once() {
    visit(
        "deep_linking",
        "deep-linking",
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
            person
                .browser
                .refresh()
                .await
                .expect("the picker is reloaded");
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

            // Back in the picker, the request has its answer.
            let mut back = 0;
            while person.count("button[value=add]").await == 0 {
                assert!(
                    back < 4,
                    "the picker is in the history: {}",
                    person.page().await
                );
                person.browser.back().await.expect("there is a page before");
                assert!(!person.page().await.contains("Nothing was added"));
                back += 1;
            }
            person.choose("cells").await;
            assert_shows(
                &person.text("main small").await,
                &["deep_linking_handle_used"],
            );
            person.photograph("deep-linking-used").await;

            person.select().await;
            person.click("button[value=cancel]").await;
            assert_shows(&person.text("#message").await, &["Nothing was added"]);
            assert_eq!(person.count("#content > li").await, 3);
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
