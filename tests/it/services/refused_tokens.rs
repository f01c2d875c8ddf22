//! Access tokens that a service does not take.

use std::time::Duration;

use tokio::task::JoinSet;
use tower_lti::testing::{Call, Fault};

use super::{
    scripted::{Reply, Script},
    world::{World, send},
};

// ADV-24
#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_once_and_the_call_succeeds() {
    let world = World::start().await;
    world.list().await.unwrap();
    world.services.revoke_tokens();

    assert_eq!(world.list().await.unwrap().status(), 200);

    assert_eq!(world.services.count(Call::Token), 2);
    let used = world.services.requests_for(Call::LineItems);
    let used: Vec<_> = used
        .iter()
        .map(|request| request.header("authorization"))
        .collect();
    assert_eq!(used, ["Bearer #1", "Bearer #1", "Bearer #2"]);
}

// ADV-24, S16
#[tokio::test]
async fn parallel_refusals_cost_one_token_request() {
    let world = World::start().await;
    world.list().await.unwrap();
    world.services.revoke_tokens();

    let mut calls = JoinSet::new();
    for _ in 0..200 {
        calls.spawn(send(world.client(), world.request()));
    }
    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().status(), 200);
    }

    assert_eq!(world.services.count(Call::Token), 2);
}

// ADV-24, S16
#[tokio::test]
async fn a_service_that_refuses_every_token_costs_two_requests_a_call_and_one_token_a_pause() {
    let world = World::start().await;
    let fault =
        Fault::status(401).with_body(r#"{"errors":[{"message":"Inactive developer key"}]}"#);
    world.services.fail_always(Call::LineItems, fault);

    let error = world.list().await.unwrap_err();

    assert_eq!(error.code(), "service_refused");
    assert_eq!(error.platform_status().unwrap(), 401);
    assert_eq!(error.platform_message(), Some("Inactive developer key"));
    assert_eq!(world.services.count(Call::LineItems), 2);
    assert_eq!(world.services.count(Call::Token), 2);

    for _ in 0..50 {
        assert!(world.list().await.is_err());
    }
    assert_eq!(world.services.count(Call::Token), 2, "no storm");
    assert_eq!(world.services.count(Call::LineItems), 52);

    let mut tokens = 2;
    for pause in [1, 2, 4, 8, 10, 10] {
        world.clock.advance(Duration::from_secs(pause));
        for _ in 0..5 {
            assert!(world.list().await.is_err());
        }
        tokens += 1;
        assert_eq!(world.services.count(Call::Token), tokens, "after {pause} s");
    }

    world.services.heal();
    world.list().await.unwrap();
    assert_eq!(world.services.count(Call::Token), tokens);
    // What was taken once counts as good again.
    world.services.revoke_tokens();
    world.clock.advance(Duration::from_secs(1));
    world.list().await.unwrap();
    assert_eq!(world.services.count(Call::Token), tokens + 1);
}

// ADV-24
#[tokio::test(start_paused = true)]
async fn a_refusal_that_is_not_about_the_token_does_not_burn_the_new_one() {
    // Canvas answers 401 where a coupled line item would be deleted.
    let script = Script::new(
        |_, number| Reply::token(number),
        |sent, _| Reply::status(if sent.url.ends_with("/1") { 401 } else { 200 }),
    );
    let exchange = script.clone();
    let world = World::with_tool(|tool| tool.exchange(exchange)).await;
    let mut delete = world.request();
    *delete.uri_mut() = format!("{}/1", world.services.line_items_url())
        .parse()
        .unwrap();

    for _ in 0..5 {
        let mut request = http::Request::delete(delete.uri());
        request = request.header("accept", "*/*");
        let request = request.body(bytes::Bytes::new()).unwrap();
        assert!(send(world.client(), request).await.is_err());
        world.list().await.unwrap();
    }

    assert_eq!(script.tokens().len(), 2);
    assert_eq!(
        script.calls().last().unwrap().authorization,
        "Bearer token-1"
    );
}

// ADV-18
#[tokio::test]
async fn a_service_that_misses_a_scope_is_not_asked_again_with_another_token() {
    let world = World::start().await;
    for status in [401, 403] {
        world.services.forget_requests();
        let fault = Fault::status(status)
            .with_header("www-authenticate", r#"Bearer error="insufficient_scope""#);
        world.services.fail_next(Call::LineItems, 1, fault);

        let error = world.list().await.unwrap_err();

        assert_eq!(error.code(), "scope_not_granted");
        assert_eq!(world.services.count(Call::LineItems), 1);
    }
}
