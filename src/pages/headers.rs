//! The headers that every response of ours carries.

use http::{HeaderMap, HeaderValue, header};
use url::Url;

/// No caching, no content sniffing, no referrer: URLs and bodies hold states and tickets.
pub(crate) fn harden(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
}

/// The part of a content security policy by which a page's form leads to the origin of `action` and nowhere else.
pub(crate) fn form_policy(action: &str) -> String {
    let origin = match Url::parse(action) {
        Ok(url) if url.has_host() => url.origin().ascii_serialization(),
        _ => "'none'".to_owned(),
    };
    format!("form-action {origin}; base-uri 'none'")
}
