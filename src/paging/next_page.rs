//! Where a list goes on.

use crate::service_url::ServiceUrl;
use crate::web_address::AddressProblem;

/// The URL of the next page: as it was written where it is absolute, else against the request's (RFC 3986
/// §4.2). It may lie on another origin; a relative one with dot segments is refused.
pub(super) fn next_page(request: &ServiceUrl, target: &str) -> Result<ServiceUrl, AddressProblem> {
    if has_scheme(target) {
        return ServiceUrl::parse(target);
    }
    let base = request.as_str();
    let (scheme, rest) = base.split_once("://").unwrap_or(("https", base));
    let path_begins = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(path_begins);
    let path = path.split('?').next().unwrap_or_default();
    let text = if target.starts_with("//") {
        format!("{scheme}:{target}")
    } else if target.starts_with('/') {
        format!("{scheme}://{authority}{target}")
    } else if target.starts_with('?') {
        format!("{scheme}://{authority}{path}{target}")
    } else {
        let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
        format!("{scheme}://{authority}{folder}{target}")
    };
    ServiceUrl::parse(&text)
}

fn has_scheme(target: &str) -> bool {
    let Some((scheme, _)) = target.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // ADV-57, ADV-62
    #[test]
    fn a_target_is_used_as_it_came_and_a_relative_one_against_the_request() {
        let request = ServiceUrl::parse("https://L.test:443/c/2/members?a=1").unwrap();
        for (target, expected) in [
            ("https://L.test:443/x?p='%7e", "https://L.test:443/x?p='%7e"),
            ("//L.test:443/x", "https://L.test:443/x"),
            ("/x?p=2", "https://L.test:443/x?p=2"),
            ("?p=2", "https://L.test:443/c/2/members?p=2"),
            ("page/2", "https://L.test:443/c/2/page/2"),
            ("page?at=1:2", "https://L.test:443/c/2/page?at=1:2"),
            ("/x#part", "https://L.test:443/x"),
        ] {
            let next = next_page(&request, target).unwrap();
            assert_eq!(next.as_str(), expected, "{target}");
        }
        let bare = ServiceUrl::parse("https://l.test?a=1").unwrap();
        assert_eq!(next_page(&bare, "x").unwrap().as_str(), "https://l.test/x");
    }

    // S03
    #[test]
    fn a_target_that_leads_elsewhere_is_seen() {
        let request = ServiceUrl::parse("https://l.test/c/2/members").unwrap();
        for target in [
            "https://evil.test/m",
            "https://l.test:8443/m",
            "https://l.test.evil.test/m",
            "//evil.test/m",
            "//l.test:8443/m",
        ] {
            let next = next_page(&request, target).unwrap();
            assert!(next.origin() != request.origin(), "{target}");
        }
        for target in [
            "http://l.test/m",
            "https://l.test@evil.test/m",
            "//l.test@evil.test/m",
            "/\\evil.test/m",
            "\\\\evil.test/m",
            "../../m",
            "/c/%2e%2e/m",
            "javascript:alert(1)",
            "data:,x",
            "https:evil.test",
            "https:///evil.test/m",
        ] {
            assert!(next_page(&request, target).is_err(), "{target}");
        }
    }
}
