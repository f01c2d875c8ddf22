//! What a [`NonceStore`] must hold to.

use tokio::task::JoinSet;

use super::stranger::{RACERS, TTL, answered, attempt, registration};
use crate::{
    nonce::{NonceUse, OneTimeKey},
    store::NonceStore,
};

/// Checks that of many concurrent calls with one nonce exactly one is the first.
///
/// # Panics
///
/// Panics when none is, or more than one.
pub async fn one_of_many_uses_a_nonce_up<S: NonceStore + Clone>(store: &S) {
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
///
/// # Panics
///
/// Panics when the store tells them apart wrongly.
pub async fn a_retried_attempt_is_first_again<S: NonceStore>(store: &S) {
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
///
/// # Panics
///
/// Panics when one is taken for the other's.
pub async fn nonces_of_two_registrations_do_not_meet<S: NonceStore>(store: &S) {
    for registration in [registration(), registration()] {
        let nonce = OneTimeKey::new(&registration, "n-1");
        let nonce_use = answered(store.consume(&nonce, &attempt(), TTL).await, "consume");
        assert_eq!(
            nonce_use,
            NonceUse::First,
            "the nonce of one registration must not be another's"
        );
    }
}

/// Checks that a parked launch is returned as it was until it is unparked, and under no other ticket.
///
/// A store whose `park` answers `false` keeps none, and is not asked further.
///
/// # Panics
///
/// Panics when one is lost, changed, found under another ticket or found after it was unparked.
pub async fn what_is_parked_is_returned_until_it_is_unparked<S: NonceStore>(store: &S) {
    let registration = registration();
    let ticket = |text: &str| OneTimeKey::new(&registration, text);
    let tickets = [ticket("t-1"), ticket("t-2"), ticket("t-3")];
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    // Longer than a text column of some databases, and about as long as a large launch.
    let long = every_byte.repeat(512);
    let launches: [&[u8]; 3] = [b"", &every_byte, &long];

    for (ticket, sealed) in tickets.iter().zip(launches) {
        let found = answered(store.parked(ticket).await, "parked");
        assert!(
            found.is_none(),
            "a ticket must find nothing before its time"
        );
        if !answered(store.park(ticket, sealed, TTL).await, "park") {
            let found = answered(store.parked(ticket).await, "parked");
            assert!(found.is_none(), "a launch that was not kept was found");
            answered(store.unpark(ticket).await, "unpark");
            return;
        }
        // A ticket used up is another matter than the launch that it stands for.
        let nonce_use = answered(store.consume(ticket, &attempt(), TTL).await, "consume");
        assert_eq!(
            nonce_use,
            NonceUse::First,
            "parking must not use a ticket up"
        );
    }
    for _ in 0..2 {
        for (ticket, sealed) in tickets.iter().zip(launches) {
            let found = answered(store.parked(ticket).await, "parked");
            let as_it_was = found.as_deref() == Some(sealed);
            assert!(as_it_was, "a parked launch must be returned as it was");
        }
    }
    let found = answered(store.parked(&ticket("t-4")).await, "parked");
    assert!(found.is_none(), "another ticket must find nothing");

    for _ in 0..2 {
        answered(store.unpark(&tickets[0]).await, "unpark");
        let found = answered(store.parked(&tickets[0]).await, "parked");
        assert!(found.is_none(), "an unparked launch must not be found");
    }
    let found = answered(store.parked(&tickets[1]).await, "parked");
    let as_it_was = found.as_deref() == Some(launches[1]);
    assert!(as_it_was, "unparking must leave the others");
    let late = answered(store.consume(&tickets[0], &attempt(), TTL).await, "consume");
    assert_eq!(late, NonceUse::Repeated, "unparking must not free a ticket");
    for ticket in &tickets[1..] {
        answered(store.unpark(ticket).await, "unpark");
    }
}
