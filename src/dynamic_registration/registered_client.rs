//! What a platform has of a registration.

use std::fmt;

use crate::dynamic_registration::reply::RegistrationReply;

/// What a platform has of a registration of this tool, as far as it says so.
pub struct RegisteredClient(RegistrationReply);

impl RegisteredClient {
    pub(super) fn new(reply: RegistrationReply) -> Self {
        Self(reply)
    }

    /// The client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// The deployment that belongs to it.
    #[must_use]
    pub fn deployment_id(&self) -> Option<&str> {
        self.0.deployment_id.as_deref()
    }

    /// The scopes that the tool may ask for; `None` where the platform says nothing of them.
    #[must_use]
    pub fn scopes(&self) -> Option<&[String]> {
        self.0.scopes.as_deref()
    }

    /// The claims about users that the tool gets.
    #[must_use]
    pub fn claims(&self) -> Option<&[String]> {
        self.0.claims.as_deref()
    }

    /// The types of messages that the tool is opened with.
    #[must_use]
    pub fn messages(&self) -> Option<&[String]> {
        self.0.messages.as_deref()
    }
}

impl fmt::Debug for RegisteredClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredClient")
            .field("scopes", &self.scopes())
            .field("claims", &self.claims())
            .field("messages", &self.messages())
            .finish_non_exhaustive()
    }
}
