//! Many who add or change at once.

use tokio::task::JoinSet;

use super::calls::{add, holds, name, named, noted, record, remove, replace};
use crate::{
    registration::RegistrationRecord, store::RegistrationRecordStore,
    testing::contract::fixtures::RACERS,
};

/// Checks that of many records with one id, or one login name, exactly one is added.
pub(in crate::testing::contract) async fn one_of_many_is_added<
    S: RegistrationRecordStore + Clone,
>(
    store: &S,
) {
    let (client_id, login_name) = (name(), name());
    let of_one_id = |racer: usize| noted(&client_id, &racer.to_string());
    let of_one_name = |racer: usize| named(&format!("{client_id}-{racer}"), &login_name);
    let races: [(&str, &(dyn Fn(usize) -> RegistrationRecord + Sync)); 2] =
        [("id", &of_one_id), ("login name", &of_one_name)];
    for (what, record) in races {
        let mut racers = JoinSet::new();
        for racer in 0..RACERS {
            let (store, record) = (store.clone(), record(racer));
            racers.spawn(async move {
                let is_first = add(&store, &record).await;
                (is_first, holds(&store, &record).await, record)
            });
        }

        let answers = racers.join_all().await;

        let added: Vec<_> = answers.iter().filter(|(first, ..)| *first).collect();
        assert_eq!(
            added.len(),
            1,
            "of {RACERS} concurrent records with one {what}, exactly one must be added"
        );
        let agree = answers.iter().all(|(first, held, _)| first == held);
        assert!(agree, "what was added, and nothing else, must be listed");
        assert!(remove(store, &added[0].2).await, "what is there must go");
    }
}

/// Checks that a record which many add at once, or again after others have changed theirs, is added for all and kept once.
pub(in crate::testing::contract) async fn a_record_is_added_again_with_success<
    S: RegistrationRecordStore + Clone,
>(
    store: &S,
) {
    let (one, other) = (named(&name(), &name()), noted(&name(), "other"));
    let mut racers = JoinSet::new();
    for _ in 0..RACERS {
        let (store, one) = (store.clone(), one.clone());
        racers.spawn(async move { add(&store, &one).await });
    }
    let added = racers.join_all().await;
    assert!(
        added.iter().all(|added| *added),
        "one record, to the byte, must be added for all who add it"
    );
    assert!(holds(store, &one).await, "it must be kept once");
    assert!(add(store, &other).await, "a free id must be added");
    assert!(
        add(store, &one).await,
        "what is there to the byte must be added again"
    );
    let changed = record(one.id().client_id().as_str(), "");
    assert!(
        replace(store, &one, &changed).await,
        "a record must be replaced"
    );
    assert!(
        !add(store, &one).await,
        "what was changed since must not be added again"
    );
    assert!(holds(store, &changed).await, "a change must stay");
    for record in [&changed, &other] {
        assert!(remove(store, record).await, "what is there must go");
    }
}

/// Checks that of many changes to one record exactly one is made.
pub(in crate::testing::contract) async fn one_of_many_changes_is_made<
    S: RegistrationRecordStore + Clone,
>(
    store: &S,
) {
    let client_id = name();
    let old = noted(&client_id, "old");
    assert!(add(store, &old).await, "a free id must be added");
    let mut racers = JoinSet::new();
    for racer in 0..RACERS {
        let (store, old) = (store.clone(), old.clone());
        let new = noted(&client_id, &racer.to_string());
        racers.spawn(async move { replace(&store, &old, &new).await.then_some(new) });
    }

    let answers = racers.join_all().await;

    let made: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(
        made.len(),
        1,
        "of {RACERS} concurrent changes of one record, exactly one must be made"
    );
    assert!(
        holds(store, &made[0]).await,
        "it must be the one that says so"
    );
    assert!(remove(store, &made[0]).await, "what is there must go");
}
