//! The nonce: issued at login, consumed at launch.

use std::fmt;

use base64::{display::Base64Display, engine::general_purpose::URL_SAFE_NO_PAD};
use smol_str::{SmolStr, ToSmolStr};

use crate::{
    deployment::DeploymentStatus,
    digest::Digest,
    identity::RegistrationId,
    random::{self, RandomnessError},
};

/// The store key of a nonce of one registration, of an onboarding ticket, or of a deep linking request: a hash.
///
/// The SHA-256 of the length-prefixed parts of the registration's identity and the nonce: equal nonces of two registrations have
/// different keys, and a reader of the store learns neither part. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OneTimeKey(Digest);

impl OneTimeKey {
    /// Creates the key of a registration's `nonce`.
    #[must_use]
    pub fn new(registration: &RegistrationId, nonce: &str) -> Self {
        Self(registration.digest("nonce", Some(nonce)))
    }

    /// Creates the key of a ticket, which is consumed as a nonce is.
    pub(crate) fn of_ticket(ticket_id: &str) -> Self {
        Self(Digest::of(["ticket", ticket_id]))
    }

    /// Creates the key of a ticket's one onboarding with this `status`.
    pub(crate) fn of_onboarding(ticket_id: &str, status: DeploymentStatus) -> Self {
        Self(Digest::of(["onboarding", ticket_id, status.as_str()]))
    }

    /// Creates the key of a deep linking request, which is answered once.
    #[cfg(feature = "services")]
    pub(crate) fn of_deep_linking(request_id: &str) -> Self {
        Self(Digest::of(["deep linking", request_id]))
    }

    /// Creates the key of a dynamic registration, which is confirmed once.
    #[cfg(feature = "registration")]
    pub(crate) fn of_registration(handle_id: &str) -> Self {
        Self(Digest::of(["dynamic registration", handle_id]))
    }

    /// Creates the key of an invite to register a platform.
    #[cfg(feature = "registration")]
    pub(crate) fn of_invite(invite_id: &str) -> Self {
        Self(Digest::of(["registration invite", invite_id]))
    }

    #[cfg(feature = "redis")]
    pub(crate) fn hash(&self) -> &Digest {
        &self.0
    }

    /// The 32 bytes to store the nonce under.
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

impl fmt::Debug for OneTimeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeKey(..)")
    }
}

/// Identifies one launch request in a store.
///
/// Created once per HTTP request and kept in memory only. A store writes it as the value of the nonce, so
/// that a retry after a lost reply can tell its own write from another request's.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    random: [u8; 16],
    /// The same in base64url, without an allocation: 22 bytes are kept inline.
    text: SmolStr,
}

impl Attempt {
    /// Creates an attempt of 128 random bits from the operating system.
    ///
    /// # Errors
    ///
    /// Fails when the operating system has no random bytes.
    pub fn new() -> Result<Self, RandomnessError> {
        let random = random::bytes()?;
        let text = Base64Display::new(&random, &URL_SAFE_NO_PAD).to_smolstr();
        Ok(Self { random, text })
    }

    /// The 128 bits behind the text.
    pub(crate) fn random(&self) -> &[u8; 16] {
        &self.random
    }

    /// The value to store beside the nonce: 22 characters of base64url.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(..)")
    }
}

/// Whether a nonce was consumed for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum NonceUse {
    /// This attempt consumed the nonce.
    First,
    /// Another attempt consumed it before.
    Repeated,
}
