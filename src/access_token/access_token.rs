//! One access token.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use http::HeaderValue;

use crate::{access_token::pause, random};

/// What stands before the token in the header.
pub(super) const SCHEME: &str = "Bearer ";

/// An access token that a platform gave. It has no `Debug`, and goes into one header alone.
pub(crate) struct AccessToken {
    /// `Bearer …`, marked as sensitive.
    authorization: HeaderValue,
    /// The id of the key that it was asked for with.
    key_id: String,
    obtained_at: Duration,
    /// A random moment in the last tenth of its life, so that instances do not renew all at once.
    renew_at: Duration,
    drop_at: Duration,
    /// How many tokens in a row were refused before this one.
    refused_before: u32,
    /// Whether a service has taken it.
    is_accepted: AtomicBool,
}

impl AccessToken {
    pub(super) fn new(
        authorization: HeaderValue,
        key_id: String,
        now: Duration,
        lifetime: Duration,
        refused_before: u32,
    ) -> Self {
        let drop_at = now.saturating_add(lifetime);
        Self {
            authorization,
            key_id,
            obtained_at: now,
            renew_at: drop_at - random::below(lifetime / 10),
            drop_at,
            refused_before,
            is_accepted: AtomicBool::new(false),
        }
    }

    /// The value of the header `Authorization`.
    pub(crate) fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    /// The token itself, to look for in what a platform says.
    pub(crate) fn secret(&self) -> &str {
        let bytes = self.authorization.as_bytes();
        let token = bytes.strip_prefix(SCHEME.as_bytes()).unwrap_or(bytes);
        std::str::from_utf8(token).unwrap_or_default()
    }

    /// Notes that a service has taken it.
    pub(crate) fn accept(&self) {
        if !self.is_accepted.load(Ordering::Relaxed) {
            self.is_accepted.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    pub(super) fn is_usable(&self, now: Duration) -> bool {
        now < self.drop_at
    }

    pub(super) fn is_due(&self, now: Duration) -> bool {
        now >= self.renew_at
    }

    pub(super) fn drop_at(&self) -> Duration {
        self.drop_at
    }

    /// How many tokens in a row were refused, if this one is now.
    pub(super) fn refusals(&self) -> u32 {
        if self.is_accepted.load(Ordering::Relaxed) {
            1
        } else {
            self.refused_before.saturating_add(1)
        }
    }

    /// Whether another may be asked for in its place: at once, or after a pause where it was itself asked for in
    /// the place of one that was refused.
    pub(super) fn may_be_replaced(&self, now: Duration) -> bool {
        let pause = match self.refused_before {
            0 => Duration::ZERO,
            _ => pause::after(self.refusals() - 1),
        };
        now >= self.obtained_at.saturating_add(pause)
    }
}
