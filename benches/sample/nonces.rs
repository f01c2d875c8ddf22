//! What a store sees of launches: nonces, and one deployment.

use std::time::SystemTime;

use futures_util::FutureExt;
use tower_lti::{
    MemoryStore,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    nonce::NonceKey,
    registration::RegistrationId,
    store::DeploymentStore,
};

fn registration() -> RegistrationId {
    RegistrationId::new("https://lms.example.edu", "tool-client-0001")
}

/// The deployment that they all come from.
pub(crate) fn deployment() -> DeploymentKey {
    DeploymentKey::new(registration(), "1:4f1a1ee2f2d4c0aa".into())
}

/// Its record.
pub(crate) fn record() -> Deployment {
    let (status, origin) = (DeploymentStatus::Active, DeploymentOrigin::Administrator);
    Deployment::new(deployment(), status, origin, SystemTime::UNIX_EPOCH)
}

/// So many nonces, others in each series.
pub(crate) fn nonces(series: usize, count: usize) -> Vec<NonceKey> {
    let registration = registration();
    let nonces = (0..count).map(|number| format!("{series}-{number}-Jw1cYhUe9sDfGaVnPi7oRxQ3lKz"));
    nonces
        .map(|nonce| NonceKey::new(&registration, &nonce))
        .collect()
}

/// The store with the deployment in it.
pub(crate) fn with_deployment(store: MemoryStore) -> MemoryStore {
    store
        .create(&record(), None)
        .now_or_never()
        .expect("memory answers at once")
        .expect("there is room");
    store
}
