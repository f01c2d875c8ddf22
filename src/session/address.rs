//! Addresses of the tool's own, and the session's reference in them.

use url::Url;

/// The name of the reference in a query.
pub(super) const PARAMETER: &str = "lti_session";

/// The address with the reference in its query. `None` where it is not the tool's own, where it has a reference
/// already, and where it leads to the page that it stands on.
///
/// `url` reads addresses as browsers do: `//host`, `/\host` and tabs in between lead elsewhere.
pub(super) fn with_reference(address: &str, origin: &str, reference: &str) -> Option<String> {
    let base = Url::parse(origin).ok()?;
    let target = base.join(address).ok()?;
    // The origin of a `blob:` is the one within it.
    if target.scheme() != base.scheme() || target.origin() != base.origin() {
        return None;
    }
    // An empty one is none.
    let mut pairs = target.query_pairs();
    if pairs.any(|(name, value)| name == PARAMETER && !value.is_empty()) {
        return None;
    }
    let (page, fragment) = match address.find('#') {
        Some(at) => address.split_at(at),
        None => (address, ""),
    };
    if page.trim().is_empty() {
        return None;
    }
    let link = match page.find('?') {
        None => "?",
        Some(_) if page.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    Some(format!("{page}{link}{PARAMETER}={reference}{fragment}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://tool.test";

    #[test]
    fn a_reference_is_added_once_to_addresses_of_the_tool_s_own() {
        for (address, extended) in [
            ("/course", "/course?lti_session=S"),
            ("/course?", "/course?lti_session=S"),
            ("/course?a=b", "/course?a=b&lti_session=S"),
            ("/course?a=b&", "/course?a=b&lti_session=S"),
            ("/course#top?x", "/course?lti_session=S#top?x"),
            ("course", "course?lti_session=S"),
            ("?page=2", "?page=2&lti_session=S"),
            ("/x?lti_session=", "/x?lti_session=&lti_session=S"),
            ("../up", "../up?lti_session=S"),
            ("https://tool.test/x", "https://tool.test/x?lti_session=S"),
            (
                "https://TOOL.test:443/x",
                "https://TOOL.test:443/x?lti_session=S",
            ),
            ("https://tool.test", "https://tool.test?lti_session=S"),
        ] {
            let extended = Some(extended.to_owned());
            assert_eq!(with_reference(address, ORIGIN, "S"), extended, "{address}");
        }
    }

    #[test]
    fn no_address_that_leads_elsewhere_gets_the_reference() {
        for address in [
            "//evil.test/x",
            "/\\evil.test/x",
            "\\\\evil.test/x",
            "\\/evil.test/x",
            "/\t/evil.test/x",
            "\t//evil.test/x",
            " //evil.test/x",
            "https:\\\\evil.test",
            "https:/\\evil.test",
            "http://tool.test/x",
            "https://tool.test:8443/x",
            "https://tool.test.evil.test/",
            "https://tool.test@evil.test/",
            "https://evil.test/?https://tool.test/",
            "HTTPS://evil.test/",
            "blob:https://tool.test/x",
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@tool.test",
            "https://",
            "",
            "#top",
            "/x?lti_session=other",
            "/x?lti%5fsession=other",
        ] {
            assert_eq!(with_reference(address, ORIGIN, "S"), None, "{address}");
        }
    }
}
