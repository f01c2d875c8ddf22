//! Whether a request was sent by a page of the same origin (cross-site request forgery).

use http::{header, request::Parts};
use url::Url;

/// Whether it was: by `Sec-Fetch-Site`, or else by `Origin` beside `Host`. What brings no cookie is not sent in
/// anybody's name, and counts as well.
pub(super) fn is_of_same_origin(parts: &Parts) -> bool {
    let headers = &parts.headers;
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => {
            let origin = origin
                .to_str()
                .ok()
                .and_then(|origin| Url::parse(origin).ok());
            let host = headers
                .get(header::HOST)
                .and_then(|host| host.to_str().ok());
            let host = host.or(parts.uri.authority().map(|authority| authority.as_str()));
            matches!((origin, host), (Some(origin), Some(host)) if has_authority(&origin, host))
        }
        None => !headers.contains_key(header::COOKIE),
    }
}

fn has_authority(origin: &Url, host: &str) -> bool {
    let asked = Url::parse(&format!("{}://{host}/", origin.scheme()));
    asked.is_ok_and(|asked| asked.origin() == origin.origin())
}
