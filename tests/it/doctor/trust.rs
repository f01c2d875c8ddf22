//! What the doctor gives away: to whom it proves the tool, and what it has an operator write.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tower_lti::{
    doctor::{Report, Severity},
    outbound::HttpsClient,
    services::ActionBy,
};

use super::world::{Reply, World, good, wrong_checks};

/// A platform that refuses every token, and the audiences of the assertions that it got.
async fn refusing(client: &HttpsClient) -> (World, Arc<Mutex<Vec<String>>>) {
    let (world, audiences) = (
        World::over(client).await,
        Arc::<Mutex<Vec<String>>>::default(),
    );
    let seen = Arc::clone(&audiences);
    world.tokens(move |asked| {
        let audience = asked.claims["aud"].as_str().unwrap().to_owned();
        seen.lock().unwrap().push(audience);
        Reply::new(400, r#"{"error":"invalid_client"}"#)
    });
    (world, audiences)
}

fn told(report: &Report, check: &str) -> (ActionBy, String) {
    let mut findings = report.findings().iter();
    let finding = findings.find(|one| one.check == check);
    let finding = finding.unwrap_or_else(|| panic!("{check}: {report}"));
    (finding.who, finding.remedy.clone())
}

// ADV-96, ADV-97, S12
#[tokio::test]
async fn an_assertion_is_good_where_it_is_sent_and_nowhere_else() {
    const BRIGHTSPACE: &str = "https://api.brightspace.com/auth/token";
    let client = HttpsClient::new();
    for (issuer, token_endpoint, family, tried) in [
        (
            "https://lms.test",
            "https://lms.test/token",
            "Moodle",
            &["https://lms.test/token", "https://lms.test"][..],
        ),
        // What another's token endpoint is, what only calls itself Brightspace, another port, a host that begins alike.
        (
            "https://school.test/token",
            "https://lms.test/token",
            "desire2learn",
            &["https://lms.test/token"],
        ),
        (
            "https://lms.test:8443",
            "https://lms.test/token",
            "moodle",
            &["https://lms.test/token"],
        ),
        (
            "https://lms.test",
            "https://auth.brightspace.com.lms.test/token",
            "desire2learn",
            &["https://auth.brightspace.com.lms.test/token"],
        ),
        (
            "https://school.brightspace.com",
            "https://auth.brightspace.com/core/connect/token",
            "desire2learn",
            &[
                "https://auth.brightspace.com/core/connect/token",
                BRIGHTSPACE,
            ],
        ),
    ] {
        let (world, audiences) = refusing(&client).await;
        let mut entry = good();
        entry["issuer"] = issuer.into();
        entry["token_endpoint"] = token_endpoint.into();
        entry["product_family"] = family.into();

        let report = world.doctor(&json!([entry]).to_string()).check().await;

        assert_eq!(*audiences.lock().unwrap(), tried, "{issuer}: {report}");
    }
}

// ADV-97
#[tokio::test]
async fn a_registration_that_does_not_count_is_sent_no_assertion() {
    let client = HttpsClient::new();
    for status in ["pending", "disabled"] {
        let (world, audiences) = refusing(&client).await;
        let mut entry = good();
        entry["status"] = status.into();

        let report = world.doctor(&json!([entry]).to_string()).check().await;

        assert!(audiences.lock().unwrap().is_empty(), "{report}");
        assert!(
            world.asked().iter().all(|asked| asked.starts_with("GET ")),
            "{:?}",
            world.asked()
        );
        assert_eq!(wrong_checks(&report), ["registration_status"], "{report}");
        let mut notes = report.findings().iter();
        assert!(notes.any(|one| one.check == "token_unchecked" && one.seen.contains("not active")));
    }
}

// ADV-97, S12
#[tokio::test]
async fn two_registrations_with_one_client_id_at_one_token_endpoint_are_told_and_sent_no_assertion()
{
    let client = HttpsClient::new();
    let evil = |change: fn(&mut Value)| {
        let mut evil = good();
        evil["issuer"] = "https://evil.test".into();
        for (setting, path) in [
            ("authorization_endpoint", "auth"),
            ("token_endpoint", "token"),
            ("jwks_url", "jwks"),
        ] {
            evil[setting] = format!("https://evil.test/{path}").into();
        }
        change(&mut evil);
        evil
    };
    for (other, found) in [
        (
            evil(|evil| evil["token_endpoint"] = "https://lms.test/token".into()),
            Some(Severity::Error),
        ),
        (
            evil(|evil| evil["token_audience"] = "https://lms.test/token".into()),
            Some(Severity::Error),
        ),
        (
            evil(|evil| {
                evil["issuer"] = "https://lms.test".into();
                evil["discriminator"] = "evil".into();
                evil["login_name"] = "evil".into();
                evil["token_audience"] = "lms.test".into();
            }),
            Some(Severity::Warning),
        ),
        (evil(|_| ()), None),
        (
            evil(|evil| {
                evil["token_audience"] = "https://lms.test/token".into();
                evil["client_id"] = "tool-2".into();
            }),
            None,
        ),
    ] {
        let (world, audiences) = refusing(&client).await;
        let page = Reply::page("Sign in");
        world.answers("evil.test/auth", page);
        world.answers("evil.test/jwks", Reply::json(&world.keys()));

        let report = world
            .doctor(&json!([good(), other]).to_string())
            .check()
            .await;

        let of_it = report.findings().iter();
        let of_it = of_it.filter(|one| one.check == "client_id_shared");
        let of_it: Vec<Severity> = of_it.map(|one| one.severity).collect();
        let expected: Vec<Severity> = found.into_iter().flat_map(|one| [one, one]).collect();
        assert_eq!(of_it, expected, "{report}");
        assert_eq!(
            audiences.lock().unwrap().is_empty(),
            found.is_some(),
            "{report}"
        );
    }
}

// ADV-95, S26
#[tokio::test]
async fn what_a_platform_says_of_another_site_is_not_for_writing_down() {
    let client = HttpsClient::new();
    let place = "lms.test/.well-known/openid-configuration";
    for (member, value, check, remedy, who) in [
        (
            "issuer",
            "https://lms.test/path",
            "issuer_text",
            "write \"https://lms.test/path\"",
            ActionBy::ToolOperator,
        ),
        (
            "issuer",
            "https://school.test",
            "issuer_text",
            "do not write",
            ActionBy::PlatformAdministrator,
        ),
        (
            "issuer",
            "https://school.test@lms.test",
            "issuer_text",
            "do not write",
            ActionBy::PlatformAdministrator,
        ),
        (
            "issuer",
            "https://lms.test.evil.test",
            "issuer_text",
            "do not write",
            ActionBy::PlatformAdministrator,
        ),
        (
            "issuer",
            "https://canvas.instructure.com",
            "issuer_text",
            "do not write",
            ActionBy::PlatformAdministrator,
        ),
        (
            "token_endpoint",
            "https://lms.test/token2",
            "endpoint_other",
            "write that as",
            ActionBy::ToolOperator,
        ),
        (
            "token_endpoint",
            "https://school.test/token",
            "endpoint_other",
            "another site",
            ActionBy::PlatformAdministrator,
        ),
    ] {
        let world = World::over(&client).await;
        let mut configuration = json!({
            "issuer": "https://lms.test",
            "jwks_uri": "https://lms.test/jwks",
        });
        configuration[member] = value.into();
        world.answers(place, Reply::json(&configuration));

        let report = world.doctor(&json!([good()]).to_string()).check().await;

        let told = told(&report, check);
        assert!(
            told.0 == who && told.1.contains(remedy),
            "{value}: {report}"
        );
    }
    // Canvas shares an issuer that is not its own address.
    let (world, mut canvas) = (World::over(&client).await, good());
    let at = "https://sso.canvaslms.com/api/lti";
    canvas["issuer"] = "https://sso.canvaslms.com".into();
    canvas["authorization_endpoint"] = format!("{at}/authorize_redirect").into();
    canvas["jwks_url"] = format!("{at}/security/jwks").into();
    world.answers(
        "sso.canvaslms.com/api/lti/security/openid-configuration",
        Reply::json(&json!({
            "issuer": "https://canvas.instructure.com",
            "jwks_uri": format!("{at}/security/jwks"),
        })),
    );
    let report = world.doctor(&json!([canvas]).to_string()).check().await;
    let told_issuer = told(&report, "issuer_text");
    assert!(
        told_issuer
            .1
            .contains("write \"https://canvas.instructure.com\""),
        "{report}"
    );
    for (setting, url, check) in [
        ("jwks", "https://school.test/jwks", "platform_key_set"),
        ("jwks", "https://lms.test/keys", "platform_key_set"),
    ] {
        let world = World::over(&client).await;
        world.answers(&format!("lms.test/{setting}"), Reply::redirect(url));

        let report = world.doctor(&json!([good()]).to_string()).check().await;

        let is_named = told(&report, check).1.contains(url);
        assert_eq!(is_named, url.starts_with("https://lms.test/"), "{report}");
    }
    // Another host's endpoint of the same path is no other spelling of this one.
    let world = World::over(&client).await;
    world.answers("lms.test/auth", Reply::redirect("https://school.test/auth"));
    let report = world.doctor(&json!([good()]).to_string()).check().await;
    assert!(!report.to_string().contains("school.test"), "{report}");
}

// ADV-97
#[tokio::test]
async fn a_query_in_an_audience_or_an_endpoint_is_shown_nowhere() {
    let (world, mut entry) = (World::start().await, good());
    entry["product_family"] = "canvas".into();
    entry["token_endpoint"] = "https://lms.test/token?key=hidden".into();
    entry["token_audience"] = "https://lms.test/audience?key=hidden".into();
    world.tokens(
        |asked| match asked.claims["aud"] == "https://lms.test/token?key=hidden" {
            true => Reply::token(),
            false => Reply::new(400, r#"{"error":"invalid_client"}"#),
        },
    );

    let report = world.doctor(&json!([entry]).to_string()).check().await;

    assert_eq!(
        wrong_checks(&report),
        ["product", "token_audience"],
        "{report}"
    );
    let both = report.to_string() + &report.to_json();
    assert!(!both.contains("hidden"), "{report}");
}

// ADV-97, S12
#[tokio::test]
async fn one_that_does_not_count_keeps_no_other_from_being_checked() {
    let client = HttpsClient::new();
    for (status, found) in [("pending", 1), ("disabled", 0)] {
        let (world, audiences) = refusing(&client).await;
        let mut other = good();
        other["issuer"] = "https://other.test".into();
        other["status"] = status.into();

        let report = world
            .doctor(&json!([good(), other]).to_string())
            .check()
            .await;

        let shared = report.findings().iter();
        let shared: Vec<_> = shared
            .filter(|one| one.check == "client_id_shared")
            .map(|one| one.subject.entry())
            .collect();
        assert_eq!(shared, vec![Some(2); found], "{report}");
        assert!(!audiences.lock().unwrap().is_empty(), "{report}");
    }
}
