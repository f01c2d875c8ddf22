//! Platforms that take their time.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use tower_lti::testing::{Call, Fault};

use super::{page::Page, stage::Stage};

/// The longest that a step may take.
const LONGEST: Duration = Duration::from_secs(20);

// S25, REG-12
#[tokio::test]
async fn a_platform_that_never_answers_ends_each_step_in_time() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let services = &stage.services;
    let page = stage.begin().await;
    services.fail_always(Call::Configuration, Fault::hang());
    services.fail_always(Call::Registration, Fault::hang());
    let opening = join_all((0..3).map(|_| timed(async { Page::get(&stage.address()).await })));
    let (confirmed, opened) = join(timed(page.confirm()), opening).await;
    assert_eq!((confirmed, opened), (504, vec![504; 3]));
    assert_eq!(stage.text(), "[]");
}

/// The status that a step ends with, in time.
async fn timed(step: impl Future<Output = Page>) -> u16 {
    let began = Instant::now();
    let page = step.await;
    page.assert_refused("slow");
    assert!(began.elapsed() < LONGEST, "{:?}", began.elapsed());
    page.status
}

// S25
#[tokio::test]
async fn ten_at_slow_platforms_are_all_registered_in_their_turn() {
    let stage = Stage::start_over_file("open", Some("[]")).await;
    let late = Fault::right().after(Duration::from_millis(700));
    stage
        .services
        .fail_always(Call::Configuration, late.clone());
    stage.services.fail_always(Call::Registration, late);
    let registering = (0..10).map(|_| async {
        let began = Instant::now();
        let page = stage.begin().await;
        assert!(began.elapsed() < LONGEST);
        page.confirm().await.assert_done();
    });
    join_all(registering).await;
    assert_eq!(stage.entries().len(), 10);
}
