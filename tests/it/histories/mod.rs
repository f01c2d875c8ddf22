//! Launches and administration race each other, and a checker asks whether what everybody was told
//! can be explained by one call after another.
//!
//! Every round has a seed, which a failure names; `HISTORIES_SEED` in the environment is the first, and
//! `TEST_LENGTH` says how many times the usual rounds are played.

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
use crate::{length, redis_server::RedisServer};

/// The Redis that a test is to use when it is started once more, as the second process of itself.
const REDIS: &str = "HISTORIES_REDIS";

/// The name that this second process goes by.
const ROLE: &str = "HISTORIES_ROLE";

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

/// Plays many rounds, each of which must be explainable, and at least so many of them a race.
async fn rounds<S: LaunchStore + Clone>(stores: [S; 2], rounds: u64, races: u64) {
    let mut overlapping = 0;
    for seed in seeds(length::rounds(rounds)) {
        let calls = round(&stores, seed).await;
        overlapping += u64::from(overlap(&calls));
        check(&calls).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
    println!("{overlapping} rounds had a race");
    assert!(overlapping >= races);
}

// D01, D02, D05, D13
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_history_of_the_memory_store_is_explainable() {
    let store = MemoryStore::default();
    // A call is over in a microsecond: on a busy machine few of them meet. What can happen when they
    // do is gone through one by one elsewhere, by interleavings.
    rounds([store.clone(), store], 2_000, 1).await;
}

// D01, D02, D05, D13
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_history_of_two_redis_stores_is_explainable() {
    let server = RedisServer::start().await;
    let store = async || RedisStore::connect(&server.url()).await.unwrap();
    rounds([store().await, store().await], 400, 200).await;
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

/// Starts a test of this program once more, which then finds its [`role`].
fn start_again(test: &str, role: &str, redis: &str) -> tokio::process::Command {
    let mut program = tokio::process::Command::new(std::env::current_exe().unwrap());
    program
        .args(["--exact", test])
        .env(ROLE, role)
        .env(REDIS, redis)
        .kill_on_drop(true);
    program
}

/// What this process is to be called and the Redis it is to use, if it is a test's second one.
fn role() -> Option<(String, String)> {
    Some((std::env::var(ROLE).ok()?, std::env::var(REDIS).ok()?))
}
