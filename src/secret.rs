//! The secret that states are signed with, and tickets and parked launches sealed.

use std::fmt;

use aws_lc_rs::hkdf;

use crate::random::RandomnessError;

/// The minimum length of a secret, in bytes.
const MIN_BYTES: usize = 32;

/// A secret needs this many distinct bytes. 32 random bytes have some thirty, 32 random hexadecimal digits
/// about fourteen.
const MIN_VALUES: usize = 8;

/// A repeated text shorter than this makes no secret.
const MIN_PERIOD: usize = 16;

/// The secret that the tool signs its states with, and seals its tickets and parked launches with.
///
/// Each of them has a key of its own, derived from it. All instances behind one load balancer need the same. `Debug` shows nothing.
#[derive(Clone)]
pub struct LoginSecret(Vec<u8>);

impl LoginSecret {
    /// Takes a secret of at least 32 bytes, such as the output of `openssl rand -base64 48`.
    ///
    /// What is plainly not random is rejected: fewer than eight distinct bytes, or a text of fewer than 16
    /// bytes repeated. This finds mistakes such as 32 spaces or a placeholder; it does not measure entropy.
    ///
    /// # Errors
    ///
    /// Fails when there are fewer than 32 bytes, or too little in them.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, LoginSecretError> {
        let bytes = bytes.into();
        if bytes.len() < MIN_BYTES {
            return Err(LoginSecretError::TooShort { bytes: bytes.len() });
        }
        if is_plain(&bytes) {
            return Err(LoginSecretError::TooPlain);
        }
        Ok(Self(bytes))
    }

    /// Takes the secret from an environment variable.
    ///
    /// # Errors
    ///
    /// Fails when the variable is not set, is not UTF-8, or as [`from_bytes`](Self::from_bytes) does.
    #[doc(alias = "encryption key")]
    pub fn from_env(variable: &str) -> Result<Self, LoginSecretError> {
        let text = std::env::var(variable).map_err(|source| LoginSecretError::Variable {
            variable: variable.to_owned(),
            source,
        })?;
        Self::from_bytes(text)
    }

    /// Generates a secret that is lost with the process.
    ///
    /// # Errors
    ///
    /// Fails when the operating system gives no random bytes.
    pub fn generate() -> Result<Self, RandomnessError> {
        crate::random::text::<32>().map(|text| Self(text.into_bytes()))
    }

    /// The key for one purpose (HKDF-SHA256), so that no key serves two. `None` never in practice: the
    /// length asked for is one that HKDF gives.
    pub(crate) fn derive_key(&self, purpose: &str) -> Option<[u8; 32]> {
        let mut key = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"tower-lti v1")
            .extract(&self.0)
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .ok()?
            .fill(&mut key)
            .ok()?;
        Some(key)
    }
}

/// Whether these bytes are plainly not random.
fn is_plain(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in bytes {
        seen[usize::from(*byte)] = true;
    }
    let repeats = |period: usize| bytes.iter().zip(&bytes[period..]).all(|(a, b)| a == b);
    seen.iter().filter(|seen| **seen).count() < MIN_VALUES || (1..MIN_PERIOD).any(repeats)
}

impl fmt::Debug for LoginSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginSecret(..)")
    }
}

/// A login secret cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginSecretError {
    /// There are fewer than 32 bytes.
    TooShort {
        /// How many there are.
        bytes: usize,
    },
    /// It has fewer than eight different bytes, or is a short text over and over.
    TooPlain,
    /// The environment variable is not set or not UTF-8.
    Variable {
        /// Its name.
        variable: String,
        /// What the standard library said.
        source: std::env::VarError,
    },
}

impl fmt::Display for LoginSecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { bytes } => write!(
                f,
                "a login secret needs at least {MIN_BYTES} bytes and this one has {bytes}; \
                 `openssl rand -base64 48` makes a good one",
            ),
            Self::TooPlain => f.write_str(
                "a login secret has to be random, and this one has fewer than eight different bytes or \
                 repeats itself; `openssl rand -base64 48` makes a good one",
            ),
            Self::Variable { variable, .. } => {
                write!(f, "the login secret in {variable} cannot be read")
            }
        }
    }
}

impl std::error::Error for LoginSecretError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::TooShort { .. } | Self::TooPlain => None,
            Self::Variable { source, .. } => match source {
                std::env::VarError::NotPresent => Some(source),
                // This one would show the secret.
                std::env::VarError::NotUnicode(_) => None,
            },
        }
    }
}
