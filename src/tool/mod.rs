//! [`LtiTool`]: what login and launch share, built once and cheap to clone.

mod builder;
mod error;
mod forget_keys;
mod parking_budget;
mod rejection;
mod target;

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Response};
use smol_str::SmolStr;

use crate::{
    clock::Clock,
    error::{LtiError, LtiErrorKind},
    form::BodyBudget,
    instance::{Instance, Peers, Stamp},
    key_set::KeySetCache,
    observe::{ErrorRateLimit, LogPermit, RejectionRateLimit},
    redact::RedactedUrl,
    registration::Registration,
    state::{Sealer, StateSigner},
    store::{AnyRegistrations, AnyStore, StoreHealth},
};

pub(crate) use self::rejection::AllowedMethods;
pub use self::{builder::LtiToolBuilder, error::ConfigError};
use self::{parking_budget::ParkingBudget, target::AllowedTarget};
pub use crate::{
    limits::Limits,
    secret::{LoginSecret, LoginSecretError},
};

/// Builds the answer to a refusal in place of the default one.
type ErrorResponder = Arc<dyn Fn(&LtiError, &HeaderMap) -> Response<Bytes> + Send + Sync>;

/// A tool: its registrations, its launch URL, its secrets, its store, its clock and its limits.
///
/// Built once by [`builder`](Self::builder) and cloned into [`LtiLogin`](crate::LtiLogin) and
/// [`LtiLaunchLayer`](crate::LtiLaunchLayer); a clone is one pointer. `Debug` shows no secret.
#[derive(Clone)]
pub struct LtiTool(Arc<Inner>);

struct Inner {
    launch_url: String,
    /// Those of a fixed list of registrations; `None` where they are looked up.
    own_launch_urls: Option<Vec<String>>,
    targets: Vec<AllowedTarget>,
    login_parameters: Vec<SmolStr>,
    registrations: AnyRegistrations,
    store: AnyStore,
    keys: KeySetCache,
    clock: Arc<dyn Clock>,
    instance: Instance,
    limits: Limits,
    bodies: BodyBudget,
    parking: ParkingBudget,
    error_rate_limit: ErrorRateLimit,
    rejection_rate_limit: RejectionRateLimit,
    states: StateSigner,
    tickets: Sealer,
    parked: Sealer,
    allow_anonymous: bool,
    allow_loopback_http: bool,
    /// Where the store forgets at restart: the tools in this process that share what it remembers.
    peers: Option<Peers>,
    error_responder: Option<ErrorResponder>,
}

impl LtiTool {
    /// Starts a tool with everything at its default.
    pub fn builder() -> LtiToolBuilder {
        LtiToolBuilder::default()
    }

    /// How many deployments a registration may have for another to be created.
    pub(crate) fn quota_of(&self, registration: &Registration) -> usize {
        registration
            .deployment_quota()
            .unwrap_or(self.0.limits.deployments_per_registration)
    }

    /// The login parameters of platforms that are kept until the launch.
    pub(crate) fn login_parameters(&self) -> &[SmolStr] {
        &self.0.login_parameters
    }

    pub(crate) fn parked(&self) -> &Sealer {
        &self.0.parked
    }

    /// Whether a trouble of this kind has not been told of for a while.
    pub(crate) fn permits_error(&self, error: &LtiError) -> bool {
        let now = self.clock().monotonic();
        self.0.error_rate_limit.permits(error.code().as_str(), now)
    }

    /// The same for what is no error of a request.
    #[cfg(feature = "axum")]
    pub(crate) fn permits_error_event(&self, trouble: &'static str) -> bool {
        self.0
            .error_rate_limit
            .permits(trouble, self.clock().monotonic())
    }

    pub(crate) fn launch_url(&self) -> &str {
        &self.0.launch_url
    }

    /// The launch URLs that registrations have of their own, as far as they are known.
    pub(crate) fn own_launch_urls(&self) -> Option<&[String]> {
        self.0.own_launch_urls.as_deref()
    }

    /// Whether a refusal of what has proven nothing is told at its level.
    pub(crate) fn log_permit(&self, error: &LtiError) -> LogPermit {
        let now = self.clock().monotonic();
        self.0.rejection_rate_limit.permit(error.kind(), now)
    }

    /// Whether another refusal of that kind would be told.
    pub(crate) fn would_log(&self, kind: LtiErrorKind) -> bool {
        self.0
            .rejection_rate_limit
            .has_room(kind, self.clock().monotonic())
    }

    pub(crate) fn parking(&self) -> &ParkingBudget {
        &self.0.parking
    }

    pub(crate) fn redirect_uri<'a>(&'a self, registration: &'a Registration) -> &'a str {
        registration.redirect_uri().unwrap_or(&self.0.launch_url)
    }

    /// Refuses a target that no launch may lead to; where its address cannot be used, the source says why.
    pub(crate) fn check_target(&self, target_link_uri: &str) -> Result<(), LtiError> {
        let refuse = || self.target_error(target_link_uri);
        match target::are_covering(&self.0.targets, target_link_uri) {
            Ok(true) => Ok(()),
            Ok(false) => Err(refuse()),
            Err(problem) => Err(refuse().with_source(problem)),
        }
    }

    pub(crate) fn check_usable(&self, registration: &Registration) -> Result<(), LtiErrorKind> {
        if registration.uses_plain_http() && !self.0.allow_loopback_http {
            return Err(LtiErrorKind::RegistrationUnusable);
        }
        Ok(())
    }

    /// The refusal of a target, with those that are allowed beside it.
    fn target_error(&self, target_link_uri: &str) -> LtiError {
        let allowed: Vec<String> = self.0.targets.iter().map(ToString::to_string).collect();
        LtiError::from(LtiErrorKind::TargetNotAllowed)
            .with_fixed_field("target_link_uri")
            .with_came(target_link_uri)
            .with_expected(&allowed.join(", "))
    }

    /// Sees whether the store takes writes, as a launch needs it. [`LtiHealth`](crate::health::LtiHealth) is a
    /// service that does.
    ///
    /// # Errors
    ///
    /// Fails with [`LtiErrorKind::StoreUnavailable`] when every launch would now be turned away, and with
    /// [`LtiErrorKind::DeadlinePassed`] when the store does not answer within
    /// [`Limits::launch_timeout`].
    pub async fn check_store(&self) -> Result<(), LtiError> {
        self.store_health().await.map(drop)
    }

    /// [`check_store`](Self::check_store), and says how many of the servers that share the nonces take
    /// writes: each master of a Redis Cluster is written to.
    ///
    /// # Errors
    ///
    /// Those of [`check_store`](Self::check_store): one server that takes writes is enough.
    pub async fn store_health(&self) -> Result<StoreHealth, LtiError> {
        self.in_time(async { Ok(self.store().health().await?) })
            .await
    }

    /// Gives up what takes longer than [`Limits::launch_timeout`]: a store may never answer.
    pub(crate) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, LtiError>>,
    ) -> Result<T, LtiError> {
        tokio::time::timeout(self.limits().launch_timeout, work)
            .await
            .unwrap_or_else(|_| Err(LtiErrorKind::DeadlinePassed.into()))
    }

    pub(crate) fn registrations(&self) -> &AnyRegistrations {
        &self.0.registrations
    }

    pub(crate) fn store(&self) -> &AnyStore {
        &self.0.store
    }

    pub(crate) fn keys(&self) -> &KeySetCache {
        &self.0.keys
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// Marks something as done here and now.
    pub(crate) fn stamp(&self) -> Stamp {
        self.0.instance.stamp(self.clock())
    }

    /// How long ago a stamp was made, whatever became of the time of day; `None` if it was not made
    /// here.
    pub(crate) fn age_here(&self, stamp: &Stamp) -> Option<Duration> {
        self.0.instance.age(stamp, self.clock())
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn bodies(&self) -> &BodyBudget {
        &self.0.bodies
    }

    pub(crate) fn states(&self) -> &StateSigner {
        &self.0.states
    }

    pub(crate) fn tickets(&self) -> &Sealer {
        &self.0.tickets
    }

    pub(crate) fn allows_anonymous(&self) -> bool {
        self.0.allow_anonymous
    }

    pub(crate) fn allows_loopback_http(&self) -> bool {
        self.0.allow_loopback_http
    }

    /// Whether the store remembers what the tool that made this stamp has used up. One that forgets at
    /// restart remembers for the tools of this process alone, whatever the time of day says.
    pub(crate) fn remembers_for(&self, stamp: &Stamp) -> bool {
        let peers = self.0.peers.as_ref();
        peers.is_none_or(|peers| peers.include(stamp))
    }
}

impl fmt::Debug for LtiTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LtiTool")
            .field("launch_url", &RedactedUrl(&self.0.launch_url))
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}
