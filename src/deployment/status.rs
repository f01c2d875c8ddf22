//! Whether a deployment may be used, and where it came from.

use std::{error::Error, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The stable string form of an enum, used in storage: the same as with serde.
macro_rules! string_enum {
    ($of:ident, $error:ident { $($variant:ident = $word:literal,)+ }) => {
        impl $of {
            /// The string form used in storage. It does not change from one release to the next.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $of {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $of {
            type Err = $error;

            /// Parses the string form.
            ///
            /// # Errors
            ///
            /// Fails with any other string, so that nothing unknown passes for active.
            fn from_str(string: &str) -> Result<Self, $error> {
                match string {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($error(string.to_owned())),
                }
            }
        }
    };
}

/// Says whether a deployment may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeploymentStatus {
    /// Launches go through.
    Active,
    /// Not approved yet; launches are rejected.
    Pending,
    /// Disabled by an administrator; launches are rejected, however good the token.
    Disabled,
}

string_enum! {
    DeploymentStatus, ParseStatusError {
        Active = "active",
        Pending = "pending",
        Disabled = "disabled",
    }
}

/// Says how a deployment came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeploymentOrigin {
    /// Created by its first launch.
    FirstLaunch,
    /// Created by an administrator.
    Administrator,
    /// Created by onboarding.
    Onboarding,
}

string_enum! {
    DeploymentOrigin, ParseOriginError {
        FirstLaunch = "first_launch",
        Administrator = "administrator",
        Onboarding = "onboarding",
    }
}

/// A string that is no [`DeploymentStatus`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseStatusError(String);

impl fmt::Display for ParseStatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no deployment status", self.0)
    }
}

impl Error for ParseStatusError {}

/// A string that is no [`DeploymentOrigin`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseOriginError(String);

impl fmt::Display for ParseOriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no deployment origin", self.0)
    }
}

impl Error for ParseOriginError {}
