//! What a store sees of launches: nonces, and one deployment.

use std::time::{Duration, SystemTime};

use futures_util::FutureExt;
use tower_lti::{
    MemoryStore,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    nonce::OneTimeKey,
    registration::RegistrationId,
    store::DeploymentStore,
};

/// When the deployment was created, in seconds since 1970.
const CREATED_AT: u64 = 1_764_000_000;

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
    let created_at = SystemTime::UNIX_EPOCH + Duration::from_secs(CREATED_AT);
    Deployment::new(deployment(), status, origin, created_at)
}

/// So many nonces, others in each series.
pub(crate) fn nonces(series: usize, count: usize) -> Vec<OneTimeKey> {
    let registration = registration();
    let nonces = (0..count).map(|number| format!("{series}-{number}-Jw1cYhUe9sDfGaVnPi7oRxQ3lKz"));
    nonces
        .map(|nonce| OneTimeKey::new(&registration, &nonce))
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
