//! The cache entry of one JWKS URL: a state machine over the monotonic clock, without I/O.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    endpoint::Endpoint,
    key_set::{
        FetchError, FetchedKeySet, KeySet, KeySetAges, VerifyError,
        pace::{Pace, Reason},
        verify_error::KeysJustChanged,
    },
};

/// For how long a set is fresh where the platform does not say.
const DEFAULT_FRESH: Duration = Duration::from_secs(60 * 60);
/// The shortest `max-age` that is followed.
const MIN_FRESH: Duration = Duration::from_secs(60);
/// The shortest pause after a failed fetch.
const MIN_PAUSE: Duration = Duration::from_secs(2);
/// The longest pause, where the platform asks for one (`Retry-After`).
const MAX_PAUSE: Duration = Duration::from_secs(60);
/// The longest `Retry-After` of a launch without keys, unless the platform asks for longer.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The cache entry of one JWKS URL.
pub(super) struct CacheEntry {
    ages: KeySetAges,
    set: Option<FetchedSet>,
    /// The set before this one, if it held other keys.
    replaced: Option<KeySet>,
    /// Whether the last fetch changed the keys.
    changed: bool,
    /// The failure of the last fetch, unless it brought a set.
    failure: Option<Failure>,
    pace: Pace,
    /// How often the entry was cleared.
    generation: u64,
    /// The fetch under way. Its sender sends nothing and is dropped when the fetch is over.
    pub(super) fetching: Option<watch::Receiver<()>>,
}

/// A set, and when it was fetched.
struct FetchedSet {
    keys: KeySet,
    fetched_at: Duration,
    fresh_for: Duration,
}

/// Why there is no newer set, and until when none is fetched.
#[derive(Clone)]
struct Failure {
    until: Duration,
    /// Whether the platform asked for this pause.
    was_asked_for: bool,
    error: Arc<FetchError>,
}

/// How fresh the keys are, and what a launch that needs them does.
pub(super) enum Freshness {
    /// Use these.
    Fresh(KeySet),
    /// Use these, and fetch new ones meanwhile (stale-while-revalidate).
    Refresh(KeySet),
    /// Fetch, and wait for it.
    Fetch {
        /// Whether the last fetch failed and stale keys can serve, so that the wait is short.
        can_do_without: bool,
    },
    /// A fetch has just failed: use stale keys, or fail.
    Backoff,
}

impl CacheEntry {
    pub(super) fn new(ages: KeySetAges) -> Self {
        Self {
            ages,
            set: None,
            replaced: None,
            changed: false,
            failure: None,
            pace: Pace::default(),
            generation: 0,
            fetching: None,
        }
    }

    /// Clears the entry. The result of a fetch under way is dropped, too.
    pub(super) fn forget(&mut self) {
        let generation = self.generation.wrapping_add(1);
        *self = Self::new(self.ages);
        self.generation = generation;
    }

    pub(super) fn freshness(&self, now: Duration) -> Freshness {
        let backing_off = self.is_backing_off(now);
        match &self.set {
            Some(set) if set.age(now) < set.fresh_for => {
                let ageing = set.age(now) >= set.fresh_for * 4 / 5;
                if ageing && !backing_off {
                    Freshness::Refresh(set.keys.clone())
                } else {
                    Freshness::Fresh(set.keys.clone())
                }
            }
            _ if backing_off => Freshness::Backoff,
            _ => Freshness::Fetch {
                can_do_without: self.failure.is_some() && self.may_serve(now),
            },
        }
    }

    /// The newest set if it may still serve, else why there is none; `None` if the entry was cleared.
    pub(super) fn newest(&self, now: Duration) -> Option<Result<KeySet, VerifyError>> {
        match (&self.set, &self.failure) {
            (Some(set), _) if self.may_serve(now) => Some(Ok(set.keys.clone())),
            (_, Some(failure)) => Some(Err(failure.error_at(now))),
            (_, None) => None,
        }
    }

    /// The set that replaced this one, if one has.
    pub(super) fn newer_than(&self, old: &KeySet) -> Option<KeySet> {
        let set = self.set.as_ref()?;
        (!set.keys.is(old)).then(|| set.keys.clone())
    }

    /// Whether a token that the set does not verify may cause a fetch.
    pub(super) fn may_refetch(&self, now: Duration) -> bool {
        !self.is_backing_off(now) && (self.pace.has_spare() || now >= self.pace.next())
    }

    /// Begins a fetch, and says which generation it belongs to.
    pub(super) fn begin(
        &mut self,
        now: Duration,
        reason: Reason,
        over: watch::Receiver<()>,
    ) -> u64 {
        self.pace.begin(now, reason);
        self.fetching = Some(over);
        self.generation
    }

    /// The set whose keys the present one withdrew.
    pub(super) fn replaced(&self) -> Option<KeySet> {
        self.replaced.clone()
    }

    /// Why it is undecided whether a token is bad that the set does not verify.
    ///
    /// `withheld`: no fetch was made for it, by the rate limit.
    pub(super) fn doubt(&self, now: Duration, withheld: bool) -> Option<VerifyError> {
        if let Some(failure) = &self.failure {
            return Some(VerifyError::Unavailable {
                retry_after: whole_seconds(failure.until.saturating_sub(now)),
                cause: Arc::clone(&failure.error) as _,
            });
        }
        (withheld && self.changed).then(|| {
            let asked_again_in = whole_seconds(self.pace.next().saturating_sub(now));
            VerifyError::Unavailable {
                retry_after: asked_again_in,
                cause: Arc::new(KeysJustChanged {
                    ago: self.pace.asked_ago(now),
                    asked_again_in,
                }),
            }
        })
    }

    /// Ends the fetch under way. An unusable answer never replaces a set.
    ///
    /// # Errors
    ///
    /// Hands back what went wrong, for the log.
    pub(super) fn settle(
        &mut self,
        generation: u64,
        url: &Endpoint,
        now: Duration,
        outcome: Result<FetchedKeySet, FetchError>,
    ) -> Result<(), Arc<FetchError>> {
        let fetched = outcome
            .and_then(|fetched| FetchedSet::read(&fetched, now, self.ages))
            .map_err(|error| error.at(url));
        if generation != self.generation {
            return fetched.map(drop).map_err(Arc::new);
        }
        self.fetching = None;
        match fetched {
            Ok(set) => {
                self.failure = None;
                let before = self.set.replace(set).map(|set| set.keys);
                let now_there = self.set.as_ref().map(|set| &set.keys);
                let other = before.filter(|old| now_there.is_some_and(|new| !new.is_like(old)));
                self.changed = other.is_some();
                self.replaced = other.or(self.replaced.take());
                Ok(())
            }
            Err(error) => {
                let error = Arc::new(error);
                self.failure = Some(self.failed(now, Arc::clone(&error)));
                Err(error)
            }
        }
    }

    /// Retry after 2 s with no usable keys, after 10 s while stale keys can serve.
    fn failed(&self, now: Duration, error: Arc<FetchError>) -> Failure {
        let soon = now.saturating_add(MIN_PAUSE);
        let in_turn = if self.pace.has_spare() && !self.may_serve(now) {
            soon
        } else {
            soon.max(self.pace.next())
        };
        let asked_for = error
            .retry_after
            .map(|pause| now.saturating_add(pause.min(MAX_PAUSE)))
            .filter(|until| *until > in_turn);
        Failure {
            until: asked_for.unwrap_or(in_turn),
            was_asked_for: asked_for.is_some(),
            error,
        }
    }

    /// Whether the set, stale or not, may serve.
    fn may_serve(&self, now: Duration) -> bool {
        let oldest = self.ages.stale;
        self.set.as_ref().is_some_and(|set| set.age(now) < oldest)
    }

    /// Whether a fetch failed so recently that none is started.
    fn is_backing_off(&self, now: Duration) -> bool {
        self.failure
            .as_ref()
            .is_some_and(|failure| now < failure.until)
    }
}

impl FetchedSet {
    fn read(fetched: &FetchedKeySet, now: Duration, ages: KeySetAges) -> Result<Self, FetchError> {
        let said = fetched.max_age.unwrap_or(DEFAULT_FRESH);
        Ok(Self {
            keys: KeySet::read(&fetched.body).map_err(FetchError::invalid)?,
            fetched_at: now,
            fresh_for: said.max(MIN_FRESH).min(ages.fresh).min(ages.stale),
        })
    }

    fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.fetched_at)
    }
}

impl Failure {
    fn error_at(&self, now: Duration) -> VerifyError {
        if !self.error.unreachable {
            return VerifyError::Invalid(Arc::clone(&self.error));
        }
        let pause = self.until.saturating_sub(now);
        let pause = if self.was_asked_for {
            pause
        } else {
            pause.min(MAX_WAIT)
        };
        VerifyError::Unavailable {
            retry_after: whole_seconds(pause),
            cause: Arc::clone(&self.error) as _,
        }
    }
}

/// Rounded up, so that a client that waits for so long is not too early.
fn whole_seconds(pause: Duration) -> Duration {
    let begun = u64::from(pause.subsec_nanos() > 0);
    Duration::from_secs(pause.as_secs().saturating_add(begun).max(1))
}
