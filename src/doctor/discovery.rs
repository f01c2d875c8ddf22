//! What the platform says of itself, where it publishes that (OpenID Connect Discovery 1.0 §4).

use serde_json::Value;

use crate::{
    doctor::{Finding, probe::Probe},
    key_set::KeySource,
    outbound::{AddressPolicy, Purpose},
    redact,
    registration::Registration,
};

const ISSUER: &str = "issuer_text";
const ENDPOINT: &str = "endpoint_other";

/// Where products publish it, beside their key sets.
const BESIDE_KEYS: [(&str, &str); 3] = [
    ("/mod/lti/certs.php", "/mod/lti/openid-configuration.php"),
    (
        "/api/lti/security/jwks",
        "/api/lti/security/openid-configuration",
    ),
    (
        "/d2l/.well-known/jwks",
        "/d2l/.well-known/openid-configuration",
    ),
];

/// Compares the registration with the platform's configuration; nothing where there is none.
pub(super) async fn check(
    probe: &Probe,
    registration: &Registration,
    addresses: &AddressPolicy,
) -> Vec<Finding> {
    let Some(url) = url(registration) else {
        return Vec::new();
    };
    let answer = probe.get(&url, addresses.clone(), Purpose::Service).await;
    let answer = answer.ok().filter(|answer| answer.status().is_success());
    match answer.and_then(|answer| answer.json()) {
        Some(configuration) => compare(registration, &configuration),
        None => Vec::new(),
    }
}

fn url(registration: &Registration) -> Option<String> {
    if let KeySource::Url(keys) = registration.key_source() {
        let found = BESIDE_KEYS.iter().find_map(|(tail, beside)| {
            let root = keys.as_str().strip_suffix(tail)?;
            Some(format!("{root}{beside}"))
        });
        if found.is_some() {
            return found;
        }
    }
    let issuer = registration.id().issuer().as_str();
    let is_url = issuer.starts_with("https://") || issuer.starts_with("http://");
    is_url.then(|| {
        format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        )
    })
}

/// The configuration is that of this platform where its key set or its authorization endpoint is.
fn compare(registration: &Registration, configuration: &Value) -> Vec<Finding> {
    let said = |name: &str| configuration.get(name).and_then(Value::as_str);
    let keys = match registration.key_source() {
        KeySource::Url(url) => Some(url.as_str()),
        KeySource::Fixed(_) => None,
    };
    let settings = [
        (
            "authorization_endpoint",
            Some(registration.authorization_endpoint()),
            said("authorization_endpoint"),
        ),
        (
            "token_endpoint",
            registration.token_endpoint(),
            said("token_endpoint"),
        ),
        ("jwks_url", keys, said("jwks_uri")),
    ];
    let is_this = settings
        .iter()
        .any(|(_, ours, theirs)| ours.is_some() && ours == theirs);
    if !is_this {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let ours = registration.id().issuer().as_str();
    if let Some(theirs) = said("issuer").filter(|theirs| *theirs != ours) {
        findings.push(
            Finding::error(
                ISSUER,
                format!(
                    "the issuer is {ours:?}, and the platform calls itself {:?}",
                    redact::url(theirs)
                ),
            )
            .wanted("the very text that the platform sends")
            .remedy(format!("write {:?} as `issuer`", redact::url(theirs))),
        );
    }
    for (setting, ours, theirs) in settings {
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && ours != theirs
        {
            findings.push(
                Finding::warning(
                    ENDPOINT,
                    format!(
                        "`{setting}` is {}, and the platform names {}",
                        redact::url(ours),
                        redact::url(theirs)
                    ),
                )
                .wanted("the endpoints that the platform names")
                .remedy(format!(
                    "see which of the two is right, and write that as `{setting}`"
                )),
            );
        }
    }
    findings
}
