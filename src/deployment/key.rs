//! What identifies a deployment.

use serde::{Deserialize, Serialize};

use crate::{digest::Digest, identifier::identifier, identity::RegistrationId};

identifier! {
    /// The id that a platform gave a deployment.
    ///
    /// Kept and compared byte for byte: `Dep-1` and `dep-1` are two deployments (LTI Core 1.3 §5.3.3).
    DeploymentId
}

/// Identifies a deployment: its registration and its id, together (LTI Core 1.3 §6.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeploymentKey {
    registration: RegistrationId,
    id: DeploymentId,
}

impl DeploymentKey {
    /// Creates the key from its two parts.
    #[must_use]
    pub fn new(registration: RegistrationId, id: DeploymentId) -> Self {
        Self { registration, id }
    }

    /// The registration that it is a deployment of.
    #[must_use]
    pub fn registration(&self) -> &RegistrationId {
        &self.registration
    }

    /// The id that the platform gave it.
    #[must_use]
    pub fn id(&self) -> &DeploymentId {
        &self.id
    }

    /// A SHA-256 of all length-prefixed parts, as 43 characters of unpadded base64url.
    ///
    /// Ids may hold `:`, `/` and spaces; this can stand in any key, path or log.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.hash().to_text()
    }

    pub(crate) fn hash(&self) -> Digest {
        self.registration
            .digest("deployment", Some(self.id.as_str()))
    }
}
