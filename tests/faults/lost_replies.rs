//! Connections that break, and replies that never come.

use std::time::{Duration, Instant};

use tokio::time::{interval, timeout};

use crate::{
    eventually::eventually,
    load::Load,
    login::Login,
    proxy::{Mode, Proxy},
    server::{PATIENCE, Server},
    tool_at,
};

// X08
#[tokio::test]
async fn a_launch_whose_reply_was_lost_knows_its_own_nonce_again() {
    let redis = Server::start().await;
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
    let redis = Server::start().await;
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
    let redis = Server::start().await;
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
    let redis = Server::start().await;
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
    let redis = Server::start().await;
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
    let redis = Server::start().await;
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
