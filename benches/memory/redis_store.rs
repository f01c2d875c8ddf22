//! What Redis holds for each nonce, and that it lets go of those that have expired.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use redis::aio::MultiplexedConnection;
use tower_lti::{
    RedisStore,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::NonceStore,
};

use crate::{
    nonces,
    redis_server::RedisServer,
    sample,
    table::{Table, Target},
};

const NONCES: usize = 50_000;
const LAUNCHES: usize = 1_000_000;

/// How many are asked for at once.
const AT_ONCE: usize = 256;

/// Short, so that a million do not take the day.
const LIFETIME: Duration = Duration::from_millis(500);

pub(crate) fn measure(table: &mut Table) {
    sample::runtime().block_on(async {
        let server = RedisServer::start().await;
        let meter = server.connection().await;
        let store = RedisStore::connect(&server.url())
            .await
            .expect("a connection");
        let empty = used_memory(&meter).await;
        consume(&store, nonces::nonces(0, NONCES), Duration::from_secs(600)).await;
        let full = used_memory(&meter).await;
        table.tell(
            "RedisStore, bytes a remembered nonce",
            (full - empty) as f64 / NONCES as f64,
            "",
            "",
        );

        let step = LAUNCHES / 20;
        let (mut most_early, mut most_late) = (0, 0);
        for series in 1..=20 {
            consume(&store, nonces::nonces(series, step), LIFETIME).await;
            let keys = keys(&meter).await - NONCES as u64;
            let most = if series <= 10 {
                &mut most_early
            } else {
                &mut most_late
            };
            *most = keys.max(*most);
        }
        table.report(
            "RedisStore, most keys in the second half of a million",
            most_late as f64 / most_early as f64,
            Target::AtMost(1.5),
            " x the first",
            &format!("({most_late} keys)"),
        );
    });
}

async fn consume(store: &RedisStore, nonces: Vec<OneTimeKey>, ttl: Duration) {
    stream::iter(nonces)
        .for_each_concurrent(AT_ONCE, async |nonce| {
            let attempt = Attempt::new().expect("randomness");
            let nonce_use = store.consume(&nonce, &attempt, ttl).await;
            assert!(nonce_use.expect("the server takes it") == NonceUse::First);
        })
        .await;
}

async fn used_memory(meter: &MultiplexedConnection) -> u64 {
    let info: String = redis::cmd("INFO")
        .arg("memory")
        .query_async(&mut meter.clone())
        .await
        .expect("the server answers");
    let (_, rest) = info.split_once("used_memory:").expect("it counts");
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}

async fn keys(meter: &MultiplexedConnection) -> u64 {
    redis::cmd("DBSIZE")
        .query_async(&mut meter.clone())
        .await
        .expect("the server answers")
}
