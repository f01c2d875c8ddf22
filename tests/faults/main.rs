//! What a tool does while its Redis is in trouble, and afterwards.
//!
//! Every test has Redis servers of its own, real ones, and often a proxy before them. It lets people
//! launch at a whole tool, does to the servers what happens to servers, and looks at every answer.

#[path = "../it/app.rs"]
#[expect(dead_code, reason = "the other tests look at more of it")]
mod app;
mod cluster;
mod eventually;
mod folder;
mod history;
mod key_server;
mod load;
mod log;
mod login;
mod port;
mod proxy;
mod sentinels;
mod server;
mod signal;
mod switch;
mod tool_process;

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
mod replicas;
mod slots;
mod slowness;
mod tls;

use std::time::{SystemTime, UNIX_EPOCH};

use tower_lti::{RedisStore, clock::SystemClock};

use self::app::App;

/// A tool over the Redis at a URL, connected.
async fn tool_at(url: &str) -> App<RedisStore> {
    tool_over(RedisStore::connect(url).await.unwrap())
}

/// A tool over a store, by the machine's own clock: servers come and go in real time.
fn tool_over(store: RedisStore) -> App<RedisStore> {
    App::over(store, |builder, _| builder.clock(SystemClock::new()))
}

/// The time that tokens are issued at, in seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}
