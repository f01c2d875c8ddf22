//! Which access token is wanted.

use std::sync::Arc;

use crate::{
    access_token::identity::{Identity, TokenKey},
    deployment::{DeploymentId, DeploymentKey},
    registration::Registration,
    service_error::{ServiceError, ServiceErrorKind},
};

/// Which access token is wanted: whose, for which deployment, for which scopes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct TokenRequest {
    registration: Arc<Registration>,
    /// `None` for a trial, which is for no deployment.
    deployment: Option<DeploymentKey>,
    /// In place of the registration's own, for a trial.
    audience: Option<Arc<str>>,
    /// Sorted, each once.
    scopes: Arc<[String]>,
}

impl TokenRequest {
    /// Fails where the registration has no token endpoint.
    pub(crate) fn new(
        registration: Arc<Registration>,
        deployment: DeploymentKey,
        scopes: Arc<[String]>,
    ) -> Result<Self, ServiceError> {
        if registration.token_endpoint().is_none() {
            return Err(ServiceErrorKind::TokenEndpointMissing.into());
        }
        let is_sorted = scopes.windows(2).all(|pair| pair[0] < pair[1]);
        let scopes = if is_sorted {
            scopes
        } else {
            let mut sorted = scopes.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            sorted.into()
        };
        Ok(Self {
            registration,
            deployment: Some(deployment),
            audience: None,
            scopes,
        })
    }

    /// A request that is made to see what comes of it: its token is thrown away.
    #[cfg(feature = "doctor")]
    pub(super) fn trial(
        registration: Arc<Registration>,
        audience: Option<&str>,
        scopes: &[&str],
    ) -> Self {
        Self {
            registration,
            deployment: None,
            audience: audience.map(Arc::from),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    pub(super) fn registration(&self) -> &Registration {
        &self.registration
    }

    pub(super) fn endpoint(&self) -> &str {
        self.registration.token_endpoint().unwrap_or_default()
    }

    pub(super) fn audience(&self) -> &str {
        let registered = self.registration.token_audience().unwrap_or_default();
        self.audience.as_deref().unwrap_or(registered)
    }

    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// The deployment, where the assertion names it.
    pub(super) fn deployment_id(&self) -> Option<&DeploymentId> {
        let deployment = self.deployment.as_ref();
        let named = deployment.filter(|_| self.registration.assertion_names_deployment());
        named.map(DeploymentKey::id)
    }

    pub(super) fn to_key(&self) -> TokenKey {
        TokenKey::of(&self.identity())
    }

    pub(super) fn identity(&self) -> Identity<'_> {
        Identity {
            registration: self.registration.id(),
            endpoint: self.endpoint(),
            audience: self.audience(),
            deployment: self.deployment_id().map(DeploymentId::as_str),
            scopes: &self.scopes,
        }
    }
}
