//! The nonce: issued by us at login, seen once at launch.

use std::fmt;

use base64::{display::Base64Display, engine::general_purpose::URL_SAFE_NO_PAD};
use smol_str::{SmolStr, ToSmolStr};

use crate::{
    deployment::DeploymentStatus,
    digest::Digest,
    identity::RegistrationId,
    random::{self, RandomnessError},
};

/// Names one nonce of one registration, or one onboarding ticket, in a form that holds nothing readable.
///
/// What a store is given is the SHA-256 of the length-prefixed issuer, client id and nonce: two
/// registrations that happen to use the same nonce do not meet, and a reader of the store learns
/// neither. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OneTimeKey(Digest);

impl OneTimeKey {
    /// Creates the key of `nonce` as used by `registration`.
    #[must_use]
    pub fn new(registration: &RegistrationId, nonce: &str) -> Self {
        let (issuer, client_id) = (registration.issuer(), registration.client_id());
        Self(Digest::of([
            "nonce",
            issuer.as_str(),
            client_id.as_str(),
            nonce,
        ]))
    }

    /// Creates the key of a ticket, which is used up as a nonce is.
    pub(crate) fn of_ticket(ticket_id: &str) -> Self {
        Self(Digest::of(["ticket", ticket_id]))
    }

    /// Creates the key of what a ticket does once: to set a deployment up as `status`.
    pub(crate) fn of_onboarding(ticket_id: &str, status: DeploymentStatus) -> Self {
        Self(Digest::of(["onboarding", ticket_id, status.as_str()]))
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

/// Marks everything that one launch request does in a store.
///
/// Made once per HTTP request and kept in memory only. A store writes it as the value of the nonce:
/// when a reply is lost, a retry can tell "this request wrote that" from "another one did".
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    random: [u8; 16],
    /// The same in base64url, without an allocation: 22 bytes are kept inline.
    text: SmolStr,
}

impl Attempt {
    /// Creates an attempt that nobody can guess, 128 bits from the operating system.
    ///
    /// # Errors
    ///
    /// Fails when the operating system has no randomness to give.
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

/// Says whether a nonce was used for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum NonceUse {
    /// This attempt is the one that used the nonce up.
    First,
    /// Another attempt had used it before.
    Repeated,
}
