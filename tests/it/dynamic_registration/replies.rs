//! What a platform makes of the registration.

use serde_json::json;

use super::{
    platform::{Platform, Reply, TOOL},
    world::{CLOSE, World},
};

/// Replies with this text as client id, as it stands in JSON.
fn gives(platform: &Platform, client_id: &str) {
    let body = format!("{{\"client_id\":{client_id}}}");
    platform.replies(Reply::Raw(201, "application/json", body));
}

// REG-06, ADV-84
#[tokio::test]
async fn a_client_id_is_text_or_a_whole_number_of_up_to_1024_characters() {
    let world = World::start().await;
    let service = world.open().per_minute(None);
    let longest = "x".repeat(1_024);
    for (given, kept) in [
        ("\"a\"", "a"),
        ("7", "7"),
        ("104400000000000123", "104400000000000123"),
        (
            "100000000000000000000000000001",
            "100000000000000000000000000001",
        ),
        ("\"a b\"", "a b"),
        (&format!("\"{longest}\""), &longest),
    ] {
        gives(&world.platform, given);
        let done = world.register(&service, None).await;
        assert_eq!(done.status, 200, "{given}: {}", done.body);
        let records = world.records().await;
        let mut ids = records.iter().map(|record| record.id().client_id());
        assert!(ids.any(|id| id.as_str() == kept), "{given}");
    }
    let kept = world.records().await.len();
    let longer = format!("\"{}\"", "x".repeat(1_025));
    for given in [
        "null",
        "\"\"",
        "1.5",
        "1e3",
        "-1",
        "true",
        "[\"a\"]",
        "{}",
        "\" a\"",
        "\"a\\u0000\"",
        "\"a\\nb\"",
        "\"\\u00e4\"",
        "\"a\\u007f\"",
        &longer,
    ] {
        gives(&world.platform, given);
        let done = world.register(&service, None).await;
        done.assert_refused(502, "reply_invalid");
        assert_eq!(world.records().await.len(), kept, "{given}");
    }
}

// REG-06, ADV-83
#[tokio::test]
async fn what_some_products_write_another_way_is_read() {
    let world = World::start().await;
    world.platform.changes(|reply| {
        reply["application_type"] = json!(["web"]);
        reply["grant_types"] = json!(["implict", "client_credentials"]);
        reply["logo_uri"] = json!("");
        reply["contacts"] = json!({"a": 1});
        reply[TOOL].as_object_mut().unwrap().remove("messages");
        reply["client_secret"] = json!("nobody uses it");
    });
    let done = world.register(&world.open(), None).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let records = world.records().await;
    assert!(!records[0].json().contains("nobody uses it"));
}

// REG-06, ADV-84, S29
#[tokio::test]
async fn what_was_cut_is_shown() {
    let world = World::start().await;
    world.platform.changes(|reply| {
        reply["scope"] = json!("");
        reply[TOOL]["claims"] = json!(["iss", "sub"]);
        reply[TOOL]["messages"] = json!([{"type": "LtiResourceLinkRequest"}]);
    });
    let done = world.register(&world.open(), None).await;
    assert_eq!(done.status, 200, "{}", done.body);
    for cut in [
        "write grades",
        "the e-mail address",
        "choosing content for a course",
    ] {
        assert!(done.body.contains(cut), "{cut}: {}", done.body);
    }
    assert!(!done.body.contains("links in courses"));
    assert!(done.body.contains(CLOSE));
}

// ADV-84: the issuer is in every token.
#[tokio::test]
async fn an_issuer_that_is_not_listed_is_not_called_cut() {
    let world = World::start().await;
    for (came, is_cut) in [
        (json!(["sub", "name", "email"]), false),
        (json!(["iss", "name", "email"]), true),
    ] {
        let given = came.clone();
        world.platform.changes(move |reply| {
            reply["client_id"] = json!(format!("client-{is_cut}"));
            reply[TOOL]["claims"] = given.clone();
        });
        let done = world.register(&world.open(), None).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert_eq!(done.body.contains("an id, which"), is_cut, "{came}");
    }
}

// S29
#[tokio::test]
async fn a_reply_with_other_addresses_is_refused_and_not_kept() {
    let world = World::start().await;
    for (wrong, member, value) in [
        (
            "other redirects",
            "redirect_uris",
            json!(["https://evil.example/x"]),
        ),
        (
            "one redirect more",
            "redirect_uris",
            json!(["http://127.0.0.1:3000/lti/launch", "https://evil.example/x"]),
        ),
        ("no redirect", "redirect_uris", json!([])),
        ("other keys", "jwks_uri", json!("https://evil.example/jwks")),
        (
            "another login",
            "initiate_login_uri",
            json!("https://evil.example/login"),
        ),
    ] {
        world
            .platform
            .changes(move |reply| reply[member] = value.clone());
        let done = world.register(&world.open(), None).await;
        done.assert_refused(502, "reply_differs");
        assert!(done.body.contains(member), "{wrong}");
        assert!(world.records().await.is_empty(), "{wrong}");
    }
}

// S29
#[tokio::test]
async fn a_reply_that_is_too_long_or_none_is_refused_and_not_kept() {
    let world = World::start().await;
    for (wrong, reply, status, code) in [
        (
            "10 MiB",
            Reply::Long(10 * 1024 * 1024),
            502,
            "reply_not_json",
        ),
        (
            "one byte too long",
            Reply::Long(256 * 1024 + 1),
            502,
            "reply_not_json",
        ),
        ("without an end", Reply::Endless, 502, "reply_not_json"),
        (
            "a page",
            Reply::Raw(200, "text/html", "<p>done".to_owned()),
            502,
            "reply_not_json",
        ),
        (
            "a list",
            Reply::Raw(200, "application/json", "[]".to_owned()),
            502,
            "reply_not_json",
        ),
        (
            "no JSON",
            Reply::Raw(200, "application/json", "{".to_owned()),
            502,
            "reply_not_json",
        ),
        (
            "two client ids",
            Reply::Raw(
                200,
                "application/json",
                r#"{"client_id":"a","client_id":"b"}"#.to_owned(),
            ),
            502,
            "reply_invalid",
        ),
        (
            "no client id",
            Reply::Raw(200, "application/json", "{}".to_owned()),
            502,
            "reply_invalid",
        ),
    ] {
        world.platform.replies(reply);
        let done = world.register(&world.open(), None).await;
        assert_eq!(done.status, status, "{wrong}: {}", done.body);
        done.assert_refused(status, code);
        assert!(world.records().await.is_empty(), "{wrong}");
    }
}
