//! How often a platform is asked for its keys.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use tower_lti::{
    key_set::{FetchError, FetchKeySet, FetchedKeySet},
    registration::Endpoint,
    testing::{Platform, steps::validate_id_token},
};

use crate::{
    sample::{self, Posts},
    service::service,
    table::{Table, Target},
};

const LAUNCHES: usize = 20_000;
const TOKENS: usize = 100;
const AT_ONCE: usize = 64;

/// A platform that takes a moment to answer, and counts.
#[derive(Debug)]
struct SlowPlatform {
    platform: Platform,
    asked: Arc<AtomicUsize>,
}

impl FetchKeySet for SlowPlatform {
    async fn fetch(&self, _: &Endpoint) -> Result<FetchedKeySet, FetchError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let body = self.platform.jwks_json();
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok(FetchedKeySet::new(body))
    }
}

pub(crate) fn measure(table: &mut Table) {
    let runtime = sample::runtime();
    let platform = sample::platform();
    let tool = sample::tool_builder(&platform).build().expect("a tool");
    let posts = Posts::new(&platform, &tool);
    let tokens: Vec<String> = (0..TOKENS).map(|_| posts.next().id_token).collect();
    let registration = platform.registration();
    runtime.block_on(async {
        for token in tokens.iter().cycle().take(LAUNCHES) {
            let validated = validate_id_token(&tool, &registration, token).await;
            validated.expect("a good token");
        }
    });
    table.gate(
        "key fetches for 20,000 tokens in a row",
        platform.fetches() as f64,
        Target::Exactly(1.0),
        "",
        "",
    );

    let asked = Arc::new(AtomicUsize::new(0));
    let slow = SlowPlatform {
        platform: platform.clone(),
        asked: Arc::clone(&asked),
    };
    let tool = sample::tool_builder(&platform)
        .key_sets(slow)
        .build()
        .expect("a tool");
    let posts = Posts::new(&platform, &tool);
    let requests: Vec<_> = (0..AT_ONCE).map(|_| posts.next().to_request()).collect();
    let answers = runtime.block_on(join_all(requests.into_iter().map(|request| {
        let mut service = service(&tool);
        async move { service(request).await.status() }
    })));
    assert!(answers.iter().all(|status| status.is_success()));
    table.gate(
        "key fetches for 64 first launches at once",
        asked.load(Ordering::Relaxed) as f64,
        Target::Exactly(1.0),
        "",
        "",
    );
}
