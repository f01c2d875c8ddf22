//! The contract of [`DeploymentStore::list`].

use std::ops::Range;

use tokio::task::JoinSet;

use super::fixtures::{RACERS, answered, deployment, key, registration};
use crate::{
    deployment::{DeploymentId, DeploymentKey, DeploymentPage, DeploymentStatus::Active},
    store::DeploymentStore,
};

/// Checks that a registration's deployments are listed in order, each once, and no other's.
pub(super) async fn deployments_are_listed_page_by_page<S: DeploymentStore>(store: &S) {
    let (listed, other) = (registration(), registration());
    let ids = ["", "!", "1", "10", "2", "Dep", "dep", "dep-1", "dep:1", "~"];
    let page = answered(store.list(&listed, None, 3).await, "list");
    assert!(page.deployments().is_empty() && page.next().is_none());
    for id in ids.iter().rev().skip(1).chain(ids.last()) {
        let id = format!("d{id}");
        let new = deployment(&key(&listed, &id), Active);
        answered(store.create(&new, None).await, "create");
    }
    let elsewhere = deployment(&key(&other, "dep-1"), Active);
    answered(store.create(&elsewhere, None).await, "create");
    let removed = key(&listed, "d10");
    answered(store.remove(&removed).await, "remove");
    for limit in [1, 2, 3, 100] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = answered(store.list(&listed, after.as_ref(), limit).await, "list");
            assert!(
                page.deployments().len() <= limit,
                "a page has at most {limit}"
            );
            for deployment in page.deployments() {
                let found = answered(store.find(deployment.key()).await, "find");
                let found = found.map(|found| (found.status(), found.created_at()));
                let listed = (deployment.status(), deployment.created_at());
                assert_eq!(found, Some(listed), "list must agree with find");
                seen.push(deployment.id().clone());
            }
            after = page.next().cloned();
            if after.is_none() {
                break;
            }
        }
        let left = ids.iter().filter(|id| **id != "10");
        let wanted: Vec<_> = left.map(|id| format!("d{id}").into()).collect();
        assert_eq!(seen, wanted, "in order, each once, and no other's");
    }
}

/// Checks that no page is longer than [`DeploymentPage::MAX_LEN`], whatever is asked for, and that each says
/// where the next one begins.
pub(super) async fn a_page_has_no_more_than_a_page_may_have<S: DeploymentStore + Clone>(store: &S) {
    const MAX: usize = DeploymentPage::MAX_LEN;
    let listed = registration();
    let id = |number: usize| DeploymentId::from(format!("d{number:06}"));
    let keep = async |numbers: Range<usize>| {
        for some in numbers.collect::<Vec<_>>().chunks(RACERS) {
            let mut keeping = JoinSet::new();
            for number in some {
                let new = deployment(&DeploymentKey::new(listed.clone(), id(*number)), Active);
                let store = store.clone();
                keeping.spawn(async move { store.create(&new, None).await });
            }
            for kept in keeping.join_all().await {
                answered(kept, "create");
            }
        }
    };
    let page = async |after: Option<usize>, limit: usize| {
        let after = after.map(id);
        let page = answered(store.list(&listed, after.as_ref(), limit).await, "list");
        let ids = page.deployments().iter().map(|one| one.id().clone());
        (ids.collect::<Vec<_>>(), page.next().cloned())
    };
    let ids = |numbers: Range<usize>| numbers.map(id).collect::<Vec<_>>();
    let none = (Vec::new(), None);
    for limit in [0, 1, usize::MAX] {
        assert_eq!(
            page(None, limit).await,
            none,
            "nothing is listed of nothing"
        );
    }

    keep(0..MAX).await;
    for limit in [MAX, MAX + 1, 1_000_000, usize::MAX >> 1, usize::MAX] {
        let whole = (ids(0..MAX), None);
        assert_eq!(page(None, limit).await, whole, "all, asked for {limit}");
    }
    assert_eq!(page(None, 0).await, none, "asked for none");
    let first = (ids(0..MAX - 1), Some(id(MAX - 2)));
    assert_eq!(page(None, MAX - 1).await, first, "one is left over");

    keep(MAX..MAX + 2).await;
    for limit in [MAX, MAX + 1, MAX + 2, 1_000_000, usize::MAX] {
        let first = (ids(0..MAX), Some(id(MAX - 1)));
        assert_eq!(page(None, limit).await, first, "a page, asked for {limit}");
        let rest = (ids(MAX..MAX + 2), None);
        let next = page(Some(MAX - 1), limit).await;
        assert_eq!(next, rest, "the rest, asked for {limit}");
        let beyond = page(Some(MAX + 1), limit).await;
        assert_eq!(beyond, none, "nothing is left, asked for {limit}");
    }
    assert_eq!(page(Some(3), 0).await, none, "asked for none");
}
