//! Items against what a request takes.

use std::io;

use crate::{
    claims::DeepLinkingSettings,
    content_item::{
        ContentItem, ItemError, ItemType,
        address::{self, is_qualified},
        taken::Taken,
    },
};

/// How much JSON the items of one response may be together. Platforms take forms of one to eight megabytes.
const MAX_ITEMS_LEN: usize = 2 * 1024 * 1024;

/// Checks items against what the request takes (Deep Linking 2.0 §4.4.1), before anything is signed.
pub(crate) fn check_items(
    items: &[ContentItem],
    settings: &DeepLinkingSettings,
    allow_loopback_http: bool,
) -> Result<(), ItemError> {
    if items.len() > 1 && !settings.accepts_several() {
        let error = ItemError::new("is one more than the platform accepts");
        return Err(error
            .for_setting("accept_multiple")
            .at(1)
            .of_type(items[1].item_type()));
    }
    let taken = Taken::by(settings);
    let mut left = Left(MAX_ITEMS_LEN);
    for (position, item) in items.iter().enumerate() {
        let checked = check_item(item, &taken, allow_loopback_http).and_then(|()| left.take(item));
        checked.map_err(|error| error.at(position).of_type(item.item_type()))?;
    }
    Ok(())
}

fn check_item(
    item: &ContentItem,
    taken: &Taken<'_>,
    allow_loopback_http: bool,
) -> Result<(), ItemError> {
    let item_type = item.item_type();
    check_type(&item_type, taken)?;
    check_presentations(item, &item_type, taken)?;
    match item_type {
        ItemType::ResourceLink => check_link(item, taken, allow_loopback_http),
        ItemType::File => check_file(item, taken),
        _ => Ok(()),
    }
}

fn check_type(item_type: &ItemType, taken: &Taken<'_>) -> Result<(), ItemError> {
    let name = item_type.as_str();
    if !taken.has_type(name) {
        let error = ItemError::new("is not among the types that the platform accepts");
        return Err(error.in_member("type").for_setting("accept_types"));
    }
    match item_type {
        ItemType::Other(name) if taken.has_any_type() && !is_qualified(name) => Err(
            ItemError::new("is neither a type of the specification nor a fully qualified URL")
                .in_member("type"),
        ),
        _ => Ok(()),
    }
}

/// An item that says how it may be shown does so in one way that the platform has.
fn check_presentations(
    item: &ContentItem,
    item_type: &ItemType,
    taken: &Taken<'_>,
) -> Result<(), ItemError> {
    if !matches!(item_type, ItemType::Link | ItemType::ResourceLink) {
        return Ok(());
    }
    match taken.misfit(|name| item.members().contains_key(name)) {
        Some(member) => {
            let error = ItemError::new("is not among the presentations that the platform accepts");
            Err(error
                .in_member(member)
                .for_setting("accept_presentation_document_targets"))
        }
        None => Ok(()),
    }
}

fn check_link(
    item: &ContentItem,
    taken: &Taken<'_>,
    allow_loopback_http: bool,
) -> Result<(), ItemError> {
    for member in ["url", "lineItem.submissionReview.url"] {
        if let Some(url) = item.text_at(member)
            && !address::is_safe(url, allow_loopback_http)
        {
            return Err(ItemError::new("is not https").in_member(member));
        }
    }
    if item.members().contains_key("lineItem") && !taken.has_line_items() {
        let error = ItemError::new("is not accepted by the platform");
        return Err(error.in_member("lineItem").for_setting("accept_lineitem"));
    }
    Ok(())
}

fn check_file(item: &ContentItem, taken: &Taken<'_>) -> Result<(), ItemError> {
    match item.text_at("mediaType") {
        Some(media_type) if !taken.has_media_type(media_type) => {
            let error = ItemError::new("is not among the media types that the platform accepts");
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

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use serde_json::json;

    use super::*;

    fn settings(types: &[String], media_types: &[String]) -> DeepLinkingSettings {
        let settings = json!({
            "deep_link_return_url": "https://lms.test/", "accept_types": types, "accept_multiple": true,
            "accept_media_types": media_types.join(","), "accept_presentation_document_targets": types,
        });
        DeepLinkingSettings::of_sealed(settings.as_object().unwrap(), false).unwrap()
    }

    // ADV-76
    #[test]
    fn what_a_check_costs_is_the_sum_of_items_and_of_names_and_not_their_product() {
        let item = |item| ContentItem::from_json(item).unwrap();
        let items: Vec<_> = (0..20_000)
            .flat_map(|_| {
                let file = json!({"type": "file", "url": "https://x.test", "mediaType": "a/zz"});
                [item(json!({"type": "html", "html": ""})), item(file)]
            })
            .collect();
        let names = |names: &[&str], more: usize, before: &str| {
            let more = (0..more).map(|number| format!("{before}{number}"));
            let names = names.iter().map(|name| (*name).to_owned());
            more.chain(names).collect::<Vec<_>>()
        };
        let took = |more| {
            let types = names(&["html", "file"], more, "t");
            let settings = settings(&types, &names(&["a/zz"], more, "a/"));
            let began = Instant::now();
            assert_eq!(check_items(&items, &settings, false), Ok(()));
            began.elapsed()
        };
        let few = took(1);
        let many = took(100_000);
        assert!(many < few * 10 + Duration::from_secs(2), "{few:?} {many:?}");
    }
}
