//! A fragment of HTML.

use serde_json::{Map, Value};

use crate::content_item::{
    ItemType,
    builder::{self, extensible, item_builder},
};

/// A fragment of HTML, `html`, which the platform puts into a page after it has cleaned it (Deep Linking 2.0 §3.4).
///
/// What has an address of its own is better a [`LinkItem`](crate::deep_linking::LinkItem) with
/// [`embed`](crate::deep_linking::LinkItem::embed).
///
/// # Examples
///
/// ```
/// use tower_lti::deep_linking::HtmlItem;
///
/// let formula = HtmlItem::new("<p>E = mc<sup>2</sup></p>").title("A formula");
/// ```
#[derive(Clone)]
#[must_use]
pub struct HtmlItem {
    members: Map<String, Value>,
}

item_builder!(HtmlItem);
extensible!(HtmlItem);

impl HtmlItem {
    /// Starts an item of this HTML.
    pub fn new(html: &str) -> Self {
        let members = builder::start(&ItemType::Html);
        Self { members }.with("html", html)
    }
}
