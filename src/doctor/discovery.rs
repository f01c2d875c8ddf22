//! What the platform says of itself, where it publishes that (OpenID Connect Discovery 1.0 §4).

use serde_json::Value;
use url::Url;

use crate::{
    doctor::{
        Finding,
        endpoints::{SETTINGS, urls},
        probe::Probe,
        site::is_same_host,
    },
    dynamic_registration::IssuerPolicy,
    outbound::{AddressPolicy, Purpose},
    redact,
    registration::Registration,
    service_error::ActionBy,
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
    match (answer.and_then(|answer| answer.json()), Url::parse(&url)) {
        (Some(configuration), Ok(url)) => compare(registration, &configuration, &url),
        _ => Vec::new(),
    }
}

fn url(registration: &Registration) -> Option<String> {
    if let Some(keys) = registration.key_source().url() {
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

/// The configuration is that of this platform where they have an endpoint in common. What it names at another site is not
/// recommended: whoever wrote that down would have one platform speak for another.
fn compare(registration: &Registration, configuration: &Value, found_at: &Url) -> Vec<Finding> {
    let said = |name: &str| configuration.get(name).and_then(Value::as_str);
    let ours = urls(registration);
    let theirs = ["authorization_endpoint", "token_endpoint", "jwks_uri"].map(said);
    let mut both = ours.iter().zip(&theirs);
    if !both.any(|(ours, theirs)| ours.is_some() && ours == theirs) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let issuer = registration.id().issuer().as_str();
    if let Some(theirs) = said("issuer").filter(|theirs| *theirs != issuer) {
        findings.push(other_issuer(issuer, theirs, found_at));
    }
    for (setting, (ours, theirs)) in SETTINGS.into_iter().zip(ours.into_iter().zip(theirs)) {
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && ours != theirs
        {
            findings.push(other_endpoint(setting, ours, theirs, found_at));
        }
    }
    findings
}

fn other_issuer(ours: &str, theirs: &str, found_at: &Url) -> Finding {
    let shown = redact::url(theirs);
    let finding = Finding::error(
        ISSUER,
        format!("the issuer is {ours:?}, and the platform calls itself {shown:?}"),
    )
    .wanted("the very text that the platform sends");
    if IssuerPolicy::default().allows(theirs, found_at) {
        return finding.remedy(format!("write {shown:?} as `issuer`"));
    }
    finding
        .remedy(format!(
            "ask whoever administers the platform at {} which issuer it sends, and do not write this one before: it is that of another site",
            found_at.host_str().unwrap_or_default()
        ))
        .by(ActionBy::PlatformAdministrator)
}

fn other_endpoint(setting: &str, ours: &str, theirs: &str, found_at: &Url) -> Finding {
    let is_same_host = Url::parse(theirs).is_ok_and(|theirs| is_same_host(found_at, &theirs));
    let finding = Finding::warning(
        ENDPOINT,
        format!(
            "`{setting}` is {}, and the platform names {}",
            redact::url(ours),
            redact::url(theirs)
        ),
    )
    .wanted("the endpoints that the platform names");
    match is_same_host {
        true => finding.remedy(format!(
            "see which of the two is right, and write that as `{setting}`"
        )),
        false => finding
            .remedy(format!(
                "ask whoever administers the platform which is right: the one that it names is at another site than {}",
                found_at.host_str().unwrap_or_default()
            ))
            .by(ActionBy::PlatformAdministrator),
    }
}
