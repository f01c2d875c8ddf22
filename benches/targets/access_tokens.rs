//! Access tokens that are kept, and how often they are asked for.

use std::{
    collections::HashMap,
    hint::black_box,
    sync::{Arc, RwLock, atomic::Ordering},
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::join_all};
use http::HeaderValue;
use tokio::runtime::Runtime;

use crate::{
    rounds::Rounds,
    sample,
    services::{self, Platform, SCOPES},
    table::{Table, Target},
};

const ROUNDS: usize = 31;
const CALLS: usize = 100_000;
const TASKS: usize = 64;
const REGISTRATIONS: usize = 64;
const COLD_CALLS: usize = 1_000;

/// What a map by hand has for its key.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    issuer: String,
    client_id: String,
    endpoint: String,
    deployment: String,
    scopes: Vec<String>,
}

type ByHand = Arc<RwLock<HashMap<Key, Arc<HeaderValue>>>>;

pub(crate) fn measure(table: &mut Table) {
    let runtime = sample::runtime();
    let tool = services::tool(Platform::default(), REGISTRATIONS);
    let calls: Vec<_> = (0..REGISTRATIONS)
        .map(|number| services::token_call(&tool, number))
        .collect();
    runtime.block_on(async {
        for call in &calls {
            assert!(call.get().await);
        }
    });
    let keys: Vec<_> = (0..REGISTRATIONS).map(key).collect();
    let token = || Arc::new(HeaderValue::from_static("Bearer eyJ0eXAi.eyJpc3Mi.c2ln"));
    let map: ByHand = Arc::new(RwLock::new(
        keys.iter().map(|key| (key.clone(), token())).collect(),
    ));

    let mut rounds = Rounds::default();
    let ours = rounds.add(CALLS, |number| {
        let call = &calls[number % REGISTRATIONS];
        assert_eq!(call.get().now_or_never(), Some(true));
    });
    let by_hand = rounds.add(CALLS, |number| {
        let map = map.read().expect("nobody panics");
        black_box(map.get(&keys[number % REGISTRATIONS]).cloned());
    });
    let ours_by_many = rounds.add_timed(CALLS, |_| {
        let call = calls[0].clone();
        in_tasks(&runtime, move || {
            assert_eq!(call.get().now_or_never(), Some(true));
        })
    });
    let (map, one, runtime) = (Arc::clone(&map), keys[0].clone(), &runtime);
    let by_hand_by_many = rounds.add_timed(CALLS, move |_| {
        let (map, one) = (Arc::clone(&map), one.clone());
        in_tasks(runtime, move || {
            let map = map.read().expect("nobody panics");
            black_box(map.get(&one).cloned());
        })
    });
    rounds.run(ROUNDS);
    table.gate(
        "access token that is kept",
        rounds.ratio(ours, by_hand),
        Target::AtMost(1.5),
        " x a map behind a lock",
        &format!("({:.0} ns)", rounds.nanos(ours)),
    );
    table.report(
        "the same for 64 tasks at once",
        rounds.ratio(ours_by_many, by_hand_by_many),
        Target::AtMost(1.5),
        " x a map behind a lock",
        &format!("({:.0} ns)", rounds.nanos(ours_by_many)),
    );

    let platform = Platform::default();
    let tool = services::tool(platform.clone(), REGISTRATIONS);
    let cold: Vec<_> = (0..COLD_CALLS)
        .map(|number| services::token_call(&tool, number % REGISTRATIONS))
        .collect();
    let got = runtime.block_on(join_all(cold.iter().map(|call| call.get())));
    assert!(got.into_iter().all(|got| got));
    table.gate(
        "token requests for 1,000 cold calls over 64 registrations",
        platform.tokens.load(Ordering::Relaxed) as f64,
        Target::Exactly(REGISTRATIONS as f64),
        "",
        "",
    );
}

fn key(number: usize) -> Key {
    Key {
        issuer: services::ISSUER.to_owned(),
        client_id: services::client_id(number),
        endpoint: format!("{}/login/oauth2/token", services::base(number)),
        deployment: services::deployment(number).id().to_string(),
        scopes: SCOPES.map(str::to_owned).to_vec(),
    }
}

/// Does the work of a round in 64 tasks.
fn in_tasks(runtime: &Runtime, work: impl Fn() + Clone + Send + 'static) -> Duration {
    let began = Instant::now();
    runtime.block_on(async {
        let tasks = (0..TASKS).map(|_| {
            let work = work.clone();
            tokio::spawn(async move {
                for _ in 0..CALLS / TASKS {
                    work();
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("no task panics");
        }
    });
    began.elapsed()
}
