//! What is known of one JWKS URL, and what follows from it at a given time.

use std::time::Duration;

use tokio::sync::watch;

use crate::key_set::{FetchError, FetchedKeySet, KeySet, VerifyError};

/// For how long a set is fresh where the platform does not say.
const DEFAULT_FRESH: Duration = Duration::from_secs(60 * 60);
/// The bounds of what a platform may say.
const SHORTEST_FRESH: Duration = Duration::from_secs(60);
const LONGEST_FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// For how long an old set serves while the platform is down.
const LONGEST_STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// How often an unknown key id may have a set fetched anew.
const FORCED_PAUSE: Duration = Duration::from_secs(10);
/// For how long a failed fetch is remembered, unless the platform asks for longer: nobody waits
/// long where there are no keys, and nobody is hurried where the old ones serve.
const COLD_PAUSE: Duration = Duration::from_secs(2);
const WARM_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What is known of one JWKS URL.
#[derive(Default)]
pub(super) struct Kept {
    set: Option<FetchedSet>,
    /// The failure of the last fetch, unless it brought a set.
    failure: Option<Failure>,
    forced_at: Option<Duration>,
    /// The fetch under way. Its sender says nothing and is dropped when the fetch is over.
    pub(super) fetching: Option<watch::Receiver<()>>,
}

/// A set, and when it came.
struct FetchedSet {
    keys: KeySet,
    fetched_at: Duration,
    fresh_for: Duration,
}

/// Why there is no newer set, and until when none is asked for.
#[derive(Clone, Copy)]
struct Failure {
    until: Duration,
    unreachable: bool,
}

/// What to do about a launch that needs the keys.
pub(super) enum Standing {
    /// Use these.
    Fresh(KeySet),
    /// Use these, and fetch new ones meanwhile.
    Ageing(KeySet),
    /// Fetch, and wait for it.
    Due {
        /// Whether the last fetch failed and old keys can serve, so that nobody should wait long.
        can_do_without: bool,
    },
    /// A fetch has just failed: do with what there is.
    Resting,
}

impl Kept {
    pub(super) fn standing(&self, now: Duration) -> Standing {
        let resting = self.is_resting(now);
        match &self.set {
            Some(set) if set.age(now) < set.fresh_for => {
                let ageing = set.age(now) >= set.fresh_for * 4 / 5;
                if ageing && !resting {
                    Standing::Ageing(set.keys.clone())
                } else {
                    Standing::Fresh(set.keys.clone())
                }
            }
            _ if resting => Standing::Resting,
            set => Standing::Due {
                can_do_without: self.failure.is_some()
                    && set.as_ref().is_some_and(|set| set.may_serve(now)),
            },
        }
    }

    /// The newest set if it may still serve, else why there is none.
    pub(super) fn newest(&self, now: Duration) -> Result<KeySet, VerifyError> {
        match (&self.set, self.failure) {
            (Some(set), _) if set.age(now) < LONGEST_STALE => Ok(set.keys.clone()),
            (_, Some(failure)) => Err(failure.told(now)),
            (_, None) => Err(VerifyError::Unavailable {
                retry_after: COLD_PAUSE,
            }),
        }
    }

    /// The set that has taken the place of this one, if one has.
    pub(super) fn newer_than(&self, old: &KeySet) -> Option<KeySet> {
        let set = self.set.as_ref()?;
        (!set.keys.is(old)).then(|| set.keys.clone())
    }

    /// Whether an unknown key id may have the set fetched anew; if so, the next must wait its turn.
    pub(super) fn may_force(&mut self, now: Duration) -> bool {
        let too_soon = self
            .forced_at
            .is_some_and(|at| now.saturating_sub(at) < FORCED_PAUSE);
        let may = !too_soon && !self.is_resting(now);
        if may {
            self.forced_at = Some(now);
        }
        may
    }

    /// Ends the fetch under way. What cannot be used never takes the place of a set.
    ///
    /// # Errors
    ///
    /// Hands back what went wrong, for the log.
    pub(super) fn settle(
        &mut self,
        now: Duration,
        outcome: Result<FetchedKeySet, FetchError>,
    ) -> Result<(), FetchError> {
        self.fetching = None;
        match outcome.and_then(|fetched| FetchedSet::read(&fetched, now)) {
            Ok(set) => {
                self.failure = None;
                self.set = Some(set);
                Ok(())
            }
            Err(error) => {
                let can_do_without = self.set.as_ref().is_some_and(|set| set.may_serve(now));
                let shortest = if can_do_without {
                    WARM_PAUSE
                } else {
                    COLD_PAUSE
                };
                let pause = error.retry_after.map_or(shortest, |asked_for| {
                    asked_for.clamp(shortest, LONGEST_PAUSE)
                });
                self.failure = Some(Failure {
                    until: now.saturating_add(pause),
                    unreachable: error.unreachable,
                });
                Err(error)
            }
        }
    }

    /// Whether a fetch failed so recently that none is started.
    fn is_resting(&self, now: Duration) -> bool {
        self.failure.is_some_and(|failure| now < failure.until)
    }
}

impl FetchedSet {
    fn read(fetched: &FetchedKeySet, now: Duration) -> Result<Self, FetchError> {
        Ok(Self {
            keys: KeySet::parse(&fetched.body).map_err(FetchError::invalid)?,
            fetched_at: now,
            fresh_for: fetched
                .max_age
                .unwrap_or(DEFAULT_FRESH)
                .clamp(SHORTEST_FRESH, LONGEST_FRESH),
        })
    }

    /// Whether it may still serve where there is no newer one.
    fn may_serve(&self, now: Duration) -> bool {
        self.age(now) < LONGEST_STALE
    }

    fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.fetched_at)
    }
}

impl Failure {
    fn told(self, now: Duration) -> VerifyError {
        if self.unreachable {
            VerifyError::Unavailable {
                retry_after: self.until.saturating_sub(now).max(Duration::from_secs(1)),
            }
        } else {
            VerifyError::Invalid
        }
    }
}
