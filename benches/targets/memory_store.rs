//! `MemoryStore`: a nonce used up and a deployment found, by one thread and by two.

use std::{
    thread,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use tower_lti::{
    MemoryStore,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::LaunchStore,
};

use crate::{
    nonces,
    rounds::Rounds,
    table::{Table, Target},
};

const ROUNDS: usize = 31;
const CALLS: usize = 40_000;

pub(crate) fn measure(table: &mut Table) {
    let mut rounds = Rounds::default();
    let one = rounds.add_timed(CALLS, |round| {
        let store = nonces::with_deployment(MemoryStore::default());
        consume_and_find(&store, &nonces::nonces(round, CALLS))
    });
    let two = rounds.add_timed(CALLS, |round| {
        let store = nonces::with_deployment(MemoryStore::default());
        in_two_threads(round, [&store, &store])
    });
    let apart = rounds.add_timed(CALLS, |round| {
        let store = || nonces::with_deployment(MemoryStore::default());
        in_two_threads(round, [&store(), &store()])
    });
    rounds.run(ROUNDS);

    table.report(
        "MemoryStore, consume and find",
        rounds.nanos(one) / 1e3,
        Target::AtMost(1.0),
        " us",
        "",
    );
    table.report(
        "two threads at once",
        1.0 / rounds.ratio(two, one),
        Target::AtLeast(1.6),
        " x one",
        "",
    );
    table.tell(
        "with a store each, which share nothing",
        1.0 / rounds.ratio(apart, one),
        " x one",
        "",
    );
}

/// Half of the calls in each thread, on the store that is its.
fn in_two_threads(round: usize, [mine, others]: [&MemoryStore; 2]) -> Duration {
    let my_nonces = nonces::nonces(2 * round, CALLS / 2);
    let other_nonces = nonces::nonces(2 * round + 1, CALLS / 2);
    let begin = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| consume_and_find(others, &other_nonces));
        consume_and_find(mine, &my_nonces);
    });
    begin.elapsed()
}

fn consume_and_find(store: &MemoryStore, nonces: &[OneTimeKey]) -> Duration {
    let ttl = Duration::from_secs(600);
    let attempt = Attempt::new().expect("randomness");
    let key = nonces::deployment();
    let begin = Instant::now();
    for nonce in nonces {
        let answer = store.consume_and_find(nonce, &attempt, ttl, &key);
        let (nonce_use, found) = answer
            .now_or_never()
            .expect("memory answers at once")
            .expect("there is room");
        assert!(nonce_use == NonceUse::First && found.is_some());
    }
    begin.elapsed()
}
