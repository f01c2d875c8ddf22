//! Every name that is ever used in Redis.

use std::sync::Arc;

use crate::{deployment::DeploymentKey, nonce::NonceKey, registration::RegistrationId};

/// Makes key names: a prefix, the version of the layout, a letter for the kind, a SHA-256. What belongs
/// to one registration has its hash in braces, so that a cluster keeps it in one slot.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    prefix: Arc<str>,
}

impl Keys {
    pub(super) fn new(prefix: impl Into<Arc<str>>) -> Self {
        Self {
            prefix: prefix.into(),
        }
    }

    pub(super) fn nonce(&self, nonce: &NonceKey) -> String {
        format!("{}:v1:n:{}", self.prefix, nonce.to_text())
    }

    pub(super) fn deployment(&self, deployment: &DeploymentKey) -> String {
        let registration = deployment.registration().to_text();
        format!(
            "{}:v1:d:{{{registration}}}:{}",
            self.prefix,
            deployment.to_text()
        )
    }

    pub(super) fn parked(&self, ticket: &NonceKey) -> String {
        format!("{}:v1:p:{}", self.prefix, ticket.to_text())
    }

    /// The sorted set of a registration's deployment ids. It shares a cluster slot with their records.
    pub(super) fn deployments_of(&self, registration: &RegistrationId) -> String {
        format!("{}:v1:i:{{{}}}", self.prefix, registration.to_text())
    }

    /// Written to see whether writing works; gone a second later.
    pub(super) fn check(&self) -> String {
        format!("{}:v1:check", self.prefix)
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self::new("lti")
    }
}
