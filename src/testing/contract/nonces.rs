//! The contract of [`NonceStore`].

use tokio::task::JoinSet;

use super::fixtures::{RACERS, TTL, answered, attempt, registration};
use crate::{
    nonce::{NonceUse, OneTimeKey},
    store::NonceStore,
};

/// Checks that of many concurrent calls with one nonce exactly one is the first.
pub(super) async fn one_of_many_consumes_a_nonce<S: NonceStore + Clone>(store: &S) {
    let nonce = OneTimeKey::new(&registration(), "n-1");
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let (store, nonce, attempt) = (store.clone(), nonce.clone(), attempt());
        racers.spawn(async move { store.consume(&nonce, &attempt, TTL).await });
    }

    let answers = racers.join_all().await;

    let firsts = answers
        .into_iter()
        .map(|answer| answered(answer, "consume"))
        .filter(|nonce_use| *nonce_use == NonceUse::First)
        .count();
    assert_eq!(
        firsts, 1,
        "of {RACERS} concurrent consumes of one nonce, exactly one must be First"
    );
    let late = answered(store.consume(&nonce, &attempt(), TTL).await, "consume");
    assert_eq!(
        late,
        NonceUse::Repeated,
        "a nonce must be remembered after a race"
    );
}

/// Checks that an attempt which repeats itself is not taken for a replay, and another one is.
pub(super) async fn a_retried_attempt_is_first_again<S: NonceStore>(store: &S) {
    let nonce = OneTimeKey::new(&registration(), "n-1");
    let (own, other) = (attempt(), attempt());

    for (attempt, expected, why) in [
        (&own, NonceUse::First, "a new nonce must be First"),
        (
            &own,
            NonceUse::First,
            "a retry of one attempt must be First",
        ),
        (
            &other,
            NonceUse::Repeated,
            "a second attempt must be Repeated",
        ),
        (&other, NonceUse::Repeated, "a refused attempt must stay so"),
        (
            &own,
            NonceUse::First,
            "a replay must not displace the first",
        ),
    ] {
        let nonce_use = answered(store.consume(&nonce, attempt, TTL).await, "consume");
        assert_eq!(nonce_use, expected, "{why}");
    }
}

/// Checks that two registrations may use the same nonce.
pub(super) async fn nonces_of_two_registrations_do_not_meet<S: NonceStore>(store: &S) {
    let plain = registration();
    for registration in [plain.with_discriminator("north"), plain, registration()] {
        let nonce = OneTimeKey::new(&registration, "n-1");
        let nonce_use = answered(store.consume(&nonce, &attempt(), TTL).await, "consume");
        assert_eq!(
            nonce_use,
            NonceUse::First,
            "the nonce of one registration must not be another's"
        );
    }
}

/// Checks that a consumed nonce is known to be, and that to ask consumes none.
pub(super) async fn asking_for_a_nonce_does_not_consume_it<S: NonceStore>(store: &S) {
    let registration = registration();
    let (nonce, other) = (
        OneTimeKey::new(&registration, "n-1"),
        OneTimeKey::new(&registration, "n-2"),
    );
    for _ in 0..2 {
        let was_consumed = answered(store.was_consumed(&nonce).await, "was_consumed");
        assert!(
            !was_consumed,
            "was_consumed on a new nonce must answer false"
        );
    }
    let nonce_use = answered(store.consume(&nonce, &attempt(), TTL).await, "consume");
    assert_eq!(
        nonce_use,
        NonceUse::First,
        "was_consumed must not consume a nonce"
    );
    for (nonce, expected) in [(&nonce, true), (&other, false), (&nonce, true)] {
        let was_consumed = answered(store.was_consumed(nonce).await, "was_consumed");
        assert_eq!(
            was_consumed, expected,
            "was_consumed must answer true once a nonce is consumed, and for no other"
        );
    }
}
