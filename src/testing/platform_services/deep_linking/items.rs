//! Whether items are what the specification allows and the request takes.

use serde_json::{Map, Value};

use super::{
    FindingKind,
    item_shapes::members_of,
    judgement::Judgement,
    shape::{check_object, is_qualified},
};

/// Looks at every item by itself and by the settings of the request.
pub(super) fn check_items(found: &mut Judgement, items: &[Value], settings: &Map<String, Value>) {
    let takes_several = settings.get("accept_multiple") == Some(&Value::Bool(true));
    if items.len() > 1 && !takes_several {
        found.note(FindingKind::AcceptMultiple);
    }
    for (position, item) in items.iter().enumerate() {
        let item_type = item.get("type").and_then(Value::as_str);
        let (Value::Object(item), Some(item_type)) = (item, item_type) else {
            found.note_member(FindingKind::Item, Some(position), "type");
            continue;
        };
        check_type(found, position, item_type, settings);
        if let Some(members) = members_of(item_type) {
            check_object(found, position, "", item, &members);
        }
        check_settings(found, position, item, item_type, settings);
    }
}

/// The type is taken, and either the specification's, the platform's or a URL (§3.7).
fn check_type(
    found: &mut Judgement,
    position: usize,
    item_type: &str,
    settings: &Map<String, Value>,
) {
    let taken = texts(settings, "accept_types");
    if !taken.is_empty() && !taken.contains(&item_type) {
        found.note_member(FindingKind::AcceptTypes, Some(position), "type");
    } else if taken.is_empty() && members_of(item_type).is_none() && !is_qualified(item_type) {
        found.note_member(FindingKind::Member, Some(position), "type");
    }
}

fn check_settings(
    found: &mut Judgement,
    position: usize,
    item: &Map<String, Value>,
    item_type: &str,
    settings: &Map<String, Value>,
) {
    let mut refuse = |kind, member: &str| found.note_member(kind, Some(position), member);
    let takes_none = settings.get("accept_lineitem") == Some(&Value::Bool(false));
    if item_type == "ltiResourceLink" && takes_none && item.contains_key("lineItem") {
        refuse(FindingKind::AcceptLineItem, "lineItem");
    }
    let media_type = item.get("mediaType").and_then(Value::as_str);
    let taken = settings.get("accept_media_types").and_then(Value::as_str);
    if let ("file", Some(media_type), Some(taken)) = (item_type, media_type, taken)
        && !taken.split(',').any(|range| is_in_range(media_type, range))
    {
        refuse(FindingKind::AcceptMediaTypes, "mediaType");
    }
    let targets = texts(settings, "accept_presentation_document_targets");
    let named = ["embed", "iframe", "window"].map(|name| (name, item.contains_key(name)));
    let named = || named.iter().filter(|(_, is_named)| *is_named);
    let fits = || named().any(|(name, _)| targets.contains(name));
    if let Some((first, _)) = named().next()
        && members_of(item_type).is_some()
        && !targets.is_empty()
        && !fits()
    {
        refuse(FindingKind::AcceptPresentation, first);
    }
}

fn texts<'a>(settings: &'a Map<String, Value>, name: &str) -> Vec<&'a str> {
    let texts = settings.get(name).and_then(Value::as_array);
    let texts = texts.map_or(&[][..], Vec::as_slice);
    texts.iter().filter_map(Value::as_str).collect()
}

/// Whether a media type is in a range such as `image/*` (RFC 9110 §12.5.1). Parameters do not count.
fn is_in_range(media_type: &str, range: &str) -> bool {
    let plain = |text: &str| {
        let text = text.split(';').next().unwrap_or("");
        text.trim().to_ascii_lowercase()
    };
    let (media_type, range) = (plain(media_type), plain(range));
    match range.strip_suffix('*') {
        _ if range == "*/*" => true,
        Some(main) if main.ends_with('/') => media_type.starts_with(main),
        _ => media_type == range,
    }
}
