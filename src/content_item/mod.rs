//! What a deep linking response offers: one item of content each (Deep Linking 2.0 §3).
//!
//! Each type has a builder that makes nothing which the specification forbids. What comes as JSON is read against
//! the same rules, a table of the members of each type. Both end as a [`ContentItem`], and are checked against what a
//! request takes by [`check_items`].

mod address;
mod builder;
#[expect(clippy::module_inception, reason = "named for its type")]
mod content_item;
mod date;
mod file_item;
mod html_item;
mod icon_image;
mod image_item;
mod item_check;
mod item_error;
mod item_text;
mod item_type;
mod item_warning;
mod link_item;
mod link_line_item;
mod link_window;
mod other_item;
mod resource_link_item;
mod rule;
mod rules;
mod taken;

pub use self::{
    content_item::ContentItem, file_item::FileItem, html_item::HtmlItem, icon_image::IconImage,
    image_item::ImageItem, item_error::ItemError, item_type::ItemType, item_warning::ItemWarning,
    link_item::LinkItem, link_line_item::LinkLineItem, link_window::LinkWindow,
    other_item::OtherItem, resource_link_item::ResourceLinkItem,
};
pub(crate) use self::{item_check::check_items, item_warning::warnings_of};
