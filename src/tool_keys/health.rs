//! Whether all is well with the keys.

/// Whether all is well with the keys of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolKeysHealth {
    pub(super) unreadable: Vec<String>,
    pub(super) is_store_failing: bool,
}

impl ToolKeysHealth {
    /// The ids of stored keys that could not be opened: forged, damaged, or sealed with a secret that is not
    /// given. All others go on; the slot stands for the id where not even that can be read.
    #[must_use]
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// Whether the store did not answer when it was read last. The keys that are known go on.
    #[must_use]
    pub fn is_store_failing(&self) -> bool {
        self.is_store_failing
    }

    /// Whether all keys can be read and the store answers.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.unreadable.is_empty() && !self.is_store_failing
    }
}
