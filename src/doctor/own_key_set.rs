//! The tool's own key set, as platforms see it: over its public URL.

use serde_json::Value;

use crate::{
    doctor::{
        Finding,
        platform_keys::has_private,
        probe::{Answer, Probe},
        unreachable::{Whose, unreachable},
    },
    keys::KeyState,
    outbound::{AddressPolicy, Purpose},
    redact,
    tool_keys::ToolKeys,
};

const CHECK: &str = "tool_key_set";
const PRIVATE: &str = "tool_private_key";
const KEY: &str = "tool_key";

/// Looks at the key set over the network.
pub(super) async fn check(
    probe: &Probe,
    url: &str,
    addresses: AddressPolicy,
    keys: Option<&ToolKeys>,
) -> Vec<Finding> {
    let answer = match probe.get(url, addresses, Purpose::KeySet).await {
        Ok(answer) => answer,
        Err(error) => {
            return vec![unreachable(
                "the tool's key set at",
                url,
                &error,
                Whose::Tool,
            )];
        }
    };
    let Some(published) = answer.key_set().filter(|_| answer.status().is_success()) else {
        return vec![no_key_set(&answer, url)];
    };
    let mut findings = Vec::new();
    if has_private(&published) {
        findings.push(
            Finding::error(PRIVATE, format!("{} with private members", answer.words(url)))
                .wanted("the public halves of keys alone")
                .remedy("take these keys out of use at once, make new ones, and serve the key set with `LtiJwks`: whoever has read them can pass for the tool"),
        );
    }
    let is_json = |value: &http::HeaderValue| {
        let text = value.to_str().unwrap_or_default().to_ascii_lowercase();
        let media_type = text.split(';').next().unwrap_or_default().trim();
        media_type.ends_with("/json") || media_type.ends_with("+json")
    };
    let content_type = answer.response.headers().get(http::header::CONTENT_TYPE);
    if !content_type.is_some_and(is_json) {
        findings.push(
            Finding::warning(
                CHECK,
                format!("{} of a content type that is no JSON", answer.words(url)),
            )
            .wanted("`Content-Type: application/json`")
            .remedy("serve the key set with `LtiJwks`, or set the header"),
        );
    }
    findings.extend(bad_keys(&published));
    if let Some(keys) = keys {
        findings.extend(unpublished(probe, keys, &published));
    }
    findings
}

fn no_key_set(answer: &Answer, url: &str) -> Finding {
    let finding = Finding::error(CHECK, answer.words(url))
        .wanted("200 with the tool's JSON Web Key Set, without sign-in and redirects");
    if let Some(target) = answer.redirect(url) {
        let target = redact::url(target.as_str());
        return finding.remedy(format!("register the URL that answers by itself, such as {target}: some platforms follow no redirect"));
    }
    finding.remedy(match answer.status().as_u16() {
        _ if answer.is_login_page() => {
            "take sign-in away from this path: platforms have no account"
        }
        401 | 403 => "take sign-in away from this path: platforms have no account",
        404 => "serve `LtiJwks` there, or give the URL where it is served",
        _ => "serve `LtiJwks` there; see whether a proxy answers in its place",
    })
}

/// Keys that platforms cannot pick or use.
fn bad_keys(published: &[Value]) -> Option<Finding> {
    let text = |key: &Value, name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
    let nameless = published
        .iter()
        .filter(|key| text(key, "kid").is_none())
        .count();
    let seen = if published.is_empty() {
        "the tool's key set is empty".to_owned()
    } else if nameless > 0 {
        format!("{nameless} keys of the tool's key set have no `kid`")
    } else {
        return None;
    };
    let finding = Finding::error(CHECK, seen).wanted("a key with a `kid` for each that signs");
    Some(finding.remedy("give the tool its keys with `tool_keys`, and serve them with `LtiJwks`"))
}

/// Keys that sign and are not published.
fn unpublished(probe: &Probe, keys: &ToolKeys, published: &[Value]) -> Option<Finding> {
    let known = keys.keys(None, probe.clock.now());
    let signing = known.iter().filter(|key| key.state == KeyState::Signing);
    let signing: Vec<&str> = signing.map(|key| key.id.as_str()).collect();
    if signing.is_empty() {
        let none = Finding::warning(KEY, "the tool has no key that signs");
        return Some(
            none.wanted("an RSA key of 2048 bits")
                .remedy("set `tool_keys`, or give their file"),
        );
    }
    let is_published = |id: &str| {
        let mut ids = published.iter().filter_map(|key| key.get("kid")?.as_str());
        ids.any(|published| published == id)
    };
    let missing: Vec<&str> = signing.into_iter().filter(|id| !is_published(id)).collect();
    if missing.is_empty() {
        return None;
    }
    let finding = Finding::error(
        CHECK,
        format!(
            "the tool signs with the key {}, which is not in its key set",
            missing.join(", ")
        ),
    );
    Some(
        finding
            .wanted("each key that signs in the key set, under the same `kid`")
            .remedy("serve the key set from the keys that the tool signs with; see whether an older instance, another tool or a cache answers at this URL"),
    )
}
