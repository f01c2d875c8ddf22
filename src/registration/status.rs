//! Whether a registration may be used.

use serde::{Deserialize, Serialize};

/// Says whether a registration may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RegistrationStatus {
    /// Logins, launches and calls to services go through.
    #[default]
    Active,
    /// Not approved yet; all of them are rejected.
    Pending,
    /// Disabled by an administrator; all of them are rejected.
    Disabled,
}
