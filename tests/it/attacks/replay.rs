//! R: a nonce is used up once, by the launch that it was made for.

use std::time::Duration;

use futures_util::future::join_all;
use tower_lti::{
    LtiError,
    claims::names,
    error::LtiErrorKind::{
        AudienceMismatch, ClaimInvalid, CookieMissing, NonceReplayed, SignatureWrong, TokenExpired,
    },
    testing::SigningKey,
};

use super::World;
use crate::app::{App, NOW};

fn kind(answer: &http::Response<bytes::Bytes>) -> Option<tower_lti::error::LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

// LAUNCH-67, LAUNCH-100, R01, R09, R10
#[tokio::test]
async fn a_replayed_launch_is_refused_and_creates_nothing() {
    let world = World::new().await;
    let good = world.good_launch().await;
    assert_eq!(world.send(good.launch()).await.status(), 200);
    for _ in 0..3 {
        let answer = world.send(good.launch()).await;
        assert_eq!(
            (answer.status().as_u16(), kind(&answer)),
            (409, Some(NonceReplayed))
        );
        world.assert_nothing_was_told("R01", &good, &answer);
        let page = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(page.contains("from your course"), "R10: {page}");
    }
    let elsewhere = good.post_with(good.form(&good.token.sign()), "");
    let answer = world.send(elsewhere).await;
    assert_eq!(kind(&answer), Some(CookieMissing), "R09");
    assert_eq!((world.app.calls(), world.app.store.nonce_count()), (1, 1));
    assert_eq!(world.app.store.deployment_count(), 2);
}

// R02: two instances of one process, and of two processes in `two_processes`
#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_posts_of_one_token_one_succeeds() {
    let app = App::new();
    let mut first = app.browser();
    let request = first.log_in(&app.platform).await.unwrap();
    let token = app.platform.id_token(&request, NOW).sign();
    let mut second = app.browser();
    *second.cookies() = first.cookies().clone();
    let posts = (0..100).map(|number| {
        let mut browser = [&first, &second][number % 2].clone();
        let (request, token) = (request.clone(), token.clone());
        tokio::spawn(async move { browser.launch(&request, &token).await.status().as_u16() })
    });
    let statuses = join_all(posts).await.into_iter().map(Result::unwrap);
    let (let_in, refused): (Vec<u16>, Vec<u16>) = statuses.partition(|status| *status == 200);
    assert_eq!((let_in.len(), refused), (1, vec![409; 99]));
    assert_eq!((app.calls(), app.platform.fetches()), (1, 1));
}

// LAUNCH-67, R03, R04
#[tokio::test]
async fn a_launch_that_is_refused_burns_no_nonce() {
    let world = World::new().await;
    let good = world.good_launch().await;
    let token = || good.token.clone();
    for (what, token, refusal) in [
        (
            "R03",
            token().signed_by(&SigningKey::shared(3, "k1")),
            SignatureWrong,
        ),
        (
            "R04 expired",
            token().claim("iat", NOW - 500).claim("exp", NOW - 100),
            TokenExpired,
        ),
        (
            "R04 audience",
            token().claim("aud", "tool-2"),
            AudienceMismatch,
        ),
        (
            "R04 version",
            token().claim(names::VERSION, "1.1"),
            ClaimInvalid,
        ),
    ] {
        let answer = world.send(good.post(good.form(&token.sign()))).await;
        world.assert_refused(what, &good, &answer, refusal);
    }
    assert_eq!(world.send(good.launch()).await.status(), 200);
}

// LAUNCH-61, LAUNCH-68, R05: while a token would be accepted, its nonce is remembered
#[tokio::test]
async fn a_replay_is_refused_for_as_long_as_the_token_lives() {
    let world = World::new().await;
    for (life, ends) in [(300, 360_000), (3_000, 600_000)] {
        let good = world.good_launch().await;
        let began = world.app.clock.unix();
        let token = good
            .token
            .clone()
            .claim("iat", began)
            .claim("exp", began + life);
        let token = token.sign();
        assert_eq!(world.send(good.post(good.form(&token))).await.status(), 200);
        for sample in 0..5_000_u64 {
            world.app.clock.advance(Duration::from_millis(137));
            let answer = world.send(good.post(good.form(&token))).await;
            let status = if (sample + 1) * 137 < ends { 409 } else { 401 };
            assert_eq!(
                answer.status(),
                status,
                "{} ms of {ends}",
                (sample + 1) * 137
            );
        }
    }
    assert_eq!(world.app.calls(), 2);
}

// R07
#[tokio::test]
async fn two_platforms_may_use_one_nonce() {
    let world = World::new().await;
    let mut browser = world.app.browser();
    let first = world
        .good_launch_of(&mut browser, &world.app.platform)
        .await;
    let third = world.good_launch_of(&mut browser, &world.third).await;
    for good in [first, third] {
        assert_eq!(world.send(good.launch()).await.status(), 200);
        assert_eq!(world.send(good.launch()).await.status(), 409);
    }
    let registrations = [&world.app.platform, &world.third].map(|platform| {
        tower_lti::registration::RegistrationId::new(platform.issuer(), platform.client_id())
    });
    use tower_lti::{
        nonce::{Attempt, NonceUse, OneTimeKey},
        store::NonceStore,
    };
    for registration in registrations {
        let nonce = OneTimeKey::new(&registration, "the same");
        let attempt = Attempt::new().unwrap();
        let used = world
            .app
            .store
            .consume(&nonce, &attempt, Duration::from_secs(60))
            .await;
        assert_eq!(used.unwrap(), NonceUse::First);
    }
}

// X66, X67
#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_replay_good() {
    let world = World::new().await;
    let good = world.good_launch().await;
    assert_eq!(world.send(good.launch()).await.status(), 200);
    for wall in [NOW - 600, NOW + 3_600, NOW, NOW + 1] {
        world.app.clock.set_wall_unix(wall);
        let answer = world.send(good.launch()).await;
        assert!([401, 409].contains(&answer.status().as_u16()), "{wall}");
    }
    let next = world.good_launch().await;
    assert_eq!(world.send(next.launch()).await.status(), 200);
}
