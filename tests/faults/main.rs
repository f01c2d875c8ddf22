//! What a tool does while its Redis is in trouble, and afterwards.
//!
//! Every test has Redis servers of its own, real ones, and often a proxy before them. It lets people
//! launch at a whole tool, does to the servers what happens to servers, and looks at every answer.

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod support;

mod load;
mod log;
mod login;
mod proxy;
mod switch;

mod durable_changes;
mod failover;
mod forgetting;
mod health;
mod instances;
mod lineage;
mod lost_replies;
mod missing_commands;
mod outages;
mod refusals;
mod registrations;
mod replicas;
mod slots;
mod slowness;
mod tls;

use tower_lti::{RedisStore, clock::SystemClock};

use self::support::{
    app::{self, App},
    history,
    key_server::{self, now},
    redis::{cluster, eventually, folder, port, sentinels, server},
    tool_process,
};

/// A tool over the Redis at a URL, connected.
async fn tool_at(url: &str) -> App<RedisStore> {
    tool_over(RedisStore::connect(url).await.unwrap())
}

/// A tool over a store, by the machine's own clock: servers come and go in real time.
fn tool_over(store: RedisStore) -> App<RedisStore> {
    App::over(store, |builder, _| builder.clock(SystemClock::new()))
}
