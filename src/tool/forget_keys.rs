//! Drops the keys of a platform, for an emergency.

use crate::{
    error::{LtiError, LtiErrorKind},
    identity::RegistrationId,
    key_set::KeySource,
    tool::LtiTool,
};

impl LtiTool {
    /// Forgets the fetched keys of a registration's platform, so that the next launch fetches them again.
    ///
    /// For an emergency: a platform has lost a key and withdrawn it. Without this call the old set goes on
    /// serving until it is fetched again, an hour later or as the platform said, and for up to a day while
    /// its key server is down; see [`Limits::max_key_set_age`](crate::tool::Limits::max_key_set_age) and
    /// [`Limits::max_stale_key_set_age`](crate::tool::Limits::max_stale_key_set_age).
    ///
    /// The keys are those of the JWKS URL, and so of every registration that has the same one. What a fetch
    /// brings that was under way is not kept either. Launches then wait for the key server, and are rejected
    /// with 503 while it is down. It is done on this instance alone: call it on each. Keys that stand in the
    /// registration itself are not touched.
    ///
    /// # Errors
    ///
    /// Fails when there is no such registration, and when the registrations' store could not answer.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example(tool: tower_lti::LtiTool) -> Result<(), tower_lti::LtiError> {
    /// use tower_lti::registration::RegistrationId;
    ///
    /// tool.forget_keys(&RegistrationId::new("https://lms.example", "tool-1")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn forget_keys(&self, registration: &RegistrationId) -> Result<(), LtiError> {
        let found = self.registrations().find_id(registration).await?;
        let found = found.ok_or(LtiErrorKind::ClientIdUnknown)?;
        if let KeySource::Url(url) = found.key_source() {
            self.keys().forget(url);
        }
        Ok(())
    }
}
