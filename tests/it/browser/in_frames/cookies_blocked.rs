//! A browser that blocks all of the tool's cookies, those too that are partitioned.

use std::time::Instant;

use tower_lti::testing::StorageOptions;

use super::{
    chromium::block_all_of_the_tool, person::WINDOW_BUTTON, slow_network::DELAY, stage::Stage,
};
use crate::browser::{course::Person, session::with_browser};

// ADV-89, ADV-90, ADV-91, ADV-92, STORE-M1, STORE-M2, STORE-M3, STORE-M4, STORE-M5, STORE-M6, STORE-M7, STORE-02, STORE-03,
// STORE-04, STORE-06, STORE-07, STORE-08, STORE-10, STORE-12, STORE-13, STORE-15, S31, S32, S34
#[tokio::test]
async fn where_the_platform_stores_a_launch_opens_without_any_cookie_and_so_does_the_next_click() {
    let stage = Stage::start().await;
    let base_url = stage.platform_url.clone();
    let name = "frames-no-cookies";
    with_browser(block_all_of_the_tool(), name, |browser| async move {
        let person = Person { browser, base_url };
        every_platform_that_stores_will_do(&stage, &person).await;
        person.goes_on("Lea Lerner", "without cookies").await;
        a_launch_is_taken_once(&person).await;
        no_address_with_a_handle_is_told(&stage).await;
        stage.picker_answers(&person).await;
        two_courses_in_two_tabs_do_not_mix(&stage, &person).await;
        a_window_of_its_own_asks_its_opener(&stage, &person).await;
        a_platform_that_does_not_store_lets_nobody_in(&stage, &person).await;
    })
    .await;
}

async fn every_platform_that_stores_will_do(stage: &Stage, person: &Person) {
    for storage in [
        StorageOptions::new(),
        StorageOptions::in_parent(),
        StorageOptions::new().without_capabilities(),
        StorageOptions::new().with_old_subjects(),
        StorageOptions::in_parent()
            .without_capabilities()
            .with_target("no-such-frame"),
        // What the capabilities say comes before what the login said, at once and late.
        StorageOptions::new().with_target("_parent"),
        StorageOptions::new()
            .with_target("_parent")
            .with_late_capabilities(900),
        // A frame that is not there yet is asked again.
        StorageOptions::new().with_late_frame(900),
        StorageOptions::in_parent().hostile(),
        StorageOptions::new().hostile(),
    ] {
        stage.opens_without_cookies(person, storage).await;
    }
}

/// A launch that is posted again opens nothing.
async fn a_launch_is_taken_once(person: &Person) {
    person.open("/").await;
    person.click("#replay").await;
    person.is_refused("replay_detected").await;
}

/// The handle of a session goes in no `Referer`.
async fn no_address_with_a_handle_is_told(stage: &Stage) {
    let seen = stage.seen.take();
    assert!(
        seen.iter()
            .any(|one| one.address.contains("lti_session=ltis_"))
    );
    assert!(
        seen.iter().all(|one| !one.referrer.contains("ltis_")),
        "{seen:?}"
    );
}

async fn two_courses_in_two_tabs_do_not_mix(stage: &Stage, person: &Person) {
    let tabs = stage.two_tabs(person, "without cookies").await;
    person.go_to(&tabs[0]).await;
    person.enter("#tool").await;
    person.open_next().await;
    person.is_in_tool("Lea Lerner", "without cookies").await;
    assert_eq!(person.text("#notes").await, "learner");

    // Whoever signs out is out, and the other one is not.
    let address = person.script("return location.href").await;
    person.click("#sign-out").await;
    person.find("#signed-out").await;
    let again = format!("location.assign({address})");
    person.move_on(&again).await;
    person.is_refused("session_over").await;
    person.go_to(&tabs[1]).await;
    person.enter("#tool").await;
    person.open_next().await;
    person.is_in_tool("Ines Lehrer", "without cookies").await;
    assert_eq!(person.text("#notes").await, "instructor");
}

async fn a_window_of_its_own_asks_its_opener(stage: &Stage, person: &Person) {
    for storage in [StorageOptions::in_parent(), StorageOptions::new()] {
        stage.platform.use_storage(storage);
        person.open("/platform/course?open=window").await;
        let known = person.browser.windows().await.expect("there are windows");
        let course = person.browser.window().await.expect("there is a window");
        person.click("#link-1-learner").await;
        person.go_to_window_beside(&known).await;
        person.is_in_tool("Lea Lerner", "without cookies").await;
        person.browser.close_window().await.expect("it closes");
        person.go_to(&course).await;
        person.storage_is_empty("a window").await;
    }
}

async fn a_platform_that_does_not_store_lets_nobody_in(stage: &Stage, person: &Person) {
    for storage in [
        StorageOptions::new().silent(),
        StorageOptions::new().silent().hostile(),
        StorageOptions::in_parent().failing("storage_exhaustion"),
        StorageOptions::none(),
    ] {
        stage.open_course(person, storage).await;
        let since = Instant::now();
        person.launch_as("learner").await;
        person.is_offered_a_window(since).await;
        let seen = stage.seen.take();
        assert!(
            seen.iter().all(|one| one.path == "/lti/login"),
            "nobody was asked: {seen:?}"
        );
    }

    // Where even a window of its own has no cookies, there is nothing left.
    let known = person.browser.windows().await.expect("there are windows");
    person.click(WINDOW_BUTTON).await;
    person.go_to_window_beside(&known).await;
    person.is_refused("cookie_missing").await;
}

// STORE-08, STORE-11, ADV-90
#[tokio::test]
async fn a_slow_network_changes_nothing() {
    let stage = Stage::start_behind_a_slow_network().await;
    let base_url = stage.platform_url.clone();
    with_browser(
        block_all_of_the_tool(),
        "frames-slow",
        |browser| async move {
            let person = Person { browser, base_url };
            let since = Instant::now();
            stage
                .opens_without_cookies(&person, StorageOptions::new())
                .await;
            // The login, the launch, what completes it and the page of the tool: there and back.
            assert!(since.elapsed() >= DELAY * 8, "the network is slow");
        },
    )
    .await;
}
