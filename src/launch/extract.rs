//! Extractors for axum handlers.

use axum_core::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, header, request::Parts};

use crate::{
    error::{LtiError, LtiErrorKind},
    launch::{LaunchContext, MissingDeployment},
    observe::event,
};

/// The answer to a request that reached a handler without what it asks for.
///
/// Of the request it holds `Accept` alone, so that `Debug` shows no cookie.
#[derive(Debug)]
pub struct LaunchRejection(Box<(LtiError, HeaderMap)>);

impl LaunchRejection {
    fn new(parts: &Parts) -> Self {
        // A launch from an unknown deployment is there, but it is not one to go on with.
        let kind = if parts.extensions.get::<MissingDeployment>().is_some() {
            LtiErrorKind::DeploymentUnknown
        } else {
            LtiErrorKind::LaunchRequired
        };
        let accepted = parts.headers.get_all(header::ACCEPT).iter();
        let accepted = accepted.map(|value| (header::ACCEPT, value.clone()));
        Self(Box::new((kind.into(), accepted.collect())))
    }
}

impl IntoResponse for LaunchRejection {
    fn into_response(self) -> Response {
        let (error, accepted) = *self.0;
        event::refused(&error, || true);
        error.to_response::<Bytes>(&accepted).map(Into::into)
    }
}

/// What the layer left in the extensions, or a refusal.
fn proven<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, LaunchRejection> {
    parts
        .extensions
        .get()
        .cloned()
        .ok_or_else(|| LaunchRejection::new(parts))
}

/// Refuses with 401 `launch_required` where there is no verified launch, and with 403
/// `deployment_rejected` where there is one from an unknown deployment.
impl<S: Send + Sync> FromRequestParts<S> for LaunchContext {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        proven(parts)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for LaunchContext {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}

/// Refuses with 401 `launch_required` where there is no launch from an unknown deployment.
impl<S: Send + Sync> FromRequestParts<S> for MissingDeployment {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        proven(parts)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for MissingDeployment {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}

impl IntoResponse for LtiError {
    fn into_response(self) -> Response {
        self.to_response::<Bytes>(&HeaderMap::new()).map(Into::into)
    }
}
