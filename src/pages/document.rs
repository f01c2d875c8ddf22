//! Pages without a tool.

use crate::pages::PageWriter;

/// A page with this heading, which is escaped already, and this body.
pub(crate) fn document(heading: &str, style_nonce: Option<&str>, body: &str) -> String {
    PageWriter::default().document(heading, style_nonce, body)
}

/// A page with rules of its own after those of all pages, without a content security policy.
pub(crate) fn styled_document(heading: &str, style: &str, body: &str) -> String {
    PageWriter::default().write(heading, None, style, body)
}
