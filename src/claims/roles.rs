//! All roles of a user.

#[cfg(feature = "services")]
use std::collections::HashSet;
use std::fmt;

use serde::Serialize;

use crate::claims::{ContextRole, Role};

/// All roles of a user in this launch (LTI Core 1.3 §5.3.7). They hold for it alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Roles(Vec<String>);

impl Roles {
    pub(crate) fn new(roles: Vec<String>) -> Self {
        Self(roles)
    }

    /// The roles of all of them, each once.
    #[cfg(feature = "services")]
    pub(crate) fn united(all: impl IntoIterator<Item = Self>) -> Self {
        let mut roles: Vec<String> = all.into_iter().flat_map(|one| one.0).collect();
        let mut known = HashSet::with_capacity(roles.len());
        let is_new: Vec<bool> = roles.iter().map(|role| known.insert(&**role)).collect();
        let mut is_new = is_new.into_iter();
        roles.retain(|_| is_new.next().unwrap_or_default());
        Self(roles)
    }

    /// The roles, each as the platform spells it.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// The roles, parsed.
    pub fn iter(&self) -> impl Iterator<Item = Role<'_>> {
        self.0.iter().map(|role| Role::new(role))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this principal role in the context is listed itself.
    #[must_use]
    pub fn has(&self, wanted: ContextRole) -> bool {
        self.iter().any(|role| {
            matches!(role, Role::Context { principal, sub_role: None } if principal == wanted)
        })
    }

    /// Whether this principal role in the context is listed, or implied by one of its sub-roles.
    ///
    /// A teaching assistant then counts as an instructor: ask for it only where that is meant.
    #[doc(alias("sub-role", "TeachingAssistant"))]
    #[must_use]
    pub fn has_or_implies(&self, wanted: ContextRole) -> bool {
        self.iter()
            .any(|role| matches!(role, Role::Context { principal, .. } if principal == wanted))
    }

    /// Whether the user teaches in this context. A teaching assistant alone does not.
    #[doc(alias("is_teacher", "teacher"))]
    #[must_use]
    pub fn is_instructor(&self) -> bool {
        self.has(ContextRole::Instructor)
    }

    /// Whether the user learns in this context.
    #[doc(alias("is_student", "student"))]
    #[must_use]
    pub fn is_learner(&self) -> bool {
        self.has(ContextRole::Learner)
    }

    /// Whether the user runs this context. An administrator of the institution alone does not.
    #[doc(alias = "admin")]
    #[must_use]
    pub fn is_context_administrator(&self) -> bool {
        self.has(ContextRole::Administrator)
    }

    /// Whether it is a preview as a student.
    #[doc(alias("student preview", "test student", "TestUser"))]
    #[must_use]
    pub fn is_test_user(&self) -> bool {
        self.iter().any(|role| role == Role::TestUser)
    }
}

/// How many there are, and not which.
impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roles({})", self.0.len())
    }
}
