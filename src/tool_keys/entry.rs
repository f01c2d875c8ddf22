//! A key of a store, as it is known here.

use std::sync::Arc;

use crate::{store::StoredKey, tool_key::ToolKey, tool_keys::slot::Slot};

/// A row of the store, read.
pub(super) struct Entry {
    pub(super) slot: Slot,
    pub(super) kid: String,
    /// Seconds since 1970.
    pub(super) signs_from: u64,
    pub(super) what: What,
    pub(super) row: StoredKey,
    /// Whether the store had it when it was read last.
    pub(super) is_stored: bool,
}

/// What a row holds.
pub(super) enum What {
    Key(Arc<ToolKey>),
    Revoked {
        /// Seconds since 1970.
        at: u64,
    },
    /// Forged, damaged, or sealed with a secret that this tool does not have.
    Unreadable,
}
