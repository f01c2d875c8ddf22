//! The ticket that goes with a person who is sent to onboarding.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::{
    claims::{Role, Roles},
    clock::unix_millis,
    deployment::{DeploymentId, DeploymentKey},
    error::LtiErrorKind,
    registration::RegistrationId,
    state::{Sealer, fingerprint::Fingerprint},
    tool::Limits,
};

/// The most roles that go into a ticket: it travels in an address.
const MOST_ROLES: usize = 16;

/// The longest return address that goes into one, in bytes.
const LONGEST_RETURN_URL: usize = 1024;

/// Says which deployment a person came from who was sent to onboarding, and in which roles.
///
/// It is signed, good for [`Limits::ticket_lifetime`], and tied to the browser that it was made for.
/// It holds neither a token nor anything that says who the person is. Open it with
/// [`LtiTool::open_onboarding_ticket`](crate::LtiTool::open_onboarding_ticket).
#[derive(Clone, Debug)]
pub struct OnboardingTicket {
    pub(crate) id: String,
    pub(crate) issued_at_ms: u64,
    deployment: DeploymentKey,
    roles: Roles,
    parked: bool,
    return_url: Option<String>,
}

impl OnboardingTicket {
    /// The deployment that was missing, and so the registration that it is of.
    #[must_use]
    pub fn deployment(&self) -> &DeploymentKey {
        &self.deployment
    }

    /// The roles that the person had in the launch; those of no standard are left out.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Whether the launch waits, so that the person can go straight into the tool afterwards.
    #[must_use]
    pub fn is_parked(&self) -> bool {
        self.parked
    }

    /// Where the person may be sent back to, if the launch does not wait and the platform said so.
    #[must_use]
    pub fn return_url(&self) -> Option<&str> {
        self.return_url.as_deref()
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
        let standard = |role: &Role<'_>| !matches!(role, Role::Other(_) | Role::LegacyPerson(_));
        let roles = self.roles.as_strs().iter();
        let return_url = self
            .return_url
            .filter(|url| !self.parked && url.len() <= LONGEST_RETURN_URL);
        let sealed = Sealed {
            id: self.id.to_owned(),
            registration: self.deployment.registration().clone(),
            deployment: self.deployment.id().clone(),
            issued_at_ms: unix_millis(now),
            browser: Fingerprint::of("ticket", self.browser),
            roles: roles
                .filter(|role| standard(&Role::new(role)))
                .take(MOST_ROLES)
                .cloned()
                .collect(),
            parked: self.parked,
            return_url: return_url.map(str::to_owned),
        };
        Some((sealer.seal(&sealed)?, sealed.cookie_id()))
    }
}

/// A ticket of ours that has not expired; whose browser holds the other half is yet to be seen.
pub(crate) struct UnboundTicket(Sealed);

impl UnboundTicket {
    pub(crate) fn open(
        text: &str,
        now: SystemTime,
        limits: &Limits,
        sealer: &Sealer,
    ) -> Result<Self, LtiErrorKind> {
        let sealed: Sealed = sealer.open(text).ok_or(LtiErrorKind::TicketForged)?;
        let age_ms = unix_millis(now).saturating_sub(sealed.issued_at_ms);
        if u128::from(age_ms) >= limits.ticket_lifetime.as_millis() {
            return Err(LtiErrorKind::TicketExpired);
        }
        Ok(Self(sealed))
    }

    pub(crate) fn cookie_id(&self) -> String {
        self.0.cookie_id()
    }

    /// Takes it for the browser's that holds this secret.
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
    browser: Fingerprint,
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    parked: bool,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    return_url: Option<String>,
}

impl Sealed {
    fn cookie_id(&self) -> String {
        let seconds = self.issued_at_ms / 1_000;
        format!("{seconds:08x}{}", self.browser.short())
    }
}
