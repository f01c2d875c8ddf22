//! An image.

use serde_json::{Map, Value};

use crate::content_item::{
    ItemError, ItemType,
    builder::{self, extensible, item_builder, with_images},
    rule::Rule,
};

/// An image, `image`, which the platform shows from where it is (Deep Linking 2.0 §3.5).
///
/// # Examples
///
/// ```
/// use tower_lti::deep_linking::ImageItem;
///
/// let map = ImageItem::new("https://tool.example.com/map.png")?.title("A map").size(640, 480);
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct ImageItem {
    members: Map<String, Value>,
}

item_builder!(ImageItem);
extensible!(ImageItem);
with_images!(ImageItem);

impl ImageItem {
    /// Starts an image that is here.
    ///
    /// # Errors
    ///
    /// Fails when the URL is no fully qualified http or https one, or carries a user name or password.
    pub fn new(url: &str) -> Result<Self, ItemError> {
        let url = builder::checked("url", Rule::Url, url);
        let url = url.map_err(|error| error.of_type(ItemType::Image))?;
        let members = builder::start(&ItemType::Image);
        Ok(Self { members }.with("url", url))
    }

    /// Sets its size in pixels.
    pub fn size(self, width: u32, height: u32) -> Self {
        self.with("width", width).with("height", height)
    }
}
