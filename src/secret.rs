//! The secrets that logins and tickets are sealed with.

use std::fmt;

use crate::random::Unguessable;

/// The fewest bytes a secret may have.
const FEWEST_BYTES: usize = 32;

/// A secret that the tool seals its logins and tickets with.
///
/// All instances behind one load balancer need the same. `Debug` shows nothing.
#[derive(Clone)]
pub struct LoginSecret(Vec<u8>);

impl LoginSecret {
    /// Takes a secret of at least 32 bytes, such as the output of `openssl rand -base64 48`.
    ///
    /// # Errors
    ///
    /// Fails when there are fewer than 32 bytes.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, LoginSecretError> {
        let bytes = bytes.into();
        if bytes.len() < FEWEST_BYTES {
            return Err(LoginSecretError::TooShort { bytes: bytes.len() });
        }
        Ok(Self(bytes))
    }

    /// Takes the secret from an environment variable.
    ///
    /// # Errors
    ///
    /// Fails when the variable is not set, is not UTF-8, or holds fewer than 32 bytes.
    pub fn from_env(variable: &str) -> Result<Self, LoginSecretError> {
        let text = std::env::var(variable).map_err(|source| LoginSecretError::Variable {
            variable: variable.to_owned(),
            source,
        })?;
        Self::from_bytes(text)
    }

    /// Makes a secret that dies with the process.
    ///
    /// # Errors
    ///
    /// Fails when the operating system has no randomness to give.
    pub fn generate() -> Result<Self, Unguessable> {
        crate::random::text::<32>().map(|text| Self(text.into_bytes()))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
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
                "a login secret needs at least {FEWEST_BYTES} bytes and this one has {bytes}; \
                 `openssl rand -base64 48` makes a good one",
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
            Self::TooShort { .. } => None,
            Self::Variable { source, .. } => match source {
                std::env::VarError::NotPresent => Some(source),
                // This one would show the secret.
                std::env::VarError::NotUnicode(_) => None,
            },
        }
    }
}
