//! What an operator sees of calls to services, and what nobody does.

use std::collections::BTreeSet;

use tower_lti::{
    services::ServiceErrorKind,
    testing::{Call, Fault},
};

use super::{guide, watch::watch};
use crate::services::world::World;

/// A call that has to wait once, and succeeds.
pub(super) async fn call_that_waits() {
    let world = World::start().await;
    world
        .services
        .fail_next(Call::LineItems, 1, Fault::status(503));
    world.list().await.unwrap();
}

#[tokio::test]
async fn a_call_to_a_service_is_counted_and_says_how_it_ended() {
    let (_, seen) = watch(async {
        let world = World::start().await;
        world.list().await.unwrap();
        world.list().await.unwrap();
        world
            .services
            .fail_next(Call::LineItems, 1, Fault::status(404));
        assert!(world.list().await.is_err());
    })
    .await;

    let spans = seen.spans("lti.service");
    assert_eq!(spans.len(), 3);
    assert_eq!(spans[0].fields["service"], "other");
    assert_eq!(spans[0].fields["issuer"], "https://lms.test");
    assert_eq!(spans[0].fields["status"], "2xx");
    assert_eq!(spans[2].fields["status"], "4xx");
    let token = seen.only("lti.access_token");
    assert_eq!(token.fields["outcome"], "granted");
    assert_eq!(
        (token.parent, &token.follows[..]),
        (None, &["lti.service"][..])
    );
    let tokens = |outcome| seen.count("lti_access_tokens_total", &[("outcome", outcome)]);
    assert_eq!((tokens("granted"), tokens("reused")), (1, 2));
    let calls = |status| {
        let labels = [("service", "other"), ("status", status)];
        seen.count("lti_service_calls_total", &labels)
    };
    assert_eq!((calls("2xx"), calls("4xx")), (2, 1));
}

// ADV-27, S11
#[tokio::test]
async fn a_call_that_failed_is_one_event_without_token_assertion_or_the_platform_s_words() {
    for (call, fault, code, level) in [
        (
            Call::Token,
            Fault::status(400)
                .with_body(r#"{"error":"invalid_client","error_description":"CANARY"}"#),
            "token_refused",
            "WARN",
        ),
        (
            Call::Token,
            Fault::token_answer(r#"{"access_token":"CANARY\n"}"#),
            "token_invalid",
            "WARN",
        ),
        (
            Call::Token,
            Fault::status(400).with_body("CANARY"),
            "token_refused",
            "WARN",
        ),
        (
            Call::LineItems,
            Fault::status(403).with_body("CANARY").with_reason("CANARY"),
            "service_refused",
            "WARN",
        ),
        (
            Call::LineItems,
            Fault::redirect(302, "https://x.test/CANARY?CANARY"),
            "service_redirected",
            "WARN",
        ),
    ] {
        let world = World::start().await;
        world.services.fail_always(call, fault);

        let (error, seen) = watch(async { world.list().await.unwrap_err() }).await;

        assert_eq!(error.code(), code);
        let told = seen.event(&error.to_string());
        assert_eq!((told.level, &*told.fields["code"]), (level, code));
        assert_eq!(told.fields["reference"], error.reference());
        assert_eq!(told.fields["action_by"], error.action_by().as_str());
        assert_eq!(told.fields["client_id"], "tool-1");
        if let Some(status) = error.platform_status() {
            assert_eq!(told.fields["status"], status.as_u16().to_string());
        }
        let platform_error = told.fields.get("platform_error").map(String::as_str);
        assert_eq!(platform_error, error.platform_code());
        let mut secrets = world.services.issued_tokens();
        secrets.extend(["CANARY", "eyJ", "Bearer"].map(str::to_owned));
        for request in world.services.requests_for(Call::Token) {
            let body = String::from_utf8(request.body().to_vec()).unwrap();
            secrets.extend(body.split('&').skip(2).map(str::to_owned));
        }
        seen.assert_free_of(&secrets);
        for secret in &secrets {
            assert!(!format!("{error} {error:?}").contains(secret), "{secret}");
        }
    }
}

// ADV-26, ADV-27
#[tokio::test]
async fn a_refused_token_has_the_platform_s_code_where_its_remedy_says() {
    let world = World::start().await;
    let body = r#"{"error":"invalid_client","error_description":"CANARY"}"#;
    let fault = Fault::status(400).with_body(body);
    world.services.fail_always(Call::Token, fault);

    let (error, seen) = watch(async { world.list().await.unwrap_err() }).await;

    let told = seen.event(&error.to_string());
    assert_eq!(told.fields["platform_error"], "invalid_client");
    assert!(error.remedy().contains("in the log, as `platform_error`"));
}

// ADV-27
#[tokio::test]
async fn a_flood_of_failures_is_logged_ten_times_in_ten_seconds() {
    let world = World::start().await;
    world
        .services
        .fail_always(Call::LineItems, Fault::status(404));

    let (message, seen) = watch(async {
        for _ in 0..25 {
            assert!(world.list().await.is_err());
        }
        world.clock.advance(std::time::Duration::from_secs(10));
        world.list().await.unwrap_err().to_string()
    })
    .await;

    let told = seen.events(&message);
    assert_eq!(told.len(), 26);
    let warned: Vec<_> = told.iter().filter(|event| event.level == "WARN").collect();
    assert_eq!(warned.len(), 11);
    assert_eq!(warned[10].fields["suppressed"], "15");
}

#[test]
fn the_guide_has_every_kind_of_failure_with_its_status_and_who_acts() {
    let head = "| code | status | who acts | level |";
    let acting = guide::table(head, 2);
    let levels = guide::table(head, 3);
    assert_eq!(acting.len(), ServiceErrorKind::ALL.len());
    for kind in ServiceErrorKind::ALL {
        let who = BTreeSet::from([kind.action_by().to_string()]);
        assert_eq!(acting[kind.code()], who, "{kind:?}");
        let is_error =
            kind.status().is_server_error() && kind.action_by().as_str() == "tool_operator";
        let level = if is_error { "ERROR" } else { "WARN" };
        assert_eq!(
            levels[kind.code()],
            BTreeSet::from([level.to_owned()]),
            "{kind:?}"
        );
    }
}
