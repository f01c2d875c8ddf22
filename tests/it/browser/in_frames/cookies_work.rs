//! Browsers in which the tool's cookies work in a frame: all of them, or those that are partitioned.

use serde_json::Value;
use tower_lti::testing::StorageOptions;

use super::{
    chromium::{allow_all, block_third_party},
    stage::Stage,
};
use crate::browser::{
    course::Person,
    devtools::{use_colours, use_screen},
    session::{assert_shows, with_browser},
};

// STORE-15, COOKIE-02, ADV-89
#[tokio::test]
async fn where_third_party_cookies_are_blocked_partitioned_ones_do() {
    let seen_plain = launches_with_cookies(block_third_party(), "frames-third-party").await;

    assert!(!seen_plain, "the browser blocks third-party cookies");
}

// STORE-15, COOKIE-01
#[tokio::test]
async fn where_cookies_are_allowed_a_launch_takes_no_detour() {
    let seen_plain = launches_with_cookies(allow_all(), "frames-allowed").await;

    assert!(seen_plain, "the browser blocks nothing");
}

/// Launches on platforms that store and that do not; returns whether a cookie came that is not partitioned.
async fn launches_with_cookies(preferences: Value, name: &str) -> bool {
    let stage = Stage::start().await;
    let base_url = stage.platform_url.clone();
    with_browser(preferences, name, |browser| async move {
        let person = Person { browser, base_url };
        let mut plain = false;
        for storage in [
            StorageOptions::new(),
            StorageOptions::none(),
            StorageOptions::new().silent(),
            StorageOptions::new().silent().hostile(),
            StorageOptions::in_parent().failing("storage_exhaustion"),
        ] {
            plain |= stage.opens_with_cookies(&person, storage).await;
        }
        person.goes_on("Lea Lerner", "with cookies").await;
        two_tabs(&stage, &person).await;
        stage.picker_answers(&person).await;
        plain
    })
    .await
}

impl Stage {
    pub(super) async fn opens_with_cookies(
        &self,
        person: &Person,
        storage: StorageOptions,
    ) -> bool {
        let what = format!("{storage:?}");
        self.open_course(person, storage).await;
        person.launch_as("learner").await;
        person.is_in_tool("Lea Lerner", "with cookies").await;
        person.open_next().await;
        person.is_in_tool("Lea Lerner", "with cookies").await;
        let seen = self.seen.take();
        let posts = seen.iter().filter(|one| one.is_launch()).count();
        assert_eq!(posts, 1, "{what}: no detour: {seen:?}");
        let tool = seen.iter().filter(|one| one.path == "/tool");
        tool.clone()
            .for_each(|one| assert!(one.cookies.contains("__Host-lti-session-"), "{one:?}"));
        tool.clone().any(|one| one.cookies.contains("plain=1"))
    }
}

async fn two_tabs(stage: &Stage, person: &Person) {
    let tabs = stage.two_tabs(person, "with cookies").await;
    for (tab, name, note) in [
        (0, "Lea Lerner", "learner"),
        (1, "Ines Lehrer", "instructor"),
    ] {
        person.go_to(&tabs[tab]).await;
        person.enter("#tool").await;
        person.open_next().await;
        person.is_in_tool(name, "with cookies").await;
        assert_eq!(person.text("#notes").await, note);
    }

    // An address that does not say which: nothing guesses.
    person.move_on("location.assign('/tool')").await;
    person.find("a[href*=lti_session]").await;
    assert_shows(&person.page().await, &["Week 1: Cells"]);
    // The frame is as wide as the course.
    for width in [360, 1280] {
        use_screen(&person.browser, width).await;
        for scheme in ["dark", "light"] {
            use_colours(&person.browser, scheme).await;
            person.assert_fits("the page that asks").await;
            let name = format!("frames-which-session-{width}-{scheme}");
            person.photograph(&name).await;
        }
    }
    person.click("a[href*=lti_session]").await;
    person.find("#proof").await;
}
