//! `store_memory`: `MemoryStore` uses a nonce up and finds the deployment.
//!
//! Beside an insert into a `HashMap` of the same keys, with nothing that expires and nothing locked.
//! Target: under a microsecond.

use std::{collections::HashMap, time::Duration};

use criterion::{BatchSize, Criterion};
use futures_util::FutureExt;
use tower_lti::{MemoryStore, nonce::Attempt, store::LaunchStore};

use crate::nonces;

const NONCES: usize = 1_000;
const TTL: Duration = Duration::from_secs(600);

pub(crate) fn group(criterion: &mut Criterion) {
    let key = nonces::deployment();
    let attempt = Attempt::new().expect("randomness");
    let nonces = nonces::nonces(0, NONCES);

    let mut group = criterion.benchmark_group("store_memory");
    group.throughput(criterion::Throughput::Elements(NONCES as u64));
    group.bench_function("floor: a map", |bencher| {
        bencher.iter_batched_ref(
            HashMap::new,
            |map| {
                for nonce in &nonces {
                    map.insert(*nonce.digest(), attempt.clone());
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("ours", |bencher| {
        bencher.iter_batched_ref(
            || nonces::with_deployment(MemoryStore::default()),
            |store| {
                for nonce in &nonces {
                    let answer = store.consume_and_find(nonce, &attempt, TTL, &key);
                    assert!(answer.now_or_never().is_some_and(|answer| answer.is_ok()));
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}
