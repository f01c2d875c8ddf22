//! Where the services of one launch are, to keep for later.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    claims::{AgsEndpoint, LaunchClaims, NamesRoleService},
    deployment::DeploymentKey,
    launch_context::LaunchContext,
    service_url::ServiceUrl,
};

/// The claims of 1EdTech's services are named so.
const CLAIMS: &str = "https://purl.imsglobal.org/spec/";

/// The roster's, which stands by itself.
const NRPS: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";

/// Scopes of the Assignment and Grade Services begin so.
const GRADE_SCOPES: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/";

/// Where the services of one launch are, to keep and use days later. It holds no token and no person.
///
/// It proves nothing: keep it where only the tool writes. Access tokens go where it says.
///
/// # Examples
///
/// ```
/// use tower_lti::{LaunchContext, LtiTool, services::{ServiceEndpoints, ServiceError}};
///
/// // At the launch: what it returns is kept beside the deployment.
/// fn keep(launch: &LaunchContext) -> serde_json::Result<String> {
///     serde_json::to_string(&launch.service_endpoints())
/// }
///
/// // In a worker, days later.
/// fn is_of(kept: &str, deployment: &tower_lti::deployment::DeploymentKey) -> bool {
///     serde_json::from_str::<ServiceEndpoints>(kept).is_ok_and(|kept| kept.deployment() == deployment)
/// }
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceEndpoints {
    deployment: DeploymentKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grades: Option<AgsEndpoint>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roster: Option<NamesRoleService>,
    /// The origins of other services, as URLs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    other_origins: Vec<String>,
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
    #[doc(alias("background job", "worker"))]
    #[must_use]
    pub fn service_endpoints(&self) -> ServiceEndpoints {
        let claims = self.claims();
        ServiceEndpoints {
            deployment: self.deployment().key().clone(),
            grades: claims.ags_endpoint().cloned(),
            roster: claims.names_role_service().cloned(),
            other_origins: other_origins(claims),
            context_id: claims.context().map(|context| context.id().to_string()),
            resource_link_id: claims.resource_link().map(|link| link.id().to_string()),
            product_family: claims
                .tool_platform()
                .and_then(|platform| platform.product_family_code())
                .map(str::to_owned),
        }
    }
}

impl ServiceEndpoints {
    /// The deployment that they came from: they are for this one alone.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    /// The Assignment and Grade Services, where the platform offers them.
    #[must_use]
    pub fn grades(&self) -> Option<&AgsEndpoint> {
        self.grades.as_ref()
    }

    /// The Names and Role Provisioning Services, where the platform offers them.
    #[must_use]
    pub fn roster(&self) -> Option<&NamesRoleService> {
        self.roster.as_ref()
    }

    /// The id of the course or group that was launched from.
    #[must_use]
    pub fn context_id(&self) -> Option<&str> {
        self.context_id.as_deref()
    }

    /// The id of the link that was followed.
    #[must_use]
    pub fn resource_link_id(&self) -> Option<&str> {
        self.resource_link_id.as_deref()
    }

    /// The code of the platform's product, as the launch had it (LTI Core 1.3 §5.4.2).
    #[must_use]
    pub fn product_family_code(&self) -> Option<&str> {
        self.product_family.as_deref()
    }

    /// Every URL in it.
    pub(super) fn urls(&self) -> impl Iterator<Item = &str> {
        let grades = self.grades.as_ref();
        let roster = self.roster.as_ref();
        [
            grades.and_then(AgsEndpoint::lineitems),
            grades.and_then(AgsEndpoint::lineitem),
            roster.and_then(NamesRoleService::context_memberships_url),
        ]
        .into_iter()
        .flatten()
        .chain(self.other_origins.iter().map(String::as_str))
    }

    /// The first scope of the Assignment and Grade Services that the launch did not list.
    pub(super) fn unlisted_grade_scope<'a>(&self, scopes: &'a [String]) -> Option<&'a str> {
        let listed = self.grades.as_ref().map_or(&[][..], AgsEndpoint::scope);
        let unlisted = |scope: &&String| scope.starts_with(GRADE_SCOPES) && !listed.contains(scope);
        scopes.iter().find(unlisted).map(String::as_str)
    }
}

/// The origins of what other claims of 1EdTech's name as a service, such as `groupsservice`.
fn other_origins(claims: &LaunchClaims) -> Vec<String> {
    let services = claims
        .all()
        .iter()
        .filter(|(name, _)| name.starts_with(CLAIMS) && name.ends_with("service"))
        .filter(|(name, _)| *name != NRPS);
    let mut origins: Vec<String> = services
        .filter_map(|(_, claim)| claim.as_object())
        .flat_map(|claim| claim.values())
        .filter_map(Value::as_str)
        .filter_map(|url| ServiceUrl::parse(url).ok())
        .map(|url| url.origin().as_str().to_owned())
        .collect();
    origins.sort_unstable();
    origins.dedup();
    origins
}

impl std::fmt::Debug for ServiceEndpoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceEndpoints")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}
