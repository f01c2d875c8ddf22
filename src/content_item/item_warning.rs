//! What platforms make of valid items, at times.

use std::fmt;

use crate::content_item::{ContentItem, ItemType, date::has_zone};

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
    /// A date has no time zone. ISO 8601 has such dates, but some platforms refuse them, and others take them for
    /// UTC, or for the course's own zone.
    DateWithoutZone {
        /// Which of the items it is, from 0 on.
        position: usize,
        /// The member, with a dot between nested ones, such as `submission.endDateTime`.
        member: &'static str,
    },
}

/// The members that are dates.
const DATES_OF_LINK: &[&str] = &[
    "available.startDateTime",
    "available.endDateTime",
    "submission.startDateTime",
    "submission.endDateTime",
];
const DATES_OF_FILE: &[&str] = &["expiresAt"];

impl ItemWarning {
    /// Which of the items it is about, from 0 on.
    #[must_use]
    pub fn position(&self) -> usize {
        match self {
            Self::LinkWithoutUrl { position } | Self::DateWithoutZone { position, .. } => *position,
        }
    }

    /// What it is about, in a word for the log.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::LinkWithoutUrl { .. } => "link_without_url",
            Self::DateWithoutZone { .. } => "date_without_zone",
        }
    }
}

impl fmt::Display for ItemWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LinkWithoutUrl { position } => write!(
                f,
                "item {} is a resource link without `url`, which some platforms cannot open",
                position + 1
            ),
            Self::DateWithoutZone { position, member } => write!(
                f,
                "member `{member}` of item {} has no time zone, which some platforms refuse",
                position + 1
            ),
        }
    }
}

/// What is to be said of items that will be sent.
pub(crate) fn warnings_of(items: &[ContentItem]) -> Vec<ItemWarning> {
    let items = items.iter().enumerate();
    items
        .flat_map(|(position, item)| warnings_of_one(position, item))
        .collect()
}

fn warnings_of_one(position: usize, item: &ContentItem) -> impl Iterator<Item = ItemWarning> {
    let item_type = item.item_type();
    let is_link = item_type == ItemType::ResourceLink;
    let lacks_url = is_link && !item.members().contains_key("url");
    let dates = match item_type {
        ItemType::ResourceLink => DATES_OF_LINK,
        ItemType::File => DATES_OF_FILE,
        _ => &[],
    };
    let lacks_zone = |member: &&&str| item.text_at(member).and_then(has_zone) == Some(false);
    let dates = dates.iter().filter(lacks_zone);
    let without_zone = dates.map(move |member| ItemWarning::DateWithoutZone { position, member });
    let without_url = lacks_url.then_some(ItemWarning::LinkWithoutUrl { position });
    without_url.into_iter().chain(without_zone)
}
