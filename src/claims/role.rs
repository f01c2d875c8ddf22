//! One role of a user, in any of its spellings.

use crate::claims::ContextRole;

const CONTEXT: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership";
const INSTITUTION: &str = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#";
const SYSTEM: &str = "http://purl.imsglobal.org/vocab/lis/v2/system/person#";
const LEGACY_PERSON: &str = "http://purl.imsglobal.org/vocab/lis/v2/person#";
const TEST_USER: &str = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser";

/// The roles in an institution (LTI Core 1.3 appendix A.2.2).
const INSTITUTION_ROLES: [&str; 14] = [
    "Administrator",
    "Faculty",
    "Guest",
    "None",
    "Other",
    "Staff",
    "Student",
    "Alumni",
    "Instructor",
    "Learner",
    "Member",
    "Mentor",
    "Observer",
    "ProspectiveStudent",
];

/// The roles in a platform (LTI Core 1.3 appendix A.2.1).
const SYSTEM_ROLES: [&str; 7] = [
    "Administrator",
    "None",
    "AccountAdmin",
    "Creator",
    "SysAdmin",
    "SysSupport",
    "User",
];

/// One role of a user (LTI Core 1.3 appendix A.2).
///
/// Roles in the context, in the institution and in the system are kept apart: whoever is an
/// instructor at the institution may be a learner in this course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role<'a> {
    /// A role in the context, such as `Instructor`, with its sub-role if it names one.
    Context {
        /// The principal role.
        principal: ContextRole,
        /// The sub-role, such as `TeachingAssistant`. The principal is then only implied.
        #[doc(alias = "TeachingAssistant")]
        sub_role: Option<&'a str>,
    },
    /// A role in the institution, such as `Faculty`. It says nothing about the context.
    #[doc(alias(
        "Faculty",
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person",
        "Staff",
        "Student"
    ))]
    Institution(&'a str),
    /// A role in the platform, such as `SysAdmin`. It says nothing about the context.
    #[doc(alias("http://purl.imsglobal.org/vocab/lis/v2/system/person", "SysAdmin"))]
    System(&'a str),
    /// The mark of a student preview; it comes beside a real role.
    #[doc(alias(
        "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
        "student preview"
    ))]
    TestUser,
    /// A deprecated role of a user that may be meant of the institution or of the system. It
    /// grants nothing.
    LegacyPerson(&'a str),
    /// Any other, as it is spelt. It grants nothing.
    Other(&'a str),
}

impl<'a> From<&'a str> for Role<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

impl<'a> Role<'a> {
    /// Whether it is a role that the standard names itself, and so nothing that a platform made up.
    ///
    /// Sub-roles are open to any name, and are not.
    pub(crate) fn is_standard(&self) -> bool {
        match self {
            Self::Context { sub_role, .. } => sub_role.is_none(),
            Self::Institution(name) => INSTITUTION_ROLES.contains(name),
            Self::System(name) => SYSTEM_ROLES.contains(name),
            Self::TestUser => true,
            Self::LegacyPerson(_) | Self::Other(_) => false,
        }
    }

    /// Reads a role from its URI, the short name of a context role, or a URN of LTI 1.1.
    ///
    /// Every character counts: `https://` variants are other roles.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self::known(text).unwrap_or(Self::Other(text))
    }

    fn known(text: &'a str) -> Option<Self> {
        if text == TEST_USER {
            return Some(Self::TestUser);
        }
        if let Some(rest) = text.strip_prefix(CONTEXT) {
            return match rest.split_at_checked(1)? {
                ("#", principal) => Self::context(principal, None),
                ("/", rest) => {
                    let (principal, sub_role) = rest.split_once('#')?;
                    Self::context(principal, Some(sub_role))
                }
                _ => None,
            };
        }
        if let Some(rest) = text.strip_prefix("urn:lti:role:ims/lis/") {
            return match rest.split_once('/') {
                Some((principal, sub_role)) => Self::context(principal, Some(sub_role)),
                None => Self::context(rest, None),
            };
        }
        let named = |prefix| text.strip_prefix(prefix).filter(|name| !name.is_empty());
        named(INSTITUTION)
            .or_else(|| named("urn:lti:instrole:ims/lis/"))
            .map(Self::Institution)
            .or_else(|| {
                named(SYSTEM)
                    .or_else(|| named("urn:lti:sysrole:ims/lis/"))
                    .map(Self::System)
            })
            .or_else(|| named(LEGACY_PERSON).map(Self::LegacyPerson))
            .or_else(|| Self::context(text, None))
    }

    fn context(principal: &str, sub_role: Option<&'a str>) -> Option<Self> {
        if sub_role == Some("") {
            return None;
        }
        Some(Self::Context {
            principal: ContextRole::new(principal)?,
            sub_role,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ROLE-01 to ROLE-05, ROLE-09, CERT-INS-3, CERT-STU-3, CERT-INS-4
    #[test]
    fn a_role_is_known_in_each_of_its_spellings_and_in_no_other() {
        let context = |principal, sub_role| Role::Context {
            principal,
            sub_role,
        };
        let lis = "http://purl.imsglobal.org/vocab/lis/v2/";
        for (text, role) in [
            (
                format!("{lis}membership#Instructor"),
                context(ContextRole::Instructor, None),
            ),
            ("Instructor".into(), context(ContextRole::Instructor, None)),
            ("Learner".into(), context(ContextRole::Learner, None)),
            (
                format!("{lis}membership/Instructor#TeachingAssistant"),
                context(ContextRole::Instructor, Some("TeachingAssistant")),
            ),
            (
                format!("{lis}membership/Learner#Instructor"),
                context(ContextRole::Learner, Some("Instructor")),
            ),
            (
                "urn:lti:role:ims/lis/Learner".into(),
                context(ContextRole::Learner, None),
            ),
            (
                format!("{lis}institution/person#Faculty"),
                Role::Institution("Faculty"),
            ),
            (
                format!("{lis}system/person#SysAdmin"),
                Role::System("SysAdmin"),
            ),
            (
                "urn:lti:sysrole:ims/lis/SysAdmin".into(),
                Role::System("SysAdmin"),
            ),
            (
                format!("{lis}person#Administrator"),
                Role::LegacyPerson("Administrator"),
            ),
            (TEST_USER.into(), Role::TestUser),
        ] {
            assert_eq!(Role::new(&text), role, "{text}");
        }
        for unknown in [
            "",
            "instructor",
            "Instructor ",
            "https://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor#TeachingAssistant",
            "http://purl.imsglobal.org/vocab/lis/v2/membership#",
            "https://vendor.example/roles#NotInstructor",
        ] {
            assert_eq!(Role::new(unknown), Role::Other(unknown), "{unknown}");
        }
    }
}
