//! Configurations that cannot be used, and what is said of them.

use std::{
    fmt::{Debug, Display},
    str::FromStr,
};

use serde::Serialize;
use tower_lti::{
    LoginSecret, LtiTool, RedisStore,
    deployment::{DeploymentOrigin, DeploymentStatus},
    registration::{Registration, RegistrationError, Registrations},
    testing::Platform,
    tool::{ConfigError, LtiToolBuilder},
};

fn builder() -> LtiToolBuilder {
    let platform = Platform::new("https://lms.test", "tool-1");
    LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new([platform.registration()]).unwrap())
}

// MODEL-12, MODEL-15, B26
#[test]
fn a_wrong_configuration_fails_and_quotes_what_is_wrong() {
    let plain = Platform::new("http://127.0.0.1:9", "tool-1").registration();
    let secret = || LoginSecret::from_bytes(*b"a secret that only tests may know").unwrap();
    for (built, quoted) in [
        (LtiTool::builder().build(), "launch_url"),
        (
            builder().launch_url("http://tool.test/l").build(),
            "http://tool.test/l",
        ),
        (
            builder().launch_url("http://127.0.0.1/l").build(),
            "insecure_allow_loopback_http",
        ),
        (builder().launch_url("/lti/launch").build(), "/lti/launch"),
        (
            builder()
                .launch_url("http://tool.test/l")
                .insecure_allow_loopback_http()
                .build(),
            "must be https",
        ),
        (
            LtiTool::builder().launch_url("https://tool.test/l").build(),
            "registrations",
        ),
        (builder().allow_target("tool.test").build(), "tool.test"),
        (
            builder().login_secret(secret()).build(),
            "allow_volatile_store",
        ),
        (
            builder()
                .store(RedisStore::lazy("redis://127.0.0.1:1/").unwrap())
                .build(),
            "login secret",
        ),
        (
            builder()
                .insecure_allow_loopback_http()
                .registrations(Registrations::new([plain]).unwrap())
                .build(),
            "http://127.0.0.1:9",
        ),
    ] {
        let error: ConfigError = built.expect_err(quoted);
        assert!(error.to_string().contains(quoted), "{error}");
    }
    assert!(builder().build().is_ok());
}

// MODEL-01, MODEL-10, MODEL-11, MODEL-13, MODEL-14, W06, I08
#[test]
fn a_registration_that_cannot_be_used_is_refused_and_quoted() {
    let json = |auth: &str, jwks: &str, more: &str| {
        format!(
            r#"[{{"issuer": "123456", "client_id": "c", "authorization_endpoint": "{auth}", "jwks_url": "{jwks}"{more}}}]"#
        )
    };
    let good = ("https://l.test/auth?x=1", "https://l.test/jwks");
    for (json, quoted) in [
        (json("http://l.test/auth", good.1, ""), "http://l.test/auth"),
        (json("https://u:p@l.test/auth", good.1, ""), "user name"),
        (json(good.0, "https://l.test/jwks#x", ""), "fragment"),
        (
            json("https://l.test/auth?prompt=login", good.1, ""),
            "prompt",
        ),
        (
            json(good.0, good.1, r#", "algorithms": ["HS256"]"#),
            "HS256",
        ),
        (json(good.0, good.1, r#", "algorithms": ["none"]"#), "none"),
        (json(good.0, good.1, r#", "jwks": {"keys": []}"#), "no key"),
        ("{}".to_owned(), "JSON array"),
    ] {
        let error: RegistrationError = Registrations::from_json(&json).expect_err(quoted);
        assert!(error.to_string().contains(quoted), "{error}");
    }
    let one = json(good.0, good.1, r#", "token_audience": "https://a.test""#);
    let registrations = Registrations::from_json(&one).unwrap();
    let registration = registrations.iter().next().unwrap();
    assert_eq!(registration.authorization_endpoint(), good.0);
    assert_eq!(registration.token_audience(), Some("https://a.test"));
    let twice = Registrations::new([registration.clone(), registration.clone()]);
    assert!(matches!(twice, Err(RegistrationError::Duplicate { .. })));
    assert!(Registration::builder("", "c").build().is_err());
}

// E03
#[test]
fn debug_shows_no_secret() {
    let secret = LoginSecret::from_bytes(*b"canary-that-nobody-must-find-anywhere").unwrap();
    let store = RedisStore::lazy("redis://user:canary@127.0.0.1:1/").unwrap();
    let tool = builder().login_secret(secret.clone()).store(store.clone());
    let debug = format!("{tool:?}") + &format!("{secret:?} {store:?} {:?}", tool.build().unwrap());
    assert!(!debug.contains("canary"), "{debug}");
    assert!(LoginSecret::from_bytes(*b"short").is_err());
}

#[test]
fn a_status_and_an_origin_are_kept_as_the_words_that_serde_writes() {
    fn assert_is_kept_as<T>(value: T, word: &str)
    where
        T: Copy + Debug + Display + FromStr<Err: Debug> + PartialEq + Serialize,
    {
        assert_eq!(value.to_string(), word);
        assert_eq!(serde_json::to_value(value).unwrap(), word);
        assert_eq!(word.parse::<T>().unwrap(), value);
    }
    assert_is_kept_as(DeploymentStatus::Active, "active");
    assert_is_kept_as(DeploymentStatus::Pending, "pending");
    assert_is_kept_as(DeploymentStatus::Disabled, "disabled");
    assert_is_kept_as(DeploymentOrigin::FirstLaunch, "first_launch");
    assert_is_kept_as(DeploymentOrigin::Administrator, "administrator");
    assert_is_kept_as(DeploymentOrigin::Onboarding, "onboarding");
    for word in ["", "Active", "active ", "enabled"] {
        assert!(word.parse::<DeploymentStatus>().is_err(), "{word:?}");
        assert!(word.parse::<DeploymentOrigin>().is_err(), "{word:?}");
    }
}
