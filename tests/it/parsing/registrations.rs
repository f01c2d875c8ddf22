//! The registrations file: a mistake in it is never read past.

use std::error::Error;

use serde_json::{Value, json};
use tower_lti::registration::{
    AuthorizedPartyCheck, Registration, RegistrationError, RegistrationRecord, RegistrationStatus,
    Registrations, TargetLinkUriCheck,
};

fn row() -> Value {
    json!({
        "issuer": "https://lms.test",
        "client_id": "tool-1",
        "authorization_endpoint": "https://lms.test/auth",
        "jwks_url": "https://lms.test/jwks",
    })
}

fn read(json: &str) -> Result<Registrations, String> {
    Registrations::from_json(json).map_err(|error| match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    })
}

fn read_with(name: &str, value: Value) -> Result<Registrations, String> {
    let mut row = row();
    row[name] = value;
    read(&json!([row]).to_string())
}

// N24
#[test]
fn a_member_that_nobody_knows_is_refused_by_name() {
    for (name, meant) in [
        ("on_missing_deploymentt", "`on_missing_deployment`"),
        ("on_missing_deploymnet", "`on_missing_deployment`"),
        ("authorized_party_chekc", "`authorized_party_check`"),
        ("Authorized_Party_Check", "`authorized_party_check`"),
        ("authorization-endpoint", "`authorization_endpoint`"),
        // An older name misspelt leads to the one of today.
        ("strict_azpp", "`authorized_party_check`"),
        ("auth_login_uri", "`authorization_endpoint`"),
        ("redirect_url", "`redirect_uri`"),
        ("algorithm", "`algorithms`"),
        ("deployment_quotas", "`deployment_quota`"),
        ("note", "`notes`"),
        ("jwk", "`jwks`"),
        ("comment", "`notes`"),
        ("", "`notes`"),
        ("notes ", "`notes`"),
        ("redirects", "`notes`"),
        ("discriminater", "`discriminator`"),
        ("Status", "`status`"),
        ("disable", "`disabled`"),
        ("registration_client_url", "`registration_client_uri`"),
        ("registered-at", "`registered_at`"),
    ] {
        let error = read_with(name, json!("reject")).unwrap_err();
        assert!(error.contains(&format!("{name:?}")), "{error}");
        assert!(error.contains(meant), "{error}");
    }
    assert!(read_with("notes", json!({"strict_azpp": [1, null], "by": "Ada"})).is_ok());
    assert!(read_with("notes", Value::Null).is_ok());
}

// N24
#[test]
fn a_policy_in_the_file_is_read_as_strictly() {
    for wrong in [
        json!("rejectt"),
        json!("Reject"),
        json!(" reject"),
        json!({"create_for": ["Instructor"], "create": null}),
        json!({"create_for": ["Instructorr"]}),
        json!({"create_for": ["Instructor"], "notes": "x"}),
        json!({"redirect": "/onboarding", "redirectt": "/x"}),
        json!({"redirect": {"url": "/onboarding"}}),
        json!({}),
        json!(["reject"]),
        json!(true),
    ] {
        assert!(
            read_with("on_missing_deployment", wrong.clone()).is_err(),
            "{wrong}"
        );
    }
    for good in [
        json!("reject"),
        json!({"redirect": "/onboarding"}),
        Value::Null,
    ] {
        assert!(
            read_with("on_missing_deployment", good.clone()).is_ok(),
            "{good}"
        );
    }
}

// N24
#[test]
fn a_member_that_stands_there_twice_is_refused() {
    let row = row().to_string();
    let more = |member: &str| format!("[{},{member}}}]", &row[..row.len() - 1]);
    for twice in [
        r#""issuer": "https://lms.test""#,
        r#""\u0069ssuer": "https://evil.test""#,
        r#""authorized_party_check": "always", "authorized_party_check": "always""#,
        r#""strict_azp": true, "strict_azp": false"#,
        r#""on_missing_deployment": {"redirect": "/a", "redirect": "/b"}"#,
        r#""notes": 1, "notes": 2"#,
        r#""jwks": {"keys": [], "keys": []}"#,
    ] {
        assert!(read(&more(twice)).is_err(), "{twice}");
    }
    assert!(read(&more(r#""authorized_party_check": "always""#)).is_ok());
}

// N24
#[test]
fn no_value_is_trimmed_and_one_with_spaces_around_it_is_refused() {
    for name in [
        "issuer",
        "client_id",
        "authorization_endpoint",
        "jwks_url",
        "token_endpoint",
        "redirect_uri",
        "token_audience",
        "login_name",
        "registration_client_uri",
    ] {
        let good = if ["url", "uri", "endpoint"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            "https://lms.test/x"
        } else {
            "good"
        };
        assert!(read_with(name, good.into()).is_ok(), "{name}");
        for wrong in [
            format!("{good} "),
            format!(" {good}"),
            format!("{good}\n"),
            format!("\t{good}"),
            format!("{good}\u{a0}"),
            format!("{good}\u{200b}"),
            format!("\u{feff}{good}"),
            String::new(),
            " ".to_owned(),
        ] {
            let error = read_with(name, wrong.clone().into()).unwrap_err();
            assert!(error.contains(name), "{name} {wrong:?}: {error}");
        }
    }
    for (name, wrong) in [
        ("trusted_audiences", json!(["good", "bad "])),
        ("algorithms", json!(["RS256 "])),
        ("login_name", json!("north/south")),
        ("login_name", json!("..")),
        ("login_name", json!("a?b")),
        ("authorized_party_check", json!("Always")),
        ("authorized_party_check", json!(true)),
        ("authorized_party_check", Value::Null),
        ("target_link_uri_check", json!("warn")),
        ("target_link_uri_check", json!(true)),
        ("strict_azp", json!("true")),
        ("strict_azp", Value::Null),
        ("deployment_quota", json!("5")),
        ("client_id", json!(10_000_000_000_001_u64)),
        ("status", json!("Active")),
        ("status", json!("off")),
        ("status", json!(true)),
        ("name", json!("")),
        ("name", json!("a\nb")),
        ("name", json!("x".repeat(256))),
        ("registered_at", json!(1_700_000_000)),
        ("registration_access_token", json!("with\u{7f}")),
    ] {
        assert!(read_with(name, wrong.clone()).is_err(), "{name} {wrong}");
    }
    let spaced = Registration::builder("https://lms.test ", "tool-1")
        .authorization_endpoint("https://lms.test/auth")
        .jwks_url("https://lms.test/jwks")
        .build();
    assert!(matches!(spaced, Err(RegistrationError::Identifier { .. })));
}

#[test]
fn the_names_of_before_are_read_alone_and_refused_beside_those_of_today() {
    let older = json!([{
        "issuer": "https://lms.test",
        "client_id": "tool-1",
        "auth_login_url": "https://lms.test/auth",
        "auth_token_url": "https://lms.test/token",
        "jwks_url": "https://lms.test/jwks",
        "launch_url": "https://tool.test/own",
        "strict_azp": true,
        "disabled": true,
        "allow_target_link_uri_mismatch": true,
    }]);

    let registrations = read(&older.to_string()).unwrap();

    let registration = registrations.iter().next().unwrap();
    assert_eq!(
        registration.authorization_endpoint(),
        "https://lms.test/auth"
    );
    assert_eq!(
        registration.token_endpoint(),
        Some("https://lms.test/token")
    );
    assert_eq!(registration.redirect_uri(), Some("https://tool.test/own"));
    assert_eq!(
        registration.authorized_party_check(),
        AuthorizedPartyCheck::Always
    );
    assert_eq!(
        registration.target_link_uri_check(),
        TargetLinkUriCheck::InsecureWarn
    );
    for (old, new, value) in [
        (
            "auth_login_url",
            "authorization_endpoint",
            "https://lms.test/auth",
        ),
        ("auth_token_url", "token_endpoint", "https://lms.test/token"),
        ("launch_url", "redirect_uri", "https://tool.test/own"),
        ("strict_azp", "authorized_party_check", "always"),
        ("disabled", "status", "active"),
        (
            "allow_target_link_uri_mismatch",
            "target_link_uri_check",
            "exact",
        ),
    ] {
        let mut both = older.clone();
        both[0][new] = value.into();
        let error = read(&both.to_string()).unwrap_err();
        assert!(
            error.contains(&format!("both `{new}` and `{old}`")),
            "{error}"
        );
    }
}

// N19
#[test]
fn two_platforms_that_nothing_tells_apart_are_refused_with_what_to_do() {
    let canvas = |host: &str| {
        Registration::builder("https://canvas.instructure.com", "10000000000001")
            .authorization_endpoint(format!("https://{host}/api/lti/authorize_redirect"))
            .jwks_url(format!("https://{host}/api/lti/security/jwks"))
            .login_name(host)
            .build()
            .unwrap()
    };
    let both = Registrations::new([canvas("north.test"), canvas("south.test")]);
    let error = both.unwrap_err();
    assert!(matches!(error, RegistrationError::Duplicate { .. }));
    for said in [
        "10000000000001",
        "https://canvas.instructure.com",
        "listed twice",
        "self-hosted",
        "`discriminator`",
        "`login_name`",
        "login URL",
    ] {
        assert!(error.to_string().contains(said), "{said}: {error}");
    }
}

// N19
#[test]
fn what_tells_two_platforms_apart_needs_a_login_name_and_is_printable() {
    let row = |discriminator: Value, login_name: Value| {
        let mut row = row();
        row["discriminator"] = discriminator;
        row["login_name"] = login_name;
        row
    };
    let both = json!([
        row(json!("north"), json!("a")),
        row(json!("south"), json!("b")),
        row(Value::Null, Value::Null),
    ]);
    let registrations = read(&both.to_string()).unwrap();
    assert_eq!(registrations.len(), 3);
    let mut discriminators: Vec<_> = registrations
        .iter()
        .map(|registration| registration.id().discriminator())
        .collect();
    discriminators.sort_unstable();
    assert_eq!(discriminators, [None, Some("north"), Some("south")]);

    let twice = json!([
        row(json!("north"), json!("a")),
        row(json!("north"), json!("b"))
    ]);
    assert!(
        read(&twice.to_string())
            .unwrap_err()
            .contains("listed twice")
    );
    let unreachable = json!([row(json!("north"), Value::Null)]);
    let error = read(&unreachable.to_string()).unwrap_err();
    assert!(error.contains("needs a `login_name`"), "{error}");
    for wrong in ["", " ", "a ", "a\u{0}", "ä", &"x".repeat(256)] {
        let rows = json!([row(wrong.into(), json!("a"))]);
        let error = read(&rows.to_string()).unwrap_err();
        assert!(error.contains("`discriminator`"), "{wrong:?}: {error}");
    }
    let longest = json!([row("x".repeat(255).into(), json!("a"))]);
    assert!(read(&longest.to_string()).is_ok());
}

#[test]
fn a_client_id_has_up_to_1024_printable_characters_and_other_ids_255() {
    for (name, most) in [
        ("client_id", 1_024),
        ("issuer", 255),
        ("token_audience", 255),
    ] {
        assert!(read_with(name, "x".repeat(most).into()).is_ok(), "{name}");
        let error = read_with(name, "x".repeat(most + 1).into()).unwrap_err();
        assert!(
            error.contains(&format!("1 to {most} characters")),
            "{name}: {error}"
        );
    }
    for wrong in ["a\u{7f}", "a\u{1b}[31m", "a\u{0}b", "ü"] {
        assert!(read_with("client_id", wrong.into()).is_err(), "{wrong:?}");
    }
}

#[test]
fn what_a_registration_at_run_time_keeps_is_read_and_its_token_is_never_shown() {
    let mut row = row();
    for (name, value) in [
        ("status", json!("pending")),
        ("name", json!("School on Hill Road – Ünal")),
        ("registered_at", json!("2026-11-30T17:00:00Z")),
        (
            "registration_client_uri",
            json!("https://lms.test/register/7?key=canary"),
        ),
        ("registration_access_token", json!("sealed-canary")),
    ] {
        row[name] = value;
    }

    let registrations = read(&json!([row]).to_string()).unwrap();

    let registration = registrations.iter().next().unwrap();
    assert_eq!(registration.status(), RegistrationStatus::Pending);
    assert!(!registration.is_disabled());
    assert_eq!(registration.name(), Some("School on Hill Road – Ünal"));
    assert_eq!(registration.registered_at(), Some("2026-11-30T17:00:00Z"));
    assert_eq!(
        registration.registration_client_uri(),
        Some("https://lms.test/register/7?key=canary")
    );
    assert_eq!(
        registration.registration_access_token(),
        Some("sealed-canary")
    );
    let record = RegistrationRecord::from_json(&row.to_string()).unwrap();
    assert!(!format!("{registration:?} {record:?}").contains("canary"));
    row["registration_access_token"] = json!("canary ");
    let error = read(&json!([row]).to_string()).unwrap_err();
    assert!(!error.contains("canary"), "{error}");
    row["registration_access_token"] = json!(["canary"]);
    let error = read(&json!([row]).to_string()).unwrap_err();
    assert!(!error.contains("canary"), "{error}");
}
