//! What a platform may open the tool with, and from where.

use serde_json::{Map, Value, json};

use crate::registration::ProductFamily;

/// A message that the tool takes: its type, its label, its target, and where the platform offers it.
///
/// # Examples
///
/// ```
/// use tower_lti::{dynamic_registration::ToolMessage, registration::ProductFamily};
///
/// let picker = ToolMessage::deep_linking()
///     .label("Choose a puzzle")
///     .placements(["ContentArea", "RichTextEditor"])
///     .placements_on(ProductFamily::Canvas, ["link_selection", "editor_button"]);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ToolMessage {
    kind: String,
    label: Option<String>,
    target_link_uri: Option<String>,
    icon_uri: Option<String>,
    placements: Vec<String>,
    placements_on: Vec<(ProductFamily, Vec<String>)>,
    roles: Vec<String>,
    custom_parameters: Map<String, Value>,
    members: Map<String, Value>,
}

impl ToolMessage {
    /// A message of this type, such as `LtiSubmissionReviewRequest`.
    pub fn new(message_type: impl Into<String>) -> Self {
        Self {
            kind: message_type.into(),
            label: None,
            target_link_uri: None,
            icon_uri: None,
            placements: Vec::new(),
            placements_on: Vec::new(),
            roles: Vec::new(),
            custom_parameters: Map::new(),
            members: Map::new(),
        }
    }

    /// A resource link launch.
    pub fn resource_link() -> Self {
        Self::new("LtiResourceLinkRequest")
    }

    /// A deep linking request, for a tool that lets teachers choose content.
    pub fn deep_linking() -> Self {
        Self::new("LtiDeepLinkingRequest")
    }

    /// Sets what the platform calls it. Default: the tool's name, in most platforms.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets where it leads. Default: the tool's target.
    pub fn target_link_uri(mut self, url: impl Into<String>) -> Self {
        self.target_link_uri = Some(url.into());
        self
    }

    /// Sets its icon.
    pub fn icon_uri(mut self, url: impl Into<String>) -> Self {
        self.icon_uri = Some(url.into());
        self
    }

    /// Sets where the platform offers it. Default: where the platform likes.
    pub fn placements<P: Into<String>>(mut self, placements: impl IntoIterator<Item = P>) -> Self {
        self.placements = placements.into_iter().map(Into::into).collect();
        self
    }

    /// Sets where platforms of this product offer it, which have names of their own for it.
    pub fn placements_on<P: Into<String>>(
        mut self,
        family: ProductFamily,
        placements: impl IntoIterator<Item = P>,
    ) -> Self {
        let placements = placements.into_iter().map(Into::into).collect();
        self.placements_on.push((family, placements));
        self
    }

    /// Sets who is offered it, as role URIs. Default: everybody.
    pub fn roles<R: Into<String>>(mut self, roles: impl IntoIterator<Item = R>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a custom parameter of this message; it takes precedence over one of the tool.
    pub fn add_custom_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.custom_parameters
            .insert(name.into(), Value::String(value.into()));
        self
    }

    /// Adds a member of a product's own, or a label in a language, such as `label#fr`.
    pub fn add_member(mut self, name: impl Into<String>, value: Value) -> Self {
        self.members.insert(name.into(), value);
        self
    }

    /// The message's type.
    #[must_use]
    pub fn message_type(&self) -> &str {
        &self.kind
    }

    /// The addresses in it.
    pub(super) fn urls(&self) -> impl Iterator<Item = &str> {
        self.target_link_uri
            .as_deref()
            .into_iter()
            .chain(self.icon_uri.as_deref())
    }

    /// The JSON for a platform of this product.
    pub(super) fn to_json(&self, family: Option<&ProductFamily>) -> Value {
        let mut message = self.members.clone();
        message.insert("type".to_owned(), json!(self.kind));
        let own = self
            .placements_on
            .iter()
            .rev()
            .find(|(of, _)| Some(of) == family);
        let placements = own.map_or(&self.placements, |(_, placements)| placements);
        let mut add = |name: &str, value: Value| {
            message.insert(name.to_owned(), value);
        };
        if let Some(label) = &self.label {
            add("label", json!(label));
        }
        if let Some(url) = &self.target_link_uri {
            add("target_link_uri", json!(url));
        }
        if let Some(url) = &self.icon_uri {
            add("icon_uri", json!(url));
        }
        if !placements.is_empty() {
            add("placements", json!(placements));
        }
        if !self.roles.is_empty() {
            add("roles", json!(self.roles));
        }
        if !self.custom_parameters.is_empty() {
            add("custom_parameters", json!(self.custom_parameters));
        }
        Value::Object(message)
    }
}
