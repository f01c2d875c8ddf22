//! Calls that are made again, and how long all of it takes.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use tokio::time::Instant;
use tower_lti::{
    outbound::ExchangeErrorKind as Trouble,
    services::ServiceError,
    testing::{Call, Fault},
    tool::Limits,
};

use super::{
    scripted::{Reply, Script},
    world::{World, send},
};

async fn scripted(
    services: impl FnMut(&super::scripted::Sent, usize) -> Reply + Send + 'static,
) -> (World, Script) {
    let script = Script::new(|_, number| Reply::token(number), services);
    let exchange = script.clone();
    (
        World::with_tool(|tool| tool.exchange(exchange)).await,
        script,
    )
}

/// Makes one call, and says what came of it and how many seconds it took.
async fn timed(world: &World, method: Method) -> (Result<u16, ServiceError>, f64) {
    let began = Instant::now();
    let mut request: Request<Bytes> = world.request();
    *request.method_mut() = method;
    let answer = send(world.client(), request).await;
    let status = answer.map(|answer| answer.status().as_u16());
    (status, began.elapsed().as_secs_f64())
}

// ADV-40, S17
#[tokio::test(start_paused = true)]
async fn a_platform_that_asks_to_wait_is_waited_for() {
    for (status, header, least, most) in [
        (429, Some("3"), 3.0, 3.0),
        (503, Some("20"), 20.0, 20.0),
        (429, Some("Tue, 02 Oct 2096 07:06:45 GMT"), 5.0, 5.0),
        (429, None, 0.25, 0.5),
        (503, Some("-5"), 0.25, 0.5),
        (429, Some("soon"), 0.25, 0.5),
        (429, Some("0"), 0.25, 0.5),
        (429, Some("Sun, 06 Nov 1994 08:49:37 GMT"), 0.25, 0.5),
    ] {
        // After a 503 nobody knows whether it acted: only what may be sent twice is sent again.
        let methods = match status {
            503 => [Method::GET, Method::PUT],
            _ => [Method::GET, Method::POST],
        };
        for method in methods {
            let (world, script) = scripted(move |_, number| match (number, header) {
                (0, Some(value)) => Reply::with(status, "retry-after", value),
                (0, None) => Reply::status(status),
                _ => Reply::status(200),
            })
            .await;

            let (answer, seconds) = timed(&world, method).await;

            assert_eq!(answer.unwrap(), 200);
            assert_eq!(script.calls().len(), 2);
            assert!(
                (least..=most + 0.01).contains(&seconds),
                "{header:?}: {seconds}"
            );
        }
    }
}

// ADV-15, ADV-40
#[tokio::test(start_paused = true)]
async fn what_may_act_twice_is_not_sent_again_after_a_503_that_a_gateway_may_have_made() {
    let (world, script) = scripted(|_, number| match number {
        0 => Reply::with(503, "retry-after", "7"),
        _ => Reply::status(200),
    })
    .await;

    let (answer, seconds) = timed(&world, Method::POST).await;

    let error = answer.unwrap_err();
    assert_eq!(error.code(), "platform_unavailable");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(script.calls().len(), 1);
    assert!(seconds < 0.1);
}

// ADV-40
#[tokio::test(start_paused = true)]
async fn a_403_of_canvas_that_is_a_rate_limit_is_told_from_one_that_is_not() {
    for (reply, calls) in [
        (Reply::body(403, "403 Forbidden (Rate Limit Exceeded)\n"), 2),
        (Reply::with(403, "x-rate-limit-remaining", "0"), 2),
        (Reply::with(403, "x-rate-limit-remaining", "-0.5"), 2),
        (Reply::with(403, "x-rate-limit-remaining", "512.7"), 1),
        (Reply::body(403, "Forbidden"), 1),
    ] {
        let (world, script) = scripted(move |_, number| match number {
            0 => reply.clone(),
            _ => Reply::status(200),
        })
        .await;

        let (answer, _) = timed(&world, Method::POST).await;

        assert_eq!(answer.is_ok(), calls == 2);
        assert_eq!(script.calls().len(), calls);
    }
}

// ADV-40, S17
#[tokio::test(start_paused = true)]
async fn what_goes_on_asking_to_wait_is_an_error_with_the_time_after_three_repeats() {
    for (status, header, code, calls, retry_after, most) in [
        (429, "1", "rate_limited", 4, 1, 4.0),
        (503, "2", "platform_unavailable", 4, 2, 7.0),
        (429, "999999", "rate_limited", 1, 60, 0.1),
        (503, "40", "platform_unavailable", 1, 40, 0.1),
        (429, "12", "rate_limited", 3, 12, 36.0),
    ] {
        let (world, script) =
            scripted(move |_, _| Reply::with(status, "retry-after", header)).await;

        let (answer, seconds) = timed(&world, Method::GET).await;

        let error = answer.unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(error.status(), 503);
        assert_eq!(error.platform_status().unwrap(), status);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(retry_after)));
        assert_eq!(script.calls().len(), calls, "{header}");
        assert!(seconds <= most, "{header}: {seconds}");
    }
}

// ADV-40, S17
#[tokio::test(start_paused = true)]
async fn the_repeats_of_one_host_are_bounded_and_another_host_has_its_own() {
    let (world, script) = scripted(|_, _| Reply::status(503)).await;
    for _ in 0..100 {
        let mut calls = tokio::task::JoinSet::new();
        calls.spawn(send(world.client(), world.request()));
        calls.join_all().await;
        tokio::time::advance(Duration::from_millis(1)).await;
    }
    let sent = script.calls().len();
    let began = script.calls()[0].at;
    let seconds = (script.calls()[sent - 1].at - began).as_secs_f64();
    // Three a second, and a fifth of the calls.
    let most = 100.0 + 30.0 + seconds * 3.0 + 20.0;
    assert!((sent as f64) <= most, "{sent} in {seconds} s");
    assert!(sent > 100);
}

// ADV-15, ADV-40
#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_sent_again_and_what_may_have_been_only_where_that_is_safe() {
    for (trouble, method, code, calls) in [
        (Trouble::NotConnected, Method::GET, None, 2),
        (Trouble::NotConnected, Method::POST, None, 2),
        (Trouble::Interrupted, Method::GET, None, 2),
        (Trouble::Interrupted, Method::PUT, None, 2),
        (
            Trouble::Interrupted,
            Method::POST,
            Some("platform_unavailable"),
            1,
        ),
        (Trouble::TimedOut, Method::DELETE, None, 2),
        (Trouble::TimedOut, Method::POST, Some("platform_timeout"), 1),
        (
            Trouble::Forbidden,
            Method::GET,
            Some("service_url_refused"),
            1,
        ),
        (
            Trouble::TooLarge(None),
            Method::GET,
            Some("answer_too_large"),
            1,
        ),
    ] {
        let (world, script) = scripted(move |_, number| match number {
            0 => Reply::Fails(trouble),
            _ => Reply::status(200),
        })
        .await;

        let (answer, _) = timed(&world, method.clone()).await;

        assert_eq!(
            answer.err().map(|error| error.code()),
            code,
            "{trouble:?} {method}"
        );
        assert_eq!(script.calls().len(), calls, "{trouble:?} {method}");
    }
}

// ADV-23, S15
#[tokio::test(start_paused = true)]
async fn a_call_ends_within_twenty_seconds_or_within_36_where_it_waits() {
    let hang = || Reply::Hangs;
    let late = |seconds| move |reply| Reply::After(Duration::from_secs(seconds), Box::new(reply));
    let asks = || Reply::with(429, "retry-after", "9");
    type Case = (
        &'static str,
        Box<dyn Fn() -> Reply + Send>,
        Box<dyn Fn() -> Reply + Send>,
        Method,
        f64,
    );
    let cases: Vec<Case> = vec![
        (
            "a service hangs",
            Box::new(|| Reply::token(0)),
            Box::new(hang),
            Method::GET,
            20.0,
        ),
        (
            "a service hangs, unsafe",
            Box::new(|| Reply::token(0)),
            Box::new(hang),
            Method::POST,
            11.0,
        ),
        (
            "the token endpoint hangs",
            Box::new(hang),
            Box::new(hang),
            Method::GET,
            31.0,
        ),
        (
            "a late token, then a service that hangs",
            Box::new(move || late(25)(Reply::token(0))),
            Box::new(hang),
            Method::GET,
            36.0,
        ),
        (
            "a service that asks to wait",
            Box::new(|| Reply::token(0)),
            Box::new(asks),
            Method::GET,
            36.0,
        ),
        (
            "a slow service that asks to wait",
            Box::new(|| Reply::token(0)),
            Box::new(move || late(8)(asks())),
            Method::GET,
            36.0,
        ),
        (
            "a slow service that fails",
            Box::new(|| Reply::token(0)),
            Box::new(move || late(6)(Reply::status(503))),
            Method::GET,
            20.0,
        ),
        (
            "a service that cannot be reached",
            Box::new(|| Reply::token(0)),
            Box::new(|| Reply::Fails(Trouble::NotConnected)),
            Method::POST,
            20.0,
        ),
    ];
    for (what, token, service, method, most) in cases {
        let script = Script::new(move |_, _| token(), move |_, _| service());
        let exchange = script.clone();
        let world = World::with_tool(|tool| tool.exchange(exchange)).await;

        let (answer, seconds) = timed(&world, method).await;

        assert!(answer.is_err(), "{what}");
        assert!(seconds <= most, "{what}: {seconds}");
        assert!(script.calls().len() <= 4, "{what}");
        assert!(
            script
                .calls()
                .iter()
                .all(|call| call.deadline <= Duration::from_secs(10)),
            "{what}"
        );
    }
}

// ADV-23
#[tokio::test(start_paused = true)]
async fn a_call_may_have_all_the_time_there_is() {
    let all = Duration::MAX;
    let limits = Limits::default().launch_timeout(all).token_timeout(all);
    let limits = limits.service_timeout(all).service_call_timeout(all);
    let script = Script::new(
        |_, number| Reply::token(number),
        |_, number| match number {
            0 => Reply::with(503, "retry-after", "9"),
            _ => Reply::status(200),
        },
    );
    let exchange = script.clone();
    let world = World::with_tool(|tool| tool.limits(limits).exchange(exchange)).await;

    assert_eq!(timed(&world, Method::GET).await.0.unwrap(), 200);
}

// ADV-40, S07
#[tokio::test]
async fn over_real_sockets_a_platform_in_trouble_is_asked_again() {
    for fault in [
        Fault::status(429).with_header("retry-after", "1"),
        Fault::status(503),
        Fault::close(),
    ] {
        let world = World::start().await;
        world.services.fail_next(Call::LineItems, 1, fault.clone());

        assert_eq!(world.list().await.unwrap().status(), 200, "{fault:?}");

        assert_eq!(world.services.count(Call::LineItems), 2);
        assert_eq!(world.services.count(Call::Token), 1);
    }
}

// S07
#[tokio::test]
async fn over_real_sockets_a_body_that_comes_too_slowly_is_given_up() {
    let limits = Limits::default().service_timeout(Duration::from_millis(600));
    let world = World::with_tool(|tool| tool.limits(limits)).await;
    for fault in [Fault::slow_body(Duration::from_millis(500)), Fault::hang()] {
        world.services.heal();
        world.services.fail_always(Call::LineItems, fault);
        let began = std::time::Instant::now();
        assert_eq!(world.list().await.unwrap_err().code(), "platform_timeout");
        assert!(began.elapsed() < Duration::from_secs(3));
    }
}
