//! One registration as a store keeps it.

use crate::{
    identity::RegistrationId,
    registration::{Registration, RegistrationError, RegistrationStatus},
};

/// One registration as a store keeps it: the JSON object that
/// [`Registrations::from_json`](crate::registration::Registrations::from_json) describes, which has been checked.
///
/// The text is kept as it was written, with its notes and the order of its members.
#[derive(Clone)]
pub struct RegistrationRecord {
    registration: Registration,
    json: Box<str>,
}

impl RegistrationRecord {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// Fails as [`Registrations::from_json`](crate::registration::Registrations::from_json) does.
    pub fn from_json(json: &str) -> Result<Self, RegistrationError> {
        let _ = json;
        todo!()
    }

    /// The same registration with another status.
    #[must_use]
    pub fn with_status(&self, status: RegistrationStatus) -> Self {
        let _ = status;
        todo!()
    }

    /// The same registration with other members, each the JSON of its value; one without a value is taken out.
    ///
    /// # Errors
    ///
    /// Fails as [`from_json`](Self::from_json) does, and when issuer, client id or discriminator would change.
    pub fn with_members<'a>(
        &self,
        members: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<Self, RegistrationError> {
        let _ = members.into_iter();
        todo!()
    }

    /// The registration.
    #[must_use]
    pub fn registration(&self) -> &Registration {
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

impl std::fmt::Debug for RegistrationRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RegistrationRecord")
            .field(&self.registration)
            .finish()
    }
}
