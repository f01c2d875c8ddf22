//! A crowd that launches at once over one connection to Redis.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tower_lti::{
    RedisStore,
    deployment::DeploymentKey,
    nonce::{Attempt, NonceUse, OneTimeKey},
    registration::RegistrationId,
    store::LaunchStore,
};

use crate::redis_server::RedisServer;

const TTL: Duration = Duration::from_secs(600);

/// Runs a future, and counts how often it is polled: once at the start, and then each time it is woken.
async fn counted<T>(polls: Arc<AtomicUsize>, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(move |context| {
        polls.fetch_add(1, Ordering::Relaxed);
        future.as_mut().poll(context)
    })
    .await
}

async fn total_reads(server: &RedisServer) -> usize {
    let told: String = server.ask("INFO stats").await;
    let mut lines = told.lines();
    let reads = lines.find_map(|line| line.strip_prefix("total_reads_processed:"));
    reads.unwrap().trim().parse().unwrap()
}

// Y14
#[tokio::test]
async fn a_crowd_of_launches_waits_for_its_replies_alone_and_shares_its_writes() {
    let server = RedisServer::start().await;
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let registration = RegistrationId::new("https://lms.example.edu", "tool");
    let key = DeploymentKey::new(registration.clone(), "1".into());
    for crowd in [64, 256, 1_000] {
        let polls = Arc::new(AtomicUsize::new(0));
        let before = total_reads(&server).await;
        let launches: Vec<_> = (0..crowd)
            .map(|number| {
                let (store, key) = (store.clone(), key.clone());
                let nonce = OneTimeKey::new(&registration, &format!("{crowd}-{number}"));
                let attempt = Attempt::new().unwrap();
                tokio::spawn(counted(Arc::clone(&polls), async move {
                    let answer = store.consume_and_find(&nonce, &attempt, TTL, &key).await;
                    answer.unwrap().0
                }))
            })
            .collect();
        for launch in launches {
            assert_eq!(launch.await.unwrap(), NonceUse::First);
        }
        // Nobody waits for a place in the queue, and then for the reply.
        assert_eq!(polls.load(Ordering::Relaxed), 2 * crowd, "by {crowd}");
        let reads = total_reads(&server).await - before;
        assert!(reads < crowd / 4, "{reads} reads for {crowd} launches");
    }
}
