//! What the handler gets.

use std::{fmt, sync::Arc};

use crate::{
    claims::LaunchClaims,
    deployment::{Deployment, DeploymentOutcome},
    identity::{ClientId, Issuer, RegistrationId},
    launch_context::{StoredLaunch, StoredLaunchError},
    login_parameters::LoginParameters,
};

/// A verified launch. Cheap to clone.
///
/// It stands in the request's extensions, and only a launch that passed every check puts it there. It
/// cannot be read from JSON or made in another way: to keep it in a session, put a [`StoredLaunch`] there.
/// `Debug` shows no personal data.
///
/// # Examples
///
/// What a handler asks of a launch, and a unit test of it (feature `testing`):
///
/// ```
/// use tower_lti::LaunchContext;
///
/// fn page(launch: &LaunchContext) -> String {
///     let claims = launch.claims();
///     let course = claims.context().and_then(|course| course.title()).unwrap_or("your course");
///     let what = match claims.roles().is_instructor() {
///         true => "Edit the quiz",
///         false => "Start the quiz",
///     };
///     format!("{what} of {course}")
/// }
///
/// /// The key of this person's answers to this link.
/// fn answers(launch: &LaunchContext) -> Option<(String, &str, &str)> {
///     let (registration, user) = launch.user_key()?;
///     let link = launch.claims().resource_link()?;
///     Some((registration.to_text(), user, link.id()))
/// }
///
/// # #[cfg(feature = "testing")] {
/// use tower_lti::testing::LaunchContextBuilder;
///
/// let launch = LaunchContextBuilder::instructor().build();
/// assert!(page(&launch).starts_with("Edit the quiz of "));
/// assert!(answers(&launch).is_some());
/// # }
/// ```
///
/// It cannot be made otherwise:
///
/// ```compile_fail,E0277
/// fn from_a_request<T: serde::de::DeserializeOwned>() {}
/// from_a_request::<tower_lti::LaunchContext>();
/// ```
///
/// ```compile_fail,E0277
/// fn out_of_nothing<T: Default>() {}
/// out_of_nothing::<tower_lti::LaunchContext>();
/// ```
#[derive(Clone)]
pub struct LaunchContext(Arc<Verified>);

#[derive(Clone)]
struct Verified {
    deployment: Deployment,
    outcome: DeploymentOutcome,
    claims: LaunchClaims,
    login_parameters: LoginParameters,
    without_cookies: bool,
    from_session: bool,
}

impl LaunchContext {
    pub(crate) fn new(
        deployment: Deployment,
        outcome: DeploymentOutcome,
        claims: LaunchClaims,
        login_parameters: LoginParameters,
    ) -> Self {
        Self(Arc::new(Verified {
            deployment,
            outcome,
            claims,
            login_parameters,
            without_cookies: false,
            from_session: false,
        }))
    }

    /// Notes that the browser was proven by the platform's storage: a cookie did not come back.
    #[must_use]
    pub(crate) fn proven_without_cookies(mut self) -> Self {
        Arc::make_mut(&mut self.0).without_cookies = true;
        self
    }

    /// Notes that this is no launch, but a session that began with one; the deployment is as it was found now.
    #[cfg(feature = "sessions")]
    #[must_use]
    pub(crate) fn out_of_session(mut self, deployment: Deployment) -> Self {
        let verified = Arc::make_mut(&mut self.0);
        verified.deployment = deployment;
        // It was made by the launch, and not by this request.
        verified.outcome = DeploymentOutcome::Existing;
        verified.from_session = true;
        self
    }

    /// Whether this request is not the launch itself, but one after it, in the session that it began: always `false`
    /// without an `LtiSessionLayer` (feature `sessions`).
    #[must_use]
    pub fn is_from_session(&self) -> bool {
        self.0.from_session
    }

    /// Whether the browser keeps no cookies of the tool where it shows it: the launch was proven by the platform's
    /// storage.
    #[doc(alias("lti_storage_target", "postMessage", "third-party cookies"))]
    #[must_use]
    pub fn is_without_cookies(&self) -> bool {
        self.0.without_cookies
    }

    /// The launch as it is kept in a session.
    #[doc(alias = "serialize")]
    #[must_use]
    pub fn to_stored(&self) -> StoredLaunch {
        StoredLaunch::new(
            self.0.deployment.clone(),
            self.0.outcome,
            &self.0.claims,
            self.0.login_parameters.clone(),
        )
    }

    /// Takes a launch for verified because this tool has put it away itself.
    ///
    /// Whether it did is for you to know: no signature is looked at again. Never call it with what a
    /// request brings along, unless you have sealed that yourself. A deployment that was shut since is not
    /// noticed; where that matters, ask the store.
    ///
    /// # Errors
    ///
    /// Fails when the parts do not belong together: claims of another registration or deployment than the
    /// one beside them, a deployment that was not active, claims that no launch has.
    pub fn trust_stored(stored: StoredLaunch) -> Result<Self, StoredLaunchError> {
        stored.check()
    }

    /// What the platform added to the login, such as `canvas_region`. Nobody has signed it; see
    /// [`LoginParameters`].
    #[must_use]
    pub fn login_parameters(&self) -> &LoginParameters {
        &self.0.login_parameters
    }

    /// The registration that the launch came through.
    #[must_use]
    pub fn registration_id(&self) -> &RegistrationId {
        self.0.deployment.key().registration()
    }

    /// The platform's issuer.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        self.registration_id().issuer()
    }

    /// The tool's client id at that platform.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        self.registration_id().client_id()
    }

    /// The deployment that the launch came from.
    #[doc(alias = "tenant")]
    #[must_use]
    pub fn deployment(&self) -> &Deployment {
        &self.0.deployment
    }

    /// Whether this very launch made the deployment's record. Of any number of first launches at
    /// once, exactly one is told so.
    #[must_use]
    pub fn deployment_created(&self) -> bool {
        self.0.outcome == DeploymentOutcome::Created
    }

    /// What the platform says: who came, from where, in which role.
    #[doc(alias("id_token", "JWT", "launch data", "MessageLaunch"))]
    #[must_use]
    pub fn claims(&self) -> &LaunchClaims {
        &self.0.claims
    }

    /// What to store a user under: the registration and the `sub`, or `None` for an anonymous
    /// launch.
    ///
    /// Issuers are shared by many schools, so a `sub` alone, or beside the issuer alone, is not
    /// enough: another tenant's platform could claim it (LTI Core 1.3 §5.3.6).
    #[doc(alias("account", "sub", "user_id"))]
    #[must_use]
    pub fn user_key(&self) -> Option<(&RegistrationId, &str)> {
        Some((self.registration_id(), self.claims().sub()?))
    }
}

impl fmt::Debug for LaunchContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaunchContext")
            .field("deployment", self.deployment())
            .field("outcome", &self.0.outcome)
            .field("claims", self.claims())
            .finish()
    }
}
