//! The headers that every response of ours carries.

use http::{HeaderMap, HeaderValue, header};
use url::{Host, Url};

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

/// Lets a page's forms say which origin they come from, and no path: without a referrer policy that allows it, browsers
/// send `Origin: null`, which a platform that looks at it takes for forged (Fetch, "append a request `Origin` header").
pub(crate) fn tell_origin(headers: &mut HeaderMap) {
    let policy = HeaderValue::from_static("strict-origin");
    headers.insert(header::REFERRER_POLICY, policy);
}

/// The part of a content security policy by which a page's form leads to the origin of `action` and nowhere else.
///
/// A policy cannot name IPv6 addresses, nor hosts with an underscore or a dot at their end (CSP Level 3 §2.3.1): to
/// browsers such a source is none, and the form would lead nowhere. There the scheme is named.
pub(crate) fn form_policy(action: &str) -> String {
    let source = Url::parse(action).ok().and_then(|url| source_of(&url));
    write_policy(source.as_deref())
}

/// The same where what answers at `action` may redirect: browsers that apply the policy to redirects, too, may follow
/// to any origin of the scheme.
pub(crate) fn form_policy_with_redirects(action: &str) -> String {
    let scheme = action.split_once("://").map(|(scheme, _)| scheme);
    let scheme = match scheme {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => Some("https:"),
        Some(scheme) if scheme.eq_ignore_ascii_case("http") => Some("http: https:"),
        _ => None,
    };
    write_policy(scheme)
}

fn write_policy(source: Option<&str>) -> String {
    let source = source.unwrap_or("'none'");
    format!("form-action {source}; base-uri 'none'")
}

fn source_of(url: &Url) -> Option<String> {
    let scheme = Some(url.scheme()).filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let host = match url.host()? {
        Host::Domain(name) if name.split('.').all(is_label) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        _ => return Some(format!("{scheme}:")),
    };
    let port = url.port().map(|port| format!(":{port}"));
    Some(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    // S23
    #[test]
    fn a_form_leads_to_one_origin_or_to_one_scheme_where_a_policy_cannot_name_it() {
        for (action, source) in [
            ("https://lms.test/return?a=b;c#d", "https://lms.test"),
            ("https://LMS.test:443/", "https://lms.test"),
            ("https://lms.test:8443/return", "https://lms.test:8443"),
            ("https://xn--kola-3pa.test/x", "https://xn--kola-3pa.test"),
            ("https://lms.test./x", "https:"),
            ("http://127.0.0.1:3000/x", "http://127.0.0.1:3000"),
            ("http://localhost:3000/x", "http://localhost:3000"),
            ("https://[2001:db8::1]:8443/x", "https:"),
            ("http://[::1]:3000/x", "http:"),
            ("https://192.0.2.1:8443/x", "https://192.0.2.1:8443"),
            ("https://my_lms.test/x", "https:"),
            ("https://lms.test;sandbox/", "https:"),
            ("https://*/", "https:"),
            ("javascript:alert(1)", "'none'"),
            ("ftp://lms.test/", "'none'"),
            ("/return", "'none'"),
        ] {
            let policy = format!("form-action {source}; base-uri 'none'");
            assert_eq!(form_policy(action), policy, "{action}");
        }
    }
}
