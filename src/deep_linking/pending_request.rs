//! What is needed to answer a deep linking request.

use smol_str::SmolStr;

use crate::{
    claims::DeepLinkingSettings,
    clock::unix_millis,
    deployment::DeploymentKey,
    error::{ClockOffset, LtiError, LtiErrorKind},
    instance::Stamp,
    launch_context::LaunchContext,
    tool::LtiTool,
};

/// What is needed to answer a deep linking request.
pub(super) struct PendingRequest {
    /// Of a handle. `None` where the handler answers at once: nothing can come back a second time.
    pub(super) id: Option<String>,
    pub(super) deployment: DeploymentKey,
    pub(super) user: Option<SmolStr>,
    pub(super) settings: DeepLinkingSettings,
    pub(super) issued_at_ms: u64,
    pub(super) stamp: Stamp,
    /// Which product the platform is, as it signed.
    pub(super) product_family: Option<SmolStr>,
    /// Where a link may lead back to: the launch's `return_url`.
    pub(super) way_back: Option<SmolStr>,
    /// The launch was read where plain http on loopback is allowed.
    pub(super) loopback_http: bool,
}

impl PendingRequest {
    pub(super) fn of(
        launch: &LaunchContext,
        settings: &DeepLinkingSettings,
        tool: &LtiTool,
    ) -> Self {
        let claims = launch.claims();
        let platform = claims.tool_platform();
        let presentation = claims.launch_presentation();
        Self {
            id: None,
            deployment: launch.deployment().key().clone(),
            user: claims.sub().map(SmolStr::new),
            settings: settings.clone(),
            issued_at_ms: unix_millis(tool.clock().now()),
            stamp: tool.stamp(),
            product_family: platform
                .and_then(|platform| platform.product_family_code())
                .map(SmolStr::new),
            way_back: presentation
                .and_then(|presentation| presentation.return_url())
                .map(SmolStr::new),
            loopback_http: claims.allow_loopback_http(),
        }
    }

    /// Whether it is of this launch's registration, deployment and user.
    pub(super) fn is_of(&self, launch: &LaunchContext) -> bool {
        self.deployment == *launch.deployment().key()
            && self.user.as_deref() == launch.claims().sub()
    }

    /// Says in an error whose request it is about.
    pub(super) fn explain(&self, error: LtiError) -> LtiError {
        let id = self.deployment.registration();
        error
            .of_client(Some(id.issuer().as_str()), Some(id.client_id().as_str()))
            .of_deployment(&self.deployment)
    }

    /// Rejects what is too old, what comes from an instance whose clock is ahead, and what the store cannot know of.
    pub(super) fn check_age(&self, tool: &LtiTool) -> Result<(), LtiError> {
        let explain = |kind| {
            let now_ms = unix_millis(tool.clock().now());
            ClockOffset::explain(kind, "the handle", self.issued_at_ms, now_ms)
        };
        let age = tool.age_of(self.issued_at_ms, &self.stamp);
        let age = age.ok_or_else(|| explain(LtiErrorKind::DeepLinkingHandleForged))?;
        if age >= tool.limits().deep_linking_lifetime {
            return Err(explain(LtiErrorKind::DeepLinkingHandleExpired));
        }
        if tool.remembers_for(&self.stamp) {
            Ok(())
        } else {
            Err(forgotten())
        }
    }
}

/// The request may have been answered before: the store cannot know.
pub(super) fn forgotten() -> LtiError {
    LtiError::from(LtiErrorKind::DeepLinkingHandleExpired).with_hint(
        "the store may have forgotten since which handles were used, by a restart or a failover",
    )
}
