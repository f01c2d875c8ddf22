//! A deployment as it stands in Redis.

use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::{
    clock::unix_millis,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    store::StoreError,
};

/// The version of the form; a newer crate reads older ones.
const VERSION: u8 = 1;

/// It names neither issuer nor client: they are in the key, hashed.
#[derive(Serialize, Deserialize)]
struct Record {
    v: u8,
    id: String,
    status: DeploymentStatus,
    origin: DeploymentOrigin,
    created_at_ms: u64,
}

pub(super) fn write(deployment: &Deployment) -> Result<String, StoreError> {
    let record = Record {
        v: VERSION,
        id: deployment.id().to_string(),
        status: deployment.status(),
        origin: deployment.origin(),
        created_at_ms: unix_millis(deployment.created_at()),
    };
    serde_json::to_string(&record).map_err(StoreError::unavailable)
}

pub(super) fn read(key: &DeploymentKey, text: &str) -> Result<Deployment, StoreError> {
    let record: Record = serde_json::from_str(text).map_err(StoreError::unavailable)?;
    if record.v != VERSION || record.id != key.id().as_str() {
        return Err(StoreError::unavailable(
            "the deployment's record is of another version or another deployment",
        ));
    }
    let created_at = UNIX_EPOCH + Duration::from_millis(record.created_at_ms);
    Ok(Deployment::new(
        key.clone(),
        record.status,
        record.origin,
        created_at,
    ))
}
