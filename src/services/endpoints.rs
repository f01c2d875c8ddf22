//! Where the services of one launch are, to keep for later.

use serde::{Deserialize, Serialize};

use crate::{
    claims::{AgsEndpoint, NamesRoleService},
    deployment::DeploymentKey,
    launch_context::LaunchContext,
};

/// Where the services of one launch are, to keep and use days later. It holds no token and no person.
///
/// It proves nothing: keep it where only the tool writes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceEndpoints {
    deployment: DeploymentKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grades: Option<AgsEndpoint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roster: Option<NamesRoleService>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource_link_id: Option<String>,
    /// The product family that the platform signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product_family: Option<String>,
}

impl LaunchContext {
    /// Where this launch's services are, to keep and use days later.
    #[must_use]
    pub fn service_endpoints(&self) -> ServiceEndpoints {
        let claims = self.claims();
        ServiceEndpoints {
            deployment: self.deployment().key().clone(),
            grades: claims.ags_endpoint().cloned(),
            roster: claims.names_role_service().cloned(),
            context_id: claims.context().map(|context| context.id().to_string()),
            resource_link_id: claims.resource_link().map(|link| link.id().to_string()),
            product_family: claims
                .tool_platform()
                .and_then(|platform| platform.product_family_code())
                .map(str::to_owned),
        }
    }
}

impl std::fmt::Debug for ServiceEndpoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceEndpoints")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}
