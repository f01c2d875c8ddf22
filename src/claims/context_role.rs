//! A principal role in a context.

use std::fmt;

/// A principal role in a context (LTI Core 1.3 appendix A.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContextRole {
    /// Administers the course.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator",
        "urn:lti:role:ims/lis/Administrator"
    ))]
    Administrator,
    /// Makes content for the course.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper",
        "urn:lti:role:ims/lis/ContentDeveloper"
    ))]
    ContentDeveloper,
    /// Teaches the course.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
        "teacher",
        "urn:lti:role:ims/lis/Instructor"
    ))]
    Instructor,
    /// Takes the course.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
        "student",
        "urn:lti:role:ims/lis/Learner"
    ))]
    Learner,
    /// Looks after some of its learners, as a parent does.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor",
        "urn:lti:role:ims/lis/Mentor"
    ))]
    Mentor,
    /// Manages the course or group.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Manager",
        "urn:lti:role:ims/lis/Manager"
    ))]
    Manager,
    /// Belongs to the course or group, in no closer role.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Member",
        "urn:lti:role:ims/lis/Member"
    ))]
    Member,
    /// Holds an office in the group.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Officer",
        "urn:lti:role:ims/lis/Officer"
    ))]
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
