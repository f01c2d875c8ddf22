//! The issuer's text: the one value that no URL can be derived from, and that has to be right to the byte.

use url::Url;

use crate::{
    doctor::{Finding, endpoints::urls, product::SCHOOLOGY_ISSUER, site::same_site},
    dynamic_registration::is_shared,
    registration::Registration,
};

const TEXT: &str = "issuer_text";
const HOST: &str = "issuer_host";

/// Issuers beside the [shared ones](is_shared) whose endpoints are on other hosts by their vendors' documents.
const ELSEWHERE: [&str; 2] = [
    SCHOOLOGY_ISSUER,
    "https://ltiadvantagevalidator.imsglobal.org",
];

/// What the text itself says.
pub(super) fn check(registration: &Registration) -> Vec<Finding> {
    let issuer = registration.id().issuer().as_str();
    let Ok(url) = Url::parse(issuer) else {
        return vec![
            Finding::warning(TEXT, format!("the issuer {issuer:?} is no URL"))
                .wanted("an https URL, as the platform writes it (LTI Core 1.3 §3.1.3)")
                .remedy("copy it from the platform; only test rigs have issuers that are no URLs"),
        ];
    };
    let mut findings = Vec::new();
    let is_local = registration.uses_plain_http();
    if url.scheme() != "https" && !is_local {
        findings.push(
            Finding::error(TEXT, format!("the issuer {issuer:?} is not https"))
                .wanted("an https URL, as the platform writes it")
                .remedy(format!(
                    "see whether the platform calls itself {:?}",
                    https(issuer)
                )),
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        findings.push(
            Finding::error(TEXT, "the issuer has a query or a fragment")
                .wanted("an https URL without query and fragment (LTI Core 1.3 §3.1.3)")
                .remedy("copy the issuer, not the address of a page"),
        );
    }
    if issuer.ends_with('/') {
        let without = issuer.trim_end_matches('/');
        findings.push(
            Finding::warning(TEXT, format!("the issuer {issuer:?} ends in a slash"))
                .wanted("the very text that the platform sends, which seldom ends in one")
                .remedy(format!(
                    "see whether the platform calls itself {without:?}, and write that"
                )),
        );
    }
    let host = url.host_str().unwrap_or_default();
    if !issuer.contains(host) {
        findings.push(
            Finding::warning(
                TEXT,
                format!("the issuer {issuer:?} has letters in its host that are not lower-case"),
            )
            .wanted("the very text that the platform sends, whose host is lower-case nearly always")
            .remedy(format!("see whether the platform writes {host:?}")),
        );
    }
    findings.extend(unlike_endpoints(registration, &url));
    findings
}

fn https(issuer: &str) -> String {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    format!("https://{rest}")
}

/// An issuer whose host is not that of any endpoint.
fn unlike_endpoints(registration: &Registration, issuer: &Url) -> Option<Finding> {
    let text = registration.id().issuer().as_str();
    let plain = text.trim_end_matches('/');
    if is_shared(plain) || ELSEWHERE.contains(&plain) || registration.uses_plain_http() {
        return None;
    }
    let mut hosts = Vec::new();
    for url in urls(registration)
        .into_iter()
        .flatten()
        .filter_map(|url| Url::parse(url).ok())
    {
        if same_site(issuer, &url) {
            return None;
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    Some(
        Finding::warning(
            HOST,
            format!(
                "the issuer is {text:?}, and the endpoints are at {}",
                hosts.join(", ")
            ),
        )
        .wanted("an issuer and endpoints of one platform")
        .remedy("see whether the issuer and all endpoints are copied from the same platform"),
    )
}
