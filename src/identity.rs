//! The identity of a registration.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{digest::Digest, identifier::identifier};

identifier! {
    /// The issuer of a platform, the `iss` of its tokens.
    ///
    /// Kept and compared byte for byte: `https://lms.example` and `https://lms.example/` are two
    /// issuers (Security Framework 1.0 §5.1.2). It need not look like a URL, because test rigs use
    /// values such as `123456`.
    Issuer
}

identifier! {
    /// The tool's id at a platform, the `aud` of its tokens.
    ///
    /// Text, even where it looks like a number: Canvas sends ids beyond what a double can hold.
    ClientId
}

/// Identifies a registration: the issuer and the client id, together (LTI Core 1.3 §4.1.3), and a discriminator of the
/// tool's own where two platforms have both in common.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct RegistrationId(Arc<HashedParts>);

/// The parts, and the hash of all, which follows from them and decides no comparison.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct HashedParts {
    parts: Parts,
    hash: String,
}

/// The parts follow from it nearly always, and are compared all the same.
impl Hash for HashedParts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Parts {
    issuer: Issuer,
    client_id: ClientId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    discriminator: Option<Box<str>>,
}

impl RegistrationId {
    /// Creates the identity from its two parts.
    #[must_use]
    pub fn new(issuer: impl Into<Issuer>, client_id: impl Into<ClientId>) -> Self {
        Self::from(Parts {
            issuer: issuer.into(),
            client_id: client_id.into(),
            discriminator: None,
        })
    }

    /// The same issuer and client id at another platform, told apart by a name of the tool's own.
    ///
    /// Self-hosted platforms of one product may all have the issuer and the client ids that it comes with.
    #[must_use]
    pub fn with_discriminator(&self, discriminator: &str) -> Self {
        Self::from(Parts {
            discriminator: Some(discriminator.into()),
            ..self.0.parts.clone()
        })
    }

    /// The platform's issuer.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.0.parts.issuer
    }

    /// The tool's client id at that platform.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        &self.0.parts.client_id
    }

    /// What tells it from another registration with the same issuer and client id, where there is one.
    #[must_use]
    pub fn discriminator(&self) -> Option<&str> {
        self.0.parts.discriminator.as_deref()
    }

    /// A SHA-256 of the length-prefixed parts, as 43 characters of unpadded base64url. Two registrations never have the
    /// same.
    ///
    /// It can stand in any key, path or log.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.hash_text().to_owned()
    }

    pub(crate) fn hash_text(&self) -> &str {
        &self.0.hash
    }

    /// A SHA-256 of what it is for, the parts, and a value that means something within this registration: always or never
    /// for one thing, as a discriminator stands in the same place.
    pub(crate) fn digest(&self, what: &str, value: Option<&str>) -> Digest {
        self.0.parts.digest(what, value)
    }
}

impl Parts {
    fn digest(&self, what: &str, value: Option<&str>) -> Digest {
        let (issuer, client_id) = (self.issuer.as_str(), self.client_id.as_str());
        match (self.discriminator.as_deref(), value) {
            (None, None) => Digest::of([what, issuer, client_id]),
            (None, Some(one)) | (Some(one), None) => Digest::of([what, issuer, client_id, one]),
            (Some(discriminator), Some(value)) => {
                Digest::of([what, issuer, client_id, discriminator, value])
            }
        }
    }
}

impl fmt::Debug for RegistrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationId")
            .field("issuer", self.issuer())
            .field("client_id", self.client_id())
            .field("discriminator", &self.discriminator())
            .finish()
    }
}

impl From<Parts> for RegistrationId {
    fn from(parts: Parts) -> Self {
        let hash = parts.digest("registration", None).to_text();
        Self(Arc::new(HashedParts { parts, hash }))
    }
}

impl From<RegistrationId> for Parts {
    fn from(id: RegistrationId) -> Self {
        id.0.parts.clone()
    }
}
