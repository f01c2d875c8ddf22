//! The record of a deployment.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{DeploymentId, DeploymentKey, DeploymentOrigin, DeploymentStatus};
use crate::clock::unix_millis;

/// The record of a deployment. It holds no personal data.
///
/// # Examples
///
/// ```
/// use std::time::SystemTime;
/// use tower_lti::{
///     deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
///     registration::RegistrationId,
/// };
///
/// let key = DeploymentKey::new(RegistrationId::new("https://lms.example", "tool-1"), "dep-1".into());
/// let deployment = Deployment::new(
///     key,
///     DeploymentStatus::Active,
///     DeploymentOrigin::Administrator,
///     SystemTime::now(),
/// );
/// assert_eq!(deployment.id().as_str(), "dep-1");
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deployment {
    key: DeploymentKey,
    status: DeploymentStatus,
    origin: DeploymentOrigin,
    created_at_ms: u64,
    #[serde(skip)]
    extensions: http::Extensions,
}

impl Deployment {
    /// Creates a record. `created_at` is kept in whole milliseconds.
    #[must_use]
    pub fn new(
        key: DeploymentKey,
        status: DeploymentStatus,
        origin: DeploymentOrigin,
        created_at: SystemTime,
    ) -> Self {
        Self {
            key,
            status,
            origin,
            created_at_ms: unix_millis(created_at),
            extensions: http::Extensions::new(),
        }
    }

    /// What identifies it: issuer, client id and deployment id.
    #[must_use]
    pub fn key(&self) -> &DeploymentKey {
        &self.key
    }

    /// The id that the platform gave it.
    #[must_use]
    pub fn id(&self) -> &DeploymentId {
        self.key.id()
    }

    /// Whether it may be used: active, pending or disabled.
    #[must_use]
    pub fn status(&self) -> DeploymentStatus {
        self.status
    }

    /// The same record with another status.
    #[must_use]
    pub fn with_status(mut self, status: DeploymentStatus) -> Self {
        self.status = status;
        self
    }

    /// How the tool came to know it: by a launch, by an administrator, by onboarding.
    #[must_use]
    pub fn origin(&self) -> DeploymentOrigin {
        self.origin
    }

    /// When the record was created.
    #[must_use]
    pub fn created_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.created_at_ms)
    }

    /// Data that a store of your own attached to the record, for the handler.
    ///
    /// A store over your database can pass the row it found to the handler, so that no second query is
    /// needed. The stores of this crate do not keep it, and it is not serialized.
    #[must_use]
    pub fn extensions(&self) -> &http::Extensions {
        &self.extensions
    }

    /// Mutable access to [`extensions`](Self::extensions).
    pub fn extensions_mut(&mut self) -> &mut http::Extensions {
        &mut self.extensions
    }
}

/// Whether a call to create a deployment created it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum DeploymentOutcome {
    /// This call created the record. Of concurrent calls exactly one returns this.
    Created,
    /// The record existed, or a concurrent call created it.
    Existing,
}
