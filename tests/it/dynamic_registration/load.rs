//! How many go on at once, and how many begin in a minute.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;

use super::{
    platform::Reply,
    world::{World, get},
};

// S25
#[tokio::test]
async fn four_ask_platforms_at_once_and_others_wait() {
    let world = World::start().await;
    let service = world.open();
    let [running, most] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let configuration = world.platform.configuration();
    world.platform.answers({
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        move |_| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let reply = Reply::Json(200, configuration.clone());
            Reply::Until(Arc::clone(&running), 4, Box::new(reply))
        }
    });
    let query = world.platform.query(None);
    let pages = join_all((0..12).map(|_| get(&service, &query))).await;
    for page in &pages {
        assert_eq!(page.status, 200, "{}", page.body);
    }
    assert_eq!(most.load(Ordering::SeqCst), 4);
    assert_eq!(world.platform.heard().len(), 12);
}

// S25: a flood of registrations against a platform that hangs.
#[tokio::test(start_paused = true)]
async fn a_flood_is_turned_away_within_the_step_and_leaves_nothing() {
    let world = World::start().await;
    let service = world.open().per_minute(None);
    world.platform.answers(|_| Reply::Hang);
    let query = world.platform.query(None);
    let began = tokio::time::Instant::now();
    let pages = join_all((0..2_000).map(|_| get(&service, &query))).await;
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    let busy = pages.iter().filter(|page| page.status == 503).count();
    let late = pages.iter().filter(|page| page.status == 504).count();
    assert_eq!(busy + late, 2_000);
    assert!(late <= 8, "{late}");
    assert!(world.platform.heard().len() <= 8);
    assert!(world.records().await.is_empty());
}

// S25
#[tokio::test]
async fn so_many_begin_in_a_minute_and_no_more_unless_there_is_no_bound() {
    let world = World::start().await;
    let query = world.platform.query(None);
    let bounded = world.open().per_minute(Some(2));
    for _ in 0..2 {
        assert_eq!(get(&bounded, &query).await.status, 200);
    }
    let page = get(&bounded, &query).await;
    page.assert_refused(429, "too_many_registrations");
    assert_eq!(page.header("retry-after"), "60");
    assert_eq!(world.platform.heard().len(), 2);
    assert_eq!(
        get(&world.open().per_minute(None), &query).await.status,
        200
    );
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(get(&bounded, &query).await.status, 200);
}
