//! The headers of a caller's own request.

use http::{HeaderMap, HeaderName, header};

/// Headers that are not the caller's to set: who it is, which connection, and content that is not decoded.
const NOT_THE_CALLERS: [HeaderName; 12] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::TRAILER,
    header::TE,
    header::UPGRADE,
    header::EXPECT,
    header::ACCEPT_ENCODING,
];

/// A caller's headers without those.
pub(super) fn of_caller(mut headers: HeaderMap) -> HeaderMap {
    // Most callers set none of them.
    if headers.keys().any(|name| NOT_THE_CALLERS.contains(name)) {
        for name in NOT_THE_CALLERS {
            headers.remove(name);
        }
    }
    headers
}
