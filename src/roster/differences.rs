//! What has changed since a roster was read.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::deployment::DeploymentKey;

/// Where a platform tells what has changed since a roster was read (NRPS 2.0 §2.4.3).
///
/// Keep it, and hand it to [`Roster::differences`](crate::roster::Roster::differences) later; whatever stands in
/// it is the platform's. It proves nothing: keep it where only the tool writes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    deployment: DeploymentKey,
    url: String,
}

impl Differences {
    pub(super) fn new(deployment: DeploymentKey, url: String) -> Self {
        Self { deployment, url }
    }

    /// The deployment whose roster it is of.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl fmt::Debug for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Differences")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}
