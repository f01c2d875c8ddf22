//! The contract of [`DeploymentStore`], apart from listing.

use tokio::task::JoinSet;

use super::fixtures::{RACERS, answered, deployment, key, registration};
use crate::{
    deployment::{
        Deployment,
        DeploymentOutcome::{Created, Existing},
        DeploymentStatus::{Active, Disabled, Pending},
    },
    store::{DeploymentStore, StoreErrorKind},
};

/// Checks that of many concurrent calls for one key exactly one creates the deployment, and that all
/// are given that one's record.
pub(super) async fn one_of_many_creates_it<S: DeploymentStore + Clone>(store: &S) {
    let key = key(&registration(), "dep-1");
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let status = [Active, Pending, Disabled][number % 3];
        let (store, deployment) = (store.clone(), deployment(&key, status));
        racers.spawn(async move { store.create(&deployment, None).await });
    }

    let answers = racers.join_all().await;

    let answers: Vec<_> = answers
        .into_iter()
        .map(|answer| answered(answer, "create"))
        .collect();
    let created = answers.iter().filter(|(_, outcome)| *outcome == Created);
    assert_eq!(
        created.count(),
        1,
        "of {RACERS} concurrent creates, exactly one must be told Created"
    );
    let Some(kept) = answered(store.find(&key).await, "find") else {
        panic!("a created deployment must be found");
    };
    for (record, outcome) in &answers {
        let same = record.status() == kept.status() && record.created_at() == kept.created_at();
        assert!(same, "a caller told {outcome:?} must see what is kept");
    }
}

/// Checks that creating leaves a deployment that is there as it is, a disabled one above all.
pub(super) async fn what_is_there_is_never_overwritten<S: DeploymentStore>(store: &S) {
    for status in [Disabled, Pending, Active] {
        let key = key(&registration(), "dep-1");
        let (_, outcome) = answered(
            store.create(&deployment(&key, status), None).await,
            "create",
        );
        assert_eq!(outcome, Created, "the first create must be told Created");

        let other = if status == Active { Disabled } else { Active };
        let (record, outcome) =
            answered(store.create(&deployment(&key, other), None).await, "create");

        assert_eq!(outcome, Existing, "a second create must be told Existing");
        assert_eq!(record.status(), status, "create must return what is kept");
        let found = answered(store.find(&key).await, "find").map(|found| found.status());
        assert_eq!(found, Some(status), "create must never overwrite");
    }
}

/// Checks that approval opens what is pending, and nothing else.
pub(super) async fn approval_opens_what_is_pending_alone<S: DeploymentStore + Clone>(store: &S) {
    let registration = registration();
    let absent = key(&registration, "absent");
    let approved = answered(store.approve(&absent).await, "approve");
    assert!(approved.is_none(), "approve on nothing must answer None");
    assert!(answered(store.find(&absent).await, "find").is_none());
    for (status, then) in [(Pending, Active), (Disabled, Disabled), (Active, Active)] {
        let key = key(&registration, &format!("{status:?}"));
        answered(
            store.create(&deployment(&key, status), None).await,
            "create",
        );
        let approved = answered(store.approve(&key).await, "approve");
        let approved = approved.map(|deployment| deployment.status());
        assert_eq!(approved, Some(then), "approve on {status:?}");
        let found = answered(store.find(&key).await, "find").map(|found| found.status());
        assert_eq!(found, Some(then), "approve on {status:?}");
    }
    // Whichever comes first, what an administrator shut is shut.
    for number in 0..RACERS {
        let key = key(&registration, &format!("raced-{number}"));
        answered(
            store.create(&deployment(&key, Pending), None).await,
            "create",
        );
        let mut racers = JoinSet::new();
        for disables in [false, true, false] {
            let (store, key) = (store.clone(), key.clone());
            racers.spawn(async move {
                if disables {
                    store.set_status(&key, Disabled).await
                } else {
                    store.approve(&key).await
                }
            });
        }
        for answer in racers.join_all().await {
            answered(answer, "approve beside set_status");
        }
        let found = answered(store.find(&key).await, "find").map(|found| found.status());
        assert_eq!(found, Some(Disabled), "no approval may open what was shut");
    }
}

/// Checks that a quota keeps out new deployments beyond it, in a race too, and none that is there.
pub(super) async fn a_quota_bounds_new_deployments_alone<S: DeploymentStore + Clone>(store: &S) {
    const QUOTA: usize = 10;
    let (bounded, other) = (registration(), registration());
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let new = deployment(&key(&bounded, &format!("dep-{number}")), Active);
        let store = store.clone();
        racers.spawn(async move { (store.create(&new, Some(QUOTA)).await, new) });
    }
    let mut kept = Vec::new();
    for (answer, new) in racers.join_all().await {
        match answer {
            Ok((_, outcome)) => {
                assert_eq!(outcome, Created, "a new deployment must be told Created");
                kept.push(new);
            }
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::QuotaReached),
        }
    }
    assert_eq!(kept.len(), QUOTA, "as many must be kept as may be");
    for there in &kept {
        let again = answered(store.create(there, Some(QUOTA)).await, "create");
        assert_eq!(again.1, Existing, "a quota must not touch what is there");
    }
    let elsewhere = deployment(&key(&other, "dep-1"), Active);
    answered(store.create(&elsewhere, Some(QUOTA)).await, "create");
    let one_more = deployment(&key(&bounded, "one more"), Active);
    let refused = store.create(&one_more, Some(QUOTA)).await;
    assert!(refused.is_err(), "the quota is reached");
    answered(store.remove(kept[0].key()).await, "remove");
    answered(store.create(&one_more, Some(QUOTA)).await, "create");
    let beyond = deployment(&key(&bounded, "beyond"), Active);
    answered(store.create(&beyond, None).await, "create");
}

/// Checks that a status can be changed where there is a deployment, and nowhere else.
pub(super) async fn a_status_changes_only_what_is_there<S: DeploymentStore>(store: &S) {
    let key = key(&registration(), "dep-1");
    let absent = answered(store.set_status(&key, Disabled).await, "set_status");
    assert!(absent.is_none(), "set_status on nothing must answer None");
    let found = answered(store.find(&key).await, "find");
    assert!(found.is_none(), "set_status must create nothing");
    let (made, _) = answered(
        store.create(&deployment(&key, Active), None).await,
        "create",
    );

    for status in [Disabled, Pending, Active, Disabled] {
        let changed = answered(store.set_status(&key, status).await, "set_status");
        let found = answered(store.find(&key).await, "find");
        for record in [changed, found] {
            let Some(record) = record else {
                panic!("set_status must not lose the deployment");
            };
            assert_eq!(record.status(), status, "set_status must be seen at once");
            assert_eq!(record.origin(), made.origin(), "the origin must stay");
            assert_eq!(record.created_at(), made.created_at(), "the time must stay");
        }
    }
    let (record, outcome) = answered(
        store.create(&deployment(&key, Active), None).await,
        "create",
    );
    assert_eq!(
        (record.status(), outcome),
        (Disabled, Existing),
        "a disabled deployment must stay disabled"
    );
}

/// Checks that removal forgets a deployment and says whether there was one.
pub(super) async fn removal_is_told_apart<S: DeploymentStore>(store: &S) {
    let key = key(&registration(), "dep-1");
    let removed = answered(store.remove(&key).await, "remove");
    assert!(!removed, "remove of nothing must answer false");

    for _ in 0..2 {
        let (_, outcome) = answered(
            store.create(&deployment(&key, Active), None).await,
            "create",
        );
        assert_eq!(outcome, Created, "what was removed may be created anew");
        let removed = answered(store.remove(&key).await, "remove");
        assert!(removed, "remove of something must answer true");
        let found = answered(store.find(&key).await, "find");
        assert!(found.is_none(), "what was removed must not be found");
    }
}

/// Checks that ids which look alike are kept apart, and come back as they were given.
pub(super) async fn deployment_ids_are_kept_byte_for_byte<S: DeploymentStore>(store: &S) {
    let registration = registration();
    let ids = [
        "Dep-1", "dep-1", "dep-1 ", " dep-1", "dep:1", "dep:1:", ":dep:1", "dep/1", "dep%2F1", "*",
        "{dep}-1", "dep\"1", "dep\\1", "1", "01", "1.0",
    ];
    for id in ids {
        let key = key(&registration, id);
        let found = answered(store.find(&key).await, "find");
        assert!(found.is_none(), "{id:?} must not be found before its time");
        let (record, outcome) = answered(
            store.create(&deployment(&key, Active), None).await,
            "create",
        );
        assert_eq!(outcome, Created, "{id:?} must be a deployment of its own");
        assert_eq!(*record.key(), key, "{id:?} must come back as it was given");
    }
    for id in ids {
        let key = key(&registration, id);
        let found = answered(store.find(&key).await, "find");
        let found = found.map(|found| found.key().clone());
        assert_eq!(found, Some(key), "{id:?} must come back as it was given");
    }
}

/// Checks that deployments of two registrations with one issuer and client id do not meet.
pub(super) async fn registrations_are_told_apart_by_their_discriminators<S: DeploymentStore>(
    store: &S,
) {
    let plain = registration();
    let registrations = [
        plain.clone(),
        plain.with_discriminator("north"),
        plain.with_discriminator("North"),
        plain.with_discriminator("south"),
    ];
    for registration in &registrations {
        let key = key(registration, "dep-1");
        let (record, outcome) = answered(
            store.create(&deployment(&key, Active), Some(1)).await,
            "create",
        );
        assert_eq!(
            outcome, Created,
            "registrations that differ in their discriminators must not share a deployment or a quota"
        );
        assert_eq!(*record.key(), key, "the discriminator must come back");
    }
    let north = key(&registrations[1], "dep-1");
    answered(store.set_status(&north, Disabled).await, "set_status");
    answered(store.remove(&key(&plain, "dep-1")).await, "remove");
    for (registration, expected) in
        registrations
            .iter()
            .zip([None, Some(Disabled), Some(Active), Some(Active)])
    {
        let key = key(registration, "dep-1");
        let found = answered(store.find(&key).await, "find");
        let page = answered(store.list(registration, None, 10).await, "list");
        assert_eq!(
            found.as_ref().map(Deployment::status),
            expected,
            "a change must be of the registration with its discriminator alone"
        );
        let listed: Vec<_> = page.deployments().iter().map(Deployment::key).collect();
        let expected: Vec<_> = found.iter().map(Deployment::key).collect();
        assert_eq!(listed, expected, "a list must be of one registration alone");
    }
}
