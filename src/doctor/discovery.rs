//! What the platform says of itself, where it publishes that (OpenID Connect Discovery 1.0 §4).

use serde_json::Value;
use url::Url;

use crate::{
    doctor::{
        Actor, Finding,
        probe::Probe,
        product::is_issuer_of_vendor,
        site::{is_at_home, may_speak_for},
    },
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
    match (answer.and_then(|answer| answer.json()), Url::parse(&url)) {
        (Some(configuration), Ok(url)) => compare(registration, &configuration, &url),
        _ => Vec::new(),
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

/// The configuration is that of this platform where one of its endpoints is. It recommends nothing but what is at its own
/// site: whoever follows that would have one platform speak for another.
fn compare(registration: &Registration, configuration: &Value, found_at: &Url) -> Vec<Finding> {
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
        findings.push(other_issuer(ours, theirs, found_at));
    }
    for (setting, ours, theirs) in settings {
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
    if may_speak_for(found_at, theirs) || is_issuer_of_vendor(theirs, found_at.as_str()) {
        return finding.remedy(format!("write {shown:?} as `issuer`"));
    }
    finding
        .remedy(format!(
            "ask whoever administers the platform at {} which issuer it sends, and do not write this one before: it is that of another site",
            found_at.host_str().unwrap_or_default()
        ))
        .by(Actor::PlatformAdministrator)
}

fn other_endpoint(setting: &str, ours: &str, theirs: &str, found_at: &Url) -> Finding {
    let is_at_home = Url::parse(theirs).is_ok_and(|theirs| is_at_home(found_at, &theirs));
    let finding = Finding::warning(
        ENDPOINT,
        format!(
            "`{setting}` is {}, and the platform names {}",
            redact::url(ours),
            redact::url(theirs)
        ),
    )
    .wanted("the endpoints that the platform names");
    match is_at_home {
        true => finding.remedy(format!(
            "see which of the two is right, and write that as `{setting}`"
        )),
        false => finding
            .remedy(format!(
                "ask whoever administers the platform which is right: the one that it names is at another site than {}",
                found_at.host_str().unwrap_or_default()
            ))
            .by(Actor::PlatformAdministrator),
    }
}
