//! The media types that a platform takes.

use std::collections::HashSet;

/// Media ranges such as `image/*` (RFC 9110 §12.5.1), read once for any number of files.
#[derive(Default)]
pub(crate) struct MediaRanges {
    has_all: bool,
    /// In lower case, as `image` of `image/*`.
    kinds: HashSet<String>,
    /// In lower case, as `image/png`.
    types: HashSet<String>,
}

impl MediaRanges {
    /// Reads a list with commas; `*` alone stands for `*/*`. What is no media type or range is left out; where nothing
    /// is left, anything is taken.
    pub(crate) fn read(list: &str) -> Self {
        let mut ranges = Self::default();
        let any = |range: &&str| range.split(';').next().map(str::trim) == Some("*");
        ranges.has_all = split(list).any(|range| any(&range));
        for range in split(list).filter_map(media_type) {
            let mut range = range.to_ascii_lowercase();
            match range.strip_suffix("/*") {
                Some("*") => ranges.has_all = true,
                Some(kind) => {
                    range.truncate(kind.len());
                    ranges.kinds.insert(range);
                }
                None => {
                    ranges.types.insert(range);
                }
            }
        }
        ranges.has_all |= ranges.kinds.is_empty() && ranges.types.is_empty();
        ranges
    }

    /// Whether a media type is in one of them. Case and parameters do not count.
    pub(crate) fn have(&self, file: &str) -> bool {
        let Some(file) = media_type(file).map(str::to_ascii_lowercase) else {
            return false;
        };
        let kind = file.split('/').next().unwrap_or_default();
        self.has_all || self.kinds.contains(kind) || self.types.contains(&file)
    }
}

/// What commas separate, but for those in quotes.
fn split(list: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    list.split(move |character| {
        let is_plain = !is_escaped;
        is_escaped = is_quoted && is_plain && character == '\\';
        is_quoted ^= is_plain && character == '"';
        character == ',' && !is_quoted
    })
}

/// A media type without its parameters: `type/subtype` (RFC 9110 §8.3.1).
pub(crate) fn media_type(text: &str) -> Option<&str> {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/')?;
    let is_token = |text: &str| {
        let is_token_byte =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !text.is_empty() && text.bytes().all(is_token_byte)
    };
    (is_token(kind) && is_token(subtype)).then_some(essence)
}
