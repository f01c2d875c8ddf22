//! What a browser is told beside clicks: the size of its screen, its colours, its keys, whether scripts run.

use base64::{Engine, engine::general_purpose::STANDARD};
use fantoccini::{
    Client,
    actions::{InputSource, KeyAction, KeyActions},
    key::Key,
    wd::WebDriverCompatibleCommand,
};
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command of the DevTools protocol, which Chromium's driver hands on.
#[derive(Debug)]
struct DevTools {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base_url: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.expect("the browser is open");
        base_url.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.name, "params": self.parameters});
        (Method::POST, Some(body.to_string()))
    }
}

/// What the browser has logged since it was last asked.
#[derive(Debug)]
struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base_url: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.expect("the browser is open");
        base_url.join(&format!("session/{session}/se/log"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (
            Method::POST,
            Some(json!({"type": "performance"}).to_string()),
        )
    }
}

/// The paths of the forms that were posted since the browser was last asked.
pub(super) async fn posted(browser: &Client) -> Vec<String> {
    let log = browser
        .issue_cmd(Log)
        .await
        .expect("the browser keeps a log");
    let entries = log.as_array().expect("a log has entries");
    let messages = entries.iter().map(|entry| {
        let message = entry["message"].as_str().expect("an entry has a message");
        let message: Value = serde_json::from_str(message).expect("a message is JSON");
        message["message"].clone()
    });
    messages
        .filter(|message| message["method"] == "Network.requestWillBeSent")
        .map(|message| message["params"]["request"].clone())
        .filter(|request| request["method"] == "POST")
        .map(|request| {
            let url = request["url"].as_str().expect("a request has an address");
            Url::parse(url).expect("it is one").path().to_owned()
        })
        .collect()
}

async fn tell(browser: &Client, name: &'static str, parameters: Value) -> Value {
    let told = browser.issue_cmd(DevTools { name, parameters }).await;
    told.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A picture of all of the window's page.
pub(super) async fn whole_page(browser: &Client) -> Vec<u8> {
    let sizes = tell(browser, "Page.getLayoutMetrics", json!({})).await;
    let size = &sizes["cssContentSize"];
    let clip =
        json!({"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1});
    let wanted = json!({"captureBeyondViewport": true, "clip": clip});
    let picture = tell(browser, "Page.captureScreenshot", wanted).await;
    let picture = picture["data"].as_str().expect("a picture");
    STANDARD.decode(picture).expect("it is base64")
}

/// Shows pages as on a screen that is so wide; as on a phone where that is narrow.
pub(super) async fn use_screen(browser: &Client, width: u32) {
    let screen = json!({
        "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600,
    });
    tell(browser, "Emulation.setDeviceMetricsOverride", screen).await;
}

/// Shows pages in the colours that people with this setting prefer: `light` or `dark`.
pub(super) async fn use_colours(browser: &Client, scheme: &str) {
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    tell(browser, "Emulation.setEmulatedMedia", features).await;
}

/// Presses a key, in whatever has the focus.
pub(super) async fn press(browser: &Client, key: Key) {
    let value = char::from(key);
    let keys = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value })
        .then(KeyAction::Up { value });
    let pressed = browser.perform_actions(keys).await;
    pressed.expect("the key can be pressed");
}
