//! A browser of a test's own, and the programs that run beside it.

use std::{env, path::PathBuf, process::Stdio, time::Duration};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use super::devtools::whole_page;

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Starts an example on a free port, and returns where it is.
pub(crate) async fn start_example(name: &str) -> (Program, String) {
    let mut command = Command::new(example(name));
    command.env_clear().env("LTI_LISTEN", "127.0.0.1:0");
    Program::start(&mut command, "The tool is at ").await
}

/// Starts the driver of the browser, and returns its port.
pub(crate) async fn start_driver() -> (Program, String) {
    let mut command = Command::new("chromedriver");
    let says = "ChromeDriver was started successfully on port ";
    let (driver, port) = Program::start(command.arg("--port=0"), says).await;
    (driver, port.trim_end_matches('.').to_owned())
}

/// Starts an example and opens a browser, has it visit the example at its address, and ends both whatever that finds.
/// `name` is this visit's alone.
pub(crate) async fn visit<F>(
    example: &str,
    name: &str,
    visit: impl FnOnce(Client, String) -> F,
) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    visit_with(json!({}), example, name, visit).await
}

/// The same in a browser that runs no scripts.
pub(super) async fn visit_without_scripts<F>(
    example: &str,
    name: &str,
    visit: impl FnOnce(Client, String) -> F,
) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let blocked = json!({"profile.managed_default_content_settings.javascript": 2});
    visit_with(blocked, example, name, visit).await
}

async fn visit_with<F>(
    preferences: Value,
    example: &str,
    name: &str,
    visit: impl FnOnce(Client, String) -> F,
) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let (tool, tool_url) = start_example(example).await;
    let outcome = with_browser(preferences, name, |browser| visit(browser, tool_url)).await;
    tool.end().await;
    outcome
}

/// Opens a browser with some preferences, has it go somewhere, and ends it whatever that finds. `name` is this visit's
/// alone.
pub(crate) async fn with_browser<F>(
    preferences: Value,
    name: &str,
    visit: impl FnOnce(Client) -> F,
) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let (driver, port) = start_driver().await;
    let user_data = UserData::new(name);
    let browser = open_browser(&port, &user_data, preferences).await;
    outcome_of(driver, browser, visit).await
}

/// Ends browser and driver whatever the visit finds.
pub(super) async fn outcome_of<F>(
    driver: Program,
    browser: Client,
    visit: impl FnOnce(Client) -> F,
) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    // In a task of its own, so that the browser is closed whatever it finds.
    let outcome = tokio::spawn(visit(browser.clone())).await;

    // Closing ends the session with all of its windows.
    let closed = browser.close().await;
    driver.end().await;
    let outcome = outcome.expect("every step shows what it should");
    closed.expect("the browser closes");
    outcome
}

/// Keeps what the window shows as `target/screenshots/{name}.png`.
pub(crate) async fn photograph(browser: &Client, name: &str) {
    let picture = browser.screenshot().await.expect("a screenshot");
    keep_picture(name, &picture);
}

/// The same of all of the page, below the window's edge, too.
pub(super) async fn photograph_all(browser: &Client, name: &str) {
    keep_picture(name, &whole_page(browser).await);
}

fn keep_picture(name: &str, picture: &[u8]) {
    let directory = profile_directory().join("../screenshots");
    std::fs::create_dir_all(&directory).expect("a place for screenshots");
    std::fs::write(directory.join(format!("{name}.png")), picture).expect("the screenshot is kept");
}

pub(crate) fn assert_shows(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "{text:?} in {page:?}");
    }
}

/// A program that runs beside the test, and not beyond it.
pub(crate) struct Program {
    child: Child,
    /// Kept open, so that the program can go on writing.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it, and returns the rest of the first line that begins with `beginning`.
    pub(crate) async fn start(command: &mut Command, beginning: &str) -> (Self, String) {
        let mut child = command
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} starts: {error}"));
        let output = child.stdout.take().expect("the output is read once");
        let mut lines = BufReader::new(output).lines();
        let reading = async {
            while let Some(line) = lines.next_line().await.expect("the output is text") {
                if let Some(rest) = line.strip_prefix(beginning) {
                    return rest.trim_end().to_owned();
                }
            }
            panic!("the program ended before it said {beginning:?}");
        };
        let rest = tokio::time::timeout(PATIENCE, reading)
            .await
            .expect("the program says where it is");
        let program = Self {
            child,
            _output: lines,
        };
        (program, rest)
    }

    pub(crate) async fn end(mut self) {
        self.child.kill().await.expect("the program can be ended");
    }
}

/// A profile of the browser's own, gone with the test.
pub(crate) struct UserData(PathBuf);

impl UserData {
    pub(crate) fn new(name: &str) -> Self {
        let process = std::process::id();
        let directory = env::temp_dir().join(format!("tower-lti-browser-{name}-{process}"));
        std::fs::create_dir_all(&directory).expect("a place for the browser's profile");
        Self(directory)
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        // What is left in the system's temporary folder is no reason to fail.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Opens a browser that blocks third-party cookies, as people's browsers do, with some preferences more.
async fn open_browser(port: &str, user_data: &UserData, preferences: Value) -> Client {
    let mut all = json!({
        "profile.cookie_controls_mode": 1,
        "profile.block_third_party_cookies": true,
    });
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), preferences) {
        all.extend(more);
    }
    let capabilities = json!({
        // What the pages request.
        "goog:loggingPrefs": {"performance": "ALL"},
        "goog:chromeOptions": {
            "args": [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=900,700",
                format!("--user-data-dir={}", user_data.0.display()),
            ],
            "prefs": all,
        },
    });
    let capabilities = capabilities.as_object().expect("an object").clone();
    let driver = format!("http://127.0.0.1:{port}");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    tokio::time::timeout(PATIENCE, builder.connect(&driver))
        .await
        .expect("Chromium starts in time")
        .expect("Chromium starts")
}

/// Where this profile's binaries are, such as `target/debug`; this test lies in its `deps`.
pub(super) fn profile_directory() -> PathBuf {
    let test = env::current_exe().expect("the test knows where it is");
    let profile = test.ancestors().nth(2).expect("the test lies in deps");
    profile.to_owned()
}

/// An example's program, built so that it is what the sources say; quick if nothing changed. With the
/// features of the tests, so that no dependency is built twice.
pub(crate) fn example(example: &str) -> PathBuf {
    build(&["--example", example])
        .join("examples")
        .join(example)
}

/// A program of the crate's own, built in the same way. Beside an example, for which the crate is built anyhow: alone it
/// would be built anew, without the features that tests and examples add to its dependencies.
pub(crate) fn program(name: &str) -> PathBuf {
    build(&["--example", "axum", "--bin", name]).join(name)
}

/// Builds targets, and returns this profile's directory.
fn build(targets: &[&str]) -> PathBuf {
    let directory = profile_directory();
    let profile = match directory.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(name) => name,
    };
    let status = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--workspace", "--all-features"])
        .args(targets)
        .args(["--profile", profile])
        .arg("--target-dir")
        .arg(directory.join(".."))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "{targets:?} builds");
    directory
}
