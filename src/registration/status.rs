//! Whether a registration may be used.

use serde::{Deserialize, Serialize};

/// Says whether a registration may be used.
///
/// It is read from JSON as `"active"`, `"pending"` or `"disabled"`.
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

impl RegistrationStatus {
    /// How it is written in JSON: `active`, `pending` or `disabled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Disabled => "disabled",
        }
    }
}
