//! The ticket that goes with a user who is sent to onboarding.

use std::{fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

use crate::{
    claims::{Role, Roles},
    clock::unix_millis,
    deployment::{DeploymentId, DeploymentKey},
    error::{LtiError, LtiErrorKind},
    identity::RegistrationId,
    limits::Limits,
    sealer::Sealer,
    state::ValueHash,
};

/// The name that tickets are sealed under (AEAD associated data).
const PURPOSE: &str = "ticket";

/// The maximum number of roles in a ticket, which travels in a URL.
const MAX_ROLES: usize = 16;

/// The maximum length of a return address in one, in bytes.
const MAX_RETURN_URL_BYTES: usize = 1024;

/// Says which deployment a user came from who was sent to onboarding, and in which roles.
///
/// It is sealed, so that nobody else can read or make one, good for [`Limits::ticket_lifetime`], and
/// tied to the browser that it was made for. It holds neither a token nor anything that says who the
/// user is. Open it with
/// [`LtiTool::open_onboarding_ticket`](crate::LtiTool::open_onboarding_ticket).
#[derive(Clone)]
pub struct OnboardingTicket {
    pub(crate) id: String,
    pub(crate) issued_at_ms: u64,
    deployment: DeploymentKey,
    roles: Roles,
    parked: bool,
    return_url: Option<String>,
}

impl OnboardingTicket {
    /// Rejects it when it has become too old since it was opened.
    pub(crate) fn check_age(&self, now: SystemTime, limits: &Limits) -> Result<(), LtiErrorKind> {
        check_age(self.issued_at_ms, now, limits)
    }

    /// The deployment that was missing, and so the registration that it is of.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    /// The roles that the user had in the launch, as far as they are of the standard: principal roles
    /// in the context, and roles in the institution and the platform. Sub-roles are left out, so that a
    /// teaching assistant is nothing here.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Whether the launch waits, so that the user can go straight into the tool afterwards.
    #[must_use]
    pub fn is_parked(&self) -> bool {
        self.parked
    }

    /// Where the user may be sent back to, if the launch does not wait and the platform said so.
    #[must_use]
    pub fn return_url(&self) -> Option<&str> {
        self.way_back().filter(|_| !self.parked)
    }

    /// Rejects the user, who may not set the tool up: the error is the answer that says that a teacher
    /// has to, and leads back to the course.
    #[must_use]
    pub fn reject(&self) -> LtiError {
        LtiError::new(LtiErrorKind::DeploymentAwaitsTeacher).with_way_back(self.way_back())
    }

    /// The platform's return address, whether the launch waits or not.
    pub(crate) fn way_back(&self) -> Option<&str> {
        self.return_url.as_deref()
    }
}

impl fmt::Debug for OnboardingTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnboardingTicket")
            .field("deployment", &self.deployment)
            .field("roles", &self.roles)
            .field("parked", &self.parked)
            .finish_non_exhaustive()
    }
}

/// What a new ticket is about.
pub(crate) struct NewTicket<'a> {
    pub(crate) id: &'a str,
    pub(crate) browser: &'a str,
    pub(crate) deployment: &'a DeploymentKey,
    pub(crate) roles: &'a Roles,
    pub(crate) parked: bool,
    pub(crate) return_url: Option<&'a str>,
}

impl NewTicket<'_> {
    /// Seals it, and names the cookie that holds the browser's half.
    pub(crate) fn seal(&self, now: SystemTime, sealer: &Sealer) -> Option<(String, String)> {
        let roles = self.roles.as_slice().iter();
        let return_url = self
            .return_url
            .filter(|url| url.len() <= MAX_RETURN_URL_BYTES);
        let sealed = Sealed {
            id: self.id.to_owned(),
            registration: self.deployment.registration().clone(),
            deployment: self.deployment.id().clone(),
            issued_at_ms: unix_millis(now),
            browser: ValueHash::of("ticket", self.browser),
            roles: roles
                .filter(|role| Role::new(role).is_standard())
                .take(MAX_ROLES)
                .cloned()
                .collect(),
            parked: self.parked,
            return_url: return_url.map(str::to_owned),
        };
        let text = sealer.seal_text(PURPOSE, &serde_json::to_vec(&sealed).ok()?)?;
        Some((text, sealed.cookie_id()))
    }
}

/// Rejects a ticket that is too old, or from an instance whose clock is ahead.
fn check_age(issued_at_ms: u64, now: SystemTime, limits: &Limits) -> Result<(), LtiErrorKind> {
    let now_ms = unix_millis(now);
    let skew_ms = u64::try_from(limits.clock_skew.as_millis()).unwrap_or(u64::MAX);
    if issued_at_ms > now_ms.saturating_add(skew_ms) {
        return Err(LtiErrorKind::TicketForged);
    }
    let age_ms = now_ms.saturating_sub(issued_at_ms);
    if u128::from(age_ms) >= limits.ticket_lifetime.as_millis() {
        return Err(LtiErrorKind::TicketExpired);
    }
    Ok(())
}

/// A genuine ticket that has not expired, and is not bound to a browser yet.
pub(crate) struct UnboundTicket(Sealed);

impl UnboundTicket {
    pub(crate) fn open(
        text: &str,
        now: SystemTime,
        limits: &Limits,
        sealer: &Sealer,
    ) -> Result<Self, LtiErrorKind> {
        let open = || {
            let bytes = sealer.open_text(PURPOSE, text)?;
            serde_json::from_slice::<Sealed>(&bytes).ok()
        };
        let sealed = open().ok_or(LtiErrorKind::TicketForged)?;
        check_age(sealed.issued_at_ms, now, limits)?;
        Ok(Self(sealed))
    }

    pub(crate) fn cookie_id(&self) -> String {
        self.0.cookie_id()
    }

    /// Binds it to the browser that holds this secret.
    pub(crate) fn bind(self, secret: &str) -> Result<OnboardingTicket, LtiErrorKind> {
        let Self(sealed) = self;
        if !sealed.browser.matches("ticket", secret) {
            return Err(LtiErrorKind::TicketFromAnotherBrowser);
        }
        Ok(OnboardingTicket {
            id: sealed.id,
            issued_at_ms: sealed.issued_at_ms,
            deployment: DeploymentKey::new(sealed.registration, sealed.deployment),
            roles: Roles::new(sealed.roles),
            parked: sealed.parked,
            return_url: sealed.return_url,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(rename = "k")]
    id: String,
    #[serde(rename = "r")]
    registration: RegistrationId,
    #[serde(rename = "d")]
    deployment: DeploymentId,
    #[serde(rename = "t")]
    issued_at_ms: u64,
    #[serde(rename = "b")]
    browser: ValueHash,
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    parked: bool,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    return_url: Option<String>,
}

impl Sealed {
    fn cookie_id(&self) -> String {
        self.browser.cookie_id(self.issued_at_ms)
    }
}
