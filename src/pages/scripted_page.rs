//! A page with a script of ours, and no other.

use bytes::Bytes;
use http::{HeaderValue, Response, header};

use crate::{page_text::PageText, pages::PageWriter};

/// A page with this script behind its body. The content security policy allows the script and the stylesheet by the nonce,
/// and nothing else but what `more_policy` adds, which begins with a semicolon.
pub(crate) fn scripted_page<B: From<Bytes>>(
    page: &PageWriter,
    heading: PageText,
    body: &str,
    nonce: &str,
    script: &str,
    more_policy: &str,
) -> Response<B> {
    let body = format!("{body}<script nonce=\"{nonce}\">{script}</script>\n");
    let page = page.document(heading, Some(nonce), &body);
    let mut response = Response::new(B::from(Bytes::from(page)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'{more_policy}"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
