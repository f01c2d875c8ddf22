//! Extractors for axum handlers.

use std::{fmt, sync::LazyLock, time::Instant};

use axum_core::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, request::Parts};

#[cfg(feature = "services")]
use crate::deep_linking::DeepLinkingRequest;
use crate::{
    claims::{MessageType, names},
    error::{LtiError, LtiErrorKind},
    launch::{missed::Missed, token_check::not_accepted},
    launch_context::{LaunchContext, SubmissionReview},
    observe::{LogPermit, RejectionRateLimit, event},
    onboarding::MissingDeployment,
};

/// Rejections by extractors, which know no tool: counted for all of them together.
static UNPROVEN: LazyLock<RejectionRateLimit> = LazyLock::new(RejectionRateLimit::default);

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The answer to a request that reached a handler without what it asks for.
///
/// Inside of an [`LtiLaunchLayer`](crate::LtiLaunchLayer) it is answered as the tool answers refusals. It
/// holds the request's headers for that; `Debug` shows none.
pub struct LaunchRejection(Box<(LtiError, HeaderMap)>);

impl LaunchRejection {
    fn new(parts: &Parts) -> Self {
        // A launch from an unknown deployment is there, but it is not one to go on with.
        let error = match parts.extensions.get::<MissingDeployment>() {
            Some(missing) => missing.reject(),
            None => LtiErrorKind::LaunchRequired.into(),
        };
        tell_if_missed(parts);
        Self::of(error, parts)
    }

    fn of(error: LtiError, parts: &Parts) -> Self {
        Self(Box::new((error, parts.headers.clone())))
    }

    /// Why the request was rejected.
    #[must_use]
    pub fn error(&self) -> &LtiError {
        &self.0.0
    }
}

impl fmt::Debug for LaunchRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LaunchRejection")
            .field(self.error())
            .finish()
    }
}

impl IntoResponse for LaunchRejection {
    fn into_response(self) -> Response {
        let (error, headers) = *self.0;
        let permit = match error.kind() {
            // Anybody can ask for a page that needs a launch.
            LtiErrorKind::LaunchRequired => UNPROVEN.permit(error.kind(), BEGAN.elapsed()),
            _ => LogPermit::UNLIMITED,
        };
        event::rejected(&error, permit, || true);
        error.to_response::<Bytes>(&headers).map(Into::into)
    }
}

/// Tells the operator of a layer that let by what looks like a launch.
fn tell_if_missed(parts: &Parts) {
    if let Some(missed) = parts.extensions.get::<Missed>() {
        missed.tell(parts.uri.path());
    }
}

/// What the layer left in the extensions for those who can do without, if it did.
fn proven_or_none<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Option<T> {
    let proven = parts.extensions.get().cloned();
    if proven.is_none() {
        tell_if_missed(parts);
    }
    proven
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
        Ok(proven_or_none(parts))
    }
}

/// Refuses with 401 `launch_required` where there is no verified launch, and with 400 `launch_invalid` where there
/// is one that opens no submission, or does not say whose.
impl<S: Send + Sync> FromRequestParts<S> for SubmissionReview {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let launch: LaunchContext = proven(parts)?;
        let review = launch.submission_review();
        review.ok_or_else(|| LaunchRejection::of(no_review(&launch), parts))
    }
}

/// Why a launch is no review.
fn no_review(launch: &LaunchContext) -> LtiError {
    match launch.claims().message_type() {
        MessageType::SubmissionReview => LtiError::from(LtiErrorKind::ClaimInvalid)
            .with_fixed_field(names::FOR_USER)
            .with_hint("it has no `user_id` that can be one"),
        other => not_accepted(other, &[MessageType::SubmissionReview]),
    }
}

/// Refuses with 401 `launch_required` where there is no verified launch, and with 400 `launch_invalid` where there
/// is one that chooses no content.
#[cfg(feature = "services")]
impl<S: Send + Sync> FromRequestParts<S> for DeepLinkingRequest {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let launch: LaunchContext = proven(parts)?;
        launch.deep_linking_request().ok_or_else(|| {
            let sent = launch.claims().message_type();
            LaunchRejection::of(not_accepted(sent, &[MessageType::DeepLinking]), parts)
        })
    }
}

/// `None` where there is no verified launch, or one that chooses no content.
#[cfg(feature = "services")]
impl<S: Send + Sync> OptionalFromRequestParts<S> for DeepLinkingRequest {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        let launch: Option<LaunchContext> = proven_or_none(parts);
        Ok(launch.and_then(|launch| launch.deep_linking_request()))
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
        Ok(proven_or_none(parts))
    }
}

/// Inside of an [`LtiLaunchLayer`](crate::LtiLaunchLayer) it is answered as the tool answers refusals.
impl IntoResponse for LtiError {
    fn into_response(self) -> Response {
        self.to_response::<Bytes>(&HeaderMap::new()).map(Into::into)
    }
}
