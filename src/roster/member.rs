//! One member of a course.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

use crate::{
    claims::Roles,
    roster::{
        MemberStatus,
        other_fields::OtherFields,
        texts::{TextField, Texts},
    },
};

/// One member of a course, or of a resource link (NRPS 2.0 §2.2).
///
/// Only the user id and the roles can be relied on; an empty text reads as absent. Names are as the platform
/// writes them: Moodle escapes them for HTML here, and not in a launch. `Debug` shows nothing personal, while
/// serialization does: user id, roles, status, and the text fields that are there.
#[derive(Clone)]
pub struct Member {
    pub(super) texts: Texts,
    pub(super) roles: Roles,
    pub(super) status: MemberStatus,
    pub(super) other: Option<Box<OtherFields>>,
}

/// The text fields beside the user id, and what they are called in JSON.
const SHOWN: [(&str, TextField); 8] = [
    ("name", TextField::Name),
    ("given_name", TextField::GivenName),
    ("family_name", TextField::FamilyName),
    ("middle_name", TextField::MiddleName),
    ("email", TextField::Email),
    ("picture", TextField::Picture),
    ("lis_person_sourcedid", TextField::LisPersonSourcedid),
    ("lti11_legacy_user_id", TextField::Lti11LegacyUserId),
];

impl Member {
    /// The user's id, the same as `sub` in launches.
    #[must_use]
    pub fn user_id(&self) -> &str {
        self.texts.get(TextField::UserId).unwrap_or_default()
    }

    /// The roles in this context, as URIs or short names.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Whether the membership holds; `Active` where the platform says nothing.
    #[must_use]
    pub fn status(&self) -> &MemberStatus {
        &self.status
    }

    /// Whether the membership holds.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == MemberStatus::Active
    }

    /// Whether the user teaches in this context, whatever else the user is.
    #[must_use]
    pub fn is_instructor(&self) -> bool {
        self.roles.is_instructor()
    }

    /// Whether the user learns in this context, whatever else the user is.
    #[must_use]
    pub fn is_learner(&self) -> bool {
        self.roles.is_learner()
    }

    /// Whether the user teaches and learns in this context.
    #[must_use]
    pub fn teaches_and_learns(&self) -> bool {
        self.is_instructor() && self.is_learner()
    }

    /// Whether it is a preview as a student, which is no person. Blackboard lists it with no other role.
    #[must_use]
    pub fn is_test_user(&self) -> bool {
        self.roles.is_test_user()
    }

    /// The full name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.texts.get(TextField::Name)
    }

    /// The given name.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        self.texts.get(TextField::GivenName)
    }

    /// The family name.
    #[must_use]
    pub fn family_name(&self) -> Option<&str> {
        self.texts.get(TextField::FamilyName)
    }

    /// The middle name.
    #[must_use]
    pub fn middle_name(&self) -> Option<&str> {
        self.texts.get(TextField::MiddleName)
    }

    /// The e-mail address, which identifies nobody: two users may have the same, and it may change.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.texts.get(TextField::Email)
    }

    /// The URL of a picture.
    #[must_use]
    pub fn picture(&self) -> Option<&str> {
        self.texts.get(TextField::Picture)
    }

    /// The id in the student information system.
    #[must_use]
    pub fn lis_person_sourcedid(&self) -> Option<&str> {
        self.texts.get(TextField::LisPersonSourcedid)
    }

    /// The user id of LTI 1.1.
    #[must_use]
    pub fn lti11_legacy_user_id(&self) -> Option<&str> {
        self.texts.get(TextField::Lti11LegacyUserId)
    }

    /// The claims that a launch of the asked resource link would have for this member, such as custom parameters:
    /// one object for each kind of message (§3.2). Empty unless a resource link was asked for.
    #[must_use]
    pub fn messages(&self) -> Vec<Map<String, Value>> {
        match self.field("message") {
            Some(Value::Array(messages)) => messages
                .into_iter()
                .filter_map(|message| match message {
                    Value::Object(message) => Some(message),
                    _ => None,
                })
                .collect(),
            Some(Value::Object(message)) => vec![message],
            _ => Vec::new(),
        }
    }

    /// The groups that the user is in, as Blackboard and Sakai add them.
    #[must_use]
    pub fn group_enrollments(&self) -> Option<Value> {
        self.field("group_enrollments")
    }

    /// Any other field, parsed. `None` where there is none, and where a value cannot be held: more than 128
    /// levels, or a number beyond doubles.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.field_text(name)?).ok()
    }

    /// The JSON text of any other field.
    #[must_use]
    pub fn field_text(&self, name: &str) -> Option<&str> {
        Some(self.other.as_ref()?.get(name)?.get())
    }

    /// The names of all other fields.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        let fields = self.other.iter().flat_map(|other| other.iter());
        fields.map(|(name, _)| name)
    }
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("user_id", self.user_id())?;
        map.serialize_entry("roles", &self.roles)?;
        map.serialize_entry("status", self.status.as_str())?;
        for (name, field) in SHOWN {
            if let Some(text) = self.texts.get(field) {
                map.serialize_entry(name, text)?;
            }
        }
        map.end()
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("roles", &self.roles)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
