//! What an exchange is for.

/// What an exchange is for, as it stands in logs and metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// A platform's key set.
    KeySet,
    /// An access token.
    Token,
    /// A call to a service.
    #[default]
    Service,
    /// Dynamic registration: a platform's configuration, and the registration itself.
    Registration,
}

impl Purpose {
    /// The word for it: `key_set`, `token`, `service` or `registration`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KeySet => "key_set",
            Self::Token => "token",
            Self::Service => "service",
            Self::Registration => "registration",
        }
    }
}
