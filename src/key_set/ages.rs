//! How old a key set may become.

use std::{ops::RangeInclusive, time::Duration};

/// The bounds of both ages.
pub(crate) const KEY_SET_AGES: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(24 * 60 * 60);

/// How old a key set may become. Both lie within [`KEY_SET_AGES`] once a tool is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySetAges {
    /// Until it is fetched again, whatever the platform says.
    pub(crate) fresh: Duration,
    /// Until it no longer serves, while it cannot be fetched again.
    pub(crate) stale: Duration,
}

impl Default for KeySetAges {
    fn default() -> Self {
        Self {
            fresh: *KEY_SET_AGES.end(),
            stale: *KEY_SET_AGES.end(),
        }
    }
}
