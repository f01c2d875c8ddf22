//! The tool's login URL and launch URL, as platforms and browsers reach them.

use serde_json::Value;

use crate::{
    doctor::{
        Finding,
        probe::{Answer, Probe},
        unreachable::{Whose, unreachable},
    },
    error::ErrorCode,
    outbound::{AddressPolicy, ExchangeError, Purpose},
    redact,
    web_address::WebAddress,
};

/// The tool's own URLs, as they are registered at platforms.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnUrls {
    pub(super) login: Option<String>,
    pub(super) launch: Option<String>,
    pub(super) key_set: Option<String>,
}

/// Asks the login URL for a login without parameters, which this crate refuses in its own words.
pub(super) async fn check_login(
    probe: &Probe,
    url: &str,
    addresses: AddressPolicy,
) -> Vec<Finding> {
    let answer = probe.get(url, addresses, Purpose::Service).await;
    judge("login_url", "the login URL", url, answer)
}

/// Posts an empty form to the launch URL.
pub(super) async fn check_launch(
    probe: &Probe,
    url: &str,
    addresses: AddressPolicy,
) -> Vec<Finding> {
    let answer = probe.post_nothing(url, addresses).await;
    judge("launch_url", "the launch URL", url, answer)
}

/// A URL that is not fit for platforms, whatever answers there.
pub(super) fn check_text(
    check: &'static str,
    url: &str,
    allow_loopback_http: bool,
) -> Option<Finding> {
    let problem = match WebAddress::parse_safe(url) {
        Ok(address) if address.is_https() || allow_loopback_http => return None,
        Ok(_) => "must be https",
        Err(problem) => problem.problem(),
    };
    Some(
        Finding::error(check, format!("{} {problem}", redact::url(url)))
            .wanted("an absolute https URL, as platforms have it")
            .remedy("give the tool's public URL; for development on loopback add --insecure-allow-loopback-http"),
    )
}

fn judge(
    check: &'static str,
    what: &str,
    url: &str,
    answer: Result<Answer, ExchangeError>,
) -> Vec<Finding> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return vec![unreachable(what, url, &error, Whose::Tool)],
    };
    if is_ours(&answer) {
        return Vec::new();
    }
    let seen = format!("{what} {}", answer.words(url));
    let finding = match answer.status().as_u16() {
        300..=399 => Finding::error(check, seen)
            .wanted("an answer of the tool itself: a redirect loses what a platform posts")
            .remedy("register the URL that it leads to, and see that no proxy redirects it"),
        404 | 405 | 410 => Finding::error(check, seen)
            .wanted("the tool's answer to an empty request")
            .remedy("mount `LtiLogin` and `LtiLaunchLayer` at the paths that are registered; see whether a proxy changes the path"),
        401 | 403 => Finding::error(check, seen)
            .wanted("the tool's answer to an empty request")
            .remedy("take sign-in and CSRF protection away from this path: the launch proves itself"),
        500..=599 => Finding::error(check, seen)
            .wanted("the tool's answer to an empty request")
            .remedy("see whether the tool is up, and what its log says"),
        _ => Finding::warning(check, seen)
            .wanted("the tool's answer to an empty request, as JSON")
            .remedy("see whether the tool answers there; with answers of its own to errors it may be right"),
    };
    vec![finding]
}

/// Whether this crate has answered: an error in JSON with a code and a reference.
fn is_ours(answer: &Answer) -> bool {
    let json = answer.json().unwrap_or(Value::Null);
    let code = json
        .get("error")
        .and_then(Value::as_str)
        .unwrap_or_default();
    json.get("ref").is_some() && ErrorCode::ALL.iter().any(|known| known.as_str() == code)
}
