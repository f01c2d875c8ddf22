//! Whole servers under load: what a launch costs over HTTP, with Redis behind it.
//!
//! ```text
//! cargo run --release --manifest-path benches/server/Cargo.toml
//! ```
//!
//! starts four servers and a `redis-server` of its own, and posts the same launches to each of them,
//! 32 at a time and then 64, over connections that stay open:
//!
//! - `ideal`: the least that a launch can cost on axum. `Form`, the floor (a signature and typed
//!   claims), and one trip to Redis for nonce and deployment. It checks no state, no cookie, and no
//!   members that occur twice.
//! - `ours`: the library on axum, over a `RedisStore`, with a handler that gives the same small answer.
//! - `example`: the axum example as it is. It answers with a page: what it costs beyond `ours` is its own.
//! - `with a log`: the example with `LTI_LOG=info`, so that it also writes a line for each launch.
//!
//! Every server has one thread for its connections and, where there is `taskset` and a second core, a
//! core of its own. Rounds take turns and Redis is emptied before each. CPU time is what the system
//! charges the server's threads, in the kernel too; it is the steadier figure. `busy` says how much of
//! the time the server computed: well below 100 %, launches per second say more about the machine.
//!
//! The targets, for each of ours at 32 and at 64 connections: at least 0.90 times the launches per
//! second of `ideal`, and at most 1.12 times its CPU time per launch. This is a report: it fails if a
//! launch does, and not if a target is missed.

#[path = "../../../tests/support/redis/mod.rs"]
#[expect(dead_code, reason = "the tests look at more of it")]
mod redis_server;
#[path = "../../sample/mod.rs"]
#[expect(dead_code, reason = "the other measurements look at more of it")]
mod sample;

mod clean_redis;
mod comparison;
mod cores;
mod example;
mod ideal;
mod launches;
mod load;
mod ours;
mod report;
mod round;
mod server_process;
mod settings;

use std::{env, error::Error, process::ExitCode};

use axum::Router;
use tokio::net::TcpListener;

use crate::{comparison::Comparison, settings::Settings};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        [] => Comparison::run().map(|comparison| print!("{comparison}")),
        ["serve", "ideal"] => serve(ideal::router),
        ["serve", "ours"] => serve(ours::router),
        _ => Err("it takes no arguments; `serve ideal` and `serve ours` are for itself".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The servers cannot be measured: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until it is killed, on the runtime that `#[tokio::main]` makes.
fn serve(
    router: impl AsyncFnOnce(&Settings) -> Result<Router, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let settings = Settings::from_env()?;
        let app = router(&settings).await?;
        let listener = TcpListener::bind(settings.listen).await?;
        axum::serve(listener, app).await?;
        Ok(())
    })
}
