//! One registration as a store keeps it.

use std::{fmt, sync::Arc};

use crate::{
    identity::RegistrationId,
    registration::{
        Registration, RegistrationError, RegistrationStatus, members, object_text::ObjectText,
        row::Row,
    },
};

/// One registration as a store keeps it: the JSON object that
/// [`Registrations::from_json`](crate::registration::Registrations::from_json) describes, which has been checked.
///
/// The text is kept as it was written, with its notes and the order of its members. Cheap to clone.
///
/// # Examples
///
/// ```
/// use tower_lti::registration::{RegistrationRecord, RegistrationStatus};
///
/// let record = RegistrationRecord::from_json(
///     r#"{
///         "issuer": "https://lms.example",
///         "client_id": "tool-1",
///         "authorization_endpoint": "https://lms.example/auth",
///         "jwks_url": "https://lms.example/jwks",
///         "status": "pending",
///         "notes": "asked for by the school on Hill Road"
///     }"#,
/// )?;
/// let approved = record.with_status(RegistrationStatus::Active)?;
///
/// assert_eq!(approved.registration().status(), RegistrationStatus::Active);
/// assert_eq!(approved.json(), record.json().replace("pending", "active"));
/// # Ok::<(), tower_lti::registration::RegistrationError>(())
/// ```
#[derive(Clone)]
pub struct RegistrationRecord {
    registration: Arc<Registration>,
    json: Arc<str>,
}

impl RegistrationRecord {
    /// Reads a record: one object. White space around it is left out.
    ///
    /// # Errors
    ///
    /// Fails when the text is no such object, and when the registration cannot be used, as
    /// [`Registrations::from_json`](crate::registration::Registrations::from_json) does.
    pub fn from_json(json: &str) -> Result<Self, RegistrationError> {
        let json = json.trim_ascii();
        members::check_one(json)?;
        let row: Row =
            serde_json::from_str(json).map_err(|source| RegistrationError::json(&source))?;
        Ok(Self {
            registration: Arc::new(row.into_registration()?),
            json: json.into(),
        })
    }

    /// The same registration with another status.
    ///
    /// # Errors
    ///
    /// Fails as [`from_json`](Self::from_json) does, which what was read once does not.
    pub fn with_status(&self, status: RegistrationStatus) -> Result<Self, RegistrationError> {
        let json = format!("\"{}\"", status.as_str());
        self.with_members([("status", Some(&*json))])
    }

    /// The same registration with other members, each the JSON of its value; one without a value is taken out.
    ///
    /// A member that is there keeps its place, and one that is not comes last.
    ///
    /// # Errors
    ///
    /// Fails as [`from_json`](Self::from_json) does, and when issuer, client id or discriminator would change.
    pub fn with_members<'a>(
        &self,
        members: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<Self, RegistrationError> {
        let mut object = ObjectText::read(&self.json)?;
        for (name, value) in members {
            object.set(name, value)?;
        }
        let changed = Self::from_json(&object.to_text())?;
        if changed.id() == self.id() {
            Ok(changed)
        } else {
            Err(RegistrationError::IdentityChanged {
                registration: self.id().clone(),
            })
        }
    }

    /// The registration.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// The registration, for whoever looks it up.
    #[cfg(feature = "registration")]
    pub(crate) fn shared(&self) -> &Arc<Registration> {
        &self.registration
    }

    /// What identifies it.
    #[must_use]
    pub fn id(&self) -> &RegistrationId {
        self.registration.id()
    }

    /// The JSON object, as it was written.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }
}

/// The registration alone: the text may hold what is not to be seen.
impl fmt::Debug for RegistrationRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RegistrationRecord")
            .field(&self.registration)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = r#"{"issuer":"https://lms.test","client_id":"1","auth_login_url":"https://lms.test/a","jwks_url":"https://lms.test/k"}"#;

    fn changed(json: &str, members: &[(&str, Option<&str>)]) -> String {
        let record = RegistrationRecord::from_json(json).unwrap();
        let changed = record.with_members(members.iter().copied()).unwrap();
        changed.json().to_owned()
    }

    #[test]
    fn a_member_is_changed_in_its_place_and_added_at_the_end() {
        let laid_out = "{\n  \"notes\": {\"a\": [1.50, \"\\u0041\"]},\n  \"issuer\": \"https://lms.test\",\n  \
                        \"client_id\": \"1\" ,\n  \"auth_login_url\":\"https://lms.test/a\",\n  \"jwks_url\": \
                        \"https://lms.test/k\"\n}";
        for (change, expected) in [
            (
                ("status", Some("\"pending\"")),
                laid_out.replace("/k\"\n", "/k\",\n  \"status\": \"pending\"\n"),
            ),
            (
                ("jwks_url", Some("\"https://lms.test/new\"")),
                laid_out.replace("/k\"", "/new\""),
            ),
            (
                ("authorization_endpoint", Some("\"https://lms.test/b\"")),
                laid_out.replace(
                    "\"auth_login_url\":\"https://lms.test/a\"",
                    "\"authorization_endpoint\": \"https://lms.test/b\"",
                ),
            ),
            (
                ("notes", None),
                laid_out.replace("\n  \"notes\": {\"a\": [1.50, \"\\u0041\"]},", ""),
            ),
            (("name", None), laid_out.to_owned()),
        ] {
            assert_eq!(changed(laid_out, &[change]), expected, "{change:?}");
        }
        let added = PLAIN.replace('}', r#","name": "A"}"#);
        assert_eq!(changed(PLAIN, &[("name", Some("\"A\""))]), added);
        assert_eq!(changed(&added, &[("name", None)]), PLAIN);
    }

    #[test]
    fn an_older_form_of_the_status_is_replaced() {
        let disabled = PLAIN.replace('}', r#","disabled":true}"#);
        let record = RegistrationRecord::from_json(&disabled).unwrap();
        assert_eq!(record.registration().status(), RegistrationStatus::Disabled);

        let active = record.with_status(RegistrationStatus::Active).unwrap();

        assert_eq!(active.registration().status(), RegistrationStatus::Active);
        assert_eq!(active.json(), PLAIN.replace('}', r#","status": "active"}"#));
    }

    #[test]
    fn what_is_set_is_one_value_and_leaves_the_identity() {
        let record = RegistrationRecord::from_json(PLAIN).unwrap();
        for members in [
            ("name", Some(r#""A", "disabled": true"#)),
            ("name", Some(r#""A"}"#)),
            ("name", Some("")),
            ("name", Some("5")),
            ("nam", Some("\"A\"")),
            ("issuer", Some("\"https://other.test\"")),
            ("client_id", Some("\"2\"")),
            ("client_id", None),
            ("jwks_url", Some("\"http://lms.test/k\"")),
            ("discriminator", Some("\"b\"")),
        ] {
            assert!(record.with_members([members]).is_err(), "{members:?}");
        }
        let other = [
            ("discriminator", Some("\"b\"")),
            ("login_name", Some("\"b\"")),
        ];
        assert!(matches!(
            record.with_members(other),
            Err(RegistrationError::IdentityChanged { .. })
        ));
    }
}
