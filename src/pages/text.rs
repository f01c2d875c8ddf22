//! What others wrote, as text on a page.

use crate::redact;

/// Escapes a text that others wrote; nothing in it turns the direction of what stands around it.
pub(crate) fn text(text: &str) -> String {
    html_escape::encode_text(&redact::shown(text)).into_owned()
}
