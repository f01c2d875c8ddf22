//! What is refused of what platforms say of themselves.

use serde_json::{Value, json};

use super::{
    platform::Reply,
    world::{World, get},
};

// REG-03, REG-12, S25, S26
#[tokio::test]
async fn a_configuration_that_is_wrong_in_one_thing_is_refused_and_nothing_posted() {
    let world = World::start().await;
    let service = world.open().per_minute(None);
    let query = world.platform.query(Some("t"));
    let good = world.platform.configuration();
    let with = |member: &str, value: Value| {
        let mut changed = good.clone();
        changed[member] = value;
        changed.to_string()
    };
    let without = |member: &str| {
        let mut changed = good.clone();
        changed.as_object_mut().unwrap().remove(member);
        changed.to_string()
    };
    let text = good.to_string();
    let twice = text.replacen('{', r#"{"issuer":"https://other.example","#, 1);
    let long = "x".repeat(300);
    for (wrong, body, status, code) in [
        ("no issuer", without("issuer"), 502, "configuration_invalid"),
        (
            "no authorization endpoint",
            without("authorization_endpoint"),
            502,
            "configuration_invalid",
        ),
        (
            "no token endpoint",
            without("token_endpoint"),
            502,
            "configuration_invalid",
        ),
        (
            "no key set",
            without("jwks_uri"),
            502,
            "configuration_invalid",
        ),
        (
            "no registration endpoint",
            without("registration_endpoint"),
            502,
            "configuration_invalid",
        ),
        (
            "an empty endpoint",
            with("jwks_uri", json!("")),
            502,
            "configuration_invalid",
        ),
        (
            "an endpoint in a list",
            with("jwks_uri", json!(["x"])),
            502,
            "configuration_invalid",
        ),
        (
            "an issuer that is a number",
            with("issuer", json!(5)),
            502,
            "configuration_invalid",
        ),
        ("the issuer twice", twice, 502, "configuration_invalid"),
        (
            "a reserved parameter",
            with(
                "authorization_endpoint",
                json!(format!("{}/auth?state=x", world.platform.url)),
            ),
            502,
            "configuration_invalid",
        ),
        (
            "no RS256",
            with("id_token_signing_alg_values_supported", json!(["ES256"])),
            502,
            "configuration_unsupported",
        ),
        (
            "no RS256 for tokens",
            with(
                "token_endpoint_auth_signing_alg_values_supported",
                json!(["HS256"]),
            ),
            502,
            "configuration_unsupported",
        ),
        (
            "secrets alone",
            with(
                "token_endpoint_auth_methods_supported",
                json!(["client_secret_basic"]),
            ),
            502,
            "configuration_unsupported",
        ),
        (
            "another issuer",
            with("issuer", json!("https://school.example")),
            403,
            "issuer_mismatch",
        ),
        (
            "a slash behind the host of another port",
            with("issuer", json!("http://127.0.0.1:1/")),
            403,
            "issuer_mismatch",
        ),
        (
            "no issuer's text",
            with("issuer", json!("school")),
            403,
            "issuer_mismatch",
        ),
        (
            "an issuer that reads as another's",
            with(
                "issuer",
                json!(
                    world
                        .platform
                        .url
                        .replace("//", "//canvas.instructure.com@")
                ),
            ),
            403,
            "issuer_mismatch",
        ),
        (
            "an issuer with a query",
            with(
                "issuer",
                json!(format!("{}/?https://lms.example", world.platform.url)),
            ),
            403,
            "issuer_mismatch",
        ),
        (
            "a name of the tool's network",
            with("token_endpoint", json!("https://db.internal/t")),
            403,
            "endpoint_refused",
        ),
        (
            "a name without a dot",
            with("jwks_uri", json!("https://printer/jwks")),
            403,
            "endpoint_refused",
        ),
        (
            "a name of the local link",
            with("authorization_endpoint", json!("https://lms.local./a")),
            403,
            "endpoint_refused",
        ),
        (
            "a name of this machine with a dot behind it",
            with("registration_endpoint", json!("https://localhost./r")),
            403,
            "endpoint_refused",
        ),
        (
            "an issuer too long",
            with("issuer", json!(format!("{}/{long}", world.platform.url))),
            502,
            "configuration_invalid",
        ),
        (
            "plain http",
            with("token_endpoint", json!("http://lms.example/token")),
            403,
            "endpoint_refused",
        ),
        (
            "a private key set",
            with("jwks_uri", json!("https://10.0.0.1/jwks")),
            403,
            "endpoint_refused",
        ),
        (
            "metadata",
            with("token_endpoint", json!("https://169.254.169.254/t")),
            403,
            "endpoint_refused",
        ),
        (
            "a name of a metadata service",
            with(
                "token_endpoint",
                json!("https://metadata.google.internal/t"),
            ),
            403,
            "endpoint_refused",
        ),
        (
            "another loopback port over https",
            with(
                "authorization_endpoint",
                json!("https://[::ffff:10.1.2.3]/a"),
            ),
            403,
            "endpoint_refused",
        ),
        (
            "user info",
            with("registration_endpoint", json!("https://a:b@lms.example/r")),
            403,
            "endpoint_refused",
        ),
        (
            "a script",
            with("authorization_endpoint", json!("javascript:alert(1)")),
            403,
            "endpoint_refused",
        ),
        (
            "a fragment",
            with("jwks_uri", json!("https://lms.example/k#x")),
            403,
            "endpoint_refused",
        ),
        ("a list", "[]".to_owned(), 502, "configuration_not_json"),
        (
            "half",
            text[..text.len() / 2].to_owned(),
            502,
            "configuration_not_json",
        ),
        (
            "a page",
            "<!doctype html><title>Sign in</title>".to_owned(),
            502,
            "configuration_not_json",
        ),
        ("nothing", String::new(), 502, "configuration_not_json"),
        (
            "deep",
            format!("{{\"a\":{}", "[".repeat(60_000)),
            502,
            "configuration_not_json",
        ),
    ] {
        let body = body.clone();
        world
            .platform
            .answers(move |_| Reply::Raw(200, "application/json", body.clone()));
        let page = get(&service, &query).await;
        assert_eq!(page.status, status, "{wrong}: {}", page.body);
        page.assert_refused(status, code);
    }
    assert!(world.platform.posted().is_empty());
    assert!(world.records().await.is_empty());
}

// REG-02, REG-07
#[tokio::test]
async fn addresses_have_2048_characters_at_most_and_an_audience_names_nobody() {
    let world = World::start().await;
    let service = world.open().per_minute(None);
    let configuration = world.platform.configuration();
    for member in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "registration_endpoint",
    ] {
        let given = configuration[member].as_str().unwrap();
        for (length, is_taken) in [(2_048, true), (2_049, false)] {
            let mut changed = configuration.clone();
            let padding = "x".repeat(length - given.len() - 1);
            changed[member] = json!(format!("{given}?{padding}"));
            world.platform.has(changed);
            let page = get(&service, &world.platform.query(None)).await;
            assert_eq!(page.status == 200, is_taken, "{member}: {}", page.body);
            if !is_taken {
                page.assert_refused(502, "configuration_invalid");
                assert!(page.body.contains(member), "{}", page.body);
            }
        }
    }
    let long = format!("https://lms.example/{}", "x".repeat(2_048));
    for server in ["https://u:p@lms.example/", "https://lms.example/#f", &long] {
        let mut changed = configuration.clone();
        changed["authorization_server"] = json!(server);
        world.platform.has(changed);
        let done = world.register(&service, None).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let records = world.records().await;
        assert!(!records[0].json().contains("token_audience"), "{server}");
        world.registrations.remove(records[0].id()).await.unwrap();
    }
}
