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
#[cfg(feature = "sessions")]
use crate::session::LtiSession;
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
pub struct LaunchRejection(Box<Rejected>);

struct Rejected {
    error: LtiError,
    headers: HeaderMap,
    is_logged: bool,
}

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
        Self(Box::new(Rejected {
            error,
            headers: parts.headers.clone(),
            is_logged: false,
        }))
    }

    /// The same for what is in the log already.
    #[cfg(feature = "sessions")]
    fn of_logged(error: LtiError, parts: &Parts) -> Self {
        let mut rejection = Self::of(error, parts);
        rejection.0.is_logged = true;
        rejection
    }

    /// Why the request was rejected.
    #[must_use]
    pub fn error(&self) -> &LtiError {
        &self.0.error
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
        let Rejected {
            error,
            headers,
            is_logged,
        } = *self.0;
        let permit = match error.kind() {
            // Anybody can ask for a page that needs a launch.
            LtiErrorKind::LaunchRequired => UNPROVEN.permit(error.kind(), BEGAN.elapsed()),
            _ => LogPermit::UNLIMITED,
        };
        if !is_logged {
            event::rejected(&error, permit, || true);
        }
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

/// The launch of the request, or of its session.
async fn launch_of(parts: &Parts) -> Result<LaunchContext, LaunchRejection> {
    #[cfg(feature = "sessions")]
    if parts.extensions.get::<LaunchContext>().is_none() {
        match LtiSession::sought(parts).await {
            Some(Ok(session)) => return Ok(session.launch().clone()),
            Some(Err(error)) => return Err(LaunchRejection::of_logged(error, parts)),
            None => {}
        }
    }
    proven(parts)
}

/// The same for those who can do without.
async fn launch_or_none(parts: &Parts) -> Result<Option<LaunchContext>, LaunchRejection> {
    #[cfg(feature = "sessions")]
    if parts.extensions.get::<LaunchContext>().is_none()
        && let Some(found) = LtiSession::resolved(parts).await
    {
        let session = session_or_none(found, parts)?;
        return Ok(session.map(|session| session.launch().clone()));
    }
    Ok(proven_or_none(parts))
}

/// No session where there is certainly none; a refusal where there may be one all the same.
#[cfg(feature = "sessions")]
fn session_or_none(
    found: Result<LtiSession, LtiError>,
    parts: &Parts,
) -> Result<Option<LtiSession>, LaunchRejection> {
    match found {
        Ok(session) => Ok(Some(session)),
        Err(error) if is_undecided(&error) => {
            LtiSession::log_refusal(parts, &error);
            Err(LaunchRejection::of_logged(error, parts))
        }
        Err(_) => Ok(None),
    }
}

/// Refuses with 401 `launch_required` where there is no verified launch, and with 403
/// `deployment_rejected` where there is one from an unknown deployment. After the launch it is the one of the request's
/// session (feature `sessions`), and is refused as `LtiSession` is.
impl<S: Send + Sync> FromRequestParts<S> for LaunchContext {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        launch_of(parts).await
    }
}

/// `None` where there is no verified launch. Refuses where there may be a session all the same, as `Option<LtiSession>`
/// does; without the feature `sessions`, never.
impl<S: Send + Sync> OptionalFromRequestParts<S> for LaunchContext {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        launch_or_none(parts).await
    }
}

/// Refuses with 401 `launch_required` where the request belongs to no session; with 401 `session_over`,
/// `session_invalid` or `session_foreign` where the one that it names is not there for it; with 409 `session_ambiguous`
/// where the browser has several; with 403 where the deployment or the registration was shut since.
#[cfg(feature = "sessions")]
impl<S: Send + Sync> FromRequestParts<S> for LtiSession {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        match Self::sought(parts).await {
            Some(Ok(session)) => Ok(session),
            Some(Err(error)) => Err(LaunchRejection::of_logged(error, parts)),
            None => Err(LaunchRejection::new(parts)),
        }
    }
}

/// `None` where the request belongs to no session, or to one that is not there for it. Refuses where the browser has
/// several, where the request came from another site, and where the store could not answer.
#[cfg(feature = "sessions")]
impl<S: Send + Sync> OptionalFromRequestParts<S> for LtiSession {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        match Self::resolved(parts).await {
            Some(found) => session_or_none(found, parts),
            None => Ok(None),
        }
    }
}

/// Whether there may be a session all the same.
#[cfg(feature = "sessions")]
fn is_undecided(error: &LtiError) -> bool {
    let kinds = [
        LtiErrorKind::SessionAmbiguous,
        LtiErrorKind::CrossSiteRequest,
    ];
    error.status().is_server_error() || kinds.contains(&error.kind())
}

/// Refuses with 401 `launch_required` where there is no verified launch, and with 400 `launch_invalid` where there
/// is one that opens no submission, or does not say whose.
impl<S: Send + Sync> FromRequestParts<S> for SubmissionReview {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let launch = launch_of(parts).await?;
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
        let launch = launch_of(parts).await?;
        launch.deep_linking_request().ok_or_else(|| {
            let sent = launch.claims().message_type();
            LaunchRejection::of(not_accepted(sent, &[MessageType::DeepLinking]), parts)
        })
    }
}

/// `None` where there is no verified launch, or one that chooses no content. Refuses as `Option<LaunchContext>` does.
#[cfg(feature = "services")]
impl<S: Send + Sync> OptionalFromRequestParts<S> for DeepLinkingRequest {
    type Rejection = LaunchRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        let launch = launch_or_none(parts).await?;
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
///
/// It does not see the request: in answer to a launch it is in the browser's language, or JSON where `Accept` asks for it;
/// on other routes it is an English page. There, answer with
/// [`LtiTool::error_response`](crate::LtiTool::error_response) and the request's headers.
impl IntoResponse for LtiError {
    fn into_response(self) -> Response {
        self.to_response::<Bytes>(&HeaderMap::new()).map(Into::into)
    }
}
