//! The stored record of a deployment.

use std::{
    borrow::Cow,
    time::{Duration, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::unix_millis,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    store::redis::call_error::CallError,
};

const VERSION: u32 = 1;

/// A deployment as JSON, without its issuer and client id, which are hashed in the key. Strings without escapes
/// are borrowed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record<'a> {
    v: u32,
    #[serde(borrow)]
    id: Cow<'a, str>,
    status: DeploymentStatus,
    origin: DeploymentOrigin,
    created_at_ms: u64,
    /// The call that created the record, by which a retry after a lost reply recognises it.
    #[serde(borrow)]
    made_by: Cow<'a, str>,
    /// The call that changed it last. It makes every version unique, for compare and set (no ABA problem).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    changed_by: Option<Cow<'a, str>>,
    /// Whether it could not be added to the list of its registration when it was created.
    #[serde(default, skip_serializing_if = "is_false")]
    unlisted: bool,
}

impl<'a> Record<'a> {
    pub(crate) fn new(deployment: &'a Deployment, made_by: &'a str) -> Self {
        Self {
            v: VERSION,
            id: deployment.id().as_str().into(),
            status: deployment.status(),
            origin: deployment.origin(),
            created_at_ms: unix_millis(deployment.created_at()),
            made_by: made_by.into(),
            changed_by: None,
            unlisted: false,
        }
    }

    /// Reads the record of `key`. Anything invalid is an error: if it counted as absent, a disabled deployment
    /// would be created again.
    pub(crate) fn read(text: &'a [u8], key: &DeploymentKey) -> Result<Self, CallError> {
        let record: Self =
            serde_json::from_slice(text).map_err(|error| CallError::InvalidRecord(error.into()))?;
        if record.v != VERSION {
            return Err(CallError::InvalidRecord("an unknown version".into()));
        }
        if record.id != key.id().as_str() {
            return Err(CallError::InvalidRecord(
                "a record of another deployment".into(),
            ));
        }
        Ok(record)
    }

    pub(crate) fn to_text(&self) -> Result<Vec<u8>, CallError> {
        serde_json::to_vec(self).map_err(|error| CallError::InvalidRecord(error.into()))
    }

    pub(crate) fn is_created_by(&self, caller: &str) -> bool {
        self.made_by == caller
    }

    pub(crate) fn status(&self) -> DeploymentStatus {
        self.status
    }

    pub(crate) fn with_status(self, status: DeploymentStatus, changed_by: &'a str) -> Self {
        Self {
            status,
            changed_by: Some(changed_by.into()),
            ..self
        }
    }

    pub(crate) fn is_unlisted(&self) -> bool {
        self.unlisted
    }

    pub(crate) fn unlisted(self) -> Self {
        Self {
            unlisted: true,
            ..self
        }
    }

    pub(crate) fn listed(self, changed_by: &'a str) -> Self {
        Self {
            unlisted: false,
            changed_by: Some(changed_by.into()),
            ..self
        }
    }

    pub(crate) fn into_deployment(self, key: DeploymentKey) -> Deployment {
        // Capped at the year 9999: a number beyond it must not overflow the time type.
        let since = Duration::from_millis(self.created_at_ms.min(253_402_300_799_999));
        Deployment::new(key, self.status, self.origin, UNIX_EPOCH + since)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
