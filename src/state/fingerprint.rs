//! The hash of a value that somebody else holds.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde::{Deserialize, Serialize};

use crate::store::digest::DigestParts;

/// A SHA-256 that can only be compared in constant time.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Fingerprint(String);

impl Fingerprint {
    pub(super) fn of(what: &str, value: &str) -> Self {
        Self(DigestParts::new(what).part(value).finish().to_text())
    }

    pub(super) fn matches(&self, what: &str, value: &str) -> bool {
        let other = Self::of(what, value);
        verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
    }

    /// A name for what holds the value; it tells nothing of the value itself.
    pub(super) fn short(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }
}
