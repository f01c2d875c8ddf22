//! A real browser before the axum example: every button of the simulated platform, clicked.
//!
//! Needs Chromium and its driver on the PATH. Screenshots go to `target/screenshots`.

use fantoccini::{Client, Locator};

use super::{
    course::{self, COURSE},
    session::{PATIENCE, assert_shows, photograph, visit},
};

// N34
#[tokio::test]
async fn a_person_launches_in_every_way_reloads_the_page_and_cannot_replay() {
    visit("axum", "axum", |browser, base_url| async move {
        let person = Person { browser, base_url };
        person.try_everything().await;
        let Person { browser, base_url } = person;
        select_content(course::Person { browser, base_url }).await;
    })
    .await;
}

/// Reloads the picker, and adds a link to the course.
async fn select_content(person: course::Person) {
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

/// Somebody at the browser.
struct Person {
    browser: Client,
    base_url: String,
}

impl Person {
    async fn try_everything(&self) {
        let start = self.open_start_page().await;
        assert!(start.contains("After a launch you can replay it"));
        self.photograph("1-start").await;

        let learner = self.click("learner").await;
        assert_shows(&learner, &["Lea Lerner", "Learner", "dep-1"]);
        assert_shows(&learner, &["Introduction to Biology", "Week 1: Cells"]);
        assert_shows(&learner, &["This launch created the deployment."]);
        self.photograph("2-learner").await;
        self.browser.refresh().await.expect("the page is reloaded");
        assert_eq!(self.text().await, learner, "a reload shows the same");

        self.open_start_page().await;
        let instructor = self.click("instructor").await;
        assert_shows(&instructor, &["Ines Lehrer", "Instructor", "dep-1"]);
        assert_shows(&instructor, &["Introduction to Biology"]);
        assert_shows(&instructor, &["The deployment was known before."]);
        self.photograph("3-instructor").await;

        self.open_start_page().await;
        let new = self.click("new").await;
        assert_shows(&new, &["Ines Lehrer", "Instructor"]);
        assert_shows(&new, &["This launch created the deployment."]);
        let deployment = self.text_of("dl > dd:last-of-type").await;
        assert_ne!(deployment, "dep-1", "it is another deployment");
        self.photograph("4-new-deployment").await;

        // The launch took its cookie away, so that this is no longer the browser that logged in.
        self.open_start_page().await;
        let replay = self.click("replay").await;
        assert_shows(&replay, &["The tool could not be opened", "cookie_missing"]);
        assert!(!replay.contains("Ines"), "nobody is let in by {replay}");
        self.photograph("5-replay").await;
    }

    async fn open_start_page(&self) -> String {
        self.browser
            .goto(&self.base_url)
            .await
            .expect("the start page opens");
        self.text().await
    }

    /// Clicks a button of the start page, and returns what the tool then shows: the page of the launch, or
    /// why there is none.
    async fn click(&self, id: &str) -> String {
        let button = self.browser.find(Locator::Id(id)).await;
        button
            .expect("the button is there")
            .click()
            .await
            .expect("the button can be clicked");
        self.text_of("main > #note, main small").await;
        self.text().await
    }

    async fn text(&self) -> String {
        self.text_of("body").await
    }

    async fn text_of(&self, selector: &str) -> String {
        let wait = self.browser.wait().at_most(PATIENCE);
        let element = wait.for_element(Locator::Css(selector)).await;
        let text = element.expect("the page has such a part").text().await;
        text.expect("it has a text")
    }

    async fn photograph(&self, name: &str) {
        photograph(&self.browser, name).await;
    }
}
