//! What a platform answers in place of a configuration or a registration.

use super::{
    platform::{Platform, Reply},
    world::{World, confirm, get},
};

fn raw(status: u16, kind: &'static str, body: &str) -> Reply {
    Reply::Raw(status, kind, body.to_owned())
}

// REG-10, REG-12, S25, ADV-83
#[tokio::test]
async fn a_platform_that_gives_no_configuration_is_told_of_by_its_way() {
    let (world, elsewhere) = (World::start().await, Platform::start().await);
    let to = format!("{}/configuration", elsewhere.url);
    for (wrong, reply, status, code, said) in [
        (
            "moved",
            Reply::Redirect(302, to.clone()),
            502,
            "configuration_redirected",
            "",
        ),
        (
            "moved for good",
            Reply::Redirect(308, to.clone()),
            502,
            "configuration_redirected",
            "",
        ),
        (
            "not there",
            raw(404, "text/html", "<p>no"),
            502,
            "configuration_rejected",
            "status 404",
        ),
        (
            "not allowed",
            raw(
                401,
                "application/json",
                r#"{"errorMessage":"x","error":"no token"}"#,
            ),
            502,
            "configuration_rejected",
            "no token",
        ),
        (
            "broken",
            raw(500, "text/plain", "database"),
            502,
            "configuration_failed",
            "database",
        ),
        (
            "a sign-in",
            raw(200, "text/html", "<!doctype html><p>Sign in"),
            502,
            "configuration_not_json",
            "",
        ),
        (
            "64 KiB and a byte",
            Reply::Long(64 * 1024 + 1),
            502,
            "configuration_not_json",
            "",
        ),
        (
            "without an end",
            Reply::Endless,
            502,
            "configuration_not_json",
            "",
        ),
        (
            "an error without an end of words",
            raw(500, "text/plain", &"x".repeat(100_000)),
            502,
            "configuration_failed",
            "status 500",
        ),
        (
            "a refusal without an end of words",
            raw(403, "text/html", &"x".repeat(100_000)),
            502,
            "configuration_rejected",
            "status 403",
        ),
        (
            "Canvas",
            raw(401, "application/json", r#"{"errorMessage":"no <token>"}"#),
            502,
            "configuration_rejected",
            "no &lt;token&gt;",
        ),
    ] {
        let before = world.platform.heard().len();
        world.platform.answers(move |_| reply.clone());
        let page = get(&world.open(), &world.platform.query(Some("t0ken"))).await;
        assert_eq!(page.status, status, "{wrong}: {}", page.body);
        page.assert_refused(status, code);
        assert!(page.body.contains(said), "{wrong}: {}", page.body);
        let asked = world.platform.heard().len() - before;
        assert_eq!(asked, 1, "asked once: {wrong}");
    }
    assert!(elsewhere.heard().is_empty(), "no redirect is followed");
}

// REG-10, ADV-83, S27
#[tokio::test]
async fn what_a_platform_refuses_with_is_shown_escaped_and_without_the_token() {
    let (world, elsewhere) = (World::start().await, Platform::start().await);
    let long = "y".repeat(2_000);
    for (wrong, reply, status, code, said) in [
        (
            "RFC 7591",
            raw(
                400,
                "application/json",
                r#"{"error":"invalid_redirect_uri","error_description":"not <b>ours</b>"}"#,
            ),
            502,
            "platform_refused",
            "invalid_redirect_uri: not &lt;b&gt;ours&lt;/b&gt;",
        ),
        (
            "Canvas",
            raw(
                422,
                "application/json",
                r#"{"errors":[{"message":"claims is missing"}]}"#,
            ),
            502,
            "platform_refused",
            "claims is missing",
        ),
        (
            "Canvas, in words",
            raw(400, "application/json", r#"{"errorMessage":"nope & no"}"#),
            502,
            "platform_refused",
            "nope &amp; no",
        ),
        (
            "Canvas, by member",
            raw(
                422,
                "application/json",
                r#"{"errors":{"claims":["is required"]}}"#,
            ),
            502,
            "platform_refused",
            "claims: is required",
        ),
        (
            "RFC 9457",
            raw(
                400,
                "application/problem+json",
                r#"{"type":"about:blank","detail":"no scope"}"#,
            ),
            502,
            "platform_refused",
            "no scope",
        ),
        (
            "words that turn what follows",
            raw(400, "text/plain", "caf\u{e9} \u{202e}\u{2067}\u{1b}[31m"),
            502,
            "platform_refused",
            "<blockquote>caf\u{e9}  [31m</blockquote>",
        ),
        (
            "Moodle, no token",
            raw(
                401,
                "text/html; charset=utf-8",
                "missing_registration_token",
            ),
            502,
            "platform_refused",
            "missing_registration_token",
        ),
        (
            "Moodle, a used token",
            raw(401, "text/html; charset=utf-8", "token_already_used"),
            502,
            "platform_refused",
            "token_already_used",
        ),
        (
            "Moodle, no domain",
            raw(400, "text/html; charset=utf-8", "missing_domain"),
            502,
            "platform_refused",
            "missing_domain",
        ),
        (
            "Moodle's page",
            raw(
                404,
                "text/html; charset=utf-8",
                "<!DOCTYPE html>\n<html>secret page",
            ),
            502,
            "platform_refused",
            "status 404",
        ),
        (
            "it repeats the token",
            raw(400, "text/plain", "bad token t0ken-t0ken"),
            502,
            "platform_refused",
            "status 400",
        ),
        (
            "long words",
            raw(400, "text/plain", &long),
            502,
            "platform_refused",
            "yyy…",
        ),
        (
            "broken",
            raw(503, "text/plain", "later"),
            502,
            "platform_failed",
            "later",
        ),
        (
            "moved",
            Reply::Redirect(307, format!("{}/register", elsewhere.url)),
            502,
            "platform_redirected",
            "status 307",
        ),
    ] {
        let before = world.platform.posted().len();
        world.platform.replies(reply);
        let page = world.register(&world.open(), Some("t0ken-t0ken")).await;
        assert_eq!(page.status, status, "{wrong}: {}", page.body);
        page.assert_refused(status, code);
        assert!(page.body.contains(said), "{wrong}: {}", page.body);
        assert!(!page.body.contains("t0ken-t0ken"), "{wrong}");
        assert!(!page.body.contains("secret page"), "{wrong}");
        assert!(page.body.len() < 8_000, "{wrong}");
        assert!(world.records().await.is_empty(), "{wrong}");
        let asked = world.platform.posted().len() - before;
        assert_eq!(asked, 1, "asked once: {wrong}");
    }
    assert!(elsewhere.heard().is_empty(), "no redirect is followed");
}

// REG-12, S25
#[tokio::test]
async fn a_platform_that_hangs_is_given_up_within_the_step() {
    let world = World::start().await;
    let service = world.open();
    let query = world.platform.query(None);
    let shown = get(&service, &query).await;
    world.platform.answers(|_| Reply::Hang);
    tokio::time::pause();
    for (what, is_first) in [
        ("configuration_timed_out", true),
        ("platform_timed_out", false),
    ] {
        let began = tokio::time::Instant::now();
        let page = if is_first {
            get(&service, &query).await
        } else {
            confirm(&service, &query, &shown).await
        };
        page.assert_refused(504, what);
        assert!(began.elapsed().as_secs() < 20);
    }
    assert!(world.records().await.is_empty());
}
