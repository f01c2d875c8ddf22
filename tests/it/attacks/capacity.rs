//! Q: what is full, and what goes on behind it.

use std::time::Duration;

use http::header;
use tower_lti::{
    LtiError, MemoryStore,
    error::LtiErrorKind,
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    registration::Endpoint,
    testing::TestClock,
    tool::Limits,
};

use super::World;
use crate::app::NOW;

fn kind(answer: &http::Response<bytes::Bytes>) -> Option<LtiErrorKind> {
    answer.extensions().get::<LtiError>().map(LtiError::kind)
}

// Q02, X71
#[tokio::test]
async fn a_full_store_refuses_and_forgets_no_nonce_that_lives() {
    let clock = TestClock::at_unix(NOW);
    let of_a_hundred = MemoryStore::default()
        .with_clock(clock.clone())
        .with_capacity(100);
    let store = of_a_hundred.clone();
    let world = World::with(|builder| builder.store(store).clock(clock.clone())).await;
    let mut let_in = Vec::new();
    for _ in 0..100 {
        let good = world.good_launch().await;
        assert_eq!(world.send(good.launch()).await.status(), 200);
        let_in.push(good);
    }
    let late = world.good_launch().await;
    for _ in 0..3 {
        let answer = world.send(late.launch()).await;
        assert_eq!(
            (answer.status().as_u16(), kind(&answer)),
            (503, Some(LtiErrorKind::StoreFull))
        );
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
    }
    for good in &let_in {
        assert_eq!(world.send(good.launch()).await.status(), 409);
    }
    assert_eq!(of_a_hundred.nonce_count(), 100);
    clock.advance(Duration::from_secs(700));
    let next = world.good_launch().await;
    let token = next
        .token
        .clone()
        .claim("iat", NOW + 700)
        .claim("exp", NOW + 900);
    let answer = world.send(next.post(next.form(&token.sign()))).await;
    assert_eq!(answer.status(), 200, "it works again as entries expire");
}

/// Key servers that take every question and answer none.
#[derive(Debug)]
struct Silent;

impl FetchKeySet for Silent {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        std::future::pending().await
    }
}

// X49: whoever waits for a key server holds its body all the while.
#[tokio::test(start_paused = true)]
async fn a_body_counts_for_as_long_as_its_launch_is_undecided() {
    let limits = Limits::default().bodies_in_flight_bytes(600 * 1024);
    let world = World::with(|builder| builder.limits(limits).key_sets(Silent)).await;
    let good = world.good_launch().await;
    let form = good.form(&good.token.sign());
    let launch = || {
        let form = format!("{form}&more={}", "x".repeat(400 * 1024));
        async { kind(&world.send(good.post(form)).await) }
    };
    for _ in 0..2 {
        let kinds = futures_util::future::join(launch(), launch()).await;
        let (waited, turned_away) = (
            Some(LtiErrorKind::KeySetUnavailable),
            Some(LtiErrorKind::BodiesInFlight),
        );
        assert_eq!(kinds, (waited, turned_away));
        world.app.clock.advance(Duration::from_secs(10));
    }
}

// LAUNCH-05
#[tokio::test]
async fn bodies_are_bounded_one_by_one_and_together() {
    let world =
        World::with(|builder| builder.limits(Limits::default().bodies_in_flight_bytes(600 * 1024)))
            .await;
    let good = world.good_launch().await;
    let form = good.form(&good.token.sign());
    let with_more = |bytes: usize| format!("{form}&more={}", "x".repeat(bytes));
    let answer = world.send(good.post(with_more(700 * 1024))).await;
    assert_eq!(
        (answer.status().as_u16(), kind(&answer)),
        (503, Some(LtiErrorKind::BodiesInFlight))
    );
    assert!(answer.headers().contains_key(header::RETRY_AFTER));
    world.assert_nothing_came_of_it("bodies in flight");
    let answer = world.send(good.post(with_more(500 * 1024))).await;
    assert_eq!(answer.status(), 200, "what was held is given back");
}
