//! The contract of [`LaunchStore::consume_and_find`].

use super::fixtures::{TTL, answered, attempt, deployment, key, registration};
use crate::{
    deployment::DeploymentStatus::Disabled,
    nonce::{NonceUse, OneTimeKey},
    store::LaunchStore,
};

/// Checks that the one call of a launch answers as the single calls do.
pub(super) async fn finding_at_launch_agrees_with_the_rest<S: LaunchStore>(store: &S) {
    let registration = registration();
    let key = key(&registration, "dep-1");
    let nonce = OneTimeKey::new(&registration, "n-1");
    let own = attempt();

    let launched = store.consume_and_find(&nonce, &own, TTL, &key).await;
    let (nonce_use, found) = answered(launched, "consume_and_find");
    assert_eq!(nonce_use, NonceUse::First, "a new nonce must be First");
    assert!(found.is_none(), "an unknown deployment must not be found");
    let found = answered(store.find(&key).await, "find");
    assert!(found.is_none(), "consume_and_find must create nothing");

    let disabled = deployment(&key, Disabled);
    answered(store.create(&disabled, None).await, "create");
    for (attempt, expected) in [(&own, NonceUse::First), (&attempt(), NonceUse::Repeated)] {
        let launched = store.consume_and_find(&nonce, attempt, TTL, &key).await;
        let (nonce_use, found) = answered(launched, "consume_and_find");
        assert_eq!(nonce_use, expected, "consume_and_find must be as consume");
        let status = found.map(|found| found.status());
        assert_eq!(status, Some(Disabled), "consume_and_find must be as find");
        let alone = answered(store.consume(&nonce, attempt, TTL).await, "consume");
        assert_eq!(alone, expected, "consume must know what a launch used up");
    }
}
