//! A principal role in a context.

use std::fmt;

/// A principal role in a context (LTI Core 1.3 appendix A.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContextRole {
    /// Runs the context.
    Administrator,
    /// Makes content.
    ContentDeveloper,
    /// Teaches.
    Instructor,
    /// Learns.
    Learner,
    /// Looks after learners.
    Mentor,
    /// Manages.
    Manager,
    /// Belongs to it.
    Member,
    /// Holds an office.
    Officer,
}

impl ContextRole {
    pub(crate) fn new(name: &str) -> Option<Self> {
        const ALL: [ContextRole; 8] = [
            ContextRole::Administrator,
            ContextRole::ContentDeveloper,
            ContextRole::Instructor,
            ContextRole::Learner,
            ContextRole::Mentor,
            ContextRole::Manager,
            ContextRole::Member,
            ContextRole::Officer,
        ];
        ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Its short name, such as `Instructor`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::ContentDeveloper => "ContentDeveloper",
            Self::Instructor => "Instructor",
            Self::Learner => "Learner",
            Self::Mentor => "Mentor",
            Self::Manager => "Manager",
            Self::Member => "Member",
            Self::Officer => "Officer",
        }
    }
}

impl fmt::Display for ContextRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
