//! The same in Firefox, which `tests/run firefox` has there, with its driver.

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::process::Command;
use tower_lti::testing::StorageOptions;

use super::{cookies_blocked_in_frames::opens_in_a_window, stage::Stage};
use crate::browser::{
    course::Person,
    session::{PATIENCE, Program, outcome_of},
};

// ADV-89, STORE-15
#[tokio::test]
#[ignore = "needs Firefox and its driver: `tests/run firefox`"]
async fn in_strict_mode_a_tool_in_a_frame_has_its_cookies() {
    let strict = json!({"browser.contentblocking.category": "strict"});
    let stage = Stage::start().await;
    with_firefox(strict, &stage.platform_url.clone(), |person| async move {
        stage
            .opens_with_cookies(&person, StorageOptions::new())
            .await;
        stage
            .opens_with_cookies(&person, StorageOptions::none())
            .await;
        person.goes_on("Lea Lerner", "with cookies").await;
    })
    .await;
}

// ADV-89, ADV-90, ADV-91, STORE-15, S31, S32
#[tokio::test]
#[ignore = "needs Firefox and its driver: `tests/run firefox`"]
async fn with_all_third_party_cookies_blocked_storage_does_and_else_a_window() {
    let blocked = json!({"network.cookie.cookieBehavior": 1});
    let stage = Stage::start().await;
    with_firefox(blocked, &stage.platform_url.clone(), |person| async move {
        for storage in [
            StorageOptions::new(),
            StorageOptions::in_parent(),
            StorageOptions::new().with_old_subjects(),
            StorageOptions::new().hostile(),
        ] {
            stage.opens_without_cookies(&person, storage).await;
        }
        for storage in [StorageOptions::none(), StorageOptions::new().silent()] {
            opens_in_a_window(&stage, &person, storage).await;
        }
    })
    .await;
}

/// Opens Firefox with some preferences, has somebody go somewhere, and ends it whatever they find.
async fn with_firefox<F>(preferences: Value, base_url: &str, visit: impl FnOnce(Person) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr());
    let port = port.expect("a port").port().to_string();
    let mut command = Command::new("geckodriver");
    command.args(["--host=127.0.0.1", "--port", &port]);
    // It says where it listens behind the time and a name.
    let (driver, _) = Program::start(&mut command, "").await;
    let browser = open_firefox(&port, preferences).await;
    let base_url = base_url.to_owned();
    outcome_of(driver, browser, |browser| {
        visit(Person { browser, base_url })
    })
    .await;
}

async fn open_firefox(port: &str, preferences: Value) -> Client {
    let capabilities = json!({
        "browserName": "firefox",
        "moz:firefoxOptions": {"args": ["-headless"], "prefs": preferences},
    });
    let capabilities = capabilities.as_object().expect("an object").clone();
    let driver = format!("http://127.0.0.1:{port}");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    // It takes longer than Chromium.
    tokio::time::timeout(PATIENCE * 3, builder.connect(&driver))
        .await
        .expect("Firefox starts in time")
        .expect("Firefox starts")
}
