//! The members of each type of item (Deep Linking 2.0 §3.1 to §3.5).

use crate::content_item::{
    ItemType,
    rule::{Member, Rule},
};

const EVERY: &[Member] = &[
    Member::required("type", Rule::Text),
    Member::optional("title", Rule::Text),
    Member::optional("text", Rule::Text),
];

const IMAGES: &[Member] = &[
    Member::optional("icon", Rule::Object(IMAGE_OF_ITEM)),
    Member::optional("thumbnail", Rule::Object(IMAGE_OF_ITEM)),
];

const URL: &[Member] = &[Member::required("url", Rule::Url)];

const SIZE: &[Member] = &[
    Member::optional("width", Rule::Pixels),
    Member::optional("height", Rule::Pixels),
];

const LINK: &[Member] = &[
    Member::optional("embed", Rule::Object(&[HTML])),
    Member::optional("window", Rule::Object(&[WINDOW, SIZE])),
    Member::optional("iframe", Rule::Object(&[SOURCE, SIZE])),
];

const RESOURCE_LINK: &[Member] = &[
    Member::optional("url", Rule::LaunchUrl),
    Member::optional("window", Rule::Object(&[WINDOW, SIZE])),
    Member::optional("iframe", Rule::Object(&[SIZE])),
    Member::optional("custom", Rule::NamedTexts),
    Member::optional("lineItem", Rule::Object(&[LINE_ITEM])),
    Member::optional("available", Rule::Object(&[PERIOD])),
    Member::optional("submission", Rule::Object(&[PERIOD])),
];

const FILE: &[Member] = &[
    Member::optional("expiresAt", Rule::Time),
    // In the specification's example alone.
    Member::optional("mediaType", Rule::MediaType),
];

const HTML: &[Member] = &[Member::required("html", Rule::Text)];

const IMAGE_OF_ITEM: &[&[Member]] = &[URL, SIZE];

const SOURCE: &[Member] = &[Member::required("src", Rule::Url)];

const WINDOW: &[Member] = &[
    Member::optional("targetName", Rule::Text),
    Member::optional("windowFeatures", Rule::Text),
];

const PERIOD: &[Member] = &[
    Member::optional("startDateTime", Rule::Time),
    Member::optional("endDateTime", Rule::Time),
];

const LINE_ITEM: &[Member] = &[
    Member::required("scoreMaximum", Rule::Points),
    Member::optional("label", Rule::Text),
    Member::optional("resourceId", Rule::Text),
    Member::optional("tag", Rule::Text),
    Member::optional("gradesReleased", Rule::Flag),
    Member::optional("submissionReview", REVIEW_RULE),
];

/// What the settings of submission review are (AGS 2.0 §3.2.11).
pub(super) const REVIEW_RULE: Rule = Rule::Object(&[REVIEW]);

const REVIEW: &[Member] = &[
    Member::required("reviewableStatus", Rule::Texts),
    Member::optional("label", Rule::Text),
    Member::optional("url", Rule::LaunchUrl),
    Member::optional("custom", Rule::NamedTexts),
];

/// The members of an item of this type, in groups; `None` of a new type, which has members of its own.
pub(super) fn members_of(item_type: &ItemType) -> Option<&'static [&'static [Member]]> {
    match item_type {
        ItemType::ResourceLink => Some(&[EVERY, IMAGES, RESOURCE_LINK]),
        ItemType::Link => Some(&[EVERY, IMAGES, URL, LINK]),
        ItemType::File => Some(&[EVERY, IMAGES, URL, FILE]),
        ItemType::Html => Some(&[EVERY, HTML]),
        ItemType::Image => Some(&[EVERY, IMAGES, URL, SIZE]),
        ItemType::Other(_) => None,
    }
}
