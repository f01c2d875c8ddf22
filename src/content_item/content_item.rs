//! One item of content, of any type.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{
    claims::DeepLinkingSettings,
    content_item::{ItemError, ItemType},
};

/// One item of content that a platform is offered, as the specification allows it (Deep Linking 2.0 §3).
///
/// `Debug` shows its type alone.
#[derive(Clone, PartialEq)]
pub struct ContentItem {
    members: Map<String, Value>,
}

impl ContentItem {
    /// Reads an item as Deep Linking 2.0 writes it. What is valid is kept as it is.
    ///
    /// # Errors
    ///
    /// Fails when it is none that the specification allows; the error names the member.
    pub fn from_json(item: Value) -> Result<Self, ItemError> {
        let _ = item;
        todo!()
    }

    /// Its type.
    #[must_use]
    pub fn item_type(&self) -> ItemType {
        todo!()
    }

    /// All of its members, as they are sent.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }
}

impl Serialize for ContentItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members.serialize(serializer)
    }
}

impl fmt::Debug for ContentItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentItem").finish_non_exhaustive()
    }
}

/// Checks items against what the request takes. The error says which item it is, which member and which setting.
pub(crate) fn check_items(
    items: &[ContentItem],
    settings: &DeepLinkingSettings,
    allow_loopback_http: bool,
) -> Result<(), ItemError> {
    let _ = (items, settings, allow_loopback_http);
    todo!()
}
