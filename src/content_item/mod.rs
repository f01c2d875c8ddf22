//! What a deep linking response offers: one item of content each (Deep Linking 2.0 §3).

#[expect(clippy::module_inception, reason = "named for its type")]
mod content_item;
mod item_error;
mod item_type;

pub use self::{content_item::ContentItem, item_error::ItemError, item_type::ItemType};
