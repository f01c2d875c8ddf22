//! The contract of [`ParkedLaunchStore`].

use super::fixtures::{TTL, answered, attempt, registration};
use crate::{
    nonce::{NonceUse, OneTimeKey},
    store::{NonceStore, ParkedLaunchStore},
};

/// Checks that a parked launch is returned unchanged until it is removed, and under no other ticket.
pub(super) async fn a_parked_launch_is_returned_until_it_is_removed<S: ParkedLaunchStore>(
    store: &S,
) {
    let registration = registration();
    let ticket = |text: &str| OneTimeKey::new(&registration, text);
    let tickets = [ticket("t-1"), ticket("t-2"), ticket("t-3")];
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    // Longer than a text column of some databases, and about as long as a large launch.
    let long = every_byte.repeat(512);
    let launches: [&[u8]; 3] = [b"", &every_byte, &long];

    for (ticket, sealed) in tickets.iter().zip(launches) {
        let found = answered(store.parked_launch(ticket).await, "parked_launch");
        assert!(found.is_none(), "a new ticket must find nothing");
        // The second call is a retry.
        for _ in 0..2 {
            answered(store.park_launch(ticket, sealed, TTL).await, "park_launch");
        }
    }
    for _ in 0..2 {
        for (ticket, sealed) in tickets.iter().zip(launches) {
            let found = answered(store.parked_launch(ticket).await, "parked_launch");
            let is_unchanged = found.as_deref() == Some(sealed);
            assert!(is_unchanged, "a parked launch must be returned unchanged");
        }
    }
    let found = answered(store.parked_launch(&ticket("t-4")).await, "parked_launch");
    assert!(found.is_none(), "another ticket must find nothing");

    for _ in 0..2 {
        answered(store.remove_parked(&tickets[0]).await, "remove_parked");
        let found = answered(store.parked_launch(&tickets[0]).await, "parked_launch");
        assert!(found.is_none(), "a removed launch must not be found");
    }
    let found = answered(store.parked_launch(&tickets[1]).await, "parked_launch");
    let is_unchanged = found.as_deref() == Some(launches[1]);
    assert!(is_unchanged, "removal must leave the others");
    for ticket in &tickets[1..] {
        answered(store.remove_parked(ticket).await, "remove_parked");
    }
}

/// Checks that parking a launch does not consume its ticket, nor its removal free the ticket.
pub(super) async fn parking_leaves_the_ticket_alone<S: NonceStore + ParkedLaunchStore>(store: &S) {
    let ticket = OneTimeKey::new(&registration(), "t-1");
    let consume = async || answered(store.consume(&ticket, &attempt(), TTL).await, "consume");

    answered(
        store.park_launch(&ticket, b"sealed", TTL).await,
        "park_launch",
    );
    assert_eq!(
        consume().await,
        NonceUse::First,
        "parking must not consume a ticket"
    );
    let found = answered(store.parked_launch(&ticket).await, "parked_launch");
    assert_eq!(
        found.as_deref(),
        Some(&b"sealed"[..]),
        "consuming a ticket must not remove its launch"
    );
    answered(store.remove_parked(&ticket).await, "remove_parked");
    assert_eq!(
        consume().await,
        NonceUse::Repeated,
        "removal must not free a ticket"
    );
}
