//! Bounds: how long a check takes where nobody answers, and how many requests run at once.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tokio::time::Instant;
use tower_lti::{
    doctor::Doctor,
    outbound::{Exchange, ExchangeFuture, ExchangeLimits},
};

use super::world::{good, wrong_checks};

/// A client to which nobody answers, and the most requests that it had at once.
#[derive(Clone, Default)]
struct Silence {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Exchange for Silence {
    fn send(&self, _: Request<Bytes>, _: ExchangeLimits) -> ExchangeFuture<'_> {
        Box::pin(async {
            let waiting = Waiting(Arc::clone(&self.now));
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            std::future::pending::<()>().await;
            drop(waiting);
            unreachable!()
        })
    }
}

impl fmt::Debug for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Silence")
    }
}

// ADV-97
#[tokio::test(start_paused = true)]
async fn a_check_ends_where_nobody_answers_and_asks_four_at_once() {
    let entries = (0..8).map(|number| {
        let mut entry = good();
        entry["client_id"] = format!("tool-{number}").into();
        entry
    });
    let entries: Vec<Value> = entries.collect();
    let silence = Silence::default();
    let doctor = Doctor::for_json(&json!(entries).to_string())
        .exchange(silence.clone())
        .deadline(Duration::from_secs(5))
        .key_set_url("https://tool.test/lti/jwks.json");
    let begin = Instant::now();

    let report = doctor.check().await;

    assert!(
        begin.elapsed() <= Duration::from_secs(65),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(silence.most.load(Ordering::SeqCst), 4);
    assert_eq!(wrong_checks(&report), ["unreachable"], "{report}");
    assert_eq!(report.registrations(), 8);

    // A check that is given up leaves nothing behind.
    let _ = tokio::time::timeout(Duration::from_secs(7), doctor.check()).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(silence.now.load(Ordering::SeqCst), 0);
}

// ADV-97
#[tokio::test(start_paused = true)]
async fn a_check_ends_in_time_however_many_are_slow_and_names_those_that_it_did_not_reach() {
    let entries = (0..300).map(|number| {
        let mut entry = good();
        entry["client_id"] = format!("tool-{number}").into();
        entry
    });
    let entries: Vec<Value> = entries.collect();
    let doctor = Doctor::for_json(&json!(entries).to_string()).exchange(Silence::default());
    let begin = Instant::now();

    let report = doctor.check().await;

    assert!(
        begin.elapsed() <= Duration::from_secs(121),
        "{:?}",
        begin.elapsed()
    );
    assert!(report.registrations() < 300, "{}", report.registrations());
    let unfinished = report.findings().iter();
    let unfinished: Vec<_> = unfinished
        .filter(|one| one.check == "unfinished" && one.seen.contains("120 s"))
        .collect();
    assert_eq!(unfinished.len(), 101);
    let (last, named) = unfinished.split_last().unwrap();
    assert!(named.iter().all(|one| one.subject.registration().is_some()));
    let more = 300 - report.registrations() - 100;
    assert!(
        last.seen.contains(&format!("{more} more registrations")),
        "{}",
        last.seen
    );

    let begin = Instant::now();
    let report = doctor.total_deadline(Duration::from_secs(7)).check().await;
    assert!(begin.elapsed() <= Duration::from_secs(8));
    assert_eq!((report.registrations(), report.exit_code()), (0, 2));
}
