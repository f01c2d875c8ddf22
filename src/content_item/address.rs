//! URLs in items.

use url::Url;

use crate::{content_item::ItemError, web_address::WebAddress};

/// Checks the URL of a page, a file or an image: absolute, http or https, without user name and password (Deep
/// Linking 2.0 §3). Where it leads is the platform's business and the user's, so that more spellings are taken than
/// of our own addresses: letters beyond ASCII, dot segments.
pub(super) fn check(text: &str) -> Result<(), ItemError> {
    let problem = |problem| Err(ItemError::new(problem));
    check_characters(text)?;
    let Some((scheme, rest)) = text.split_once("://") else {
        return problem("is not a fully qualified URL");
    };
    if !["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return problem("is not an http or https URL");
    }
    let authority = authority(rest);
    if authority.contains('@') {
        return problem("carries a user name or password");
    }
    // The parser would take the first segment of the path for the host.
    if authority.is_empty() || Url::parse(text).is_err() {
        return problem("is not a fully qualified URL");
    }
    Ok(())
}

/// Checks the URL that a link launches: one that the launch is let in with later.
pub(super) fn check_launched(text: &str) -> Result<(), ItemError> {
    check_characters(text)?;
    match WebAddress::parse(text) {
        Ok(_) => Ok(()),
        Err(problem) => Err(ItemError::new(problem.problem())),
    }
}

/// Whether a launched URL is https, or http on loopback where that is allowed.
pub(super) fn is_safe(text: &str, allow_loopback_http: bool) -> bool {
    WebAddress::parse(text)
        .is_ok_and(|address| address.is_https() || allow_loopback_http && address.is_loopback())
}

/// Whether a text is a URL of any scheme with a host, as those are that name new types and extensions.
pub(super) fn is_qualified(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else {
        return false;
    };
    let has_host = |text| Url::parse(text).is_ok_and(|url| url.has_host());
    check_characters(text).is_ok() && !authority(rest).is_empty() && has_host(text)
}

fn check_characters(text: &str) -> Result<(), ItemError> {
    let is_unsafe = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    match text.contains(is_unsafe) {
        true => Err(ItemError::new(
            "holds a space, a control character or a backslash",
        )),
        false => Ok(()),
    }
}

/// What stands between the scheme and the path.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
