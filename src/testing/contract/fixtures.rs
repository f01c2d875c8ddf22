//! Names that are new to every store, and how the checks race.

use std::{
    fmt::Display,
    time::{Duration, SystemTime},
};

use crate::{
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    identity::RegistrationId,
    nonce::Attempt,
    store::StoreError,
};

/// How many calls race each other.
pub(super) const RACERS: usize = 64;

/// How long the nonces of the checks are to be remembered.
pub(super) const TTL: Duration = Duration::from_secs(60);

/// A registration that is new to every store.
pub(super) fn registration() -> RegistrationId {
    let client_id = format!("contract-{}", attempt().as_str());
    RegistrationId::new("https://contract.example", client_id)
}

pub(super) fn attempt() -> Attempt {
    done(Attempt::new(), "making an attempt")
}

pub(super) fn key(registration: &RegistrationId, id: &str) -> DeploymentKey {
    DeploymentKey::new(registration.clone(), id.into())
}

pub(super) fn deployment(key: &DeploymentKey, status: DeploymentStatus) -> Deployment {
    Deployment::new(
        key.clone(),
        status,
        DeploymentOrigin::FirstLaunch,
        SystemTime::now(),
    )
}

/// What the call answered; it must not have failed.
pub(super) fn answered<T>(answer: Result<T, StoreError>, call: &str) -> T {
    done(answer, call)
}

pub(super) fn done<T, E: Display + std::error::Error>(outcome: Result<T, E>, what: &str) -> T {
    match outcome {
        Ok(answer) => answer,
        Err(error) => panic!("{what} failed: {error} ({:?})", error.source()),
    }
}
