//! Where the keys of a registration come from.

use std::fmt;

use crate::{key_set::KeySet, redact::RedactedUrl};

/// Where the keys come from that a platform signs with.
#[derive(Clone)]
#[non_exhaustive]
pub enum KeySource {
    /// The platform publishes them here, and may change them at any time.
    Url(String),
    /// They were agreed on when the registration was made.
    Fixed(KeySet),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.debug_tuple("Url").field(&RedactedUrl(url)).finish(),
            Self::Fixed(keys) => f.debug_tuple("Fixed").field(keys).finish(),
        }
    }
}
