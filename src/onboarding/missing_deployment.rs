//! A verified launch whose deployment is not known.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};

use crate::{
    browser_binding::{CookieKind, clear_oldest, give_secret},
    claims::LaunchClaims,
    deployment::{Deployment, DeploymentKey, DeploymentOrigin, DeploymentStatus},
    error::{CookieLoss, LtiError, LtiErrorKind},
    launch_context::{LaunchContext, ProvenLaunch, check_open},
    login_parameters::LoginParameters,
    nonce::OneTimeKey,
    observe::event,
    onboarding::{OnboardingPass, parked_launch::seal_parked, ticket::NewTicket},
    policy::{OnboardingUrl, UnknownDeployment},
    random,
    registration::Registration,
    tool::LtiTool,
};

/// A verified launch from a deployment that is not known.
///
/// Everything else about the launch is proven. Its nonce has been consumed. One call, and only one,
/// decides what becomes of it: [`create`](Self::create), [`create_pending`](Self::create_pending),
/// [`redirect`](Self::redirect), [`park`](Self::park) or [`reject`](Self::reject).
#[derive(Clone)]
pub struct MissingDeployment {
    tool: LtiTool,
    missing: Arc<Missing>,
}

struct Missing {
    proven: ProvenLaunch,
    parks: bool,
    /// The headers that clear the browser's oldest tickets.
    surplus: Vec<HeaderValue>,
    decided: AtomicBool,
}

impl MissingDeployment {
    pub(crate) fn new(
        tool: LtiTool,
        proven: ProvenLaunch,
        parks: bool,
        headers: &HeaderMap,
    ) -> Self {
        Self {
            tool,
            missing: Arc::new(Missing {
                proven,
                parks,
                surplus: clear_oldest(CookieKind::Ticket, headers),
                decided: AtomicBool::new(false),
            }),
        }
    }

    /// Runs at most one successful decision across all clones.
    async fn decide<T>(
        &self,
        deciding: impl Future<Output = Result<T, LtiError>>,
    ) -> Result<T, LtiError> {
        if self.missing.decided.swap(true, Ordering::AcqRel) {
            return Err(self.error(LtiErrorKind::NonceReplayed));
        }
        let decided = self.tool.in_time(deciding).await;
        if decided.is_err() {
            self.missing.decided.store(false, Ordering::Release);
        }
        decided.map_err(|error| error.with_way_back(self.way_back()))
    }

    /// A read-only view of the launch.
    pub(crate) fn to_look_at(&self) -> UnknownDeployment {
        let proven = &self.missing.proven;
        UnknownDeployment {
            key: proven.key.clone(),
            claims: proven.claims.clone(),
            login_parameters: proven.login_parameters.clone(),
        }
    }

    /// The deployment that is missing.
    #[must_use]
    pub fn key(&self) -> &DeploymentKey {
        &self.missing.proven.key
    }

    /// The registration that the launch came through.
    #[must_use]
    pub fn registration(&self) -> &Registration {
        &self.missing.proven.registration
    }

    /// What the platform says: who came, from where, in which role.
    #[must_use]
    pub fn claims(&self) -> &LaunchClaims {
        &self.missing.proven.claims
    }

    /// What the platform added to the login. Nobody has signed it; see [`LoginParameters`].
    #[must_use]
    pub fn login_parameters(&self) -> &LoginParameters {
        &self.missing.proven.login_parameters
    }

    /// Creates the deployment after all, and returns the launch as it would have come.
    ///
    /// # Errors
    ///
    /// Fails when the store could not answer, when the registration has as many deployments as it may,
    /// and when another launch or an administrator created the deployment meanwhile as pending or
    /// disabled.
    pub async fn create(self) -> Result<LaunchContext, LtiError> {
        self.create_as(DeploymentStatus::Active).await
    }

    /// Creates the deployment as pending, and returns the launch if it is active by then.
    ///
    /// # Errors
    ///
    /// Fails with [`LtiErrorKind::DeploymentPending`] where it waits for approval, which is the answer
    /// for the user; otherwise as [`create`](Self::create) does.
    pub async fn create_pending(self) -> Result<LaunchContext, LtiError> {
        self.create_as(DeploymentStatus::Pending).await
    }

    async fn create_as(self, status: DeploymentStatus) -> Result<LaunchContext, LtiError> {
        self.decide(async {
            let launch = self.create_record(status).await?;
            check_open(launch.deployment())?;
            Ok(launch)
        })
        .await
    }

    /// Creates the deployment, and returns the launch even if it may not go on.
    pub(crate) async fn create_record(
        &self,
        status: DeploymentStatus,
    ) -> Result<LaunchContext, LtiError> {
        let origin = DeploymentOrigin::FirstLaunch;
        let now = self.tool.clock().now();
        let new = Deployment::new(self.key().clone(), status, origin, now);
        let quota = Some(self.tool.quota_of(self.registration()));
        let (deployment, outcome) = self.tool.store().create(&new, quota).await?;
        let claims = self.claims().clone();
        let login_parameters = self.login_parameters().clone();
        let launch = LaunchContext::new(deployment, outcome, claims, login_parameters);
        Ok(if self.missing.proven.without_cookies {
            launch.proven_without_cookies()
        } else {
            launch
        })
    }

    /// Rejects the launch: the error is the answer for the user.
    #[must_use]
    pub fn reject(&self) -> LtiError {
        self.error(LtiErrorKind::DeploymentUnknown)
    }

    /// Rejects a launch that may not create its deployment. Whoever does not teach is told that a teacher
    /// has to come first.
    pub(crate) fn reject_creation(&self) -> LtiError {
        let roles = self.claims().roles();
        self.error(
            if roles.is_instructor() || roles.is_context_administrator() {
                LtiErrorKind::DeploymentConditionUnmet
            } else {
                LtiErrorKind::DeploymentAwaitsTeacher
            },
        )
    }

    fn error(&self, kind: LtiErrorKind) -> LtiError {
        LtiError::new(kind).with_way_back(self.way_back())
    }

    fn way_back(&self) -> Option<&str> {
        self.claims().launch_presentation()?.return_url()
    }

    /// Makes a ticket for an onboarding page of your own, and parks the launch under it where the layer
    /// has a resume path.
    ///
    /// Send the cookie with the answer that carries the ticket. A launch that is larger than 64 KiB, or
    /// one of a registration that has parked too much by then, is not parked; the user launches again
    /// instead.
    ///
    /// # Errors
    ///
    /// Fails with [`CookiesNeeded`](LtiErrorKind::CookiesNeeded) where the browser keeps no cookies, which is the answer
    /// for the user: the tool has to be opened in a new window. Fails, too, when the ticket cannot be sealed, and when it
    /// has been decided before what becomes of the launch.
    pub async fn park(&self) -> Result<OnboardingPass, LtiError> {
        if self.missing.proven.without_cookies {
            return Err(self
                .error(LtiErrorKind::CookiesNeeded)
                .with_cookie_loss(Some(CookieLoss::Blocked))
                .with_hint("an onboarding ticket is bound to its browser by a cookie"));
        }
        self.decide(self.make_pass()).await
    }

    async fn make_pass(&self) -> Result<OnboardingPass, LtiError> {
        let id = random::text::<16>()?;
        let browser = random::text::<32>()?;
        let lifetime = self.tool.limits().ticket_lifetime;
        let parked = self.missing.parks && self.park_under(&id).await;
        let new = NewTicket {
            id: &id,
            browser: &browser,
            deployment: self.key(),
            roles: self.claims().roles(),
            parked,
            return_url: self.way_back(),
        };
        let now = self.tool.clock().now();
        let (ticket, cookie_id) = new
            .seal(now, self.tool.tickets())
            .ok_or(LtiErrorKind::RandomnessUnavailable)?;
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(900);
        let cookie = give_secret(CookieKind::Ticket, &cookie_id, &browser, seconds)
            .ok_or(LtiErrorKind::RandomnessUnavailable)?;
        let surplus = self.missing.surplus.clone();
        Ok(OnboardingPass {
            ticket,
            cookie,
            surplus,
        })
    }

    /// Parks the launch if it can be; if not, the user launches again instead.
    async fn park_under(&self, ticket_id: &str) -> bool {
        let parked_launches = self.tool.store().parked_launches();
        if !parked_launches.are_supported() {
            return false;
        }
        let Some(sealed) = seal_parked(&self.tool, ticket_id, &self.missing.proven) else {
            return false;
        };
        let key = OneTimeKey::of_ticket(ticket_id);
        let lifetime = self.tool.limits().ticket_lifetime;
        let now = self.tool.clock().monotonic();
        let budget = self.tool.parking();
        if !budget.takes(self.key().registration(), sealed.len(), now, lifetime) {
            return false;
        }
        match parked_launches.park(&key, &sealed, lifetime).await {
            Ok(()) => true,
            Err(error) => {
                event::not_parked(&error);
                false
            }
        }
    }

    /// Sends the user to this address, with a ticket in the query parameter `ticket`.
    ///
    /// # Errors
    ///
    /// As [`park`](Self::park) does.
    pub async fn redirect<B: From<Bytes>>(
        &self,
        onboarding: &OnboardingUrl,
    ) -> Result<Response<B>, LtiError> {
        self.park().await?.into_redirect(onboarding)
    }
}

impl fmt::Debug for MissingDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MissingDeployment")
            .field("key", self.key())
            .field("claims", self.claims())
            .finish_non_exhaustive()
    }
}
