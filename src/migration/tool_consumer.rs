//! A platform as it was known under LTI 1.1.

use std::{error::Error, fmt};

use aws_lc_rs::hmac;

use crate::{deployment::DeploymentKey, identity::RegistrationId};

/// A platform as it was known under LTI 1.1, where it was called a tool consumer: by a key, and by a secret that it
/// shared with the tool.
///
/// `Debug` shows neither.
///
/// # Security
///
/// The claim's signature passes through the user's browser, as each signature of LTI 1.1 did. Whoever sees one can try
/// secrets against it: a secret that can be guessed proves nothing.
///
/// # Examples
///
/// ```
/// use tower_lti::{migration::ToolConsumer, registration::RegistrationId};
///
/// let school = ToolConsumer::new("school-key", "3f9c0d1e7a")?
///     .add_registration(RegistrationId::new("https://lms.school.example", "client-1"));
/// assert_eq!(school.key(), "school-key");
/// # Ok::<(), tower_lti::migration::ToolConsumerError>(())
/// ```
#[doc(alias = "oauth_consumer_key")]
#[doc(alias = "shared secret")]
#[derive(Clone)]
pub struct ToolConsumer {
    key: Box<str>,
    secret: hmac::Key,
    places: Vec<Place>,
    is_believed_anywhere: bool,
}

/// Where a consumer moved to.
#[derive(Clone)]
enum Place {
    Registration(RegistrationId),
    Deployment(DeploymentKey),
}

/// Whether a consumer's claims are believed in launches of one deployment.
pub(super) enum Standing {
    Allowed,
    /// No place was added, and nobody said that none is needed.
    Unplaced,
    Elsewhere,
}

impl ToolConsumer {
    /// Takes consumer key and shared secret as they were typed into the platform.
    ///
    /// Add where it moved to: a consumer without a place is believed in no launch
    /// ([`PlaceNeeded`](super::MigrationError::PlaceNeeded)).
    ///
    /// Where several secrets were in use under one key, make a consumer of each.
    ///
    /// # Errors
    ///
    /// Fails when the key is empty, or when the secret is empty or blank: anybody could sign with it.
    pub fn new(key: &str, secret: &str) -> Result<Self, ToolConsumerError> {
        if key.is_empty() {
            return Err(ToolConsumerError::NoKey);
        }
        // HMAC fills a short key up with NUL, so that a secret of nothing else is an empty one.
        if secret.chars().all(|c| c.is_whitespace() || c.is_control()) {
            return Err(ToolConsumerError::NoSecret);
        }
        Ok(Self {
            key: key.into(),
            secret: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            places: Vec::new(),
            is_believed_anywhere: false,
        })
    }

    /// Adds a registration that it moved to. Default: none.
    ///
    /// The consumer's claims are refused in launches of all registrations and deployments that were not added.
    #[must_use]
    pub fn add_registration(mut self, registration: RegistrationId) -> Self {
        self.places.push(Place::Registration(registration));
        self
    }

    /// Adds a deployment that it moved to, as where one registration serves many schools. Default: none.
    ///
    /// The consumer's claims are refused in launches of all registrations and deployments that were not added.
    #[must_use]
    pub fn add_deployment(mut self, deployment: DeploymentKey) -> Self {
        self.places.push(Place::Deployment(deployment));
        self
    }

    /// Believes the consumer's claims in launches of any registration, unless a place was added, too. Default: of none.
    ///
    /// # Security
    ///
    /// Only where no two registrations share issuer and client id, not even with a discriminator. The signature names
    /// those two and no discriminator: where they are shared, a user of the school can carry a signature of its platform
    /// into a launch of the other platform, and whoever runs that one can put anybody's former ids beside it.
    #[must_use]
    pub fn believed_anywhere(mut self) -> Self {
        self.is_believed_anywhere = true;
        self
    }

    /// Its consumer key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn secret(&self) -> &hmac::Key {
        &self.secret
    }

    pub(super) fn standing_in(&self, deployment: &DeploymentKey) -> Standing {
        if self.places.is_empty() {
            return match self.is_believed_anywhere {
                true => Standing::Allowed,
                false => Standing::Unplaced,
            };
        }
        let is_here = |place: &Place| match place {
            Place::Registration(registration) => registration == deployment.registration(),
            Place::Deployment(key) => key == deployment,
        };
        if self.places.iter().any(is_here) {
            Standing::Allowed
        } else {
            Standing::Elsewhere
        }
    }
}

impl fmt::Debug for ToolConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolConsumer").finish_non_exhaustive()
    }
}

/// A key and a secret make no tool consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolConsumerError {
    /// The consumer key is empty.
    NoKey,
    /// The secret is empty or blank.
    NoSecret,
}

impl fmt::Display for ToolConsumerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoKey => "the consumer key is empty",
            Self::NoSecret => "the consumer's secret is empty or blank",
        })
    }
}

impl Error for ToolConsumerError {}
