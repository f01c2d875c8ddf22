//! The keys that the tool signs with.

use std::sync::Arc;

use crate::{
    key_set::SignatureAlgorithm,
    registration::Registration,
    service_error::{ServiceError, ServiceErrorKind},
    tool::{LtiTool, LtiToolBuilder},
    tool_key::ToolKey,
    tool_keys::ToolKeys,
};

impl LtiToolBuilder {
    /// Sets the keys that the tool signs with. Default: none, so that nothing can be signed.
    ///
    /// All instances of the tool need the same ones.
    #[cfg_attr(docsrs, doc(cfg(feature = "services")))]
    pub fn tool_keys(mut self, keys: impl Into<ToolKeys>) -> Self {
        self.tool_keys = Some(keys.into());
        self
    }
}

impl LtiTool {
    pub(crate) fn tool_keys(&self) -> Option<&ToolKeys> {
        self.0.tool_keys.as_ref()
    }

    /// The key that signs for a registration now.
    pub(crate) fn signing_key(
        &self,
        registration: &Registration,
        algorithm: SignatureAlgorithm,
    ) -> Result<Arc<ToolKey>, ServiceError> {
        let keys = self.tool_keys().ok_or_else(|| {
            ServiceError::from(ServiceErrorKind::KeyUnavailable).with_detail("no keys are set")
        })?;
        keys.signer(registration, algorithm, self.clock().now())
    }
}
