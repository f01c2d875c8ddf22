//! A browser that keeps no cookies for a site within another, whatever they say, as Safari does; in a window of its own
//! the tool has its cookies.

use std::time::Instant;

use tower_lti::testing::StorageOptions;

use super::{chromium::block_the_tool_in_frames, person::WINDOW_BUTTON, stage::Stage};
use crate::browser::{
    course::Person,
    devtools::{use_colours, use_screen},
    session::{assert_shows, with_browser},
};

// ADV-89, COOKIE-07, STORE-15, N34
#[tokio::test]
async fn where_neither_cookies_nor_storage_work_a_button_opens_the_tool_in_a_window() {
    let stage = Stage::start().await;
    let base_url = stage.platform_url.clone();
    let name = "frames-window";
    with_browser(block_the_tool_in_frames(), name, |browser| async move {
        let person = Person { browser, base_url };
        stage
            .opens_without_cookies(&person, StorageOptions::new())
            .await;
        person.goes_on("Lea Lerner", "without cookies").await;
        for storage in [StorageOptions::none(), StorageOptions::new().silent()] {
            opens_in_a_window(&stage, &person, storage).await;
        }
        the_pages_fit(&stage, &person).await;
    })
    .await;
}

/// The button goes on with the same login, and works as often as it is pressed.
pub(super) async fn opens_in_a_window(stage: &Stage, person: &Person, storage: StorageOptions) {
    stage.open_course(person, storage).await;
    let course = person.browser.window().await.expect("there is a window");
    let since = Instant::now();
    person.launch_as("learner").await;
    person.is_offered_a_window(since).await;
    for _ in 0..2 {
        let known = person.browser.windows().await.expect("there are windows");
        person.click(WINDOW_BUTTON).await;
        person.go_to_window_beside(&known).await;
        person.is_in_tool("Lea Lerner", "with cookies").await;
        person.goes_on("Lea Lerner", "with cookies").await;
        person.browser.close_window().await.expect("it closes");
        person.go_to(&course).await;
        person.enter("#tool").await;
    }
}

async fn the_pages_fit(stage: &Stage, person: &Person) {
    use_screen(&person.browser, 1280).await;
    stage
        .open_course(person, StorageOptions::new().silent())
        .await;
    person.look("frames-course").await;
    use_screen(&person.browser, 1280).await;
    person.launch_as("learner").await;
    person.find(WINDOW_BUTTON).await;
    // The frame is as wide as the course.
    for width in [360, 1280] {
        use_screen(&person.browser, width).await;
        for scheme in ["light", "dark"] {
            use_colours(&person.browser, scheme).await;
            person.assert_fits("the button").await;
            person
                .photograph(&format!("frames-button-{width}-{scheme}"))
                .await;
        }
    }
    assert_shows(&person.page().await, &["window"]);
}
