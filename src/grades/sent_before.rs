//! Whether a score may have reached the platform already.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whether a score may have reached the platform already. It is kept as `true` where it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SentBefore {
    No,
    /// It was read from a store: it may have been sent after it was kept.
    Unknown,
    /// It was sent, and no answer tells what became of it.
    Maybe,
}

impl SentBefore {
    /// What is known after a call of which the platform may have acted on an attempt, or surely has not.
    pub(super) fn after(self, may_have_acted: bool) -> Self {
        match may_have_acted {
            true => Self::Maybe,
            false => self,
        }
    }

    pub(super) fn is_not_maybe(&self) -> bool {
        *self != Self::Maybe
    }
}

impl Default for SentBefore {
    /// What is known of a score that was read, and of which nothing is said.
    fn default() -> Self {
        Self::Unknown
    }
}

impl Serialize for SentBefore {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self == Self::Maybe)
    }
}

impl<'de> Deserialize<'de> for SentBefore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match bool::deserialize(deserializer)? {
            true => Self::Maybe,
            false => Self::Unknown,
        })
    }
}
