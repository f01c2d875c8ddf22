//! The mark that some editors write before a text.

/// A text without the byte order mark before it.
pub(crate) fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
