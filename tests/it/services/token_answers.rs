//! What token endpoints answer.

use std::time::Duration;

use tower_lti::{
    services::ActionBy,
    testing::{Call, Dialect, Fault},
};

use super::world::{LINE_ITEMS, NOW, SCORE, World, send};

// S11, OAUTH-23, OAUTH-26, ADV-19, ADV-21, ADV-25
#[tokio::test]
async fn a_token_is_taken_as_platforms_write_it_and_refused_where_it_is_none() {
    let long = format!(
        r#"{{"access_token":"{}","token_type":"bearer"}}"#,
        "x".repeat(1 << 20)
    );
    for (answer, code) in [
        (
            r#"{"access_token":"a\r\nx: y","token_type":"bearer"}"#,
            "token_invalid",
        ),
        (
            r#"{"access_token":"a\u0000","token_type":"bearer"}"#,
            "token_invalid",
        ),
        (
            r#"{"access_token":"","token_type":"bearer"}"#,
            "token_invalid",
        ),
        (
            r#"{"access_token":"t","token_type":"mac"}"#,
            "token_invalid",
        ),
        (
            r#"{"access_token":"t","access_token":"u"}"#,
            "token_invalid",
        ),
        (r#"["t"]"#, "token_invalid"),
        ("<html>Log in</html>", "token_invalid"),
        (long.as_str(), "token_invalid"),
        // These are taken, and the service does not know them.
        (
            r#"{"access_token":"t","token_type":"BEARER","expires_in":-1}"#,
            "service_refused",
        ),
        (
            r#"{"access_token":"t","token_type":"bearer","expires_in":1e300}"#,
            "service_refused",
        ),
        (
            r#"{"access_token":"t","token_type":"bearer","expires_in":"abc"}"#,
            "service_refused",
        ),
        (
            r#"{"access_token":"t","token_type":"bearer","expires_in":"3600"}"#,
            "service_refused",
        ),
        (
            r#"{"access_token":"not.a.jwt","token_type":"bearer"}"#,
            "service_refused",
        ),
    ] {
        let world = World::start().await;
        let fault = Fault::token_answer(answer.to_owned());
        world.services.fail_always(Call::Token, fault);

        let error = world.list().await.unwrap_err();

        let shown = answer.get(..60).unwrap_or(answer);
        assert_eq!(error.code(), code, "{shown}");
        let reached = world.services.count(Call::LineItems);
        assert_eq!(reached > 0, code == "service_refused", "{shown}");
    }
    let world = World::start().await;
    world.services.fail_next(
        Call::Token,
        1,
        Fault::right().with_header("content-type", "text/html"),
    );
    world.list().await.unwrap();
}

// ADV-17, ADV-18, OAUTH-24
#[tokio::test]
async fn a_scope_that_is_not_granted_is_an_error_before_the_call() {
    for answer in [
        r#"{"access_token":"t","token_type":"bearer","scope":""}"#.to_owned(),
        format!(r#"{{"access_token":"t","token_type":"bearer","scope":"{SCORE}"}}"#),
    ] {
        let world = World::start().await;
        let fault = Fault::token_answer(answer);
        world.services.fail_always(Call::Token, fault);

        let error = world.list().await.unwrap_err();

        assert_eq!(error.code(), "scope_not_granted");
        assert_eq!(error.detail(), Some(LINE_ITEMS));
        assert_eq!(error.status(), 403);
        assert_eq!(error.action_by(), ActionBy::PlatformAdministrator);
        assert_eq!(world.services.count(Call::LineItems), 0);
    }
    // More than was asked is no harm.
    let world = World::start().await;
    world.services.speak(Dialect::Blackboard);
    world.list().await.unwrap();

    // A scope that the launch does not list is not even asked for.
    let world = World::start().await;
    world.services.grant_scopes([SCORE]);
    let url = world.services.line_items_url();
    let error = world
        .tool
        .services()
        .client(&world.launch(), &url, [LINE_ITEMS]);
    assert_eq!(error.unwrap_err().code(), "scope_not_granted");
    assert!(world.services.requests().is_empty());
}

// OAUTH-25, ADV-26
#[tokio::test]
async fn a_refusal_keeps_the_platform_s_status_and_a_few_clean_words() {
    let long = "x".repeat(5_000);
    for (status, body, code, words) in [
        (
            400,
            r#"{"error":"invalid_client","error_description":"unknown\r\nclient"}"#,
            "token_refused",
            Some("invalid_client: unknown\\r\\nclient"),
        ),
        (
            400,
            r#"{"error":"invalid_scope"}"#,
            "scope_not_granted",
            Some("invalid_scope"),
        ),
        (
            401,
            r#"{"error":"Expired token"}"#,
            "token_refused",
            Some("Expired token"),
        ),
        (
            400,
            "{\"error\": \"\"kid\" invalid\"}",
            "token_refused",
            Some("{\"error\": \"\"kid\" invalid\"}"),
        ),
        (403, "<html><b>Forbidden</b></html>", "token_refused", None),
        (404, "", "token_refused", None),
        (400, long.as_str(), "token_refused", Some("")),
        (500, "boom", "platform_unavailable", Some("boom")),
        (418, "[]", "token_refused", None),
    ] {
        let world = World::start().await;
        let fault = Fault::status(status).with_body(body.to_owned());
        world
            .services
            .fail_always(Call::Token, fault.with_reason("SECRET"));

        let error = world.list().await.unwrap_err();

        assert_eq!(error.code(), code, "{status} {body}");
        assert_eq!(error.platform_status().unwrap(), status);
        let said = error.platform_message();
        match words {
            Some("") => assert!(said.unwrap().chars().count() <= 513, "{said:?}"),
            words => assert_eq!(said, words),
        }
        assert_eq!(world.services.count(Call::LineItems), 0);
    }
}

// ADV-26
#[tokio::test]
async fn what_a_platform_says_never_repeats_the_assertion() {
    let world = World::start().await;
    world.list().await.unwrap();
    world.clock.advance(Duration::from_secs(3_600));
    // Moodle puts the text of an exception there.
    world.services.speak(Dialect::Moodle);
    world.services.use_tool_keys(|| r#"{"keys":[]}"#.to_owned());

    let error = world.list().await.unwrap_err();

    assert_eq!(error.code(), "token_refused");
    assert!(error.platform_message().is_some());
    assert!(!format!("{error} {error:?}").contains(error.platform_message().unwrap()));
}

// ADV-16
#[tokio::test]
async fn a_refusal_by_a_platform_whose_clock_is_off_says_by_how_much() {
    for (date, offset) in [
        ("Tue, 02 Oct 2096 07:06:40 GMT", None),
        ("Tue, 02 Oct 2096 07:07:10 GMT", None),
        ("Tue, 02 Oct 2096 07:11:40 GMT", Some(300)),
        ("Tue, 02 Oct 2096 07:05:40 GMT", Some(-60)),
        ("yesterday", None),
    ] {
        let world = World::start().await;
        assert_eq!(NOW, 4_000_000_000);
        let fault = Fault::status(400).with_header("date", date);
        world.services.fail_always(Call::Token, fault);

        let error = world.list().await.unwrap_err();

        assert_eq!(error.clock_offset(), offset, "{date}");
        assert_eq!(error.to_string().contains("clock"), offset.is_some());
    }
}

// S04, OAUTH-32, OAUTH-33
#[tokio::test]
async fn a_redirect_is_not_followed_and_only_its_origin_is_named() {
    for status in [301, 302, 303, 307, 308] {
        let other = World::start().await;
        let world = World::start().await;
        let target = format!("{}/token?SECRET=1", other.services.base_url());
        world
            .services
            .fail_next(Call::Token, 1, Fault::redirect(status, &target));
        let at_token = world.list().await.unwrap_err();
        world.clock.advance(Duration::from_secs(2));
        world
            .services
            .fail_next(Call::LineItems, 1, Fault::redirect(status, &target));
        let at_service = world.list().await.unwrap_err();

        for error in [at_token, at_service] {
            assert_eq!(error.code(), "service_redirected", "{status}");
            let origin = format!("to {}", other.services.base_url());
            assert_eq!(error.detail(), Some(origin.as_str()));
            assert!(!format!("{error} {error:?}").contains("SECRET"));
        }
        assert!(other.services.requests().is_empty(), "{status}");
    }
}

// OAUTH-30
#[tokio::test]
async fn a_refresh_token_is_not_used() {
    let world = World::start().await;
    let answer = r#"{"access_token":"t","token_type":"bearer","expires_in":1,"refresh_token":"r"}"#;
    world
        .services
        .fail_next(Call::Token, 1, Fault::token_answer(answer));
    let refused = world.list().await;
    assert!(refused.is_ok(), "the second token is a good one");

    for request in world.services.requests_for(Call::Token) {
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        assert!(body.starts_with("grant_type=client_credentials&"));
        assert!(!body.contains("refresh"));
    }
    send(world.client(), world.request()).await.unwrap();
}
