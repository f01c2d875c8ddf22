//! What a deep linking request takes.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::claims::names;

/// What a deep linking request takes: the members of `deep_linking_settings` (Deep Linking 2.0 §4.4.1).
///
/// By default everything: all types of items, several of them, line items, and every way to show them. The return
/// address is the platform's, and `data` is new with each request.
///
/// # Examples
///
/// ```
/// use tower_lti::testing::DeepLinkingOptions;
///
/// let one_link = DeepLinkingOptions::new()
///     .accept_types(["ltiResourceLink"])
///     .accept_multiple(false)
///     .accept_lineitem(false)
///     .data("  kept, byte for byte\u{2028}");
/// # let _ = one_link;
/// ```
#[derive(Clone)]
#[must_use]
pub struct DeepLinkingOptions {
    pub(super) settings: Map<String, Value>,
    pub(super) deployment: String,
    pub(super) user: String,
}

impl DeepLinkingOptions {
    /// Takes everything.
    pub fn new() -> Self {
        let settings = json!({
            "accept_types": ["ltiResourceLink", "link", "file", "html", "image"],
            "accept_presentation_document_targets": ["iframe", "window", "embed"],
            "accept_media_types": "*/*",
            "accept_multiple": true,
            "accept_lineitem": true,
            "auto_create": true,
        });
        let settings = match settings {
            Value::Object(settings) => settings,
            _ => Map::new(),
        };
        Self {
            settings,
            deployment: "dep-1".to_owned(),
            user: "teacher-1".to_owned(),
        }
    }

    /// Sets the types of items that are taken.
    pub fn accept_types<'a>(self, types: impl IntoIterator<Item = &'a str>) -> Self {
        self.with("accept_types", types.into_iter().collect::<Vec<_>>())
    }

    /// Sets how items may be shown, such as `iframe`.
    pub fn accept_presentation_document_targets<'a>(
        self,
        targets: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let targets: Vec<_> = targets.into_iter().collect();
        self.with("accept_presentation_document_targets", targets)
    }

    /// Sets the media types of files that are taken, separated by commas.
    pub fn accept_media_types(self, types: &str) -> Self {
        self.with("accept_media_types", types)
    }

    /// Sets whether several items are taken.
    pub fn accept_multiple(self, several: bool) -> Self {
        self.with("accept_multiple", several)
    }

    /// Sets whether line items are created.
    pub fn accept_lineitem(self, created: bool) -> Self {
        self.with("accept_lineitem", created)
    }

    /// Sets what has to come back unchanged.
    pub fn data(self, data: &str) -> Self {
        self.with("data", data)
    }

    /// Leaves `data` out: none has to come back.
    pub fn without_data(self) -> Self {
        self.with("data", Value::Null)
    }

    /// Sets a member of the settings, of whatever type.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a member of the settings out, such as `accept_multiple`, which says that nothing is known.
    pub fn without(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    /// Sets the deployment that it comes from. Default: `dep-1`.
    pub fn from_deployment(mut self, id: &str) -> Self {
        id.clone_into(&mut self.deployment);
        self
    }

    /// Sets who chooses. Default: the instructor `teacher-1`.
    pub fn chosen_by(mut self, user_id: &str) -> Self {
        user_id.clone_into(&mut self.user);
        self
    }
}

impl DeepLinkingOptions {
    /// The claims that every request with these options has.
    pub(in crate::testing) fn claims(&self, return_url: &str) -> Map<String, Value> {
        let mut settings = self.settings.clone();
        // `null` stands for none at all.
        settings.retain(|name, value| name != "data" || !value.is_null());
        settings
            .entry("deep_link_return_url")
            .or_insert_with(|| return_url.into());
        let mut claims = Map::new();
        for (name, value) in [
            (names::MESSAGE_TYPE, json!("LtiDeepLinkingRequest")),
            (names::DEPLOYMENT_ID, json!(self.deployment)),
            (names::DEEP_LINKING_SETTINGS, json!(settings)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        claims
    }
}

impl Default for DeepLinkingOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for DeepLinkingOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeepLinkingOptions").finish_non_exhaustive()
    }
}
