//! Connections that break, and replies that never come.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::{Duration, Instant},
};

use tokio::time::{interval, timeout};

use crate::{
    eventually::eventually,
    load::Load,
    login::Login,
    proxy::{Mode, Proxy},
    server::{PATIENCE, RedisServer},
    tool_at,
};

// X08
#[tokio::test]
async fn a_launch_whose_reply_was_lost_knows_its_own_nonce_again() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let app = tool_at(&proxy.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let (opened, written) = (proxy.opened(), redis.calls_of("set").await);

    proxy.set(Mode::DropReplyOnce);
    let mut login = Login::at(&app).await;
    assert_eq!(login.launch().await, 200);

    assert_eq!(redis.calls_of("set").await, written + 2);
    assert_eq!(proxy.opened(), opened + 1);
    assert_eq!(login.launch().await, 409);
}

// X08: the same where the deployment is new
#[tokio::test]
async fn a_first_launch_whose_reply_was_lost_creates_its_deployment() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let app = tool_at(&proxy.url()).await;
    proxy.set(Mode::DropReplyOnce);
    let answer = Login::at(&app).await.post().await;
    assert_eq!(answer.status(), 200);
    assert_eq!(crate::app::body(&answer)["created"], true);
}

// X11
#[tokio::test]
async fn a_connection_that_is_cut_in_the_midst_of_a_command_is_replaced_within_the_launch() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let app = tool_at(&proxy.url()).await;
    for bytes in [0, 1, 10, 60] {
        let opened = proxy.opened();
        proxy.set(Mode::CutOnceAfter(bytes));
        let mut login = Login::at(&app).await;
        assert_eq!(login.launch().await, 200, "cut after {bytes} bytes");
        assert_eq!(proxy.opened(), opened + 1);
        assert_eq!(login.launch().await, 409);
    }
}

// X12
#[tokio::test]
async fn a_connection_that_swallows_everything_is_replaced() {
    let redis = RedisServer::start().await;
    let proxy = Proxy::to(redis.port()).await;
    let app = tool_at(&proxy.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;
    let opened = proxy.opened();

    proxy.set(Mode::SwallowOnThose);
    let since = Instant::now();
    load.is_served(since, Duration::from_secs(5)).await;

    let history = load.stop().await;
    assert!(history.recovery(since) <= Duration::from_secs(3));
    assert_eq!(proxy.opened(), opened + 1);
}

// X23
#[tokio::test]
async fn connections_that_are_killed_again_and_again_make_no_replay_and_no_second_success() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    let load = Load::start(&app, 50);
    load.is_served(Instant::now(), PATIENCE).await;

    let mut ticks = interval(Duration::from_millis(100));
    for _ in 0..100 {
        ticks.tick().await;
        let _: usize = redis.ask("CLIENT KILL TYPE normal").await;
    }
    let over = Instant::now();
    load.is_served(over, Duration::from_secs(5)).await;

    let history = load.stop().await;
    println!(
        "{} launches, {} answers 503",
        history.launches(),
        history.count(503)
    );
    assert!(history.recovery(over) <= Duration::from_secs(1));
}

// X30
#[tokio::test]
async fn a_launch_that_is_given_up_leaves_no_reply_for_the_next_one() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    assert_eq!(Login::at(&app).await.launch().await, 200);
    let (mut left, mut next) = (Login::at(&app).await, Login::at(&app).await);
    let nonces = redis.nonces().await;

    let _: () = redis.ask("CLIENT PAUSE 800 ALL").await;
    let leaves = timeout(Duration::from_millis(200), left.launch()).await;
    assert!(leaves.is_err(), "the client left before the answer");
    // The next two share the connection with the one who left, and each gets its own reply.
    let (status, replay) = (next.launch().await, next.launch().await);

    assert_eq!((status, replay), (200, 409));
    eventually("the command of the one who left", PATIENCE, async || {
        (redis.nonces().await == nonces + 2).then_some(())
    })
    .await;
    assert_eq!(left.launch().await, 409);
}

// X63: over Redis
#[tokio::test]
async fn a_launch_that_is_dropped_at_any_point_leaves_nothing_half_done() {
    let redis = RedisServer::start().await;
    let app = tool_at(&redis.url()).await;
    for polls in 1.. {
        let deployments: Vec<String> = redis.ask("KEYS lti:v1:d:*").await;
        for key in deployments {
            let _: usize = redis.ask(&format!("DEL {key}")).await;
        }
        let before = redis.nonces().await;
        let mut dropped = Login::at(&app).await;
        let finished = polled(polls, dropped.launch()).await;

        // Whatever was sent by then comes before this on the connection that they share.
        app.store.check().await.unwrap();
        let used = redis.nonces().await - before;
        let deployments: Vec<String> = redis.ask("KEYS lti:v1:d:*").await;
        assert!(deployments.len() <= used, "after {polls} polls");
        let again = if used == 1 { 409 } else { 200 };
        assert_eq!(dropped.launch().await, again, "after {polls} polls");
        assert_eq!(Login::at(&app).await.launch().await, 200);
        if let Some(status) = finished {
            assert_eq!(status, 200);
            assert!(polls > 2, "it waits for Redis twice");
            break;
        }
    }
}

/// Polls a future so many times, whenever it can go on, and then drops it.
async fn polled<T>(most: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut polls = 0;
    poll_fn(|cx| {
        polls += 1;
        match future.as_mut().poll(cx) {
            Poll::Pending if polls < most => Poll::Pending,
            Poll::Pending => Poll::Ready(None),
            Poll::Ready(output) => Poll::Ready(Some(output)),
        }
    })
    .await
}
