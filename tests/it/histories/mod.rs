//! Launches and administration race each other, and a checker asks whether what everybody was told
//! can be explained by one call after another.
//!
//! Every round has a seed, which a failure names; `HISTORIES_SEED` in the environment is the first.

mod careless;
mod checker;
mod explained;
mod history;
mod killed;
mod plan;
mod play;
mod two_processes;

use tower_lti::{MemoryStore, RedisStore, store::LaunchStore};

use self::{
    careless::{Careless, Carelessness},
    checker::check,
    history::{Call, Order, overlap},
    plan::Plan,
    play::{play, play_together},
};
use crate::redis_server::RedisServer;

/// Tells a process of this very program what to do, as [`actor`].
const ROLE: &str = "HISTORIES_ROLE";

/// The Redis that such a process is to use.
const REDIS: &str = "HISTORIES_REDIS";

fn seeds(rounds: u64) -> std::ops::Range<u64> {
    let first = std::env::var("HISTORIES_SEED").map_or(0, |seed| seed.parse().unwrap());
    first..first + rounds
}

/// Plays one round: what comes before, the race, and a look at what is left.
async fn round<S: LaunchStore + Clone>(stores: &[S; 2], seed: u64) -> Vec<Call> {
    let plan = Plan::new(seed);
    let order = Order::here();
    let mut calls = play(&stores[0], &order, &plan.alone(&plan.before)).await;
    calls.extend(play_together(stores, &order, &plan, |_| true).await);
    calls.extend(play(&stores[1], &order, &plan.alone(&plan.after)).await);
    calls
}

/// Plays many rounds, each of which must be explainable.
async fn rounds<S: LaunchStore + Clone>(stores: [S; 2], rounds: u64) {
    let mut overlapping = 0;
    for seed in seeds(rounds) {
        let calls = round(&stores, seed).await;
        overlapping += u64::from(overlap(&calls));
        check(&calls).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
    assert!(
        overlapping >= rounds / 20,
        "a race in {overlapping} of {rounds} rounds alone"
    );
}

// D01, D02, D05, D13
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_history_of_the_memory_store_is_explainable() {
    let store = MemoryStore::default();
    rounds([store.clone(), store], 6_000).await;
}

// D01, D02, D05, D13
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_history_of_two_redis_stores_is_explainable() {
    let server = RedisServer::start().await;
    let store = async || RedisStore::connect(&server.url()).await.unwrap();
    rounds([store().await, store().await], 1_200).await;
}

/// The checker and the races are good for something: each of these faults is found by them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_careless_store_is_found_out() {
    for carelessness in Carelessness::ALL {
        let store = Careless::new(carelessness);
        let stores = [store.clone(), store];
        let mut found_out = false;
        for seed in seeds(5_000) {
            found_out = check(&round(&stores, seed).await).is_err();
            if found_out {
                break;
            }
        }
        assert!(found_out, "{carelessness:?} is not found out");
    }
}

/// Starts this program once more, to do nothing but [`actor`].
fn spawn_actor(role: &str, redis: &str) -> tokio::process::Command {
    let mut program = tokio::process::Command::new(std::env::current_exe().unwrap());
    program
        .args(["--exact", "histories::actor"])
        .env(ROLE, role)
        .env(REDIS, redis)
        .kill_on_drop(true);
    program
}

/// What the second process does. Of no interest where nobody started it for that.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn actor() {
    let (Ok(role), Ok(redis)) = (std::env::var(ROLE), std::env::var(REDIS)) else {
        return;
    };
    match role.as_str() {
        two_processes::ROLE => two_processes::act(&redis).await,
        _ => killed::act(&redis, &role).await,
    }
}
