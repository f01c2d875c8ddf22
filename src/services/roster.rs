//! The way to rosters.

use crate::{
    deployment::DeploymentKey,
    launch_context::LaunchContext,
    roster::Roster,
    service_error::ServiceError,
    services::{ServiceEndpoints, Services},
};

impl Services {
    /// The members of the course that was launched from.
    ///
    /// # Errors
    ///
    /// Fails before any request, with [`NotOffered`](crate::services::ServiceErrorKind::NotOffered), when the launch
    /// has no claim of the service, as one from outside a course, or one without version 2.0.
    #[doc(alias("get_members", "membership", "NRPS"))]
    pub fn roster(&self, launch: &LaunchContext) -> Result<Roster, ServiceError> {
        self.roster_at(launch.deployment().key(), &launch.service_endpoints())
    }

    /// The same with endpoints that were kept of an earlier launch.
    ///
    /// # Errors
    ///
    /// Fails as [`roster`](Self::roster) does, and with
    /// [`OtherDeployment`](crate::services::ServiceErrorKind::OtherDeployment) when the endpoints are of another
    /// deployment.
    pub fn roster_at(
        &self,
        deployment: &DeploymentKey,
        endpoints: &ServiceEndpoints,
    ) -> Result<Roster, ServiceError> {
        let client = self.service_client(deployment, endpoints, "roster")?;
        Roster::new(
            client,
            endpoints.roster(),
            endpoints.resource_link_id(),
            endpoints.product_family_code(),
        )
    }
}
