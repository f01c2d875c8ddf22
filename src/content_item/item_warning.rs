//! What platforms make of valid items, at times.

use std::fmt;

use crate::content_item::{ContentItem, ItemType};

/// What a valid item is at some platforms, and what the tool may not mean.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemWarning {
    /// A resource link has no `url`. It stands for the tool's base URL, but Blackboard makes a link of it that does
    /// not open, and Brightspace takes the target of the registration.
    LinkWithoutUrl {
        /// Which of the items it is, from 0 on.
        position: usize,
    },
}

impl ItemWarning {
    /// Which of the items it is about, from 0 on.
    #[must_use]
    pub fn position(&self) -> usize {
        match self {
            Self::LinkWithoutUrl { position } => *position,
        }
    }
}

impl fmt::Display for ItemWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LinkWithoutUrl { position } => write!(
                f,
                "content_items[{position}] is a resource link without `url`, which some platforms cannot open"
            ),
        }
    }
}

/// What is to be said of items that will be sent.
pub(crate) fn warnings_of(items: &[ContentItem]) -> Vec<ItemWarning> {
    let items = items.iter().enumerate();
    let without_url = items.filter(|(_, item)| {
        item.item_type() == ItemType::ResourceLink && !item.members().contains_key("url")
    });
    without_url
        .map(|(position, _)| ItemWarning::LinkWithoutUrl { position })
        .collect()
}
