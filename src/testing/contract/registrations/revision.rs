//! The revision: it changes with each change, and with nothing else.

use super::calls::{add, name, noted, remove, revision};
use crate::{store::RegistrationRecordStore, testing::contract::fixtures::answered};

/// Checks that a store which can be written says so, and changes nothing by that.
pub(in crate::testing::contract) async fn what_can_be_written_says_so_and_stays<
    S: RegistrationRecordStore,
>(
    store: &S,
) {
    let before = revision(store).await;
    let checked = store.check_registrations_writable().await;
    answered(checked, "check_registrations_writable");
    let after = revision(store).await;
    assert_eq!(before, after, "the check must not count as a change");
}

/// Checks that the revision stays while nothing changes, and is that of what is loaded.
pub(in crate::testing::contract) async fn the_revision_is_that_of_what_is_loaded<
    S: RegistrationRecordStore,
>(
    store: &S,
) {
    let (one, other) = (noted(&name(), "one"), noted(&name(), "other"));
    assert!(add(store, &one).await, "a free id must be added");

    let loaded = answered(store.load_registrations().await, "load_registrations");

    assert_eq!(
        revision(store).await,
        loaded.revision,
        "while nothing changes, the revision must stay"
    );
    assert!(
        add(store, &one).await,
        "what is there to the byte must be added again"
    );
    let another = noted(one.id().client_id().as_str(), "another");
    assert!(!add(store, &another).await, "a taken id must be refused");
    assert!(
        !remove(store, &other).await,
        "what is not there is not removed"
    );
    assert_eq!(
        revision(store).await,
        loaded.revision,
        "what changes nothing must leave the revision"
    );
    // There and back again is a change, too: somebody may have read in between.
    assert!(add(store, &other).await, "a free id must be added");
    let between = revision(store).await;
    assert!(remove(store, &one).await, "what is there must go");
    assert_ne!(
        revision(store).await,
        between,
        "each change must change the revision"
    );
    assert!(remove(store, &other).await, "what is there must go");
}
