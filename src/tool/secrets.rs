//! What the tool signs and seals with: a key for each purpose, all from the login secret.

use crate::{sealer::Sealer, secret::LoginSecret, state::StateSigner, tool::LtiTool};

/// A key for each purpose.
pub(super) struct Secrets {
    states: StateSigner,
    storage_handles: StateSigner,
    tickets: Sealer,
    parked: Sealer,
    #[cfg(feature = "services")]
    deep_linking: Sealer,
    #[cfg(feature = "registration")]
    registrations: Sealer,
    #[cfg(feature = "sessions")]
    session_cookies: StateSigner,
    #[cfg(feature = "sessions")]
    session_handles: Sealer,
    #[cfg(feature = "sessions")]
    sessions: Sealer,
}

impl Secrets {
    /// The first secret signs and seals; all of them verify and open.
    pub(super) fn derive(secrets: &[LoginSecret]) -> Self {
        Self {
            states: StateSigner::new("login state", secrets),
            storage_handles: StateSigner::new("storage handle", secrets),
            tickets: Sealer::new("onboarding ticket", secrets),
            parked: Sealer::new("parked launch", secrets),
            #[cfg(feature = "services")]
            deep_linking: Sealer::new("deep linking request", secrets),
            #[cfg(feature = "registration")]
            registrations: Sealer::new("dynamic registration", secrets),
            #[cfg(feature = "sessions")]
            session_cookies: StateSigner::new("session cookie", secrets),
            #[cfg(feature = "sessions")]
            session_handles: Sealer::new("session handle", secrets),
            #[cfg(feature = "sessions")]
            sessions: Sealer::new("session", secrets),
        }
    }
}

impl LtiTool {
    pub(crate) fn states(&self) -> &StateSigner {
        &self.0.secrets.states
    }

    pub(crate) fn storage_handles(&self) -> &StateSigner {
        &self.0.secrets.storage_handles
    }

    pub(crate) fn tickets(&self) -> &Sealer {
        &self.0.secrets.tickets
    }

    pub(crate) fn parked(&self) -> &Sealer {
        &self.0.secrets.parked
    }

    #[cfg(feature = "services")]
    pub(crate) fn deep_linking_sealer(&self) -> &Sealer {
        &self.0.secrets.deep_linking
    }

    /// For invites, for handles of registrations under way, and for what platforms give to change one by.
    #[cfg(feature = "registration")]
    pub(crate) fn registration_sealer(&self) -> &Sealer {
        &self.0.secrets.registrations
    }

    /// For the tags in cookies of sessions.
    #[cfg(feature = "sessions")]
    pub(crate) fn session_cookies(&self) -> &StateSigner {
        &self.0.secrets.session_cookies
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn session_handles(&self) -> &Sealer {
        &self.0.secrets.session_handles
    }

    /// For what a store holds of a session.
    #[cfg(feature = "sessions")]
    pub(crate) fn sessions(&self) -> &Sealer {
        &self.0.secrets.sessions
    }
}
