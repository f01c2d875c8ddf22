//! Typical mistakes in an issuer or a client id, named for the operator.
//!
//! Identifiers are compared byte for byte: a near miss is reported and never accepted.

use crate::redact::log_value;

/// The most variants of one issuer.
const MAX_VARIANTS: usize = 8;

/// Says by what slips of writing two identifiers differ, if by nothing else.
pub(crate) fn slip(came: &str, registered: &str) -> Option<String> {
    if plain(came) != plain(registered) {
        return None;
    }
    let (one, other) = (visible(came), visible(registered));
    let mut by = Vec::new();
    if one.len() != came.len() || other.len() != registered.len() {
        by.push("white space or an invisible character");
    }
    if one.ends_with('/') != other.ends_with('/') {
        by.push("a trailing slash");
    }
    let (one_is_https, one) = without_scheme(&one);
    let (other_is_https, other) = without_scheme(&other);
    match (one_is_https, other_is_https) {
        (Some(false), Some(true)) => by.push("http in place of https"),
        (Some(true), Some(false)) => by.push("https in place of http"),
        (Some(_), None) | (None, Some(_)) => by.push("its scheme"),
        _ => {}
    }
    let (one_port, one) = without_port(one.trim_end_matches('/'));
    let (other_port, other) = without_port(other.trim_end_matches('/'));
    if one_port != other_port {
        by.push("a port that goes without saying");
    }
    if one != other {
        by.push("upper and lower case");
    }
    let by = if by.is_empty() {
        "more than one slash at its end".to_owned()
    } else {
        by.join(" and ")
    };
    Some(format!(
        "it differs from the registered {} by {by}",
        log_value(registered)
    ))
}

/// An identifier without everything that is easily got wrong.
fn plain(text: &str) -> String {
    let text = visible(text).to_lowercase();
    let (_, text) = without_scheme(&text);
    let (_, text) = without_port(text.trim_end_matches('/'));
    text
}

/// Without white space, control characters and characters of no width.
fn visible(text: &str) -> String {
    let is_invisible = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(
                c,
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
            )
    };
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Whether the scheme is https, if it is one of the two, and what follows it.
fn without_scheme(text: &str) -> (Option<bool>, &str) {
    for (scheme, is_https) in [("https://", true), ("http://", false)] {
        let begins = text.get(..scheme.len());
        if begins.is_some_and(|begins| begins.eq_ignore_ascii_case(scheme)) {
            return (Some(is_https), &text[scheme.len()..]);
        }
    }
    (None, text)
}

/// Whether the host is followed by a default port, and the text without it.
fn without_port(text: &str) -> (bool, String) {
    let (host, path) = match text.find('/') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    match host.strip_suffix(":443").or(host.strip_suffix(":80")) {
        Some(host) => (true, format!("{host}{path}")),
        None => (false, text.to_owned()),
    }
}

/// The host of an issuer that looks like a URL.
pub(crate) fn host(issuer: &str) -> Option<String> {
    let text = visible(issuer).to_lowercase();
    let (scheme, text) = without_scheme(&text);
    let host = text.split('/').next().unwrap_or_default();
    let (_, host) = without_port(host);
    scheme.filter(|_| !host.is_empty()).map(|_| host)
}

/// Other ways to write an issuer, the likeliest first.
pub(crate) fn variants(issuer: &str) -> Vec<String> {
    let visible = visible(issuer);
    let (is_https, rest) = without_scheme(&visible);
    let bare = rest.trim_end_matches('/');
    let (_, portless) = without_port(bare);
    let lower = portless.to_lowercase();
    let scheme = match is_https {
        Some(false) => "http://",
        Some(true) => "https://",
        None => "",
    };
    let origin = host(issuer).unwrap_or_default();
    let mut variants = vec![
        format!("{scheme}{bare}"),
        format!("{scheme}{bare}/"),
        format!("https://{lower}"),
        format!("https://{lower}/"),
        format!("{scheme}{lower}"),
        format!("https://{bare}:443"),
        format!("http://{lower}"),
        format!("https://{origin}"),
        visible.clone(),
    ];
    let mut asked = Vec::new();
    variants.retain(|variant| {
        let is_new = variant != issuer && variant.len() <= 255 && !asked.contains(variant);
        asked.push(variant.clone());
        is_new
    });
    variants.truncate(MAX_VARIANTS);
    variants
}

#[cfg(test)]
mod tests {
    use super::*;

    // N01
    #[test]
    fn a_slip_is_named_and_another_issuer_is_none() {
        let registered = "https://lms.test/moodle";
        for (came, by) in [
            ("https://lms.test/moodle/", "a trailing slash"),
            ("https://LMS.test/moodle", "upper and lower case"),
            ("http://lms.test/moodle", "http in place of https"),
            ("lms.test/moodle", "its scheme"),
            (
                "https://lms.test:443/moodle",
                "a port that goes without saying",
            ),
            (
                " https://lms.test/moodle\n",
                "white space or an invisible character",
            ),
            (
                "https://lms.test/mood\u{200b}le",
                "white space or an invisible character",
            ),
            (
                "HTTP://lms.test:80/Moodle/",
                "a trailing slash and http in place of https and a port that goes without saying and upper and lower case",
            ),
        ] {
            let told = format!("it differs from the registered {registered} by {by}");
            assert_eq!(slip(came, registered), Some(told), "{came:?}");
        }
        for other in ["https://lms.test/moodle2", "https://lms.example/moodle", ""] {
            assert_eq!(slip(other, registered), None, "{other:?}");
        }
    }

    // N01
    #[test]
    fn a_store_that_lists_nothing_is_asked_a_handful_of_questions() {
        for (came, registered) in [
            ("https://lms.test/", "https://lms.test"),
            ("https://lms.test", "https://lms.test/"),
            ("http://lms.test", "https://lms.test"),
            ("https://LMS.test", "https://lms.test"),
            ("https://lms.test:443", "https://lms.test"),
            ("https://lms.test", "https://lms.test:443"),
            ("https://lms.test", "http://lms.test"),
            (" https://lms.test ", "https://lms.test"),
            ("lms.test", "https://lms.test"),
            ("https://lms.test/deployment/1", "https://lms.test"),
        ] {
            let asked = variants(came);
            assert!(asked.contains(&registered.to_owned()), "{came}: {asked:?}");
            assert!(asked.len() <= MAX_VARIANTS && !asked.contains(&came.to_owned()));
        }
    }
}
