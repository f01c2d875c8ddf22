//! Content of a new type.

use serde_json::{Map, Value};

use crate::{
    claims::DeepLinkingSettings,
    content_item::{
        ItemError, ItemType,
        address::is_qualified,
        builder::{self, extensible},
        content_item::ContentItem,
    },
};

/// Content of a type that Deep Linking 2.0 does not have, with members of its own (§3.7).
///
/// # Examples
///
/// ```
/// use tower_lti::deep_linking::OtherItem;
///
/// let item = OtherItem::new("https://www.example.com/custom_type")?.member("data", "some data")?;
/// # Ok::<(), tower_lti::deep_linking::ItemError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct OtherItem {
    members: Map<String, Value>,
}

extensible!(OtherItem);

impl OtherItem {
    /// Starts an item of this type.
    ///
    /// # Errors
    ///
    /// Fails when the type is no fully qualified URL.
    pub fn new(type_url: &str) -> Result<Self, ItemError> {
        if !is_qualified(type_url) {
            return Err(ItemError::new("is not a fully qualified URL").in_member("type"));
        }
        let members = builder::start(&ItemType::of(type_url));
        Ok(Self { members })
    }

    /// Starts an item of a type that this request asks for by a short name, as other specifications have them.
    ///
    /// # Errors
    ///
    /// Fails when the request does not name it, and when it is one of the types that have builders of their own.
    pub fn of_accepted(name: &str, settings: &DeepLinkingSettings) -> Result<Self, ItemError> {
        let item_type = ItemType::of(name);
        if !matches!(item_type, ItemType::Other(_)) {
            let error = ItemError::new("has a builder of its own").in_member("type");
            return Err(error.of_type(item_type));
        }
        if name.trim().is_empty() || !settings.accept_types().iter().any(|known| known == name) {
            let error = ItemError::new("is a type that the platform does not ask for");
            return Err(error.in_member("type").for_setting("accept_types"));
        }
        let members = builder::start(&item_type);
        Ok(Self { members })
    }

    /// Sets a member, as the type has it.
    ///
    /// # Errors
    ///
    /// Fails when it is `type`, and when the value is nested more than 60 levels deep.
    pub fn member(self, name: &str, value: impl Into<Value>) -> Result<Self, ItemError> {
        if name == "type" {
            return Err(ItemError::new("is set already").in_member(name));
        }
        let value = value.into();
        builder::check_depth(name, &value)?;
        Ok(self.with(name, value))
    }
}

impl From<OtherItem> for ContentItem {
    fn from(item: OtherItem) -> Self {
        Self::of_members(item.members)
    }
}
