//! What whoever lets a platform register says of the registration.

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
    /// Nothing is said.
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
}
