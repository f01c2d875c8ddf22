//! The same races between two processes that share nothing but a Redis.

use std::process::Stdio;

use redis::{Client, aio::MultiplexedConnection};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};
use tower_lti::RedisStore;

use super::{
    check,
    history::{Call, Order, overlap},
    plan::Plan,
    play::{play, play_together},
    role, seeds, start_again,
};
use crate::{length, redis_server::RedisServer};

const TEST: &str = "histories::two_processes::every_history_of_two_processes_is_explainable";

/// Marks the lines of the second process that are for the first.
const CALLS: &str = "calls: ";

const ROUNDS: u64 = 200;

/// The second process: it is written seeds, and writes what its actors did.
struct Other {
    _program: Child,
    seeds: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Other {
    fn start(redis: &str) -> Self {
        let mut program = start_again(TEST, "other", redis)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            seeds: program.stdin.take().unwrap(),
            lines: BufReader::new(program.stdout.take().unwrap()).lines(),
            _program: program,
        }
    }

    async fn calls(&mut self) -> Vec<Call> {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            if let Some((_, calls)) = line.split_once(CALLS) {
                return serde_json::from_str(calls).unwrap();
            }
        }
        panic!("the other process ended early");
    }
}

async fn connection(redis: &str) -> MultiplexedConnection {
    let client = Client::open(redis).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

async fn store(redis: &str) -> [RedisStore; 2] {
    let store = RedisStore::connect(redis).await.unwrap();
    [store.clone(), store]
}

// D01, D02, D05, D13
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_history_of_two_processes_is_explainable() {
    if let Some((_, redis)) = role() {
        return act(&redis).await;
    }
    let server = RedisServer::start().await;
    let (redis, stores) = (server.connection().await, store(&server.url()).await);
    let mut other = Other::start(&server.url());
    let mut overlapping = 0;
    for seed in seeds(length::rounds(ROUNDS)) {
        let plan = Plan::new(seed);
        let order = Order::There {
            redis: redis.clone(),
            seed,
        };
        let mut calls = play(&stores[0], &order, &plan.alone(&plan.before)).await;
        let line = format!("{seed}\n");
        other.seeds.write_all(line.as_bytes()).await.unwrap();
        let ours = play_together(&stores, &order, &plan, |actor| actor % 2 == 0);
        let (ours, theirs) = tokio::join!(ours, other.calls());
        calls.extend(ours.into_iter().chain(theirs));
        overlapping += u64::from(overlap(&calls));
        calls.extend(play(&stores[0], &order, &plan.alone(&plan.after)).await);
        check(&calls).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    }
    println!("{overlapping} rounds had a race");
    assert!(overlapping >= ROUNDS / 2);
}

/// What the second process does until there are no more seeds.
async fn act(redis: &str) {
    let (connection, stores) = (connection(redis).await, store(redis).await);
    let mut seeds = BufReader::new(tokio::io::stdin()).lines();
    while let Some(seed) = seeds.next_line().await.unwrap() {
        let seed = seed.parse().unwrap();
        let order = Order::There {
            redis: connection.clone(),
            seed,
        };
        let plan = Plan::new(seed);
        let calls = play_together(&stores, &order, &plan, |actor| actor % 2 == 1).await;
        let calls = serde_json::to_string(&calls).unwrap();
        let line = format!("{CALLS}{calls}\n");
        // Not by println, which the test harness keeps to itself.
        let mut output = tokio::io::stdout();
        output.write_all(line.as_bytes()).await.unwrap();
        output.flush().await.unwrap();
    }
}
