//! What a page's script is told, as JSON in the page.

use std::time::Duration;

use serde::Serialize;

/// The id of the element that holds the data.
pub(super) const DATA_ID: &str = "lti-storage";

/// The id of the form that goes on, where the page has one.
pub(super) const NEXT_ID: &str = "lti-next";

/// What a page's script does.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    /// At the login: stores the secret, if there is an origin to store it at, and goes on to the platform.
    Store,
    /// After the launch: reads the secret, deletes it, and posts the form.
    Read,
}

/// What a page's script is told. In the page it is the text of
/// `<script type="application/json" id="lti-storage">`; absent members are not written.
#[derive(Serialize)]
pub(super) struct PageData<'a> {
    pub(super) step: Step,
    /// The origin of the registration's authorization endpoint, the only one that is sent anything but
    /// `lti.capabilities`; null where nothing is stored.
    pub(super) origin: Option<&'a str>,
    /// `lti_storage_target`: the name of a frame, or `_parent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frame: Option<&'a str>,
    /// The key that the secret is stored under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<&'a str>,
    /// The secret to store; absent where it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<&'a str>,
    /// The URL of the authentication request; absent where it is the form `lti-next`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<&'a str>,
    /// How long to wait for the platform, in milliseconds.
    pub(super) wait_ms: u64,
    /// Whether the answer sets the probe, so that `document.cookie` tells whether cookies work.
    pub(super) has_probe: bool,
}

impl PageData<'_> {
    /// The element, with every character escaped that could end it.
    pub(super) fn element(&self) -> String {
        // Writing these to JSON cannot fail; without data the script does nothing.
        let json = serde_json::to_string(self).unwrap_or_default();
        let mut escaped = String::with_capacity(json.len());
        for character in json.chars() {
            match character {
                '<' => escaped.push_str("\\u003c"),
                '>' => escaped.push_str("\\u003e"),
                '&' => escaped.push_str("\\u0026"),
                '\u{2028}' => escaped.push_str("\\u2028"),
                '\u{2029}' => escaped.push_str("\\u2029"),
                other => escaped.push(other),
            }
        }
        format!("<script type=\"application/json\" id=\"{DATA_ID}\">{escaped}</script>\n")
    }
}

/// A duration as scripts count it.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
