//! The rules of a launch, written down a second time: what is let in must keep them.

use serde_json::{Map, Value};

const NOW: f64 = 1_800_000_000.0;
const SKEW: f64 = 60.0;
/// Times are compared in whole milliseconds.
const A_MOMENT: f64 = 0.001;
const GREATEST_AGE: f64 = 3_600.0;
const LTI: &str = "https://purl.imsglobal.org/spec/lti/claim";
const DEEP_LINKING_SETTINGS: &str =
    "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";

/// Asserts that a JOSE header which was let in is one that may be.
pub fn assert_header_acceptable(header: &[u8]) {
    let header: Value = serde_json::from_slice(header).expect("the header is JSON");
    assert_eq!(header["alg"], "ES256");
    assert_eq!(header["kid"], "k1");
    assert!(header.get("crit").is_none());
    let kind = header.get("typ").map(|kind| kind.as_str().unwrap_or("?"));
    assert!(kind.is_none_or(|kind| kind.eq_ignore_ascii_case("JWT")));
}

/// Asserts that claims which were let in are ones that may be.
pub fn assert_claims_acceptable(payload: &[u8], nonce: &str) {
    let claims: Map<String, Value> =
        serde_json::from_slice(payload).expect("the payload is a JSON object");
    let get = |name: &str| claims.get(name).unwrap_or(&Value::Null);
    let lti = |name: &str| get(&format!("{LTI}/{name}"));

    assert_eq!(get("iss"), "https://lms.test");
    assert_eq!(get("nonce"), nonce);
    let several = get("aud").as_array();
    match several {
        Some(audiences) => assert!(audiences.iter().all(|audience| audience == "tool-1")),
        None => assert_eq!(get("aud"), "tool-1"),
    }
    if let Some(audiences) = several.filter(|audiences| audiences.len() != 1) {
        assert!(!audiences.is_empty());
        assert_eq!(get("azp"), "tool-1");
    }
    let (issued, expires) = (time(get("iat")), time(get("exp")));
    assert!(expires > issued && expires > NOW - SKEW);
    assert!(issued < NOW + SKEW + A_MOMENT && issued > NOW - SKEW - GREATEST_AGE);
    assert!(get("nbf").is_null() || time(get("nbf")) < NOW + SKEW + A_MOMENT);

    assert_eq!(lti("version"), "1.3.0");
    assert!(is_identifier(lti("deployment_id")));
    let target = lti("target_link_uri");
    let roles = lti("roles");
    let are_roles = |roles: &Vec<Value>| roles.iter().all(Value::is_string);
    match lti("message_type").as_str() {
        Some("LtiResourceLinkRequest") => {
            assert_eq!(target, "https://tool.test/app");
            assert!(is_identifier(get("sub")));
            assert!(is_identifier(&lti("resource_link")["id"]));
            assert!(roles.as_array().is_some_and(are_roles));
        }
        Some("LtiDeepLinkingRequest") => {
            assert!(target.is_null() || target == "https://tool.test/app");
            assert!(claims.get("sub").is_none_or(is_identifier));
            assert!(roles.is_null() || roles.as_array().is_some_and(are_roles));
            let address = &get(DEEP_LINKING_SETTINGS)["deep_link_return_url"];
            // Browsers skip these when they read an address, too.
            let address: String = address
                .as_str()
                .expect("there is a return address")
                .chars()
                .filter(|&character| character > ' ')
                .collect();
            assert!(address.to_ascii_lowercase().starts_with("https:"));
        }
        other => panic!("let in with message type {other:?}"),
    }
}

fn time(value: &Value) -> f64 {
    value.as_f64().expect("a time is a number")
}

fn is_identifier(value: &Value) -> bool {
    value.as_str().is_some_and(|id| {
        (1..=255).contains(&id.len())
            && id.bytes().all(|byte| (b' '..=b'~').contains(&byte))
            && id.bytes().any(|byte| byte != b' ')
    })
}
