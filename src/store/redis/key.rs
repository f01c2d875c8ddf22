//! Every name that is ever used in Redis.

use std::sync::Arc;

use crate::{deployment::DeploymentKey, nonce::NonceKey};

/// Makes key names: a prefix, the version of the layout, a letter for the kind, a SHA-256.
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
        format!("{}:v1:d:{}", self.prefix, deployment.to_text())
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
