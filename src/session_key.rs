//! What a session is known by in a store, and what ends many of them at once.

use std::fmt;

use smol_str::SmolStr;

use crate::{
    deployment::DeploymentKey,
    digest::Digest,
    identity::RegistrationId,
    random::{self, RandomnessError},
};

/// The store key of a session: a hash.
///
/// A reader of the store learns nothing by it that opens a session. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionKey(Digest);

impl SessionKey {
    /// Creates the key of the session with this secret id.
    pub(crate) fn new(session_id: &str) -> Self {
        Self(Digest::of(["session", session_id]))
    }

    #[cfg(feature = "redis")]
    pub(crate) fn hash(&self) -> &Digest {
        &self.0
    }

    /// The 32 bytes to store the session under.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    /// The same 32 bytes as 43 characters of unpadded base64url.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(..)")
    }
}

/// Sessions that are ended together: those of a registration, of a deployment, or of a user. A hash.
///
/// `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionScope(Digest);

impl SessionScope {
    pub(crate) fn registration(registration: &RegistrationId) -> Self {
        Self(registration.digest("sessions of registration", None))
    }

    pub(crate) fn deployment(deployment: &DeploymentKey) -> Self {
        let (registration, id) = (deployment.registration(), deployment.id());
        Self(registration.digest("sessions of deployment", Some(id.as_str())))
    }

    /// Takes a scope that this tool has sealed itself.
    pub(crate) fn from_digest(bytes: [u8; 32]) -> Self {
        Self(Digest::from_bytes(bytes))
    }

    /// `sub` alone is not enough: issuers are shared by many schools.
    pub(crate) fn user(registration: &RegistrationId, sub: &str) -> Self {
        Self(registration.digest("sessions of user", Some(sub)))
    }

    /// The 32 bytes to store the mark under.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    /// The same 32 bytes as 43 characters of unpadded base64url.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }
}

impl fmt::Debug for SessionScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionScope(..)")
    }
}

/// What a store keeps of the last time that the sessions of a scope were ended: a random value.
///
/// A session knows the marks that it was started under. It is over where one of its scopes has another by now. No
/// clock plays a part, so that instances whose clocks differ agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionMark(SmolStr);

impl SessionMark {
    pub(crate) fn random() -> Result<Self, RandomnessError> {
        Ok(Self(random::text::<16>()?.into()))
    }

    /// Takes a mark that the store has kept.
    pub fn from_kept(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// The value to store: 22 characters of base64url.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_without_a_discriminator_are_as_they_were_and_with_one_are_others() {
        let scopes = |registration: &RegistrationId| {
            let deployment = DeploymentKey::new(registration.clone(), "dep-1".into());
            [
                SessionScope::registration(registration),
                SessionScope::deployment(&deployment),
                SessionScope::user(registration, "user-1"),
            ]
            .map(|scope| scope.to_text())
        };
        let plain = RegistrationId::new("https://lms.example", "tool-1");

        assert_eq!(
            scopes(&plain),
            [
                "WsXXEwikY2b5K-lDvWCz7LwTqjh6Avw03pdvVHfBud0",
                "rOCuAPNZJCKy01W07NMl3KsNR1pU2JLOOWHofFDFRjo",
                "MJFsmyVMlyuzfCyrsHhBks42-N6TD8ankOD7ODHS3sg",
            ]
        );
        let north = scopes(&plain.with_discriminator("north"));
        let south = scopes(&plain.with_discriminator("south"));
        for (place, plain) in scopes(&plain).iter().enumerate() {
            assert!(north[place] != *plain && north[place] != south[place]);
        }
    }
}
