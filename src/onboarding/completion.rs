//! What an onboarding page does with a ticket: open it, complete it, or request approval.

use std::sync::Arc;

use http::HeaderMap;

use crate::{
    browser_binding::{CookieKind, held_secret},
    deployment::{Deployment, DeploymentOrigin, DeploymentStatus},
    error::{LtiError, LtiErrorKind},
    nonce::{Attempt, NonceUse, OneTimeKey},
    onboarding::{OnboardingTicket, ticket::UnboundTicket},
    registration::Registration,
    tool::LtiTool,
};

/// The deployment of a ticket, and whether the ticket has set it up before.
enum Onboarded {
    Now(Deployment),
    Before(Deployment),
}

impl LtiTool {
    /// Opens the ticket of a user who was sent to onboarding, as often as the page is shown.
    ///
    /// `headers` are those of the request to the onboarding page: the browser has to be the one that
    /// the ticket was made for.
    ///
    /// # Errors
    ///
    /// Fails when the ticket was not sealed by this tool, is older than
    /// [`Limits::ticket_lifetime`](crate::tool::Limits::ticket_lifetime), or came from another browser.
    pub fn open_onboarding_ticket(
        &self,
        ticket: &str,
        headers: &HeaderMap,
    ) -> Result<OnboardingTicket, LtiError> {
        let now = self.clock().now();
        let ticket = UnboundTicket::open(ticket, now, self.limits(), self.tickets())?;
        let secret = held_secret(CookieKind::Ticket, &ticket.cookie_id(), headers)
            .ok_or(LtiErrorKind::TicketFromAnotherBrowser)?;
        Ok(ticket.bind(secret.value())?)
    }

    /// Makes the deployment of a ticket active: creates it, or approves it where it is pending.
    ///
    /// Look at [`OnboardingTicket::roles`] first: a ticket says where somebody came from, and not that
    /// they may speak for it. Roles are what the platform says; who must not be let in by the word of a
    /// platform alone is put up for approval with [`request_approval`](Self::request_approval) instead.
    ///
    /// It does so once. Called again with the same ticket it returns the deployment if it is still
    /// active, and never restores what an administrator has removed or disabled since.
    ///
    /// # Errors
    ///
    /// Fails when the ticket has expired, when it was used, when the stores could not answer within
    /// [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout), when the registration is gone or has as many deployments as it may, and when an administrator disabled the
    /// deployment meanwhile: a ticket opens nothing that was disabled.
    pub async fn complete_onboarding(
        &self,
        ticket: &OnboardingTicket,
    ) -> Result<Deployment, LtiError> {
        let opened = self.in_time(self.open_deployment(ticket)).await;
        opened.map_err(|error| error.with_way_back(ticket.way_back()))
    }

    async fn open_deployment(&self, ticket: &OnboardingTicket) -> Result<Deployment, LtiError> {
        let kept = match self.onboard(ticket, DeploymentStatus::Active).await? {
            Onboarded::Now(kept) if kept.status() == DeploymentStatus::Pending => {
                let approved = self.store().approve(kept.key()).await?;
                approved.ok_or(LtiErrorKind::OnboardingUnfinished)?
            }
            Onboarded::Now(kept) => kept,
            Onboarded::Before(kept) if kept.status() == DeploymentStatus::Pending => {
                return Err(LtiErrorKind::TicketUsed.into());
            }
            Onboarded::Before(kept) => kept,
        };
        match kept.status() {
            DeploymentStatus::Active => Ok(kept),
            DeploymentStatus::Pending => Err(LtiErrorKind::OnboardingUnfinished.into()),
            DeploymentStatus::Disabled => Err(LtiErrorKind::DeploymentDisabled.into()),
        }
    }

    /// Puts the deployment of a ticket up for approval, and returns it as it is kept.
    ///
    /// One that is there already keeps its status: look at it, for it may be active by now, or disabled.
    /// Called again with the same ticket, it restores nothing that was removed since.
    ///
    /// # Errors
    ///
    /// Fails when the ticket has expired, when it was used, when the stores could not answer within
    /// [`Limits::launch_timeout`](crate::tool::Limits::launch_timeout), and when the registration is gone or has as many deployments as it may.
    pub async fn request_approval(
        &self,
        ticket: &OnboardingTicket,
    ) -> Result<Deployment, LtiError> {
        let onboarding = self.onboard(ticket, DeploymentStatus::Pending);
        match self.in_time(onboarding).await {
            Ok(Onboarded::Now(kept) | Onboarded::Before(kept)) => Ok(kept),
            Err(error) => Err(error.with_way_back(ticket.way_back())),
        }
    }

    async fn onboard(
        &self,
        ticket: &OnboardingTicket,
        status: DeploymentStatus,
    ) -> Result<Onboarded, LtiError> {
        ticket.check_age(self.clock().now(), self.limits())?;
        let registration = self.registration_of(ticket).await?;
        self.check_usable(&registration)?;
        // What was parked is gone once it was resumed.
        let parked = OneTimeKey::of_ticket(&ticket.id);
        if ticket.is_parked()
            && self
                .store()
                .parked_launches()
                .find(&parked)
                .await?
                .is_none()
        {
            return Err(LtiErrorKind::TicketUsed.into());
        }
        let attempt = Attempt::new()?;
        let once = OneTimeKey::of_onboarding(&ticket.id, status);
        let ttl = self.limits().ticket_memory();
        let key = ticket.deployment().clone();
        let (nonce_use, found) = self
            .store()
            .consume_and_find(&once, &attempt, ttl, &key)
            .await?;
        if nonce_use == NonceUse::Repeated {
            let kept = found.ok_or(LtiErrorKind::TicketUsed)?;
            return Ok(Onboarded::Before(kept));
        }
        let quota = self.quota_of(&registration);
        let origin = DeploymentOrigin::Onboarding;
        let new = Deployment::new(key, status, origin, self.clock().now());
        let (kept, _) = self.store().create(&new, Some(quota)).await?;
        Ok(Onboarded::Now(kept))
    }

    /// The registration that a ticket's launch came through, if it is still there.
    pub(crate) async fn registration_of(
        &self,
        ticket: &OnboardingTicket,
    ) -> Result<Arc<Registration>, LtiError> {
        let id = ticket.deployment().registration();
        let found = self.registrations().find_id(id);
        Ok(found.await?.ok_or(LtiErrorKind::ClientIdUnknown)?)
    }
}
