//! Hosts that belong together.

use url::{Host, Url};

/// Whether both hosts are the same, or share the two labels at their end. Names alone prove nothing: a hint, no check.
pub(super) fn same_site(one: &Url, other: &Url) -> bool {
    match (one.host(), other.host()) {
        (Some(Host::Domain(one)), Some(Host::Domain(other))) => {
            one == other || registrable(one) == registrable(other)
        }
        (one, other) => one == other,
    }
}

/// Scheme, host and port as text; `None` where a URL has no origin of its own (RFC 6454 §4).
pub(super) fn origin_of(url: &Url) -> Option<String> {
    let origin = url.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Whether a server that was asked names an address at its own host, with or without `www.`, and no less safe. One at any
/// other host may be somebody else's.
pub(super) fn is_same_host(asked: &Url, named: &Url) -> bool {
    let host = |url: &Url| {
        let host = url.host_str()?;
        Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
    };
    let is_safe = named.scheme() == "https" || named.scheme() == asked.scheme();
    let is_plain = named.username().is_empty() && named.password().is_none();
    is_safe && is_plain && asked.host().is_some() && host(asked) == host(named)
}

/// Whether a URL's host is this domain or below it.
pub(super) fn is_below(url: &str, domain: &str) -> bool {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    host == domain
        || host
            .strip_suffix(domain)
            .is_some_and(|before| before.ends_with('.'))
}

/// The last two labels; three where the one before the last is short, as in `ac.uk`.
fn registrable(host: &str) -> &str {
    let mut ends = host.rmatch_indices('.').map(|(at, _)| at);
    let (first, second) = (ends.next(), ends.next());
    match (first, second) {
        (Some(first), Some(second)) if first - second <= 4 => match ends.next() {
            Some(third) => &host[third + 1..],
            None => host,
        },
        (Some(_), Some(second)) => &host[second + 1..],
        _ => host,
    }
}
