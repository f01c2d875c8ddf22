//! What every store must do, as functions that panic where it does not.
//!
//! Run [`check`] against a store of your own before you put launches on it:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_lti::{MemoryStore, testing::contract};
//!
//! contract::check(MemoryStore::default()).await;
//! # }
//! ```

use std::time::{Duration, SystemTime};

use crate::{
    deployment::{
        Deployment, DeploymentKey, DeploymentOrigin, DeploymentOutcome, DeploymentStatus,
    },
    nonce::{Attempt, NonceKey, NonceUse},
    registration::RegistrationId,
    store::LaunchStore,
};

const TTL: Duration = Duration::from_secs(60);
const RACERS: usize = 64;

/// Checks the whole contract. The store may hold other things; ids are made up anew.
///
/// # Panics
///
/// Panics where the store breaks the contract, and says how.
pub async fn check<S: LaunchStore + Clone>(store: S) {
    a_nonce_is_used_once(&store).await;
    of_many_attempts_one_is_first(&store).await;
    nonces_of_two_registrations_do_not_meet(&store).await;
    of_many_creations_one_creates(&store).await;
    creation_never_overwrites(&store).await;
    ids_are_bytes(&store).await;
    what_is_not_there_stays_so(&store).await;
    a_launch_is_answered_at_once(&store).await;
}

async fn a_nonce_is_used_once<S: LaunchStore>(store: &S) {
    let nonce = NonceKey::new(&registration("a"), &unique());
    let (ours, theirs) = (attempt(), attempt());
    let first = store.consume(&nonce, &ours, TTL).await;
    assert_eq!(answer(first), NonceUse::First, "a new nonce is first");
    let again = store.consume(&nonce, &ours, TTL).await;
    assert_eq!(
        answer(again),
        NonceUse::First,
        "a retry of the same attempt is first"
    );
    let other = store.consume(&nonce, &theirs, TTL).await;
    assert_eq!(
        answer(other),
        NonceUse::Repeated,
        "another attempt is a repetition"
    );
}

async fn of_many_attempts_one_is_first<S: LaunchStore + Clone>(store: &S) {
    let nonce = NonceKey::new(&registration("a"), &unique());
    let racers = (0..RACERS).map(|_| {
        let (store, nonce) = (store.clone(), nonce.clone());
        tokio::spawn(async move { answer(store.consume(&nonce, &attempt(), TTL).await) })
    });
    let mut first = 0;
    for racer in racers.collect::<Vec<_>>() {
        first += usize::from(racer.await.expect("no panic") == NonceUse::First);
    }
    assert_eq!(first, 1, "of {RACERS} attempts exactly one is first");
}

async fn nonces_of_two_registrations_do_not_meet<S: LaunchStore>(store: &S) {
    let text = unique();
    for name in ["a", "b"] {
        let nonce = NonceKey::new(&registration(name), &text);
        let used = store.consume(&nonce, &attempt(), TTL).await;
        assert_eq!(
            answer(used),
            NonceUse::First,
            "registrations share no nonces"
        );
    }
}

async fn of_many_creations_one_creates<S: LaunchStore + Clone>(store: &S) {
    let key = deployment_key(&unique());
    let racers = (0..RACERS).map(|number| {
        let (store, key) = (store.clone(), key.clone());
        tokio::spawn(async move {
            let created_at = SystemTime::UNIX_EPOCH + Duration::from_millis(1 + number as u64);
            let deployment = record(key, created_at);
            answer(store.create(&deployment).await)
        })
    });
    let mut created = 0;
    let mut seen = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        let (deployment, outcome) = racer.await.expect("no panic");
        created += usize::from(outcome == DeploymentOutcome::Created);
        seen.push(deployment.created_at());
    }
    assert_eq!(created, 1, "of {RACERS} creations exactly one creates");
    seen.dedup();
    assert_eq!(seen.len(), 1, "all creations see one record");
}

async fn creation_never_overwrites<S: LaunchStore>(store: &S) {
    let deployment = record(deployment_key(&unique()), SystemTime::now());
    answer(store.create(&deployment).await);
    let disabled = answer(
        store
            .set_status(deployment.key(), DeploymentStatus::Disabled)
            .await,
    );
    assert_eq!(
        disabled.map(|deployment| deployment.status()),
        Some(DeploymentStatus::Disabled),
        "a deployment can be disabled",
    );
    let (kept, outcome) = answer(store.create(&deployment).await);
    assert_eq!(
        outcome,
        DeploymentOutcome::Existing,
        "what is there is not created"
    );
    assert_eq!(
        kept.status(),
        DeploymentStatus::Disabled,
        "a disabled one stays disabled"
    );
    assert!(
        answer(store.remove(deployment.key()).await),
        "it can be removed"
    );
    assert!(
        !answer(store.remove(deployment.key()).await),
        "and is gone then"
    );
}

async fn ids_are_bytes<S: LaunchStore>(store: &S) {
    let id = unique();
    let spellings = [
        format!("Dep-{id}"),
        format!("dep-{id}"),
        format!("dep-{id} "),
        format!("dep:{id}/%20"),
    ];
    for spelling in &spellings {
        let deployment = record(deployment_key(spelling), SystemTime::now());
        let (_, outcome) = answer(store.create(&deployment).await);
        assert_eq!(
            outcome,
            DeploymentOutcome::Created,
            "{spelling:?} is one of its own"
        );
        let found = answer(store.find(deployment.key()).await).expect("it is found");
        assert_eq!(found.id().as_str(), spelling);
    }
}

async fn what_is_not_there_stays_so<S: LaunchStore>(store: &S) {
    let key = deployment_key(&unique());
    assert!(answer(store.find(&key).await).is_none(), "nothing is there");
    let changed = answer(store.set_status(&key, DeploymentStatus::Active).await);
    assert!(changed.is_none(), "nothing can be changed");
    assert!(
        answer(store.find(&key).await).is_none(),
        "changing creates nothing"
    );
}

async fn a_launch_is_answered_at_once<S: LaunchStore>(store: &S) {
    let nonce = NonceKey::new(&registration("a"), &unique());
    let deployment = record(deployment_key(&unique()), SystemTime::now());
    let (first, found) = answer(
        store
            .consume_and_find(&nonce, &attempt(), TTL, deployment.key())
            .await,
    );
    assert_eq!(first, NonceUse::First);
    assert!(found.is_none(), "an unknown deployment is not found");
    answer(store.create(&deployment).await);
    let (again, found) = answer(
        store
            .consume_and_find(&nonce, &attempt(), TTL, deployment.key())
            .await,
    );
    assert_eq!(again, NonceUse::Repeated);
    let found = found.expect("a known deployment is found");
    assert_eq!(found.status(), DeploymentStatus::Active);
}

fn answer<T>(answer: Result<T, crate::store::StoreError>) -> T {
    answer.expect("the store answers")
}

fn registration(name: &str) -> RegistrationId {
    RegistrationId::new(format!("https://{name}.test"), "tool-1")
}

fn deployment_key(id: &str) -> DeploymentKey {
    DeploymentKey::new(registration("a"), id.into())
}

fn record(key: DeploymentKey, created_at: SystemTime) -> Deployment {
    Deployment::new(
        key,
        DeploymentStatus::Active,
        DeploymentOrigin::FirstLaunch,
        created_at,
    )
}

fn attempt() -> Attempt {
    Attempt::new().expect("there is randomness")
}

fn unique() -> String {
    crate::random::text::<12>().expect("there is randomness")
}
