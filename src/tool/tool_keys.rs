//! The keys that the tool signs with.

use crate::{
    tool::{LtiTool, LtiToolBuilder},
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
}
