//! The window of a link.

use serde_json::{Map, Value};

use crate::content_item::builder::extensible;

/// The window that a link may be opened in (Deep Linking 2.0 §3.1).
///
/// # Examples
///
/// ```
/// use tower_lti::deep_linking::{LinkWindow, ResourceLinkItem};
///
/// let window = LinkWindow::new().target_name("quiz").size(1024, 768).features("menubar=no");
/// let link = ResourceLinkItem::new().title("Quiz 1").window(window);
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct LinkWindow {
    members: Map<String, Value>,
}

extensible!(LinkWindow);

impl LinkWindow {
    /// A window as the platform has them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets its name: links of one name open in one window.
    pub fn target_name(self, name: &str) -> Self {
        self.with("targetName", name)
    }

    /// Sets its size in pixels.
    pub fn size(self, width: u32, height: u32) -> Self {
        self.with("width", width).with("height", height)
    }

    /// Sets its features, separated by commas as `window.open` takes them.
    pub fn features(self, features: &str) -> Self {
        self.with("windowFeatures", features)
    }

    pub(super) fn into_json(self) -> Value {
        Value::Object(self.members)
    }
}
