//! A record, from adding it to removing it.

use super::calls::{add, holds, name, noted, record, remove, replace, revision};
use crate::store::RegistrationRecordStore;

/// Checks that a record is kept to the byte until it is replaced or removed, and leaves others alone.
pub(in crate::testing::contract) async fn a_record_is_kept_until_it_is_replaced_or_removed<
    S: RegistrationRecordStore,
>(
    store: &S,
) {
    let client_id = name();
    let odd = ",\n\t\"notes\":  {\"b\": [1.50, \"\\u00fc \u{fc} '\\\\ %s\"], \"a\":null} ";
    let (one, other) = (record(&client_id, odd), noted(&name(), "other"));
    let long = "\u{fc}".repeat(30_000);
    let (two, three) = (noted(&client_id, &long), noted(&client_id, "three"));

    assert!(!holds(store, &one).await, "a new id must be free");
    for record in [&one, &other] {
        let before = revision(store).await;
        assert!(add(store, record).await, "a free id must be added");
        assert_ne!(
            revision(store).await,
            before,
            "adding must change the revision"
        );
        assert!(
            holds(store, record).await,
            "a record must be kept to the byte"
        );
    }
    assert!(
        add(store, &one).await,
        "what is there to the byte must be added again"
    );
    assert!(
        !add(store, &two).await,
        "a taken id must not be overwritten"
    );
    assert!(holds(store, &one).await, "what is there must stay");

    let before = revision(store).await;
    assert!(
        replace(store, &one, &two).await,
        "a record must be replaced"
    );
    assert_ne!(
        revision(store).await,
        before,
        "a change must change the revision"
    );
    assert!(holds(store, &two).await, "what replaces it must be kept");
    assert!(!holds(store, &one).await, "what was replaced must be gone");
    assert!(
        !replace(store, &one, &three).await,
        "what is not kept any more must not be replaced"
    );
    assert!(
        !remove(store, &one).await,
        "what is not kept any more must not be removed"
    );
    assert!(
        holds(store, &two).await,
        "what was refused must change nothing"
    );

    let before = revision(store).await;
    assert!(remove(store, &two).await, "a record must be removed");
    assert_ne!(
        revision(store).await,
        before,
        "removal must change the revision"
    );
    assert!(!holds(store, &two).await, "what was removed must be gone");
    assert!(!remove(store, &two).await, "what is gone is not removed");
    assert!(
        !replace(store, &two, &three).await,
        "what is gone is not replaced"
    );
    assert!(
        !holds(store, &three).await,
        "what is gone must not come back"
    );
    assert!(holds(store, &other).await, "the others must stay");

    assert!(add(store, &three).await, "a free id must be added");
    for record in [&three, &other] {
        assert!(remove(store, record).await, "what is there must go");
    }
}
