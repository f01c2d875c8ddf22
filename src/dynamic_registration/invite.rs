//! An invite to register one platform.

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::unix_millis,
    dynamic_registration::{DynamicRegistrationError, RegistrationFailure, RegistrationTerms},
    instance::Stamp,
    nonce::OneTimeKey,
    random,
    tool::LtiTool,
    web_address::WebAddress,
};

/// The name that invites are sealed under (AEAD associated data), before that of the service.
const PURPOSE: &str = "invite ";

/// The longest that an invite may be good for.
const LONGEST: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How much longer its use is remembered than it is good for: clocks differ.
const MEMORY: Duration = Duration::from_secs(10 * 60);

/// An invite that is genuine and has not expired.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Invite {
    #[serde(rename = "k")]
    id: String,
    #[serde(rename = "e")]
    expires_at_ms: u64,
    #[serde(rename = "t")]
    issued_at_ms: u64,
    #[serde(rename = "s")]
    stamp: Stamp,
    /// Whether whoever made it wants an approval.
    #[serde(rename = "q")]
    pub(super) needs_approval: bool,
    #[serde(rename = "r")]
    pub(super) terms: RegistrationTerms,
}

impl Invite {
    /// Makes one for the service of this name, sealed.
    pub(super) fn seal(
        tool: &LtiTool,
        service: &str,
        lifetime: Duration,
        needs_approval: bool,
        terms: RegistrationTerms,
    ) -> Result<String, InviteError> {
        if lifetime.is_zero() || lifetime > LONGEST {
            return Err(InviteError("is good for up to 90 days"));
        }
        terms.check().map_err(InviteError)?;
        if let Some(name) = &terms.login_name
            && is_taken(tool, name)
        {
            return Err(InviteError("has a login name that is taken"));
        }
        let now = tool.clock().now();
        let unavailable =
            InviteError("needs random bytes, which the operating system did not give");
        let invite = Self {
            id: random::text::<16>().map_err(|_| unavailable)?,
            expires_at_ms: unix_millis(now + lifetime),
            issued_at_ms: unix_millis(now),
            stamp: tool.stamp(),
            needs_approval,
            terms,
        };
        let json = serde_json::to_vec(&invite).map_err(|_| unavailable)?;
        let sealer = tool.registration_sealer();
        sealer
            .seal_text(&purpose(service), &json)
            .ok_or(unavailable)
    }

    pub(super) fn open(
        tool: &LtiTool,
        service: &str,
        text: &str,
    ) -> Result<Self, DynamicRegistrationError> {
        let open = || {
            let sealer = tool.registration_sealer();
            let json = sealer.open_text(&purpose(service), text)?;
            serde_json::from_slice::<Self>(&json).ok()
        };
        let invite = open().ok_or(RegistrationFailure::InviteInvalid)?;
        invite.check_age(tool)?;
        Ok(invite)
    }

    /// Rejects one that has expired, and one whose use the store may have forgotten.
    pub(super) fn check_age(&self, tool: &LtiTool) -> Result<(), RegistrationFailure> {
        let has_expired = unix_millis(tool.clock().now()) >= self.expires_at_ms;
        let store = tool.store();
        if has_expired
            || !tool.remembers_for(&self.stamp)
            || store.may_have_lost(&self.key(), self.issued_at_ms)
        {
            return Err(RegistrationFailure::InviteExpired);
        }
        Ok(())
    }

    /// What tells it from others.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The key of its one use.
    pub(super) fn key(&self) -> OneTimeKey {
        OneTimeKey::of_invite(&self.id)
    }

    /// How long its use is remembered from now.
    pub(super) fn memory(&self, now: SystemTime) -> Duration {
        let left = self.expires_at_ms.saturating_sub(unix_millis(now));
        Duration::from_millis(left).saturating_add(MEMORY)
    }
}

fn purpose(service: &str) -> String {
    format!("{PURPOSE}{service}")
}

/// Whether a registration has this login name, as far as is known without asking a store.
fn is_taken(tool: &LtiTool, login_name: &str) -> bool {
    let known = tool.registrations();
    let taken = known.look_through(|all| all.find_by_login_name(login_name).is_some());
    taken.unwrap_or_default()
}

/// The registration URL with an invite in its query.
pub(super) fn address(url: &str, invite: &str) -> Result<String, InviteError> {
    WebAddress::parse_safe(url).map_err(|problem| InviteError(problem.problem()))?;
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{separator}invite={invite}"))
}

/// An invite cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InviteError(&'static str);

impl fmt::Display for InviteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an invite, or its address, {}", self.0)
    }
}

impl Error for InviteError {}
