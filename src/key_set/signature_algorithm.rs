//! The algorithms that a token may be signed with.

use std::{error::Error, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::redact;

/// The most characters that an error quotes of a name.
const MAX_QUOTED: usize = 64;

/// An algorithm that a platform may sign tokens with (RFC 7518 §3.1).
///
/// All are asymmetric: with HMAC the tool's own copy of the key could sign, and `none` signs nothing.
/// It is written, parsed and serialized by its JOSE name.
///
/// # Examples
///
/// ```
/// use tower_lti::key_set::SignatureAlgorithm;
///
/// let algorithm: SignatureAlgorithm = "RS256".parse()?;
/// assert_eq!(algorithm, SignatureAlgorithm::Rs256);
/// assert_eq!(algorithm.to_string(), "RS256");
/// assert!("HS256".parse::<SignatureAlgorithm>().is_err());
/// # Ok::<(), tower_lti::key_set::ParseAlgorithmError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSA with PKCS #1 v1.5 and SHA-256, which every LTI platform can.
    Rs256,
    /// RSA with PKCS #1 v1.5 and SHA-384.
    Rs384,
    /// RSA with PKCS #1 v1.5 and SHA-512.
    Rs512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
}

impl SignatureAlgorithm {
    pub(crate) const ALL: [Self; 5] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Es256,
        Self::Es384,
    ];

    /// Its JOSE name, such as `RS256`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SignatureAlgorithm {
    type Err = ParseAlgorithmError;

    fn from_str(name: &str) -> Result<Self, ParseAlgorithmError> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or_else(|| ParseAlgorithmError {
                given: redact::line(name, MAX_QUOTED),
            })
    }
}

impl Serialize for SignatureAlgorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for SignatureAlgorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

/// A name is none of a [`SignatureAlgorithm`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseAlgorithmError {
    given: String,
}

impl fmt::Display for ParseAlgorithmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "algorithm {:?} is none of RS256, RS384, RS512, ES256, ES384",
            self.given
        )
    }
}

impl Error for ParseAlgorithmError {}
