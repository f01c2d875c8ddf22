//! An icon or a thumbnail.

use serde_json::{Map, Value};

use crate::content_item::{
    ItemError,
    builder::{self, extensible},
    rule::Rule,
};

/// The image of an icon or a thumbnail (Deep Linking 2.0 §3).
///
/// # Examples
///
/// ```
/// use tower_lti::deep_linking::{IconImage, ResourceLinkItem};
///
/// let icon = IconImage::new("https://tool.example.com/icon.png")?.size(50, 50);
/// let link = ResourceLinkItem::new().title("Quiz 1").icon(icon);
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct IconImage {
    members: Map<String, Value>,
}

extensible!(IconImage);

impl IconImage {
    /// An image that is here.
    ///
    /// # Errors
    ///
    /// Fails when the URL is no fully qualified http or https one, or carries a user name or password.
    pub fn new(url: &str) -> Result<Self, ItemError> {
        let url = builder::checked("url", Rule::Url, url)?;
        let members = Map::new();
        Ok(Self { members }.with("url", url))
    }

    /// Sets its size in pixels.
    pub fn size(self, width: u32, height: u32) -> Self {
        self.with("width", width).with("height", height)
    }

    pub(super) fn into_json(self) -> Value {
        Value::Object(self.members)
    }
}
