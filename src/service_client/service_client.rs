//! The client of one registration's and deployment's services.

use std::{fmt, sync::Arc};

use crate::{
    deployment::DeploymentKey,
    observe::{ServiceCallSpan, event},
    registration::Registration,
    service_client::{
        Answer, ServiceCall, SignedOrigins,
        attempts::{self, Outgoing},
        permission,
    },
    service_error::ServiceError,
    service_url::ServiceUrl,
    tool::LtiTool,
};

/// A client for a service of one deployment's platform: a Tower service, cheap to clone.
///
/// [`Services::client`](crate::services::Services::client) makes it, bound to the origin of a URL and to scopes.
/// Registration and deployment are looked up for each call; the access token is inside, and nobody sees it; a platform
/// that asks to wait is waited for. It returns responses of status 200 to 299; every other is a [`ServiceError`].
/// An attempt has [`Limits::service_timeout`](crate::tool::Limits::service_timeout), a call with all that
/// [`Limits::service_call_timeout`](crate::tool::Limits::service_call_timeout). The page
/// [`guide::other_services`](crate::guide::other_services) says more.
///
/// Implements Security Framework 1.0 §4.1.
#[derive(Clone)]
pub struct ServiceClient {
    tool: LtiTool,
    deployment: DeploymentKey,
    /// What it is in logs and metrics.
    service: &'static str,
    signed: SignedOrigins,
    bound: Option<Bound>,
}

/// What the caller's own requests are bound to.
#[derive(Clone)]
pub(super) struct Bound {
    /// Its origin counts.
    pub(super) url: ServiceUrl,
    pub(super) scopes: Arc<[String]>,
}

impl ServiceClient {
    /// A client for one of our services, by its name in logs and metrics.
    pub(crate) fn new(
        tool: LtiTool,
        deployment: DeploymentKey,
        service: &'static str,
        signed: SignedOrigins,
    ) -> Self {
        Self {
            tool,
            deployment,
            service,
            signed,
            bound: None,
        }
    }

    /// Lets it be called from outside: on this URL's origin, with these scopes.
    pub(crate) fn bound_to(mut self, url: ServiceUrl, scopes: Vec<String>) -> Self {
        self.bound = Some(Bound {
            url,
            scopes: scopes.into(),
        });
        self
    }

    pub(crate) fn tool(&self) -> &LtiTool {
        &self.tool
    }

    /// The deployment whose services it calls.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    /// The registration, where it and the deployment are open.
    pub(crate) async fn registration(&self) -> Result<Arc<Registration>, ServiceError> {
        permission::open_registration(&self.tool, &self.deployment).await
    }

    pub(super) fn signed(&self) -> &SignedOrigins {
        &self.signed
    }

    pub(super) fn bound(&self) -> Option<&Bound> {
        self.bound.as_ref()
    }

    /// Makes one call, and returns what the platform answered in the end: any status but 401, 429, 503, a redirect,
    /// and a 403 that is a rate limit. An error is logged by then.
    pub(crate) async fn call(&self, call: ServiceCall) -> Result<Answer, ServiceError> {
        let headers = call.headers();
        let outgoing = Outgoing {
            method: call.method,
            url: call.url,
            scopes: call.scopes.into(),
            headers,
            body: call.body,
            max_bytes: call.max_bytes,
            repeat: call.repeat,
            time: call.time,
        };
        self.send(&outgoing).await
    }

    pub(super) async fn send(&self, outgoing: &Outgoing) -> Result<Answer, ServiceError> {
        let mut observed = ServiceCallSpan::begin(self.service, &self.deployment);
        let making = attempts::make(self, outgoing, &observed);
        let made = observed.span().instrument(making).await;
        match &made {
            Ok(answer) => observed.answered(answer.status),
            Err(error) => {
                observed.failed(error);
                self.log(error);
            }
        }
        made
    }

    /// Logs that a call failed: for errors that are made of an [`Answer`].
    pub(crate) fn log(&self, error: &ServiceError) {
        let permit = self.tool.service_log_permit(error);
        event::service_call_failed(error, self.service, &self.deployment, permit, || {
            self.tool.permits_error_event(error.code())
        });
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClient")
            .field("deployment", &self.deployment)
            .finish_non_exhaustive()
    }
}
