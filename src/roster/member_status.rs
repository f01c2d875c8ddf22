//! Whether a membership holds.

use std::fmt;

/// Whether a membership holds (NRPS 2.0 §2.3).
#[derive(Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MemberStatus {
    /// It holds; also where the platform says nothing.
    #[default]
    Active,
    /// It is suspended.
    Inactive,
    /// It is over. It stands in [differences](crate::roster::Roster::differences) alone.
    Deleted,
    /// Another word, as the platform spells it.
    Other(Box<str>),
}

impl MemberStatus {
    /// Reads the word; an empty one means the default.
    pub(super) fn new(word: &str) -> Self {
        match word {
            "" | "Active" => Self::Active,
            "Inactive" => Self::Inactive,
            "Deleted" => Self::Deleted,
            other => Self::Other(other.into()),
        }
    }

    /// The word, as the platform spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Deleted => "Deleted",
            Self::Other(word) => word,
        }
    }
}

/// The name of the variant; not what a platform wrote.
impl fmt::Debug for MemberStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Deleted => "Deleted",
            Self::Other(_) => "Other",
        })
    }
}

impl fmt::Display for MemberStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
