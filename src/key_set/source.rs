//! Where the keys of a registration come from.

use crate::{endpoint::Endpoint, key_set::KeySet};

/// Where the keys come from that a platform signs with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum KeySource {
    /// The platform publishes them here, and may change them at any time.
    Url(Endpoint),
    /// They were agreed on when the registration was made.
    Fixed(KeySet),
}

impl KeySource {
    /// Where the platform publishes its keys, if it does.
    pub(crate) fn url(&self) -> Option<&Endpoint> {
        match self {
            Self::Url(url) => Some(url),
            Self::Fixed(_) => None,
        }
    }
}
