//! The way in.

use std::fmt;

use crate::{
    deployment::DeploymentKey,
    launch_context::LaunchContext,
    service_client::{ServiceClient, SignedOrigins},
    service_error::{ServiceError, ServiceErrorKind},
    service_url::ServiceUrl,
    services::ServiceEndpoints,
    tool::LtiTool,
};

/// A platform's services, for the launches of one tool. Cheap to clone.
///
/// # Examples
///
/// A score for one learner and a list of the others, from the same launch:
///
/// ```
/// use tower_lti::{
///     LaunchContext, LtiTool, claims::ContextRole, grades::Score,
///     services::{ServiceEndpoints, ServiceError, ServiceErrorKind},
/// };
///
/// async fn finish(tool: &LtiTool, launch: &LaunchContext, learner: &str) -> Result<(), ServiceError> {
///     let services = tool.services();
///     match services.grades(launch) {
///         Ok(grades) => {
///             grades.post(Score::of(learner, 8.5, 10.0)?).await?;
///         }
///         // This course does not let the tool grade: nothing was sent.
///         Err(error) if error.kind() == ServiceErrorKind::NotOffered => {}
///         Err(error) => return Err(error),
///     }
///     let others = services.roster(launch)?.role(ContextRole::Learner).collect().await?;
///     println!("{} learners", others.len());
///     Ok(())
/// }
///
/// /// What a worker needs days later, as JSON: it holds no token and no person.
/// fn keep(launch: &LaunchContext) -> serde_json::Result<String> {
///     serde_json::to_string(&launch.service_endpoints())
/// }
/// # let _ = (finish, keep, |_: ServiceEndpoints| ());
/// ```
#[derive(Clone)]
pub struct Services {
    tool: LtiTool,
}

impl LtiTool {
    /// The services of the platforms: grades, rosters, and those of one's own.
    #[doc(alias("access token", "LTI Advantage"))]
    #[must_use]
    pub fn services(&self) -> Services {
        Services { tool: self.clone() }
    }
}

impl Services {
    /// A client for a service that this crate does not know, at a URL of a launch's claims.
    ///
    /// It calls that URL's origin alone, with an access token for these scopes.
    ///
    /// # Errors
    ///
    /// As [`client_at`](Self::client_at).
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use tower::{Service, ServiceExt};
    /// use tower_lti::{LaunchContext, LtiTool, services::ServiceError};
    ///
    /// const SERVICE: &str = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice";
    /// const SCOPE: &str = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly";
    ///
    /// async fn groups(tool: LtiTool, launch: LaunchContext) -> Result<Option<Bytes>, ServiceError> {
    ///     let claim = launch.claims().claim(SERVICE);
    ///     let Some(url) = claim.and_then(|claim| claim["context_groups_url"].as_str()) else {
    ///         return Ok(None);
    ///     };
    ///     let mut client = tool.services().client(&launch, url, [SCOPE])?;
    ///     let mut request = Request::new(Bytes::new());
    ///     *request.uri_mut() = url.parse().expect("the client has checked it");
    ///     let response = client.ready().await?.call(request).await?;
    ///     Ok(Some(response.into_body()))
    /// }
    /// ```
    pub fn client(
        &self,
        launch: &LaunchContext,
        url: &str,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<ServiceClient, ServiceError> {
        let endpoints = launch.service_endpoints();
        self.client_at(launch.deployment().key(), &endpoints, url, scopes)
    }

    /// The same with endpoints that were kept of an earlier launch.
    ///
    /// # Errors
    ///
    /// Fails when the endpoints are of another deployment ([`OtherDeployment`](ServiceErrorKind::OtherDeployment)),
    /// when the URL is none that a request is sent to ([`UrlRefused`](ServiceErrorKind::UrlRefused)), when there is
    /// no scope or one that is empty or has a space in it ([`ValueInvalid`](ServiceErrorKind::ValueInvalid)), and when a scope is one of the Assignment and
    /// Grade Services that the launch did not list ([`ScopeNotGranted`](ServiceErrorKind::ScopeNotGranted)).
    pub fn client_at(
        &self,
        deployment: &DeploymentKey,
        endpoints: &ServiceEndpoints,
        url: &str,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<ServiceClient, ServiceError> {
        let client = self.service_client(deployment, endpoints, "other")?;
        let scopes: Vec<String> = scopes.into_iter().map(Into::into).collect();
        if scopes.is_empty() || !scopes.iter().all(|scope| is_scope(scope)) {
            let invalid = ServiceError::new(ServiceErrorKind::ValueInvalid);
            return Err(invalid.with_detail(match scopes.is_empty() {
                true => "no scope",
                false => "a scope that is none",
            }));
        }
        if let Some(missing) = endpoints.unlisted_grade_scope(&scopes) {
            let missing = missing.to_owned();
            return Err(ServiceError::new(ServiceErrorKind::ScopeNotGranted).with_detail(missing));
        }
        let url = ServiceUrl::parse(url).map_err(|problem| {
            ServiceError::new(ServiceErrorKind::UrlRefused).with_detail(problem.to_string())
        })?;
        Ok(client.bound_to(url, scopes))
    }

    /// A client for one of our services, by its name in logs and metrics: its access tokens go to the origins that
    /// these endpoints name, which a launch has signed. Endpoints of another deployment are refused.
    pub(crate) fn service_client(
        &self,
        deployment: &DeploymentKey,
        endpoints: &ServiceEndpoints,
        service: &'static str,
    ) -> Result<ServiceClient, ServiceError> {
        if endpoints.deployment() != deployment {
            return Err(ServiceErrorKind::OtherDeployment.into());
        }
        let signed = SignedOrigins::of(endpoints.urls());
        let (tool, deployment) = (self.tool.clone(), deployment.clone());
        Ok(ServiceClient::new(tool, deployment, service, signed))
    }
}

/// Whether a text is one scope (RFC 6749 §3.3).
fn is_scope(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.bytes().all(is_allowed)
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").finish_non_exhaustive()
    }
}
