//! What whoever lets a platform register says of the registration.

use serde_json::json;

use crate::registration::{RegistrationError, RegistrationRecord};

/// What whoever lets a platform register says of the registration. Default: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
#[must_use]
pub struct RegistrationTerms {
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    pub(super) login_name: Option<String>,
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    pub(super) discriminator: Option<String>,
}

impl RegistrationTerms {
    /// Starts with nothing said.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what administrators see of the registration, such as the school's name: at most 255 characters. Default: the
    /// product and the host.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Gives the registration a login URL of its own: the tool's, and `/` with this name behind it.
    ///
    /// See [`LtiLogin::registration_from_path`](crate::LtiLogin::registration_from_path).
    pub fn login_name(mut self, login_name: impl Into<String>) -> Self {
        self.login_name = Some(login_name.into());
        self
    }

    /// Tells this platform apart from another with the same issuer and client id. It needs a
    /// [`login_name`](Self::login_name).
    pub fn discriminator(mut self, discriminator: impl Into<String>) -> Self {
        self.discriminator = Some(discriminator.into());
        self
    }

    /// Checks that a registration can have all of it.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let mut record = json!({
            "issuer": "https://platform.example",
            "client_id": "1",
            "authorization_endpoint": "https://platform.example/auth",
            "jwks_url": "https://platform.example/jwks",
        });
        for (member, text) in [
            ("name", &self.name),
            ("login_name", &self.login_name),
            ("discriminator", &self.discriminator),
        ] {
            if let Some(text) = text {
                record[member] = json!(text);
            }
        }
        match RegistrationRecord::from_json(&record.to_string()) {
            Ok(_) => Ok(()),
            Err(error) => Err(problem(&error)),
        }
    }
}

fn problem(error: &RegistrationError) -> &'static str {
    match error {
        RegistrationError::Name => "has a name of 1 to 255 characters without control characters",
        RegistrationError::NotReachable { .. } => "with a discriminator needs a login name",
        RegistrationError::Identifier {
            setting: "discriminator",
            ..
        } => {
            "has a discriminator of 1 to 255 characters of printable ASCII without spaces around them"
        }
        _ => "has a login name of 1 to 255 characters that is a segment of a path",
    }
}
