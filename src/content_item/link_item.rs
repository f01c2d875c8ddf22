//! A link to a page.

use serde_json::{Map, Value, json};

use crate::content_item::{
    ItemError, ItemType, LinkWindow,
    builder::{self, extensible, item_builder, with_images},
    rule::Rule,
};

/// A link to a page anywhere, `link`, which the platform opens without a launch (Deep Linking 2.0 §3.1).
///
/// It may say of several presentations how it is shown in each; the platform chooses.
///
/// # Examples
///
/// ```
/// use tower_lti::deep_linking::LinkItem;
///
/// let video = LinkItem::new("https://video.example.com/watch?v=1")?
///     .title("A video")
///     .embed(r#"<iframe src="https://video.example.com/embed/1"></iframe>"#)
///     .iframe("https://video.example.com/embed/1", 560, 315)?;
/// assert!(LinkItem::new("javascript:alert(1)").is_err());
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct LinkItem {
    members: Map<String, Value>,
}

item_builder!(LinkItem);
extensible!(LinkItem);
with_images!(LinkItem);

impl LinkItem {
    /// Starts a link to this page.
    ///
    /// # Errors
    ///
    /// Fails when the URL is no fully qualified http or https one, or carries a user name or password.
    pub fn new(url: &str) -> Result<Self, ItemError> {
        let url = builder::checked("url", Rule::Url, url).map_err(of_type)?;
        let members = builder::start(&ItemType::Link);
        Ok(Self { members }.with("url", url))
    }

    /// Sets HTML that shows it within a page.
    pub fn embed(self, html: &str) -> Self {
        self.with("embed", json!({"html": html}))
    }

    /// Sets what a frame shows, and how large that is, in pixels.
    ///
    /// # Errors
    ///
    /// Fails when the URL is none, as in [`new`](Self::new).
    pub fn iframe(self, src: &str, width: u32, height: u32) -> Result<Self, ItemError> {
        let src = builder::checked("src", Rule::Url, src);
        let src = src.map_err(|error| of_type(error.in_member("iframe")))?;
        Ok(self.with(
            "iframe",
            json!({"src": src, "width": width, "height": height}),
        ))
    }

    /// Sets the window that it may be opened in.
    pub fn window(self, window: LinkWindow) -> Self {
        self.with("window", window.into_json())
    }
}

fn of_type(error: ItemError) -> ItemError {
    error.of_type(ItemType::Link)
}
