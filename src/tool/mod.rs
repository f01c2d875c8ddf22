//! `LtiTool`: what login and launch share, built once and cheap to clone.

mod builder;
mod error;
mod instance;
mod limits;
mod target;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};

use crate::{
    browser_cookie::{BrowserCookies, CookieKind},
    clock::Clock,
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    error::{LtiError, LtiErrorKind},
    form::BodyBudget,
    key_set::KeySetCache,
    registration::{AnyRegistrations, Registration},
    state::{OnboardingTicket, Sealer, UnboundTicket, Vault},
    store::AnyStore,
};

pub(crate) use self::instance::Stamp;
pub use self::{builder::LtiToolBuilder, error::ConfigError, limits::Limits};
use self::{instance::Instance, target::AllowedTarget};

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
    targets: Vec<AllowedTarget>,
    registrations: AnyRegistrations,
    store: AnyStore,
    keys: KeySetCache,
    clock: Arc<dyn Clock>,
    instance: Instance,
    limits: Limits,
    bodies: BodyBudget,
    states: Sealer,
    tickets: Sealer,
    parked: Vault,
    allow_anonymous: bool,
    allow_loopback_http: bool,
    memory_began: Option<SystemTime>,
    error_responder: Option<ErrorResponder>,
}

impl LtiTool {
    /// Starts a tool with everything at its default.
    pub fn builder() -> LtiToolBuilder {
        LtiToolBuilder::default()
    }

    /// Opens the ticket of a person who was sent to onboarding, as often as the page is shown.
    ///
    /// `headers` are those of the request to the onboarding page: the browser has to be the one that
    /// the ticket was made for.
    ///
    /// # Errors
    ///
    /// Fails when the ticket was not sealed by this tool, is older than
    /// [`Limits::ticket_lifetime`], or came from another browser.
    pub fn open_onboarding_ticket(
        &self,
        ticket: &str,
        headers: &HeaderMap,
    ) -> Result<OnboardingTicket, LtiError> {
        let now = self.0.clock.now();
        let ticket = UnboundTicket::open(ticket, now, &self.0.limits, &self.0.tickets)?;
        let cookies = BrowserCookies::read(CookieKind::Ticket, headers);
        let foreign = LtiErrorKind::TicketFromAnotherBrowser;
        let secret = cookies.only(&ticket.cookie_id()).map_err(|_| foreign)?;
        Ok(ticket.bind(secret.ok_or(foreign)?)?)
    }

    /// Makes the deployment of a ticket active: creates it, or approves it where it is pending.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, when the registration has as many deployments as it may,
    /// and when an administrator disabled the deployment meanwhile: a ticket opens nothing that was shut.
    pub async fn complete_onboarding(
        &self,
        ticket: &OnboardingTicket,
    ) -> Result<Deployment, LtiError> {
        let kept = self.onboard(ticket, DeploymentStatus::Active).await?;
        let kept = match kept.status() {
            DeploymentStatus::Pending => self.store().approve(kept.key()).await?,
            _ => Some(kept),
        };
        let kept = kept.ok_or(LtiErrorKind::OnboardingUnfinished)?;
        match kept.status() {
            DeploymentStatus::Active => Ok(kept),
            DeploymentStatus::Pending => Err(LtiErrorKind::OnboardingUnfinished.into()),
            DeploymentStatus::Disabled => Err(LtiErrorKind::DeploymentDisabled.into()),
        }
    }

    /// Puts the deployment of a ticket up for approval, and returns it as it is kept.
    ///
    /// One that is there already keeps its status: look at it, for it may be active by now, or disabled.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, and when the registration has as many deployments as it
    /// may.
    pub async fn request_approval(
        &self,
        ticket: &OnboardingTicket,
    ) -> Result<Deployment, LtiError> {
        self.onboard(ticket, DeploymentStatus::Pending).await
    }

    async fn onboard(
        &self,
        ticket: &OnboardingTicket,
        status: DeploymentStatus,
    ) -> Result<Deployment, LtiError> {
        let key = ticket.deployment().clone();
        let id = key.registration();
        let registration = self
            .registrations()
            .find(id.issuer(), id.client_id())
            .await?
            .ok_or(LtiErrorKind::ClientIdUnknown)?;
        let quota = self.quota_of(&registration);
        let origin = DeploymentOrigin::Onboarding;
        let new = Deployment::new(key, status, origin, self.clock().now());
        Ok(self.store().create(&new, Some(quota)).await?.0)
    }

    /// How many deployments a registration may have for another to be created.
    pub(crate) fn quota_of(&self, registration: &Registration) -> usize {
        registration
            .deployment_quota()
            .unwrap_or(self.0.limits.deployments_per_registration)
    }

    pub(crate) fn parked(&self) -> &Vault {
        &self.0.parked
    }

    pub(crate) fn redirect_uri<'a>(&'a self, registration: &'a Registration) -> &'a str {
        registration.launch_url().unwrap_or(&self.0.launch_url)
    }

    pub(crate) fn allows_target(&self, target_link_uri: &str) -> bool {
        self.0
            .targets
            .iter()
            .any(|allowed| allowed.covers(target_link_uri))
    }

    pub(crate) fn check_usable(&self, registration: &Registration) -> Result<(), LtiErrorKind> {
        if registration.uses_plain_http() && !self.0.allow_loopback_http {
            return Err(LtiErrorKind::RegistrationUnusable);
        }
        Ok(())
    }

    pub(crate) fn error_response<B: From<Bytes>>(
        &self,
        error: &LtiError,
        request_headers: &HeaderMap,
    ) -> Response<B> {
        match &self.0.error_responder {
            None => error.to_response(request_headers),
            Some(respond) => {
                let mut response = respond(error, request_headers).map(B::from);
                response.extensions_mut().insert(error.clone());
                response
                    .headers_mut()
                    .entry(header::CACHE_CONTROL)
                    .or_insert(HeaderValue::from_static("no-store"));
                response
            }
        }
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

    pub(crate) fn states(&self) -> &Sealer {
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

    /// When a store that forgets at restart began to remember; `None` for one that does not.
    pub(crate) fn memory_began(&self) -> Option<SystemTime> {
        self.0.memory_began
    }
}

impl fmt::Debug for LtiTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LtiTool")
            .field("launch_url", &self.0.launch_url)
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}
