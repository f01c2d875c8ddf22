//! One key set for each JWKS URL: fetched once, kept fresh, kept while the platform is down.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::Algorithm;
use tokio::sync::watch;

use crate::{
    clock::Clock,
    key_set::{FetchKeySet, FetchedKeySet, KeySet},
    registration::KeySource,
};

/// For how long a set is fresh where the platform does not say.
const DEFAULT_FRESH: Duration = Duration::from_secs(60 * 60);
/// The bounds of what a platform may say.
const SHORTEST_FRESH: Duration = Duration::from_secs(60);
const LONGEST_FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// For how long an old set serves while the platform is down.
const LONGEST_STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// How often an unknown key id may have a set fetched anew.
const FORCED_PAUSE: Duration = Duration::from_secs(10);
/// For how long a failed fetch is remembered, unless the platform asks for longer.
const FAILURE_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_FAILURE_PAUSE: Duration = Duration::from_secs(60);
/// How long one fetch may take.
const FETCH_DEADLINE: Duration = Duration::from_secs(5);

/// Why a signature was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VerifyError {
    /// No key of that id is published.
    UnknownKey,
    /// The key of that id does not fit the algorithm.
    UnfitKey,
    /// The signature is wrong.
    BadSignature,
    /// The key set is out of reach and none is kept.
    Unavailable { retry_after: Duration },
    /// The answer is no key set and none is kept.
    Invalid,
}

/// The key sets of all platforms. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeySetCache {
    fetcher: Arc<dyn FetchKeySet>,
    clock: Arc<dyn Clock>,
    entries: Arc<RwLock<HashMap<String, Arc<Entry>>>>,
}

/// What is known of one URL. No lock is held while anything is awaited.
#[derive(Default)]
struct Entry(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    set: Option<FetchedSet>,
    failure: Option<Failure>,
    forced_at: Option<Duration>,
    fetching: Option<watch::Receiver<bool>>,
}

#[derive(Clone)]
struct FetchedSet {
    keys: KeySet,
    fetched_at: Duration,
    fresh_for: Duration,
}

#[derive(Clone, Copy)]
struct Failure {
    until: Duration,
    error: VerifyError,
}

impl Entry {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeySetCache {
    pub(crate) fn new(fetcher: Arc<dyn FetchKeySet>, clock: Arc<dyn Clock>) -> Self {
        Self {
            fetcher,
            clock,
            entries: Arc::default(),
        }
    }

    /// Verifies a signature with a registration's keys, fetching them where that is due.
    pub(crate) async fn verify(
        &self,
        source: &KeySource,
        key_id: &str,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let url = match source {
            KeySource::Fixed(keys) => return keys.verify(key_id, algorithm, message, signature),
            KeySource::Url(url) => url,
        };
        let entry = self.entry(url);
        let keys = self.current(url, &entry).await?;
        let verdict = keys.verify(key_id, algorithm, message, signature);
        if verdict != Err(VerifyError::UnknownKey) {
            return verdict;
        }
        match self.forced(url, &entry).await {
            Some(keys) => keys.verify(key_id, algorithm, message, signature),
            None => verdict,
        }
    }

    fn entry(&self, url: &str) -> Arc<Entry> {
        let read = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = read.get(url) {
            return Arc::clone(entry);
        }
        drop(read);
        let mut write = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(write.entry(url.to_owned()).or_default())
    }

    /// The set to verify with: a fresh one where it can be had, an old one while it may serve.
    async fn current(&self, url: &str, entry: &Arc<Entry>) -> Result<KeySet, VerifyError> {
        let now = self.clock.monotonic();
        let wait = {
            let mut kept = entry.lock();
            if let Some(set) = &kept.set {
                let age = now.saturating_sub(set.fetched_at);
                if age < set.fresh_for {
                    let keys = set.keys.clone();
                    if age > set.fresh_for * 4 / 5 && !kept.is_resting(now) {
                        self.start(url, entry, &mut kept);
                    }
                    return Ok(keys);
                }
            }
            if kept.is_resting(now) {
                return kept.stale_or_failure(now);
            }
            self.start(url, entry, &mut kept)
        };
        finished(wait).await;
        entry.lock().stale_or_failure(self.clock.monotonic())
    }

    /// Fetches anew for an unknown key id, at most once in a while.
    async fn forced(&self, url: &str, entry: &Arc<Entry>) -> Option<KeySet> {
        let now = self.clock.monotonic();
        let wait = {
            let mut kept = entry.lock();
            match &kept.fetching {
                // Somebody is at it already: that fetch will do.
                Some(under_way) => under_way.clone(),
                None => {
                    let paused = kept
                        .forced_at
                        .is_some_and(|at| now.saturating_sub(at) < FORCED_PAUSE);
                    if paused {
                        return kept.set.as_ref().map(|set| set.keys.clone());
                    }
                    kept.forced_at = Some(now);
                    self.start(url, entry, &mut kept)
                }
            }
        };
        finished(wait).await;
        entry.lock().set.as_ref().map(|set| set.keys.clone())
    }

    /// Starts a fetch, or joins the one under way. It goes on when whoever waits goes away.
    fn start(&self, url: &str, entry: &Arc<Entry>, kept: &mut Kept) -> watch::Receiver<bool> {
        if let Some(under_way) = &kept.fetching {
            return under_way.clone();
        }
        let (done, wait) = watch::channel(false);
        kept.fetching = Some(wait.clone());
        let cache = self.clone();
        let entry = Arc::clone(entry);
        let url = url.to_owned();
        tokio::spawn(async move {
            // Cleared even if the fetcher panics, so that the next launch tries again.
            let _clear = ClearFetching(&entry);
            let fetched = tokio::time::timeout(FETCH_DEADLINE, cache.fetcher.fetch(&url)).await;
            let now = cache.clock.monotonic();
            let outcome = match fetched {
                Ok(Ok(fetched)) => parse(&fetched, now),
                Ok(Err(error)) if error.unreachable => Err(Failure::unavailable(
                    now,
                    error.retry_after.unwrap_or(FAILURE_PAUSE),
                )),
                Ok(Err(_)) => Err(Failure::invalid(now)),
                Err(_) => Err(Failure::unavailable(now, FAILURE_PAUSE)),
            };
            entry.lock().take(outcome);
            done.send_replace(true);
        });
        wait
    }
}

struct ClearFetching<'a>(&'a Entry);

impl Drop for ClearFetching<'_> {
    fn drop(&mut self) {
        self.0.lock().fetching = None;
    }
}

/// Waits until a fetch is over, or its task is gone.
async fn finished(mut wait: watch::Receiver<bool>) {
    let _ = wait.wait_for(|done| *done).await;
}

fn parse(fetched: &FetchedKeySet, now: Duration) -> Result<FetchedSet, Failure> {
    let keys = KeySet::parse(&fetched.body).map_err(|_| Failure::invalid(now))?;
    Ok(FetchedSet {
        keys,
        fetched_at: now,
        fresh_for: fetched
            .max_age
            .unwrap_or(DEFAULT_FRESH)
            .clamp(SHORTEST_FRESH, LONGEST_FRESH),
    })
}

impl Kept {
    fn take(&mut self, outcome: Result<FetchedSet, Failure>) {
        match outcome {
            Ok(set) => {
                self.set = Some(set);
                self.failure = None;
            }
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// Whether a fetch failed so recently that none is started.
    fn is_resting(&self, now: Duration) -> bool {
        self.failure.is_some_and(|failure| now < failure.until)
    }

    fn stale_or_failure(&self, now: Duration) -> Result<KeySet, VerifyError> {
        match (&self.set, self.failure) {
            (Some(set), None) => Ok(set.keys.clone()),
            (Some(set), Some(_)) if now.saturating_sub(set.fetched_at) < LONGEST_STALE => {
                Ok(set.keys.clone())
            }
            (_, Some(failure)) => Err(failure.error),
            (None, None) => Err(VerifyError::Unavailable {
                retry_after: FAILURE_PAUSE,
            }),
        }
    }
}

impl Failure {
    fn unavailable(now: Duration, pause: Duration) -> Self {
        let pause = pause.min(LONGEST_FAILURE_PAUSE);
        Self {
            until: now + pause,
            error: VerifyError::Unavailable {
                retry_after: pause.max(FAILURE_PAUSE),
            },
        }
    }

    fn invalid(now: Duration) -> Self {
        Self {
            until: now + FAILURE_PAUSE,
            error: VerifyError::Invalid,
        }
    }
}

impl fmt::Debug for KeySetCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySetCache").finish_non_exhaustive()
    }
}
