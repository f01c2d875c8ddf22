//! What an administrator sees, from the platform's page to the first launch.

use serde_json::json;
use tower_lti::testing::{Call, Fault};

use super::stage::Stage;
use crate::browser::{
    course::Person,
    devtools::{use_colours, use_screen},
    session::{assert_shows, with_browser},
};

const ADMINISTRATION: &str = "/platform/admin";

/// Shown once the tool's page has said that it is done.
const CLOSED: &str = "#closed:not([hidden])";

// REG-01, REG-09, REG-10, ADV-81, ADV-83
#[tokio::test]
async fn an_administrator_registers_a_tool_of_another_site_in_a_frame_and_in_a_tab() {
    let stage = Stage::start().await;
    let base_url = stage.platform_url.clone();
    with_browser(json!({}), "registering", |browser| async move {
        let person = Person { browser, base_url };
        stage.registers_in_a_frame(&person).await;
        stage.registers_in_a_tab(&person).await;
        stage.shows_what_went_wrong(&person).await;
        stage.looks(&person).await;
        stage.assert_no_cookies();
    })
    .await;
}

impl Stage {
    async fn registers_in_a_frame(&self, person: &Person) {
        person.open(ADMINISTRATION).await;
        person.click("#in-frame").await;
        person.enter("#registration").await;
        assert_shows(&person.text("h1").await, &["Cells & more"]);
        assert_shows(&person.page().await, &[&self.platform_url, "write grades"]);
        // The frame is as wide as the page around it.
        use_screen(&person.browser, 360).await;
        person.assert_fits("the confirmation in a frame").await;
        person.photograph("registering-in-a-frame-360").await;
        use_screen(&person.browser, 1280).await;
        person.click("form button").await;

        person.leave_frames().await;
        assert_shows(&person.text(CLOSED).await, &["done"]);
        assert_eq!(person.count("#registration").await, 0, "the frame is gone");
        self.launches(person, "registered-1").await;
    }

    async fn registers_in_a_tab(&self, person: &Person) {
        person.open(ADMINISTRATION).await;
        let administration = person.browser.window().await.expect("there is a window");
        let known = person.browser.windows().await.expect("there are windows");
        person.click("#in-tab").await;
        person.go_to_window_beside(&known).await;
        assert_shows(&person.text("h1").await, &["Cells & more"]);
        person.click("form button").await;

        person.go_to(&administration).await;
        person.find(CLOSED).await;
        let windows = person.browser.windows().await.expect("there are windows");
        assert_eq!(windows.len(), known.len(), "the tab is closed");
        self.launches(person, "registered-2").await;
    }

    async fn launches(&self, person: &Person, client_id: &str) {
        person.click(&format!("#{client_id}-learner")).await;
        assert_shows(&person.text("#welcome").await, &["Welcome Lea Lerner"]);
    }

    /// The platform's words are text, and the page stays.
    async fn shows_what_went_wrong(&self, person: &Person) {
        let before = self.registrations.list().await.expect("the list").len();
        let refusal = Fault::status(400)
            .with_header("content-type", "application/json")
            .with_body(
                "{\"error\":\"invalid_client_metadata\",\"error_description\":\"<b id=evil>domain</b> is taken\"}",
            );
        self.platform
            .services()
            .fail_next(Call::Registration, 1, refusal);
        person.open(ADMINISTRATION).await;
        person.click("#in-frame").await;
        person.enter("#registration").await;
        person.click("form button").await;
        let refused = person.text("main small").await;
        assert_shows(&refused, &["platform_refused"]);
        assert_shows(&person.page().await, &["<b id=evil>domain</b> is taken"]);
        assert_eq!(person.count("#evil").await, 0);
        person.look("registering-refused").await;
        person.leave_frames().await;
        assert_eq!(person.count(CLOSED).await, 0, "nothing is closed");
        let after = self.registrations.list().await.expect("the list").len();
        assert_eq!(before, after, "nothing is kept");
    }

    /// In a window of its own, where nothing closes it.
    async fn looks(&self, person: &Person) {
        use_colours(&person.browser, "light").await;
        let gone = person.browser.goto(&self.address()).await;
        gone.expect("the page opens");
        person.find("form button").await;
        person.look("registering-1-confirmation").await;
        person.click("form button").await;
        assert_shows(&person.text("h1").await, &["registered"]);
        person.look("registering-2-done").await;
        person.open(ADMINISTRATION).await;
        person.look("registering-3-administration").await;
    }
}
