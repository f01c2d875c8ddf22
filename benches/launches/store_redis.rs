//! `store_redis`: `RedisStore` uses a nonce up and finds the deployment, on a server of its own.
//!
//! Beside one `SET … NX PX`. Target: 1.10 of its time at the median.

use std::{cell::Cell, time::Duration};

use criterion::Criterion;
use tower_lti::{
    RedisStore,
    nonce::{Attempt, OneTimeKey},
    store::{DeploymentStore, LaunchStore},
};

use crate::{nonces, redis_server::RedisServer, sample};

const TTL: Duration = Duration::from_secs(600);

pub(crate) fn group(criterion: &mut Criterion) {
    let runtime = sample::runtime();
    let server = runtime.block_on(RedisServer::start());
    let connection = runtime.block_on(server.connection());
    let store = runtime
        .block_on(RedisStore::connect(&server.url()))
        .expect("a connection");
    runtime
        .block_on(store.create(&nonces::record(), None))
        .expect("the server takes it");
    let key = nonces::deployment();
    let attempt = Attempt::new().expect("randomness");
    let count = Cell::new(0_u64);
    let next = || {
        count.set(count.get() + 1);
        OneTimeKey::new(key.registration(), &count.get().to_string())
    };

    let mut group = criterion.benchmark_group("store_redis");
    group.bench_function("floor: one SET NX", |bencher| {
        bencher.iter(|| {
            let mut command = redis::cmd("SET");
            command.arg(format!("bare:{}", next().to_text())).arg("1");
            command.arg("NX").arg("PX").arg(TTL.as_millis() as u64);
            let mut connection = connection.clone();
            runtime
                .block_on(command.query_async::<String>(&mut connection))
                .expect("the server takes it")
        });
    });
    group.bench_function("ours", |bencher| {
        bencher.iter(|| {
            runtime
                .block_on(store.consume_and_find(&next(), &attempt, TTL, &key))
                .expect("the server takes it")
        });
    });
    group.finish();
}
