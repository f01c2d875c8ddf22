//! When a JWT that the tool signs is good.

use std::time::SystemTime;

use crate::clock::unix_millis;

/// How far `iat` is set back: a platform whose clock is a little behind takes it for valid all the same.
const BACKDATED_SECS: u64 = 10;

/// How long it is good for, from its `iat`.
const LIFETIME_SECS: u64 = 300;

/// When a JWT was issued, and until when it is good, in seconds since 1970.
pub(crate) struct JwtTimes {
    pub(crate) iat: u64,
    pub(crate) exp: u64,
}

impl JwtTimes {
    pub(crate) fn at(now: SystemTime) -> Self {
        let iat = (unix_millis(now) / 1_000).saturating_sub(BACKDATED_SECS);
        Self {
            iat,
            exp: iat + LIFETIME_SECS,
        }
    }
}
