//! Whose submission is under review.

use std::fmt;

use serde::Serialize;
use smol_str::SmolStr;

use crate::{claims::lenient, json::Object};

/// The user whose submission is under review, in an `LtiSubmissionReviewRequest`. Personal data: `Debug` shows none
/// of it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ForUser {
    user_id: SmolStr,
    name: Option<SmolStr>,
    given_name: Option<SmolStr>,
    family_name: Option<SmolStr>,
    email: Option<SmolStr>,
    roles: Vec<String>,
}

impl ForUser {
    /// Reads a user, if there is an id that can be one.
    pub(super) fn read(object: &Object<'_>) -> Option<Self> {
        let text = |name| lenient::text(object, name);
        Some(Self {
            user_id: text("user_id").filter(|id| lenient::is_id(id))?,
            name: text("name"),
            given_name: text("given_name"),
            family_name: text("family_name"),
            email: text("email"),
            roles: lenient::texts(object, "roles"),
        })
    }

    /// The platform's id of the user: the `sub` of their own launches.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The whole name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The given name or names.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        self.given_name.as_deref()
    }

    /// The family name or names.
    #[must_use]
    pub fn family_name(&self) -> Option<&str> {
        self.family_name.as_deref()
    }

    /// The e-mail address. It does not identify the user.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The roles, as the platform writes them.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }
}

impl fmt::Debug for ForUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForUser").finish_non_exhaustive()
    }
}
