//! Where a call comes from.

use axum::http::{HeaderMap, header};
use url::Url;

/// Whether it comes from the tool's own pages, or from no page at all.
///
/// Browsers say where a call comes from: scheme, host and port have to be the tool's own. Whoever is no browser says
/// nothing.
pub(crate) fn is_own(headers: &HeaderMap, base_url: &str) -> bool {
    let Ok(own) = Url::parse(base_url).map(|url| url.origin().ascii_serialization()) else {
        return false;
    };
    let mut sites = headers.get_all("sec-fetch-site").iter();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    sites.all(|site| site == "same-origin" || site == "none")
        && origins.all(|origin| *origin == *own)
}
