//! The URL of a request, parsed already.

use http::{Request, Uri};
use url::Url;

/// The URL of a request, parsed already: an extension of it.
#[cfg_attr(
    not(feature = "reqwest"),
    expect(dead_code, reason = "other clients parse it")
)]
#[derive(Clone)]
pub(crate) struct ParsedUrl {
    uri: Uri,
    url: Url,
}

impl ParsedUrl {
    /// Keeps what the URI of this request was parsed to.
    pub(crate) fn attach<B>(request: &mut Request<B>, url: &Url) {
        let parsed = Self {
            uri: request.uri().clone(),
            url: url.clone(),
        };
        request.extensions_mut().insert(parsed);
    }

    /// What the URI was parsed to; `None` where it has become another since, as by an
    /// [`Exchange`](crate::outbound::Exchange) that sends to another place.
    #[cfg(feature = "reqwest")]
    pub(super) fn detach(head: &mut http::request::Parts) -> Option<Url> {
        let parsed: Self = head.extensions.remove()?;
        (parsed.uri == head.uri).then_some(parsed.url)
    }
}
