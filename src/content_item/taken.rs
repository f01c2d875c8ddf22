//! What a request takes, read once for all of its items.

use std::collections::HashSet;

use crate::claims::{DeepLinkingSettings, MediaRanges};

/// The members that say how an item is shown, each named as the setting names it.
const PRESENTATIONS: [&str; 3] = ["embed", "iframe", "window"];

/// What a request takes. A platform may name 100,000 types, and a response may hold 40,000 items: no list is walked
/// again for each of them.
pub(super) struct Taken<'a> {
    types: HashSet<&'a str>,
    media: MediaRanges,
    /// Each presentation, and whether it is taken.
    presentations: [(&'static str, bool); 3],
    line_items: bool,
}

impl<'a> Taken<'a> {
    pub(super) fn by(settings: &'a DeepLinkingSettings) -> Self {
        Self {
            types: settings.accept_types().iter().map(String::as_str).collect(),
            media: MediaRanges::read(settings.accept_media_types().unwrap_or_default()),
            presentations: PRESENTATIONS.map(|name| (name, settings.accepts_presentation(name))),
            line_items: settings.accept_lineitem() != Some(false),
        }
    }

    /// Whether the platform names no type.
    pub(super) fn has_any_type(&self) -> bool {
        self.types.is_empty()
    }

    pub(super) fn has_type(&self, name: &str) -> bool {
        self.has_any_type() || self.types.contains(name)
    }

    pub(super) fn has_media_type(&self, media_type: &str) -> bool {
        self.media.have(media_type)
    }

    pub(super) fn has_line_items(&self) -> bool {
        self.line_items
    }

    /// The first presentation that an item names, where it names none that is taken.
    pub(super) fn misfit(&self, names: impl Fn(&str) -> bool) -> Option<&'static str> {
        let mut named = self.presentations.iter().filter(|(name, _)| names(name));
        let (first, is_taken) = named.next()?;
        let fits = *is_taken || named.any(|(_, is_taken)| *is_taken);
        (!fits).then_some(*first)
    }
}
