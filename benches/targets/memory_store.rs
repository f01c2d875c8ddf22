//! `MemoryStore`: a nonce used up and a deployment found, by one thread and by two.

use std::{
    thread,
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use tower_lti::{
    MemoryStore,
    nonce::{Attempt, NonceUse},
    store::LaunchStore,
};

use crate::{
    rounds::Rounds,
    sample::launches::{self, Launch},
    table::{Table, Target},
};

const ROUNDS: usize = 31;
const CALLS: usize = 10_000;

pub(crate) fn measure(table: &mut Table) {
    let mut rounds = Rounds::default();
    let one = rounds.add_timed(CALLS, |round| {
        let store = launches::with_deployment(MemoryStore::default());
        consume_and_find(&store, &launches::launches(round, CALLS))
    });
    let two = rounds.add_timed(CALLS, |round| {
        let store = launches::with_deployment(MemoryStore::default());
        let mine = launches::launches(2 * round, CALLS / 2);
        let others = launches::launches(2 * round + 1, CALLS / 2);
        let begin = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| consume_and_find(&store, &others));
            consume_and_find(&store, &mine);
        });
        begin.elapsed()
    });
    rounds.run(ROUNDS);

    table.report(
        "14 MemoryStore, consume and find",
        rounds.nanos(one) / 1e3,
        Target::AtMost(1.0),
        " us",
        "",
    );
    table.report(
        "14 two threads at once",
        1.0 / rounds.ratio(two, one),
        Target::AtLeast(1.6),
        " x one",
        "",
    );
}

fn consume_and_find(store: &MemoryStore, launches: &[Launch]) -> Duration {
    let ttl = Duration::from_secs(600);
    let attempt = Attempt::new().expect("randomness");
    let key = launches::deployment();
    let begin = Instant::now();
    for nonce in launches {
        let answer = store.consume_and_find(nonce, &attempt, ttl, &key);
        let (nonce_use, found) = answer
            .now_or_never()
            .expect("memory answers at once")
            .expect("there is room");
        assert!(nonce_use == NonceUse::First && found.is_some());
    }
    begin.elapsed()
}
