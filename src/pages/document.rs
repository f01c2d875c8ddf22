//! What every page has in common: one stylesheet, for phones, dark screens and screen readers.

use crate::pages::STYLESHEET;

/// A page with this heading, which is escaped already, and this body. The nonce is the one by which the
/// page's content security policy allows the stylesheet.
pub(crate) fn document(heading: &str, style_nonce: Option<&str>, body: &str) -> String {
    write(heading, style_nonce, "", body)
}

/// A page with rules of its own after those of all pages, without a content security policy.
#[cfg(feature = "testing")]
pub(crate) fn styled_document(heading: &str, style: &str, body: &str) -> String {
    write(heading, None, style, body)
}

fn write(heading: &str, style_nonce: Option<&str>, style: &str, body: &str) -> String {
    let nonce = style_nonce.map_or_else(String::new, |nonce| format!(" nonce=\"{nonce}\""));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{heading}</title>\n<style{nonce}>\n{STYLESHEET}{style}</style>\n</head>\n\
         <body>\n<main>\n<h1>{heading}</h1>\n{body}</main>\n</body>\n</html>\n"
    )
}
