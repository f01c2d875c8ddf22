//! Items against what a request takes.

use std::io;

use crate::{
    claims::DeepLinkingSettings,
    content_item::{ContentItem, ItemError, ItemType, address, item_type::is_qualified},
};

/// How much JSON the items of one response may be together. Platforms take forms of one to eight megabytes.
const MAX_ITEMS_LEN: usize = 2 * 1024 * 1024;

/// The members that say how an item is shown, each named as the setting names it.
const PRESENTATIONS: [&str; 3] = ["embed", "iframe", "window"];

/// Checks items against what the request takes (Deep Linking 2.0 §4.4.1), before anything is signed.
pub(crate) fn check_items(
    items: &[ContentItem],
    settings: &DeepLinkingSettings,
    allow_loopback_http: bool,
) -> Result<(), ItemError> {
    if items.len() > 1 && !settings.accepts_several() {
        let error = ItemError::new("is one more than the platform takes");
        return Err(error
            .for_setting("accept_multiple")
            .at(1)
            .of_type(items[1].item_type()));
    }
    let mut left = Left(MAX_ITEMS_LEN);
    for (position, item) in items.iter().enumerate() {
        let checked =
            check_item(item, settings, allow_loopback_http).and_then(|()| left.take(item));
        checked.map_err(|error| error.at(position).of_type(item.item_type()))?;
    }
    Ok(())
}

fn check_item(
    item: &ContentItem,
    settings: &DeepLinkingSettings,
    allow_loopback_http: bool,
) -> Result<(), ItemError> {
    let item_type = item.item_type();
    check_type(&item_type, settings)?;
    check_presentations(item, &item_type, settings)?;
    match item_type {
        ItemType::ResourceLink => check_link(item, settings, allow_loopback_http),
        ItemType::File => check_file(item, settings),
        _ => Ok(()),
    }
}

fn check_type(item_type: &ItemType, settings: &DeepLinkingSettings) -> Result<(), ItemError> {
    let name = item_type.as_str();
    if !settings.accepts(name) {
        let error = ItemError::new("is none that the platform takes");
        return Err(error.in_member("type").for_setting("accept_types"));
    }
    match item_type {
        ItemType::Other(name) if settings.accept_types().is_empty() && !is_qualified(name) => Err(
            ItemError::new("is neither a type that there is nor a fully qualified URL")
                .in_member("type"),
        ),
        _ => Ok(()),
    }
}

/// An item that says how it may be shown does so in one way that the platform has.
fn check_presentations(
    item: &ContentItem,
    item_type: &ItemType,
    settings: &DeepLinkingSettings,
) -> Result<(), ItemError> {
    if !matches!(item_type, ItemType::Link | ItemType::ResourceLink) {
        return Ok(());
    }
    let named = PRESENTATIONS
        .into_iter()
        .filter(|name| item.members().contains_key(*name));
    let named: Vec<_> = named.collect();
    match named.first() {
        Some(first) if !named.iter().any(|name| settings.accepts_presentation(name)) => {
            let error = ItemError::new("is no presentation that the platform has");
            Err(error
                .in_member(first)
                .for_setting("accept_presentation_document_targets"))
        }
        _ => Ok(()),
    }
}

fn check_link(
    item: &ContentItem,
    settings: &DeepLinkingSettings,
    allow_loopback_http: bool,
) -> Result<(), ItemError> {
    if let Some(url) = item.text("url")
        && !address::is_safe(url, allow_loopback_http)
    {
        return Err(ItemError::new("is not https").in_member("url"));
    }
    if item.members().contains_key("lineItem") && settings.accepts_line_items() == Some(false) {
        let error = ItemError::new("is not taken by the platform");
        return Err(error.in_member("lineItem").for_setting("accept_lineitem"));
    }
    Ok(())
}

fn check_file(item: &ContentItem, settings: &DeepLinkingSettings) -> Result<(), ItemError> {
    match item.text("mediaType") {
        Some(media_type) if !settings.accepts_media_type(media_type) => {
            let error = ItemError::new("is a media type that the platform does not take");
            Err(error
                .in_member("mediaType")
                .for_setting("accept_media_types"))
        }
        _ => Ok(()),
    }
}

/// How many bytes of JSON are left.
struct Left(usize);

impl Left {
    fn take(&mut self, item: &ContentItem) -> Result<(), ItemError> {
        serde_json::to_writer(self, item)
            .map_err(|_| ItemError::new("makes the items longer than 2 MiB together"))
    }
}

impl io::Write for &mut Left {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.0.checked_sub(bytes.len());
        self.0 = left.ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
