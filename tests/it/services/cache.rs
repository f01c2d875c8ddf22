//! One token for many calls, and whose it is.

use std::{collections::HashSet, time::Duration};

use futures_util::FutureExt as _;
use tokio::task::JoinSet;
use tower_lti::{
    LtiTool, MemoryStore,
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    keys::{ToolKey, ToolKeys},
    registration::{Registration, Registrations},
    store::DeploymentStore,
    testing::{Call, Fault, LaunchContextBuilder, TestClock},
    tool::Limits,
};

use super::{
    scripted::{Reply, Script},
    world::{LINE_ITEMS, NOW, SCORE, World, send},
};
use crate::connected::tool_key;

async fn scripted(script: &Script) -> World {
    let exchange = script.clone();
    World::with_tool(|tool| tool.exchange(exchange)).await
}

// OAUTH-27, OAUTH-29, ADV-20, ADV-22, S13
#[tokio::test]
async fn a_thousand_calls_cost_one_token_request_and_so_they_do_at_the_second_of_its_expiry() {
    let world = World::start().await;
    for round in 1..=2 {
        let mut calls = JoinSet::new();
        for _ in 0..1_000 {
            calls.spawn(send(world.client(), world.request()));
        }
        while let Some(answer) = calls.join_next().await {
            assert_eq!(answer.unwrap().unwrap().status(), 200);
        }
        assert_eq!(world.services.count(Call::Token), round);
        world.clock.advance(Duration::from_secs(3_600));
    }
    assert_eq!(world.services.count(Call::LineItems), 2_000);
}

// ADV-21, OAUTH-29, S18
#[tokio::test(start_paused = true)]
async fn a_token_is_used_until_shortly_before_it_expires_and_by_monotonic_time() {
    for (expires_in, good_for) in [
        ("3600", 3_540),
        ("\"600\"", 540),
        ("100", 90),
        ("null", 270),
        ("\"abc\"", 270),
        ("1e300", 3_540),
        ("86400", 3_540),
    ] {
        let script = Script::new(
            move |_, number| Reply::token_for(number, expires_in),
            |_, _| Reply::status(200),
        );
        let world = scripted(&script).await;
        world.list().await.unwrap();
        // In the last tenth it is renewed in the background.
        world
            .clock
            .advance(Duration::from_secs(good_for * 9 / 10 - 1));
        // The time of day is of no account.
        world.clock.set_wall_unix(NOW - 3_600);
        world.list().await.unwrap();
        world.clock.set_wall_unix(NOW + 7_200);
        world.list().await.unwrap();
        assert_eq!(script.tokens().len(), 1, "{expires_in}");
        world.clock.advance(Duration::from_secs(good_for / 10 + 2));
        world.list().await.unwrap();
        assert_eq!(script.tokens().len(), 2, "{expires_in}");
        let used: Vec<_> = script
            .calls()
            .iter()
            .map(|call| call.authorization.clone())
            .collect();
        assert_eq!(
            used[2..],
            ["Bearer token-0", "Bearer token-1"],
            "{expires_in}"
        );
    }
}

// ADV-21
#[tokio::test(start_paused = true)]
async fn a_token_that_has_expired_already_is_used_once() {
    for expires_in in ["0", "-1", "\"-5\""] {
        let script = Script::new(
            move |_, number| Reply::token_for(number, expires_in),
            |_, _| Reply::status(200),
        );
        let world = scripted(&script).await;
        for _ in 0..3 {
            world.list().await.unwrap();
        }
        let used: HashSet<_> = script
            .calls()
            .iter()
            .map(|call| call.authorization.clone())
            .collect();
        assert_eq!((script.tokens().len(), used.len()), (3, 3));
    }
}

// S13, OAUTH-29
#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_ahead_of_time_while_calls_go_on_with_the_old_one() {
    let mut moments = HashSet::new();
    for _ in 0..20 {
        let script = Script::new(
            |_, number| match number {
                0 => Reply::token(0),
                _ => Reply::After(Duration::from_secs(5), Box::new(Reply::token(number))),
            },
            |_, _| Reply::status(200),
        );
        let world = scripted(&script).await;
        world.list().await.unwrap();
        world.clock.advance(Duration::from_secs(3_540 * 9 / 10 - 1));
        let mut seconds = 0;
        while script.tokens().len() == 1 && seconds < 354 {
            world.clock.advance(Duration::from_secs(1));
            seconds += 1;
            world.list().await.unwrap();
            // Time is paused: this ends when all that was spawned waits.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        moments.insert(seconds);
        if script.tokens().len() == 1 {
            // Its moment lies in the very last second.
            continue;
        }
        world.list().await.unwrap();
        assert_eq!(
            script.calls().last().unwrap().authorization,
            "Bearer token-0"
        );
        tokio::time::sleep(Duration::from_secs(6)).await;
        world.list().await.unwrap();
        assert_eq!(
            script.calls().last().unwrap().authorization,
            "Bearer token-1"
        );
        assert_eq!(script.tokens().len(), 2);
    }
    assert!(moments.len() > 5, "not all at one moment: {moments:?}");
}

// S14, S15
#[test]
fn a_call_ends_while_the_runtime_shuts_down_with_a_token_and_without() {
    for has_token in [false, true] {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let script = Script::new(|_, number| Reply::token(number), |_, _| Reply::status(200));
        let world = runtime.block_on(scripted(&script));
        if has_token {
            runtime.block_on(world.list()).unwrap();
            // It is to be renewed.
            world.clock.advance(Duration::from_secs(3_539));
        }
        let handle = runtime.handle().clone();
        runtime.shutdown_background();
        let call = send(world.client(), world.request());
        let (done, ended) = std::sync::mpsc::channel();

        // A thread of its own: if the call hangs, the test does not.
        std::thread::spawn(move || {
            let _inside = handle.enter();
            let mut call = std::pin::pin!(call);
            // The runtime's threads drop what was spawned in their own time.
            let answer = loop {
                match call.as_mut().now_or_never() {
                    Some(answer) => break answer,
                    None => std::thread::yield_now(),
                }
            };
            assert!(done.send(answer).is_ok());
        });

        let answer = ended
            .recv_timeout(Duration::from_secs(20))
            .expect("it ends");
        match has_token {
            true => assert_eq!(answer.unwrap().status(), 200),
            false => assert_eq!(answer.unwrap_err().code(), "platform_unavailable"),
        }
    }
}

// S14, ADV-22, ADV-23
#[tokio::test(start_paused = true)]
async fn whoever_is_cancelled_the_request_goes_on_for_the_others() {
    let script = Script::new(
        |_, number| Reply::After(Duration::from_secs(20), Box::new(Reply::token(number))),
        |_, _| Reply::status(200),
    );
    let world = scripted(&script).await;
    let leader = tokio::spawn(send(world.client(), world.request()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let follower = tokio::spawn(send(world.client(), world.request()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    leader.abort();
    // A caller's own deadline ends its own wait alone.
    let impatient = send(world.client(), world.request());
    let impatient = tokio::time::timeout(Duration::from_secs(3), impatient).await;

    assert!(impatient.is_err());
    assert_eq!(follower.await.unwrap().unwrap().status(), 200);
    assert_eq!(script.tokens().len(), 1);
    world.list().await.unwrap();
    assert_eq!(script.tokens().len(), 1);
}

// S15, ADV-22
#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_and_paused_for_one_second_to_ten_and_a_success_clears_it() {
    let script = Script::new(
        |_, number| match number {
            0..=5 | 7 => Reply::body(500, "down"),
            _ => Reply::token_for(number, "1"),
        },
        |_, _| Reply::status(200),
    );
    let world = scripted(&script).await;
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        calls.spawn(send(world.client(), world.request()));
    }
    let failed: Vec<_> = calls.join_all().await;
    let references: HashSet<_> = failed
        .iter()
        .map(|failed| failed.as_ref().unwrap_err().reference().to_owned())
        .collect();
    assert_eq!((script.tokens().len(), references.len()), (1, 1));

    for (asked, pause) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10)] {
        world
            .clock
            .advance(Duration::from_millis(pause * 1_000 - 1));
        let error = world.list().await.unwrap_err();
        assert_eq!(error.code(), "platform_unavailable");
        assert!(error.retry_after().unwrap() <= Duration::from_secs(10));
        assert_eq!(script.tokens().len(), asked, "within the pause");
        world.clock.advance(Duration::from_millis(1));
        let _ = world.list().await;
        assert_eq!(script.tokens().len(), asked + 1, "after it");
    }
    // The seventh was granted; the eighth fails, and the pause is short again.
    world.clock.advance(Duration::from_secs(2));
    assert!(world.list().await.is_err());
    world.clock.advance(Duration::from_secs(1));
    world.list().await.unwrap();
    assert_eq!(script.tokens().len(), 9);
}

// S15, ADV-23
#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_hangs_is_waited_for_half_a_minute_or_as_set() {
    for (limits, seconds) in [
        (Limits::default(), 30),
        (Limits::default().token_timeout(Duration::from_secs(3)), 3),
        (
            Limits::default().service_call_timeout(Duration::from_secs(12)),
            12,
        ),
    ] {
        let script = Script::new(|_, _| Reply::Hangs, |_, _| Reply::status(200));
        let exchange = script.clone();
        let world = World::with_tool(|tool| tool.limits(limits).exchange(exchange)).await;
        let began = tokio::time::Instant::now();

        let error = world.list().await.unwrap_err();

        assert_eq!(error.code(), "platform_timeout");
        assert_eq!(error.status(), 504);
        assert_eq!(began.elapsed().as_secs(), seconds);
        assert!(script.calls().is_empty());
    }
}

// S15
#[tokio::test]
async fn a_token_endpoint_that_hung_and_healed_is_asked_again_after_the_pause() {
    let limits = Limits::default().token_timeout(Duration::from_secs(1));
    let world = World::with_tool(|tool| tool.limits(limits)).await;
    world.services.fail_next(Call::Token, 1, Fault::hang());

    assert_eq!(world.list().await.unwrap_err().code(), "platform_timeout");
    world.clock.advance(Duration::from_secs(1));
    world.list().await.unwrap();

    assert_eq!(world.services.count(Call::Token), 2);
}

// S12, OAUTH-28, ADV-20
#[tokio::test]
async fn no_two_tenants_share_a_token() {
    let services = [World::start().await.services, World::start().await.services];
    services[0].add_deployment("dep-2");
    let clock = TestClock::at_unix(NOW);
    let store = MemoryStore::default().with_clock(clock.clone());
    let registration = |client_id: &str, platform: usize| {
        let base = services[platform].base_url();
        Registration::builder("https://lms.test", client_id)
            .authorization_endpoint(format!("{base}/auth"))
            .jwks_url(format!("{base}/jwks"))
            .token_endpoint(services[platform].token_url())
            .build()
            .unwrap()
    };
    // One issuer, several clients and token endpoints.
    let registrations = [
        registration("tool-1", 0),
        registration("tool-2", 1),
        registration("tool-3", 0),
    ];
    for service in &services {
        service.trust_any_assertion();
        service.use_clock(clock.clone());
    }
    let script = Script::new(|_, number| Reply::token(number), |_, _| Reply::status(200));
    let tool = LtiTool::builder()
        .launch_url("http://127.0.0.1:3000/lti/launch")
        .insecure_allow_loopback_http()
        .registrations(Registrations::new(registrations).unwrap())
        .store(store.clone())
        .clock(clock)
        .exchange(script.clone())
        .tool_keys(tool_key())
        .build()
        .unwrap();
    let mut used = HashSet::new();
    let mut calls = 0;
    for (client_id, deployment, platform) in [
        ("tool-1", "dep-1", 0),
        ("tool-1", "dep-2", 0),
        ("tool-2", "dep-1", 1),
        ("tool-3", "dep-1", 0),
    ] {
        let mut launch = LaunchContextBuilder::new("https://lms.test", client_id).claim(
            "https://purl.imsglobal.org/spec/lti/claim/deployment_id",
            deployment,
        );
        for (name, value) in services[platform].launch_claims() {
            launch = launch.claim(&name, value);
        }
        let launch = launch.build();
        let record = Deployment::new(
            launch.deployment().key().clone(),
            DeploymentStatus::Active,
            DeploymentOrigin::Administrator,
            std::time::UNIX_EPOCH,
        );
        store.create(&record, None).await.unwrap();
        for scopes in [
            &[LINE_ITEMS][..],
            &[SCORE],
            &[LINE_ITEMS, SCORE],
            // The same set in another order, with one twice.
            &[SCORE, LINE_ITEMS, SCORE],
        ] {
            let url = services[platform].line_items_url();
            let client = tool
                .services()
                .client(&launch, &url, scopes.iter().copied())
                .unwrap();
            let request = http::Request::get(&url).body(bytes::Bytes::new()).unwrap();
            send(client, request).await.unwrap();
            calls += 1;
            used.insert(script.calls().last().unwrap().authorization.clone());
        }
    }
    assert_eq!(calls, 16);
    assert_eq!(used.len(), 12, "three scope sets of four tenants");
    assert_eq!(script.tokens().len(), 12);
    let of_the_other = services[1].token_url();
    for sent in script.tokens() {
        let is_others = sent.body.contains("tool-2");
        assert!(!is_others || sent.url == of_the_other);
    }
}

// ADV-22
#[tokio::test(start_paused = true)]
async fn a_thousand_cold_calls_over_64_registrations_cost_64_token_requests() {
    let clock = TestClock::at_unix(NOW);
    let store = MemoryStore::default().with_clock(clock.clone());
    let registrations = (0..64).map(|number| {
        let base = format!("https://lms-{number}.test");
        Registration::builder("https://lms.test", format!("tool-{number}").as_str())
            .authorization_endpoint(format!("{base}/auth"))
            .jwks_url(format!("{base}/jwks"))
            .token_endpoint(format!("{base}/token"))
            .build()
            .unwrap()
    });
    let script = Script::new(
        |_, number| Reply::After(Duration::from_secs(1), Box::new(Reply::token(number))),
        |_, _| Reply::status(200),
    );
    let tool = LtiTool::builder()
        .launch_url("https://tool.test/lti/launch")
        .registrations(Registrations::new(registrations).unwrap())
        .store(store.clone())
        .clock(clock)
        .exchange(script.clone())
        .tool_keys(tool_key())
        .build()
        .unwrap();
    let mut calls = JoinSet::new();
    for number in 0..1_000 {
        let client_id = format!("tool-{}", number % 64);
        let url = format!("https://lms-{}.test/groups", number % 64);
        let launch = LaunchContextBuilder::new("https://lms.test", &client_id).build();
        let record = Deployment::new(
            launch.deployment().key().clone(),
            DeploymentStatus::Active,
            DeploymentOrigin::Administrator,
            std::time::UNIX_EPOCH,
        );
        store.create(&record, None).await.unwrap();
        let client = tool.services().client(&launch, &url, ["a-scope"]).unwrap();
        let request = http::Request::get(&url).body(bytes::Bytes::new()).unwrap();
        calls.spawn(send(client, request));
    }
    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().status(), 200);
    }

    assert_eq!(script.tokens().len(), 64);
    assert_eq!(script.calls().len(), 1_000);
}

// ADV-05, ADV-20
#[tokio::test(start_paused = true)]
async fn what_was_got_with_a_key_that_is_revoked_is_used_no_longer() {
    let keys = ToolKeys::fixed([tool_key(), ToolKey::generate_blocking().unwrap()]);
    let script = Script::new(
        |_, number| Reply::After(Duration::from_secs(1), Box::new(Reply::token(number))),
        |_, _| Reply::status(200),
    );
    let (exchange, own) = (script.clone(), keys.clone());
    let world = World::with_tool(|tool| tool.exchange(exchange).tool_keys(own)).await;
    world.list().await.unwrap();

    keys.revoke(tool_key().id()).await.unwrap();

    world.list().await.unwrap();
    assert_eq!(script.tokens().len(), 2);
    let used = script.calls();
    assert_eq!(used.last().unwrap().authorization, "Bearer token-1");

    // So is what comes when the key is revoked meanwhile.
    let next = keys.keys(None, std::time::SystemTime::now())[0].id.clone();
    world.clock.advance(Duration::from_secs(3_600));
    let call = tokio::spawn(send(world.client(), world.request()));
    tokio::time::sleep(Duration::from_millis(500)).await;
    keys.revoke(&next).await.unwrap();
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.code(), "signing_key_unavailable");
    assert_eq!(script.calls().len(), 2);
}
