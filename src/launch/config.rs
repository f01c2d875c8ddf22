//! The settings of a launch layer.

use std::sync::{Arc, OnceLock};

#[cfg(feature = "services")]
use crate::observe::event;
use crate::{
    claims::MessageType,
    identity::RegistrationId,
    launch::{created_hook::CreatedHook, places::Places},
    launch_context::LaunchContext,
    policy::OnMissingDeployment,
    registration::Registration,
    tool::LtiTool,
};

/// The settings of a launch layer.
#[derive(Clone, Debug)]
pub(super) struct LayerConfig {
    pub(super) tool: LtiTool,
    pub(super) paths: Vec<String>,
    pub(super) mounted_at: Option<String>,
    /// Found out when the layer is put on, and from then on the same.
    pub(super) places: OnceLock<Places>,
    pub(super) accepted: Vec<MessageType>,
    pub(super) on_missing: OnMissingDeployment,
    pub(super) resume_path: Option<Arc<str>>,
    pub(super) on_created: Option<CreatedHook>,
    pub(super) on_missing_for: Vec<(RegistrationId, OnMissingDeployment)>,
}

impl LayerConfig {
    pub(super) fn new(tool: LtiTool) -> Self {
        Self {
            tool,
            paths: Vec::new(),
            mounted_at: None,
            places: OnceLock::new(),
            accepted: vec![MessageType::ResourceLink],
            on_missing: OnMissingDeployment::default(),
            resume_path: None,
            on_created: None,
            on_missing_for: Vec::new(),
        }
    }

    /// Where launches arrive.
    pub(super) fn places(&self) -> &Places {
        let mounted_at = self.mounted_at.as_deref();
        self.places.get_or_init(|| {
            #[cfg(feature = "services")]
            self.tell_if_nothing_can_sign();
            Places::of(&self.tool, mounted_at, &self.paths)
        })
    }

    /// Tells the operator of deep linking requests that would come in and could not be answered.
    #[cfg(feature = "services")]
    fn tell_if_nothing_can_sign(&self) {
        let accepts = self.accepted.contains(&MessageType::DeepLinking);
        if accepts && self.tool.tool_keys().is_none() {
            event::deep_linking_without_keys();
        }
    }

    /// The policy for launches of one registration: the layer's for it, its own, or the layer's for all.
    pub(super) fn policy_for<'a>(
        &'a self,
        registration: &'a Registration,
    ) -> &'a OnMissingDeployment {
        let named = self.on_missing_for.iter();
        named
            .filter(|(id, _)| id == registration.id())
            .map(|(_, policy)| policy)
            .next_back()
            .or(registration.on_missing_deployment())
            .unwrap_or(&self.on_missing)
    }

    /// Runs what the tool wants to do for a deployment that was created just now.
    pub(super) async fn run_created_hook(&self, launch: &LaunchContext) {
        if launch.deployment_created()
            && let Some(hook) = &self.on_created
        {
            let at_most = self.tool.limits().launch_timeout;
            Box::pin(hook.run(launch.clone(), at_most)).await;
        }
    }
}
