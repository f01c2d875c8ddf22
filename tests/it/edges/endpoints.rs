//! Addresses and names that a registration or a tool may have.

use tower_lti::{
    LtiTool,
    key_set::SignatureAlgorithm,
    registration::{Registration, Registrations},
    testing::Platform,
};

use super::*;

#[test]
fn endpoints_are_https_without_anything_that_could_mislead() {
    for (endpoint, good) in [
        ("https://lms.test/a", true),
        ("http://localhost/a", true),
        ("http://lms.localhost/a", true),
        ("http://127.0.0.1/a", true),
        ("http://[::1]/a", true),
        ("http://lms.test/a", false),
        ("http://notlocalhost/a", false),
        ("http://10.0.0.1/a", false),
        ("http://[fe80::1]/a", false),
        ("ftp://localhost/a", false),
        ("https://user@lms.test/a", false),
        ("https://:password@lms.test/a", false),
        ("https://lms.test/a#b", false),
        ("https://lms.test/a b", false),
        ("https://lms.test/\u{e9}", false),
        ("https://lms.test\\a", false),
    ] {
        let built = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url(endpoint)
            .build();
        assert_eq!(built.is_ok(), good, "{endpoint}");
    }
}

#[test]
fn an_endpoint_may_carry_none_of_our_parameters() {
    for name in [
        "scope",
        "response_type",
        "response_mode",
        "prompt",
        "client_id",
        "redirect_uri",
        "login_hint",
        "lti_message_hint",
        "state",
        "nonce",
    ] {
        let built = Registration::builder("https://lms.test", "tool-1")
            .authorization_endpoint(format!("https://lms.test/auth?a=1&{name}=x"))
            .jwks_url("https://lms.test/jwks")
            .build();
        assert!(built.is_err(), "{name}");
    }
}

#[test]
fn issuers_of_up_to_255_and_client_ids_of_up_to_1024_printable_characters_are_taken() {
    let builds = |issuer: &str, client_id: &str| {
        let built = Registration::builder(issuer, client_id)
            .authorization_endpoint("https://lms.test/auth")
            .jwks_url("https://lms.test/jwks")
            .build();
        built.is_ok()
    };
    for (length, is_issuer, is_client_id) in [
        (1, true, true),
        (255, true, true),
        (256, false, true),
        (1024, false, true),
        (1025, false, false),
    ] {
        let id = "x".repeat(length);
        assert_eq!(builds(&id, "tool-1"), is_issuer, "{length}");
        assert_eq!(builds("https://lms.test", &id), is_client_id, "{length}");
    }
    for id in ["", "  ", "x\u{e9}", "x\n"] {
        assert!(!builds(id, "tool-1"), "{id:?}");
        assert!(!builds("https://lms.test", id), "{id:?}");
    }
}

#[test]
fn a_registration_needs_algorithms_that_can_be_used() {
    for (names, good) in [
        (vec!["RS256", "RS384", "RS512", "ES256", "ES384"], true),
        (vec![], false),
        (vec!["HS256"], false),
        (vec!["RS256", "PS256"], false),
        (vec!["none"], false),
    ] {
        let allowed: Result<Vec<SignatureAlgorithm>, _> =
            names.iter().map(|name| name.parse()).collect();
        let built = allowed.is_ok_and(|allowed| {
            let builder = Registration::builder("https://lms.test", "tool-1")
                .authorization_endpoint("https://lms.test/auth")
                .jwks_url("https://lms.test/jwks")
                .algorithms(allowed);
            builder.build().is_ok()
        });
        assert_eq!(built, good, "{names:?}");
    }
}

#[tokio::test]
async fn plain_http_at_any_endpoint_is_for_tools_on_loopback() {
    let plain: [Change; 5] = [
        |builder| builder.authorization_endpoint("http://localhost/auth"),
        |builder| builder.token_endpoint("http://localhost/token"),
        |builder| builder.redirect_uri("http://localhost/launch"),
        |builder| builder.jwks_url("http://localhost/jwks"),
        |builder| builder.jwks_url("HTTP://localhost/jwks"),
    ];
    for (number, change) in plain.into_iter().enumerate() {
        for (launch_url, allowed, good) in [
            ("https://tool.test/l", true, false),
            ("https://localhost/l", false, false),
            ("https://localhost/l", true, true),
        ] {
            let builder = LtiTool::builder();
            let builder = if allowed {
                builder.insecure_allow_loopback_http()
            } else {
                builder
            };
            let built = builder
                .launch_url(launch_url)
                .registrations(Registrations::new([registration(change)]).unwrap())
                .key_sets(Platform::new("https://lms.test", "tool-1"))
                .build();
            assert_eq!(built.is_ok(), good, "{number} {launch_url} {allowed}");
        }
    }
}

#[test]
fn a_launch_url_is_https_without_anything_that_could_mislead() {
    for (url, good) in [
        ("https://tool.test/l", true),
        ("http://localhost/l", true),
        ("http://tool.test/l", false),
        ("ftp://localhost/l", false),
        ("https://user@tool.test/l", false),
        ("https://:password@tool.test/l", false),
        ("https://tool.test/l#x", false),
    ] {
        let built = LtiTool::builder()
            .launch_url(url)
            .insecure_allow_loopback_http()
            .registrations(Registrations::new([registration(|builder| builder)]).unwrap())
            .key_sets(Platform::new("https://lms.test", "tool-1"))
            .build();
        assert_eq!(built.is_ok(), good, "{url}");
    }
}
