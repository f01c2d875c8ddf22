//! What a tool does while its Redis is in trouble, and afterwards.
//!
//! Every test has Redis servers of its own, real ones, and often a proxy before them. It lets people
//! launch at a whole tool, does to the servers what happens to servers, and looks at every answer.

#[path = "../it/app.rs"]
#[expect(dead_code, reason = "the other tests look at more of it")]
mod app;
mod eventually;
mod folder;
mod history;
mod load;
mod log;
mod login;
mod port;
mod proxy;
mod server;

mod lost_replies;
mod outages;
mod refusals;
mod replicas;
mod slowness;

use tower_lti::RedisStore;

use self::app::App;

/// A tool over the Redis at a URL, connected.
async fn tool_at(url: &str) -> App<RedisStore> {
    let store = RedisStore::connect(url).await.unwrap();
    App::over(store, |builder, _| builder)
}
