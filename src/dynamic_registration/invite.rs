//! An invite to register one platform.

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    base64url,
    clock::unix_millis,
    dynamic_registration::{DynamicRegistrationError, RegistrationFailure, RegistrationTerms},
    nonce::OneTimeKey,
    random,
    tool::LtiTool,
    web_address::WebAddress,
};

/// The name that invites are sealed under (AEAD associated data).
const PURPOSE: &str = "invite";

/// The longest that an invite may be good for.
const LONGEST: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The longest of its texts, in characters.
const MAX_TEXT: usize = 255;

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
    #[serde(rename = "r")]
    pub(super) terms: RegistrationTerms,
}

impl Invite {
    /// Makes one, sealed.
    pub(super) fn seal(
        tool: &LtiTool,
        lifetime: Duration,
        terms: RegistrationTerms,
    ) -> Result<String, InviteError> {
        if lifetime.is_zero() || lifetime > LONGEST {
            return Err(InviteError("is good for up to 90 days"));
        }
        let texts = [&terms.name, &terms.login_name, &terms.discriminator];
        let texts = texts.into_iter().flatten();
        for text in texts {
            if text.is_empty() || text.chars().count() > MAX_TEXT {
                return Err(InviteError("has texts of 1 to 255 characters"));
            }
        }
        if terms.discriminator.is_some() && terms.login_name.is_none() {
            return Err(InviteError("with a discriminator needs a login name"));
        }
        let now = tool.clock().now();
        let unavailable =
            InviteError("needs random bytes, which the operating system did not give");
        let invite = Self {
            id: random::text::<16>().map_err(|_| unavailable)?,
            expires_at_ms: unix_millis(now + lifetime),
            issued_at_ms: unix_millis(now),
            terms,
        };
        let json = serde_json::to_vec(&invite).map_err(|_| unavailable)?;
        let sealed = tool.registration_sealer().seal(PURPOSE, &json);
        Ok(URL_SAFE_NO_PAD.encode(sealed.ok_or(unavailable)?))
    }

    pub(super) fn open(tool: &LtiTool, text: &str) -> Result<Self, DynamicRegistrationError> {
        let open = || {
            let sealed = base64url::decode(text)?;
            let json = tool.registration_sealer().open(PURPOSE, &sealed)?;
            serde_json::from_slice::<Self>(&json).ok()
        };
        let invite = open().ok_or(RegistrationFailure::InviteInvalid)?;
        invite.check_age(tool.clock().now())?;
        // What the store has forgotten may have been used before.
        if tool
            .store()
            .may_have_lost(&invite.key(), invite.issued_at_ms)
        {
            return Err(RegistrationFailure::InviteExpired.into());
        }
        Ok(invite)
    }

    pub(super) fn check_age(&self, now: SystemTime) -> Result<(), RegistrationFailure> {
        if unix_millis(now) < self.expires_at_ms {
            Ok(())
        } else {
            Err(RegistrationFailure::InviteExpired)
        }
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
