//! A launch for unit tests of handlers.

use std::{fmt, time::SystemTime};

use serde_json::{Map, Value};

use crate::{
    claims::{LaunchClaims, names},
    deployment::{
        Deployment, DeploymentKey, DeploymentOrigin, DeploymentOutcome, DeploymentStatus,
    },
    identity::RegistrationId,
    launch_context::LaunchContext,
    login_parameters::LoginParameters,
    migration::{self, ToolConsumer},
    store::DeploymentStore,
    testing::good_claims,
};

/// Builds a [`LaunchContext`] for a unit test of a handler, without a login, a token and a store.
///
/// It is a learner's launch of a resource link, until a claim is changed. What a launch proves it does not:
/// [`Browser`](super::Browser) performs a real one.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use tower_lti::{LaunchContext, claims::names, testing::LaunchContextBuilder};
///
/// fn greeting(launch: &LaunchContext) -> &'static str {
///     if launch.claims().roles().is_instructor() { "Edit" } else { "Start" }
/// }
///
/// let learner = LaunchContextBuilder::new("https://lms.test", "tool-1").build();
/// assert_eq!(greeting(&learner), "Start");
///
/// let teacher = LaunchContextBuilder::new("https://lms.test", "tool-1")
///     .claim(names::ROLES, json!(["Instructor"]))
///     .build();
/// assert_eq!(greeting(&teacher), "Edit");
/// ```
#[derive(Clone)]
#[must_use]
pub struct LaunchContextBuilder {
    registration: RegistrationId,
    claims: Map<String, Value>,
    outcome: DeploymentOutcome,
    without_cookies: bool,
}

impl LaunchContextBuilder {
    /// Starts with a good launch from this registration, and from its deployment `dep-1`.
    pub fn new(issuer: &str, client_id: &str) -> Self {
        let claims = match good_claims(issuer, client_id, "https://tool.test/app") {
            Value::Object(claims) => claims,
            _ => Map::new(),
        };
        Self {
            registration: RegistrationId::new(issuer, client_id),
            claims,
            outcome: DeploymentOutcome::Existing,
            without_cookies: false,
        }
    }

    /// Makes it a launch from the registration with this discriminator.
    pub fn discriminator(mut self, discriminator: &str) -> Self {
        self.registration = self.registration.with_discriminator(discriminator);
        self
    }

    /// Sets a claim.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// A claim as it is now.
    pub(super) fn said(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// Leaves a claim out.
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Adds the claim `lti1p1`: the ids that it had under LTI 1.1, such as `{"user_id": "old-7"}`, with the
    /// consumer's key, and signed with its secret for the claims as they are now. Call it last.
    #[doc(alias = "lti1p1")]
    pub fn former_ids(mut self, consumer: &ToolConsumer, ids: Value) -> Self {
        // What the signature is made over beside the claims that are there.
        for (name, value) in [("exp", Value::from(300)), ("nonce", "n-1".into())] {
            self.claims.entry(name).or_insert(value);
        }
        let client_id = self.registration.client_id().as_str();
        let claim = migration::signed_claim(consumer, ids, client_id, &self.claims);
        self.claim(names::LTI1P1, claim)
    }

    /// Sets what the launch did about its deployment. Default: it was known before.
    pub fn outcome(mut self, outcome: DeploymentOutcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Makes it one of a browser that keeps no cookies of the tool.
    pub fn without_cookies(mut self) -> Self {
        self.without_cookies = true;
        self
    }

    /// The launch.
    ///
    /// # Panics
    ///
    /// Panics when a claim that every launch has is missing or wrong.
    #[must_use]
    pub fn build(self) -> LaunchContext {
        let claims = LaunchClaims::from_verified_json(self.claims, true);
        let claims = claims.unwrap_or_else(|error| panic!("no launch has these claims: {error}"));
        let key = DeploymentKey::new(self.registration, claims.deployment_id().clone());
        let deployment = Deployment::new(
            key,
            DeploymentStatus::Active,
            DeploymentOrigin::FirstLaunch,
            SystemTime::UNIX_EPOCH,
        );
        let launch =
            LaunchContext::new(deployment, self.outcome, claims, LoginParameters::default());
        if self.without_cookies {
            return launch.proven_without_cookies();
        }
        launch
    }

    /// The launch, with its deployment in this store, as services want it.
    ///
    /// # Panics
    ///
    /// Panics as [`build`](Self::build) does, and when the store fails.
    pub async fn build_in(self, store: &impl DeploymentStore) -> LaunchContext {
        let launch = self.build();
        let created = store.create(launch.deployment(), None).await;
        created.expect("the store keeps the deployment");
        launch
    }
}

impl fmt::Debug for LaunchContextBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaunchContextBuilder")
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}
