//! A deep linking request that came back with its handle.

use std::fmt;

use http::HeaderMap;

use crate::{
    claims::DeepLinkingSettings, deep_linking::ResponseDraft, deployment::DeploymentKey,
    error::LtiError, launch_context::LaunchContext, tool::LtiTool,
};

/// A deep linking request that came back with its handle, and can be answered once.
pub struct OpenedRequest {
    deployment: DeploymentKey,
    settings: DeepLinkingSettings,
}

impl LtiTool {
    /// Opens the handle of a deep linking request, as often as the picker is shown.
    ///
    /// # Errors
    ///
    /// Fails when the handle was not sealed by this tool, is too old, or came from another browser.
    pub fn open_deep_linking(
        &self,
        handle: &str,
        headers: &HeaderMap,
    ) -> Result<OpenedRequest, LtiError> {
        let _ = (handle, headers);
        todo!()
    }

    /// The same for a handle that was sealed for a session: `launch` and `secret` are the session's.
    ///
    /// # Errors
    ///
    /// As [`open_deep_linking`](Self::open_deep_linking), and when the handle is of another deployment or user.
    pub fn open_deep_linking_in_session(
        &self,
        handle: &str,
        launch: &LaunchContext,
        secret: &str,
    ) -> Result<OpenedRequest, LtiError> {
        let _ = (handle, launch, secret);
        todo!()
    }
}

impl OpenedRequest {
    /// The deployment that it came from.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    /// What the platform takes.
    #[must_use]
    pub fn settings(&self) -> &DeepLinkingSettings {
        &self.settings
    }

    /// Starts the response. Without items it says that nothing was chosen.
    pub fn respond(self) -> ResponseDraft {
        todo!()
    }
}

impl fmt::Debug for OpenedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenedRequest")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}
