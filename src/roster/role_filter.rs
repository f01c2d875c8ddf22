//! Members of one role.

use std::{borrow::Cow, fmt};

use crate::{
    claims::{ContextRole, Role, Roles},
    registration::ProductFamily,
};

/// The role that members are asked for: a role in the context, a URI, or a short name such as `Learner`.
///
/// It matches a role however the platform spells it, as [`Roles`] reads them. A principal role matches where it
/// is listed itself: a teaching assistant alone is no instructor, unless
/// [`or_implied`](Self::or_implied) is said.
///
/// # Examples
///
/// ```
/// use tower_lti::{claims::ContextRole, roster::RoleFilter};
///
/// let teaching = RoleFilter::from(ContextRole::Instructor).or_implied();
/// let grading = RoleFilter::from(
///     "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#Grader",
/// );
/// # let _ = (teaching, grading);
/// ```
#[derive(Clone)]
#[must_use]
pub struct RoleFilter {
    text: String,
    implied: bool,
}

impl RoleFilter {
    /// Matches a principal role where a sub-role implies it, too: teaching assistants with the instructors.
    pub fn or_implied(mut self) -> Self {
        self.implied = true;
        self
    }

    /// How the platform is asked for it: as it was given, but for Canvas, which lists nobody for a short name.
    pub(super) fn asked_of(&self, family: Option<&ProductFamily>) -> Cow<'_, str> {
        match Role::new(&self.text) {
            Role::Context {
                principal,
                sub_role: None,
            } if family == Some(&ProductFamily::Canvas) => uri(principal).into(),
            _ => self.text.as_str().into(),
        }
    }

    pub(super) fn matches(&self, roles: &Roles) -> bool {
        let wanted = Role::new(&self.text);
        match wanted {
            Role::Context {
                principal,
                sub_role: None,
            } if self.implied => roles.has_or_implies(principal),
            _ => roles.iter().any(|role| role == wanted),
        }
    }
}

/// The role by its URI.
impl From<ContextRole> for RoleFilter {
    fn from(role: ContextRole) -> Self {
        uri(role).into()
    }
}

fn uri(role: ContextRole) -> String {
    format!("http://purl.imsglobal.org/vocab/lis/v2/membership#{role}")
}

impl From<String> for RoleFilter {
    fn from(text: String) -> Self {
        Self {
            text,
            implied: false,
        }
    }
}

impl From<&str> for RoleFilter {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for RoleFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RoleFilter").field(&self.text).finish()
    }
}
