//! One key set for each JWKS URL: fetched once, kept fresh, kept while the platform is down.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::Algorithm;
use tokio::{sync::watch, time::timeout};

use crate::{
    clock::Clock,
    key_set::{
        FetchError, FetchKeySet, FetchedKeySet, KeySet,
        kept::{Kept, Standing},
    },
    observe::{KeyFetch, event},
    registration::KeySource,
};

/// How long one fetch may take.
const FETCH_DEADLINE: Duration = Duration::from_secs(5);
/// How long a launch waits for a platform that was down a moment ago, where old keys can serve.
const STALE_PATIENCE: Duration = Duration::from_secs(1);

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

/// One URL. Platforms have nothing in common, so that a slow one keeps no other waiting.
#[derive(Default)]
struct Entry(Mutex<Kept>);

impl Entry {
    /// No lock is held while anything is awaited.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys to verify with.
struct Current {
    keys: KeySet,
    /// Whether they were asked for by this very launch, so that asking again is no use.
    asked_for: bool,
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
        let Current {
            mut keys,
            asked_for,
        } = self.current(url, &entry).await?;
        let mut verdict = keys.verify(key_id, algorithm, message, signature);
        // Twice, because a fetch that was under way may have been answered before the keys changed.
        for _ in 0..2 {
            if verdict != Err(VerifyError::UnknownKey) || asked_for {
                break;
            }
            let Some(newer) = self.newer(url, &entry, &keys).await else {
                break;
            };
            keys = newer;
            verdict = keys.verify(key_id, algorithm, message, signature);
        }
        verdict
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
    async fn current(&self, url: &str, entry: &Arc<Entry>) -> Result<Current, VerifyError> {
        let now = self.clock.monotonic();
        let (over, asked_for, patience) = {
            let mut kept = entry.lock();
            let asked_for = kept.fetching.is_none();
            let known = |keys| Current {
                keys,
                asked_for: false,
            };
            match kept.standing(now) {
                Standing::Fresh(keys) => return Ok(known(keys)),
                Standing::Ageing(keys) => {
                    self.start(url, entry, &mut kept);
                    return Ok(known(keys));
                }
                Standing::Resting => return kept.newest(now).map(known),
                Standing::Due { can_do_without } => (
                    self.start(url, entry, &mut kept),
                    asked_for,
                    can_do_without.then_some(STALE_PATIENCE),
                ),
            }
        };
        match patience {
            None => finished(over).await,
            // The fetch itself goes on, and whoever comes next has the use of it.
            Some(patience) => timeout(patience, finished(over)).await.unwrap_or(()),
        }
        let keys = entry.lock().newest(self.clock.monotonic())?;
        Ok(Current { keys, asked_for })
    }

    /// Looks for a set newer than this one, which lacks a key id; fetches at most once in a while.
    async fn newer(&self, url: &str, entry: &Arc<Entry>, old: &KeySet) -> Option<KeySet> {
        let over = {
            let mut kept = entry.lock();
            if let Some(newer) = kept.newer_than(old) {
                return Some(newer);
            }
            if kept.fetching.is_none() && !kept.may_force(self.clock.monotonic()) {
                return None;
            }
            self.start(url, entry, &mut kept)
        };
        finished(over).await;
        entry.lock().newer_than(old)
    }

    /// Starts a fetch, or joins the one under way. It goes on when whoever waits goes away.
    fn start(&self, url: &str, entry: &Arc<Entry>, kept: &mut Kept) -> watch::Receiver<()> {
        if let Some(under_way) = &kept.fetching {
            return under_way.clone();
        }
        let (running, over) = watch::channel(());
        kept.fetching = Some(over.clone());
        let observed = KeyFetch::begins(url);
        let span = observed.span();
        let flight = Flight {
            url: url.to_owned(),
            entry: Arc::clone(entry),
            clock: Arc::clone(&self.clock),
            outcome: None,
            observed,
            _running: running,
        };
        let fetcher = Arc::clone(&self.fetcher);
        tokio::spawn(span.over(async move {
            let fetched = timeout(FETCH_DEADLINE, fetcher.fetch(&flight.url)).await;
            flight.land(fetched.unwrap_or_else(|late| Err(FetchError::unreachable(late))));
        }));
        over
    }
}

impl fmt::Debug for KeySetCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySetCache").finish_non_exhaustive()
    }
}

/// A fetch under way. It is settled when dropped, so also when the fetcher panics.
struct Flight {
    url: String,
    entry: Arc<Entry>,
    clock: Arc<dyn Clock>,
    outcome: Option<Result<FetchedKeySet, FetchError>>,
    observed: KeyFetch,
    /// Dropped after all is settled, which wakes those who wait.
    _running: watch::Sender<()>,
}

impl Flight {
    fn land(mut self, outcome: Result<FetchedKeySet, FetchError>) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let outcome = self
            .outcome
            .take()
            .unwrap_or_else(|| Err(FetchError::unreachable("the fetch was broken off")));
        let settled = self.entry.lock().settle(self.clock.monotonic(), outcome);
        self.observed.ends(&settled);
        if let Err(trouble) = settled {
            event::key_set_fetch_failed(&self.url, &trouble);
        }
    }
}

/// Waits until a fetch is over.
async fn finished(mut over: watch::Receiver<()>) {
    // Nothing is ever sent: this ends when the sender is dropped.
    while over.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests;
