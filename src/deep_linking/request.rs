//! A launch by which somebody chooses content.

use std::fmt;

use http::HeaderMap;

use crate::{
    claims::{DeepLinkingSettings, MessageType},
    deep_linking::{DeepLinkingHandle, ResponseDraft},
    error::LtiError,
    launch_context::LaunchContext,
    tool::LtiTool,
};

/// A launch by which somebody chooses content for a course (`LtiDeepLinkingRequest`). Cheap to clone.
/// `Debug` shows no personal data.
#[derive(Clone)]
pub struct DeepLinkingRequest {
    launch: LaunchContext,
    settings: DeepLinkingSettings,
}

impl LaunchContext {
    /// The deep linking request that this launch is; `None` where it is another message.
    #[must_use]
    pub fn deep_linking_request(&self) -> Option<DeepLinkingRequest> {
        let claims = self.claims();
        if *claims.message_type() != MessageType::DeepLinking {
            return None;
        }
        Some(DeepLinkingRequest {
            settings: claims.deep_linking_settings()?.clone(),
            launch: self.clone(),
        })
    }
}

impl DeepLinkingRequest {
    /// The launch: who chooses, and where.
    #[must_use]
    pub fn launch(&self) -> &LaunchContext {
        &self.launch
    }

    /// What the platform takes.
    #[must_use]
    pub fn settings(&self) -> &DeepLinkingSettings {
        &self.settings
    }

    /// Seals what is needed to answer, for this browser, into a handle that a form carries; its cookie goes with
    /// the page.
    ///
    /// # Errors
    ///
    /// Fails when there is no randomness.
    pub fn handle(
        &self,
        tool: &LtiTool,
        headers: &HeaderMap,
    ) -> Result<DeepLinkingHandle, LtiError> {
        let _ = (tool, headers);
        todo!()
    }

    /// The same for a tool that keeps sessions: bound to a secret that only this browser's session has, in place of a
    /// cookie.
    ///
    /// # Errors
    ///
    /// Fails when there is no randomness.
    pub fn handle_for_session(&self, tool: &LtiTool, secret: &str) -> Result<String, LtiError> {
        let _ = (tool, secret);
        todo!()
    }

    /// Starts the response at once, where there is nothing to choose.
    pub fn respond(&self, tool: &LtiTool) -> ResponseDraft {
        let _ = tool;
        todo!()
    }
}

impl fmt::Debug for DeepLinkingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeepLinkingRequest")
            .field("launch", &self.launch)
            .finish_non_exhaustive()
    }
}
