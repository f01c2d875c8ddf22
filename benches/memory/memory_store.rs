//! What `MemoryStore` holds for each nonce, and that it lets go of those that have expired.

use std::time::Duration;

use allocation_counter::measure as allocated;
use futures_util::FutureExt;
use tower_lti::{
    MemoryStore,
    nonce::{Attempt, NonceUse, OneTimeKey},
    store::NonceStore,
    testing::TestClock,
};

use crate::{
    nonces, sample,
    table::{Table, Target},
};

const NONCES: usize = 100_000;
const LAUNCHES: usize = 1_000_000;

/// At a launch in each millisecond, as many nonces are live.
const WINDOW: usize = 10_000;

pub(crate) fn measure(table: &mut Table) {
    let store = MemoryStore::default();
    let nonces = nonces::nonces(0, NONCES);
    let held = allocated(|| consume(&store, &nonces, Duration::from_secs(600), None));
    table.tell(
        "MemoryStore, bytes a remembered nonce",
        held.bytes_current as f64 / NONCES as f64,
        "",
        "",
    );

    let clock = TestClock::at_unix(sample::NOW);
    let store = MemoryStore::default().with_clock(clock.clone());
    let ttl = Duration::from_millis(WINDOW as u64);
    let step = LAUNCHES / 10;
    let mut held = Vec::new();
    for series in 0..10 {
        let nonces = nonces::nonces(series, step);
        held.push(allocated(|| consume(&store, &nonces, ttl, Some(&clock))).bytes_current);
    }
    let first = held[0] as f64;
    let last = held.iter().sum::<i64>() as f64;
    table.gate(
        "MemoryStore after a million launches, of after 100,000",
        last / first,
        Target::AtMost(1.1),
        " x",
        &format!("({} nonces held, {WINDOW} live)", store.nonce_count()),
    );
}

fn consume(store: &MemoryStore, nonces: &[OneTimeKey], ttl: Duration, clock: Option<&TestClock>) {
    for nonce in nonces {
        let attempt = Attempt::new().expect("randomness");
        let answer = store.consume(nonce, &attempt, ttl).now_or_never();
        let nonce_use = answer
            .expect("memory answers at once")
            .expect("there is room");
        assert!(nonce_use == NonceUse::First);
        if let Some(clock) = clock {
            clock.advance(Duration::from_millis(1));
        }
    }
}
