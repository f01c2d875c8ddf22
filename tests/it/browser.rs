//! A real browser clicks through the example.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Map, json};

/// A program that ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program, and returns the first line that it prints with `marker` in it.
fn start(command: &mut Command, marker: &str) -> (Program, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let program = Program(child);
    let line = lines
        .map_while(Result::ok)
        .find(|line| line.contains(marker))
        .unwrap_or_else(|| panic!("{command:?} ended early"));
    (program, line)
}

/// `target/debug`, where the examples lie too.
fn build_folder() -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    folder.pop();
    folder
}

/// The example's program, built if it is not there.
pub(crate) fn example() -> PathBuf {
    let example = build_folder().join("examples/axum");
    if !example.exists() {
        let built = Command::new("cargo")
            .args(["build", "--example", "axum"])
            .status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "the example does not build"
        );
    }
    example
}

fn start_example() -> (Program, String) {
    let mut command = Command::new(example());
    for name in [
        "LTI_BASE_URL",
        "LTI_REGISTRATIONS",
        "LTI_REDIS_URL",
        "LTI_LOGIN_SECRET",
        "LTI_ON_MISSING",
    ] {
        command.env_remove(name);
    }
    let (program, line) = start(command.env("LTI_LISTEN", "127.0.0.1:0"), "The tool is at");
    let url = line.rsplit(' ').next().unwrap().to_owned();
    (program, url)
}

async fn start_browser(profile: &std::path::Path) -> (Program, Client) {
    let mut command = Command::new("chromedriver");
    let (driver, line) = start(command.arg("--port=0"), "started successfully on port");
    let port: String = line
        .chars()
        .rev()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    let port: String = port.chars().rev().collect();
    let mut capabilities = Map::new();
    capabilities.insert(
        "goog:chromeOptions".to_owned(),
        json!({"args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", format!("--user-data-dir={}", profile.display()),
        ]}),
    );
    let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .unwrap();
    (driver, client)
}

async fn text_after_click(client: &Client, start: &str, button: &str, wanted: &str) -> String {
    client.goto(start).await.unwrap();
    client
        .find(Locator::Id(button))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    let heading = format!("//h1[contains(., '{wanted}')]");
    client
        .wait()
        .for_element(Locator::XPath(&heading))
        .await
        .unwrap_or_else(|error| panic!("{button}: no {wanted:?}: {error}"));
    let folder = build_folder().join("screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let picture = client.screenshot().await.unwrap();
    std::fs::write(folder.join(format!("{button}.png")), picture).unwrap();
    client
        .find(Locator::Css("body"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_clicks_through_the_axum_example() {
    let (_example, url) = start_example();
    let profile = std::env::temp_dir().join(format!("tower-lti-browser-{}", std::process::id()));
    let (_driver, client) = start_browser(&profile).await;

    let page = text_after_click(&client, &url, "learner", "Lea Lerner").await;
    assert!(
        page.contains("Introduction to Biology") && page.contains("Learner"),
        "{page}"
    );
    assert!(
        page.contains("This launch created the deployment."),
        "{page}"
    );
    let page = text_after_click(&client, &url, "instructor", "Ines Lehrer").await;
    assert!(
        page.contains("Instructor") && page.contains("was known before"),
        "{page}"
    );
    let page = text_after_click(&client, &url, "new", "Ines Lehrer").await;
    assert!(
        page.contains("This launch created the deployment."),
        "{page}"
    );
    let page = text_after_click(&client, &url, "replay", "could not be opened").await;
    assert!(
        page.contains("cookie_missing") || page.contains("replay_detected"),
        "{page}"
    );

    client.close().await.unwrap();
    drop(std::fs::remove_dir_all(profile));
}
