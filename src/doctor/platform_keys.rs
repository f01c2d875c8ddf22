//! The platform's key set: whether launches can be verified with it.

use serde_json::Value;
use url::Url;

use crate::{
    doctor::{
        Finding,
        probe::{Answer, Probe},
        site::is_same_host,
        unreachable::{Whose, unreachable},
    },
    key_set::{KeySet, PRIVATE_MEMBERS},
    outbound::{AddressPolicy, Purpose},
    redact,
    registration::Registration,
    service_error::ActionBy,
};

const CHECK: &str = "platform_key_set";
const PRIVATE: &str = "platform_private_key";
const WANTED: &str = "200 with a JSON Web Key Set (Security Framework 1.0 §6.3)";

/// What was found, and the answer, where there was one.
pub(super) async fn check(
    probe: &Probe,
    registration: &Registration,
    url: &str,
    addresses: &AddressPolicy,
) -> (Vec<Finding>, Option<Answer>) {
    let answer = match probe.get(url, addresses.clone(), Purpose::KeySet).await {
        Ok(answer) => answer,
        Err(error) => {
            let finding = unreachable("the platform's key set at", url, &error, Whose::Platform);
            return (vec![finding], None);
        }
    };
    let mut findings = judge(&answer, registration, url);
    if answer.key_set().is_none()
        && let Some(found) = other_spelling(probe, url, addresses).await
        && let Some(finding) = findings.first_mut()
    {
        finding.remedy = format!("write {found} in place of it: there the key set is");
    }
    (findings, Some(answer))
}

fn judge(answer: &Answer, registration: &Registration, url: &str) -> Vec<Finding> {
    let error = |remedy: &str, who| {
        let finding = Finding::error(CHECK, answer.words(url)).wanted(WANTED);
        vec![finding.remedy(remedy).by(who)]
    };
    if let Some(target) = answer.redirect(url) {
        let is_same_host = Url::parse(url).is_ok_and(|url| is_same_host(&url, &target));
        let remedy = match is_same_host {
            true => format!(
                "write the URL that answers by itself, such as {}: no redirect is followed",
                redact::url(target.as_str())
            ),
            false => "copy `jwks_url` from the platform once more: no redirect is followed, and this one leads to another site".to_owned(),
        };
        return error(&remedy, ActionBy::ToolOperator);
    }
    if answer.is_login_page() {
        let remedy = "look for a slip in `jwks_url`; else let it be read without signing in";
        return error(remedy, ActionBy::PlatformAdministrator);
    }
    if answer.status().is_server_error() {
        let remedy = "see why the platform's server fails there";
        return error(remedy, ActionBy::PlatformAdministrator);
    }
    let Some(keys) = answer.key_set().filter(|_| answer.status().is_success()) else {
        let remedy =
            "copy `jwks_url` from the platform once more: what answers there is something else";
        return error(remedy, ActionBy::ToolOperator);
    };
    let mut findings = Vec::new();
    match KeySet::read(answer.response.body()) {
        Err(unusable) => findings.push(
            Finding::error(CHECK, format!("{}: {unusable}", answer.words(url)))
                .wanted("an RSA key of 2048 bits or more with a `kid`")
                .remedy("have the platform publish a key that launches can be signed with")
                .by(ActionBy::PlatformAdministrator),
        ),
        Ok(set) => findings.extend(no_key_for(registration, &set)),
    }
    if has_private(&keys) {
        findings.push(
            Finding::error(PRIVATE, format!("{} with private members", answer.words(url)))
                .wanted("the public halves of keys alone")
                .remedy("take these keys out of use at once, and publish public halves of new ones: whoever has read them can sign launches")
                .by(ActionBy::PlatformAdministrator),
        );
    }
    findings
}

/// No key verifies what the registration's algorithms sign.
fn no_key_for(registration: &Registration, keys: &KeySet) -> Option<Finding> {
    let algorithms = registration.algorithms();
    if algorithms.iter().any(|one| keys.serves(*one)) {
        return None;
    }
    let names: Vec<&str> = algorithms.iter().map(|one| one.as_str()).collect();
    let finding = Finding::error(CHECK, format!("no key is for {}", names.join(" or ")));
    Some(
        finding
            .wanted("a key for an algorithm that the registration allows")
            .remedy("set `algorithms` of the registration to what the platform signs with"),
    )
}

pub(super) fn has_private(keys: &[Value]) -> bool {
    let is_private = |key: &Value| {
        PRIVATE_MEMBERS
            .iter()
            .any(|member| key.get(member).is_some())
    };
    keys.iter().any(is_private)
}

/// The same URL with or without a slash at its end, where the key set is there.
async fn other_spelling(probe: &Probe, url: &str, addresses: &AddressPolicy) -> Option<String> {
    let mut other = Url::parse(url).ok()?;
    let path = other.path().to_owned();
    match path.strip_suffix('/') {
        Some("") => return None,
        Some(without) => other.set_path(without),
        None => other.set_path(&format!("{path}/")),
    }
    let answer = probe
        .get(other.as_str(), addresses.clone(), Purpose::KeySet)
        .await
        .ok()?;
    let is_there = answer.status().is_success() && answer.key_set().is_some();
    is_there.then(|| redact::url(other.as_str()))
}
