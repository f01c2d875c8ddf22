//! `LtiLaunchLayer`: what can be configured.

use std::sync::Arc;

use tower_layer::Layer;

use crate::{
    claims::MessageType,
    launch::{LtiLaunch, OnMissingDeployment},
    registration::RegistrationId,
    tool::LtiTool,
};

/// Lets launches, and only launches, through to a handler.
///
/// See the [module docs](crate::launch).
#[derive(Clone, Debug)]
#[must_use]
pub struct LtiLaunchLayer {
    rules: Rules,
}

/// What a layer was told.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) tool: LtiTool,
    pub(super) paths: Arc<[String]>,
    pub(super) accepted: Arc<[MessageType]>,
    pub(super) on_missing: OnMissingDeployment,
    pub(super) on_missing_for: Arc<[(RegistrationId, OnMissingDeployment)]>,
}

impl Rules {
    /// The policy for launches of one registration.
    pub(super) fn policy_for(&self, registration: &RegistrationId) -> &OnMissingDeployment {
        self.on_missing_for
            .iter()
            .find(|(id, _)| id == registration)
            .map_or(&self.on_missing, |(_, policy)| policy)
    }
}

impl LtiLaunchLayer {
    /// Creates a layer that takes every POST that reaches it for a launch.
    pub fn new(tool: LtiTool) -> Self {
        Self {
            rules: Rules {
                tool,
                paths: Arc::default(),
                accepted: Arc::new([MessageType::ResourceLink, MessageType::DeepLinking]),
                on_missing: OnMissingDeployment::default(),
                on_missing_for: Arc::default(),
            },
        }
    }

    /// Adds a path that is a launch path; requests to other paths then pass untouched.
    ///
    /// The path is compared as this layer sees it, byte for byte. On a launch path nothing but a
    /// launch gets through, whatever the method.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.rules.paths = self
            .rules
            .paths
            .iter()
            .cloned()
            .chain([path.into()])
            .collect();
        self
    }

    /// Sets what happens when the deployment is not known. Default:
    /// [`OnMissingDeployment::Create`].
    pub fn on_missing_deployment(mut self, policy: OnMissingDeployment) -> Self {
        self.rules.on_missing = policy;
        self
    }

    /// Sets what happens for launches of one registration, in place of the general policy.
    pub fn on_missing_deployment_of(
        mut self,
        registration: RegistrationId,
        policy: OnMissingDeployment,
    ) -> Self {
        self.rules.on_missing_for = self
            .rules
            .on_missing_for
            .iter()
            .cloned()
            .chain([(registration, policy)])
            .collect();
        self
    }

    /// Adds a message type that the handler understands, beside resource link launches and deep
    /// linking requests.
    pub fn accept_message_type(mut self, message_type: MessageType) -> Self {
        self.rules.accepted = self
            .rules
            .accepted
            .iter()
            .cloned()
            .chain([message_type])
            .collect();
        self
    }
}

impl<S> Layer<S> for LtiLaunchLayer {
    type Service = LtiLaunch<S>;

    fn layer(&self, inner: S) -> Self::Service {
        LtiLaunch::new(inner, self.rules.clone())
    }
}
