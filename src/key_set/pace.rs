//! Rate-limits the fetches of one JWKS URL.
//!
//! A URL is asked once in ten seconds. Within them it is asked once more, if it had not been asked in the
//! twenty seconds before: two seconds after a failure that leaves no keys, or at once for a key that is not
//! in a set just fetched. So it is asked no more than twice in ten seconds, and seven times in a minute.

use std::time::Duration;

/// The interval between fetches.
pub(super) const INTERVAL: Duration = Duration::from_secs(10);
/// How long after a fetch one interval may have two.
const SPARE_AFTER: Duration = Duration::from_secs(20);

/// Why a URL is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// There is no set, or it is old.
    Needed,
    /// A token is not verified by the set that there is.
    Doubt,
}

/// When a URL was asked, and whether it may be asked again before its time.
#[derive(Default)]
pub(super) struct Pace {
    began: Option<Duration>,
    spare: bool,
}

impl Pace {
    /// Notes that it is asked now.
    pub(super) fn begin(&mut self, now: Duration, reason: Reason) {
        let alone = self
            .began
            .is_none_or(|began| now.saturating_sub(began) >= SPARE_AFTER);
        self.spare = alone && reason == Reason::Needed;
        self.began = Some(now);
    }

    /// Whether it may be asked before the interval is over.
    pub(super) fn has_spare(&self) -> bool {
        self.spare
    }

    /// When the interval is over.
    pub(super) fn next(&self) -> Duration {
        self.began
            .map_or(Duration::ZERO, |began| began.saturating_add(INTERVAL))
    }

    /// How long ago it was asked.
    pub(super) fn asked_ago(&self, now: Duration) -> Duration {
        self.began
            .map_or(Duration::ZERO, |began| now.saturating_sub(began))
    }
}
