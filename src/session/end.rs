//! Ends sessions: all of a user's, a deployment's or a registration's.

use std::time::Duration;

use crate::{
    deployment::DeploymentKey,
    error::LtiError,
    identity::RegistrationId,
    limits::LONGEST_SESSION,
    session_key::{SessionMark, SessionScope},
    tool::LtiTool,
};

/// How long it is remembered that sessions were ended: longer than any instance lets one last.
const MEMORY: Duration = LONGEST_SESSION.saturating_add(Duration::from_secs(24 * 60 * 60));

impl LtiTool {
    /// Ends all sessions of a user that were started until now, on every instance that shares the store.
    ///
    /// `sub` alone is not enough: see [`LaunchContext::user_key`](crate::LaunchContext::user_key). Sessions of anonymous
    /// launches are nobody's.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, or could not keep it for good: call it again then.
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub async fn end_sessions_of_user(
        &self,
        registration: &RegistrationId,
        sub: &str,
    ) -> Result<(), LtiError> {
        self.end_sessions(&SessionScope::user(registration, sub))
            .await
    }

    /// Ends all sessions of a deployment that were started until now.
    ///
    /// A deployment that is disabled or removed ends them by itself: enabled again, it has those that have not expired.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, or could not keep it for good: call it again then.
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub async fn end_sessions_of_deployment(
        &self,
        deployment: &DeploymentKey,
    ) -> Result<(), LtiError> {
        self.end_sessions(&SessionScope::deployment(deployment))
            .await
    }

    /// Ends all sessions of a registration that were started until now.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, or could not keep it for good: call it again then.
    #[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
    pub async fn end_sessions_of_registration(
        &self,
        registration: &RegistrationId,
    ) -> Result<(), LtiError> {
        self.end_sessions(&SessionScope::registration(registration))
            .await
    }

    async fn end_sessions(&self, scope: &SessionScope) -> Result<(), LtiError> {
        let mark = SessionMark::random()?;
        let marking = async { Ok(self.store().mark_sessions(scope, &mark, MEMORY).await?) };
        self.in_time(marking).await
    }
}
