//! A Redis that takes its time.

use std::time::{Duration, Instant};

use crate::{
    eventually::eventually,
    history::History,
    load::Load,
    login::Login,
    proxy::{Mode, Proxy},
    server::{PATIENCE, RedisServer},
    tool_at,
};

// X03
#[tokio::test]
async fn a_slow_redis_slows_launches_and_makes_no_retries() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let app = tool_at(&proxy.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let (opened, written) = (proxy.opened(), redis.calls_of("set").await);

    proxy.set(Mode::Latency(Duration::from_millis(300)));
    let load = Load::start(&app, 50);
    load.is_answered(200, 100, Instant::now()).await;
    let history = load.stop().await;

    assert_eq!(history.count(200), history.launches());
    assert!(
        history.p99() < Duration::from_secs(1),
        "{:?}",
        history.p99()
    );
    assert_eq!(proxy.opened(), opened);
    let posts = history.count(200) + history.count(409);
    assert_eq!(redis.calls_of("set").await - written, posts);
}

// X04
#[tokio::test]
async fn a_redis_that_is_too_slow_is_503_and_what_it_does_later_lets_nobody_in_twice() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let app = tool_at(&proxy.url()).await;
    let (mut one, mut other) = (Login::at(&app).await, Login::at(&app).await);

    // Both commands are under way, and arrive when nobody waits for them any more.
    proxy.set(Mode::Latency(Duration::from_secs(5)));
    let first = tokio::join!(one.answer(1, true), other.answer(2, true));
    proxy.set(Mode::Pass);
    // When what was begun over the slow line is given up, it is tried again.
    let (meanwhile, _) = eventually("a success", Duration::from_secs(3), async || {
        let answer = one.answer(1, false).await;
        (answer.status == 200).then_some(answer)
    })
    .await;
    eventually("both commands applied", PATIENCE, async || {
        (redis.nonces().await == 2).then_some(())
    })
    .await;
    let later = [one.answer(1, false).await, other.answer(2, false).await];

    assert_eq!((first.0.status, first.1.status), (503, 503));
    assert!(first.0.took <= Duration::from_secs(2) + Duration::from_millis(200));
    assert_eq!(later.each_ref().map(|answer| answer.status), [409, 409]);
    let answers = [first.0, first.1, meanwhile].into_iter().chain(later);
    History::checked(answers.collect());
}

// X05
#[tokio::test]
async fn a_redis_that_pauses_is_waited_for_or_503_and_all_is_well_at_once_afterwards() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let _: () = redis.ask("CLIENT PAUSE 1500 ALL").await;
    let paused = Instant::now();
    // Whoever asks now is told when the pause is over.
    let _: String = redis.ask("PING").await;
    let over = Instant::now();
    load.is_served(over, Duration::from_secs(2)).await;

    let history = load.stop().await;
    assert!(over - paused > Duration::from_secs(1));
    assert!(history.recovery(over) <= Duration::from_secs(1));
}

// X05
#[tokio::test]
async fn a_launch_into_a_pause_gets_in_with_its_second_try() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let mut login = Login::at(&app).await;
    let _: () = redis.ask("CLIENT PAUSE 1500 ALL").await;
    let (status, took) = login.timed_launch().await;
    assert_eq!(status, 200);
    assert!(
        took > Duration::from_secs(1),
        "not the second try: {took:?}"
    );
    // Both tries were applied, the second one found the first.
    assert_eq!(redis.nonces().await, 1);
    assert_eq!(login.launch().await, 409);
}

// X06
#[tokio::test]
async fn a_redis_that_is_blocked_is_503_and_all_is_well_at_once_afterwards() {
    let redis = RedisServer::with(&["--enable-debug-command", "local"]).await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let blocked = Instant::now();
    let _: () = redis.ask("DEBUG SLEEP 3").await;
    let over = Instant::now();
    load.is_served(over, Duration::from_secs(2)).await;

    let history = load.stop().await;
    assert!(over - blocked >= Duration::from_secs(3));
    assert!(history.count(503) > 0);
    assert!(history.recovery(over) <= Duration::from_secs(1));
}
