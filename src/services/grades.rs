//! The way to grades.

#[cfg(doc)]
use crate::service_error::ServiceErrorKind;
use crate::{
    deployment::DeploymentKey,
    grades::{Grades, KeptLaunch},
    launch_context::LaunchContext,
    service_error::ServiceError,
    services::{ServiceEndpoints, Services},
};

impl Services {
    /// The grades of the course that a launch came from.
    ///
    /// # Errors
    ///
    /// Fails with [`NotOffered`](ServiceErrorKind::NotOffered) when the launch has no claim of the service, and
    /// when the claim names no address, and with [`UrlRefused`](ServiceErrorKind::UrlRefused) when it names none that
    /// a request is sent to. No request is made.
    #[doc(alias("AGS", "grade book", "gradebook", "outcomes", "passback"))]
    pub fn grades(&self, launch: &LaunchContext) -> Result<Grades, ServiceError> {
        let endpoints = launch.service_endpoints();
        self.grades_at(launch.deployment().key(), &endpoints)
    }

    /// The grades of the course that a launch came from, days after it.
    ///
    /// # Errors
    ///
    /// Fails with [`OtherDeployment`](ServiceErrorKind::OtherDeployment) when the endpoints came from another
    /// deployment, and as [`grades`](Self::grades) does.
    pub fn grades_at(
        &self,
        deployment: &DeploymentKey,
        endpoints: &ServiceEndpoints,
    ) -> Result<Grades, ServiceError> {
        let client = self.service_client(deployment, endpoints, "grades")?;
        let launch = KeptLaunch {
            endpoint: endpoints.grades(),
            resource_link_id: endpoints.resource_link_id(),
            product_family: endpoints.product_family_code(),
        };
        Grades::new(client, &launch)
    }
}
