//! The cache of key sets, one entry for each JWKS URL and what may be reached for it: single flight, stale-while-revalidate, rate limit.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use crate::{
    clock::Clock,
    endpoint::Endpoint,
    key_set::{
        AnyFetcher, FetchError, KeySet, KeySetAges, KeySource, SignatureAlgorithm, VerifyError,
        cache_entry::{CacheEntry, Freshness},
        flight::Flight,
        pace::Reason,
        place::Place,
    },
    observe::KeyFetch,
    outbound::AddressPolicy,
};

/// How long one fetch may take.
const FETCH_DEADLINE: Duration = Duration::from_secs(5);
/// How long a launch waits for a platform whose last fetch failed, where stale keys can serve.
const STALE_PATIENCE: Duration = Duration::from_secs(1);

/// The key sets of all platforms. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeySetCache {
    fetcher: AnyFetcher,
    clock: Arc<dyn Clock>,
    ages: KeySetAges,
    entries: Arc<RwLock<HashMap<Place, Arc<Entry>>>>,
}

/// One place. Entries share no lock, so that a slow platform delays no other.
pub(super) struct Entry(Mutex<CacheEntry>);

impl Entry {
    /// Never held across an await.
    pub(super) fn lock(&self) -> MutexGuard<'_, CacheEntry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys to verify with.
struct Current {
    keys: KeySet,
    /// Whether this very launch fetched them, so that fetching again is no use.
    asked_for: bool,
}

/// The outcome of a look for newer keys.
enum Look {
    /// There are newer ones.
    Newer(KeySet),
    /// There are none: the platform was asked.
    NoneNewer,
    /// The rate limit allows no fetch yet.
    Withheld,
}

impl KeySetCache {
    pub(crate) fn new(fetcher: AnyFetcher, clock: Arc<dyn Clock>, ages: KeySetAges) -> Self {
        Self {
            fetcher,
            clock,
            ages,
            entries: Arc::default(),
        }
    }

    /// Verifies a signature with a registration's keys, fetching them where that is due.
    pub(crate) async fn verify(
        &self,
        source: &KeySource,
        addresses: AddressPolicy,
        key_id: &str,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let verdict_of = |keys: &KeySet| keys.verify(key_id, algorithm, message, signature);
        let url = match source {
            KeySource::Fixed(keys) => {
                return verdict_of(keys)
                    .map_err(|why| VerifyError::rejected(why, key_id, algorithm, keys));
            }
            KeySource::Url(url) => url.clone(),
        };
        let place = &Place { url, addresses };
        let entry = self.entry(place);
        let Current {
            mut keys,
            mut asked_for,
        } = self.current(place, &entry).await?;
        let mut verdict = verdict_of(&keys);
        let mut withheld = false;
        // Twice, because a fetch that was under way may have been answered before the keys changed.
        for _ in 0..2 {
            if verdict.is_ok() || asked_for {
                break;
            }
            match self.look(place, &entry, &keys, &mut asked_for).await {
                Look::Newer(newer) => keys = newer,
                Look::NoneNewer => break,
                Look::Withheld => {
                    withheld = true;
                    break;
                }
            }
            verdict = verdict_of(&keys);
        }
        let Err(mismatch) = verdict else {
            return Ok(());
        };
        let (replaced, doubt) = {
            let state = entry.lock();
            let doubt = state.doubt(self.clock.monotonic(), withheld);
            (state.replaced(), doubt)
        };
        // A withdrawn key is rejected at once.
        let is_withdrawn = replaced.is_some_and(|replaced| {
            verdict_of(&replaced).is_ok() || (replaced.names(key_id) && !keys.names(key_id))
        });
        match doubt {
            Some(undecided) if !is_withdrawn => Err(undecided),
            _ => Err(VerifyError::rejected(mismatch, key_id, algorithm, &keys)),
        }
    }

    /// Clears every entry of a URL.
    pub(crate) fn forget(&self, url: &Endpoint) {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        for (_, entry) in entries.iter().filter(|(place, _)| place.url == *url) {
            entry.lock().forget();
        }
    }

    fn entry(&self, place: &Place) -> Arc<Entry> {
        let read = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = read.get(place) {
            return Arc::clone(entry);
        }
        drop(read);
        let mut write = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let entry = write
            .entry(place.clone())
            .or_insert_with(|| Arc::new(Entry(Mutex::new(CacheEntry::new(self.ages)))));
        Arc::clone(entry)
    }

    /// The set to verify with: a fresh one where it can be had, an old one while it may serve.
    async fn current(&self, place: &Place, entry: &Arc<Entry>) -> Result<Current, VerifyError> {
        loop {
            // Again where the entry was cleared during the fetch.
            if let Some(current) = self.try_current(place, entry).await? {
                return Ok(current);
            }
        }
    }

    async fn try_current(
        &self,
        place: &Place,
        entry: &Arc<Entry>,
    ) -> Result<Option<Current>, VerifyError> {
        let now = self.clock.monotonic();
        let ((over, flight), asked_for, patience) = {
            let mut state = entry.lock();
            let asked_for = state.fetching.is_none();
            let known = |keys| Current {
                keys,
                asked_for: false,
            };
            match state.freshness(now) {
                Freshness::Fresh(keys) => return Ok(Some(known(keys))),
                Freshness::Refresh(keys) => {
                    let (_, flight) = self.begin(place, entry, &mut state, Reason::Needed);
                    drop(state);
                    self.start(flight);
                    return Ok(Some(known(keys)));
                }
                Freshness::Backoff => {
                    return Ok(state.newest(now).transpose()?.map(known));
                }
                Freshness::Fetch { can_do_without } => (
                    self.begin(place, entry, &mut state, Reason::Needed),
                    asked_for,
                    can_do_without.then_some(STALE_PATIENCE),
                ),
            }
        };
        self.start(flight);
        match patience {
            None => finished(over).await,
            // The fetch itself goes on, for the next launch.
            Some(patience) => timeout(patience, finished(over)).await.unwrap_or(()),
        }
        let newest = entry.lock().newest(self.clock.monotonic()).transpose()?;
        Ok(newest.map(|keys| Current { keys, asked_for }))
    }

    /// Looks for a set newer than this one, which does not verify a token; fetches if the rate limit allows.
    async fn look(
        &self,
        place: &Place,
        entry: &Arc<Entry>,
        old: &KeySet,
        asked_for: &mut bool,
    ) -> Look {
        let (over, flight) = {
            let mut state = entry.lock();
            if let Some(newer) = state.newer_than(old) {
                return Look::Newer(newer);
            }
            *asked_for = state.fetching.is_none();
            if *asked_for && !state.may_refetch(self.clock.monotonic()) {
                return Look::Withheld;
            }
            self.begin(place, entry, &mut state, Reason::Doubt)
        };
        self.start(flight);
        finished(over).await;
        match entry.lock().newer_than(old) {
            Some(newer) => Look::Newer(newer),
            None => Look::NoneNewer,
        }
    }

    /// Joins the fetch under way (single flight), or notes one, which is started once the entry is unlocked.
    fn begin(
        &self,
        place: &Place,
        entry: &Arc<Entry>,
        state: &mut CacheEntry,
        reason: Reason,
    ) -> (watch::Receiver<()>, Option<Flight>) {
        if let Some(under_way) = &state.fetching {
            return (under_way.clone(), None);
        }
        let (running, over) = watch::channel(());
        let generation = state.begin(self.clock.monotonic(), reason, over.clone());
        let flight = Flight {
            place: place.clone(),
            entry: Arc::clone(entry),
            generation,
            clock: Arc::clone(&self.clock),
            outcome: None,
            observed: KeyFetch::begin(place.url.as_str()),
            _running: running,
        };
        (over, Some(flight))
    }

    /// Starts a fetch in a spawned task: cancelling a waiter does not cancel it. Nothing may be locked: a runtime
    /// that shuts down drops the task within `spawn`, which settles it.
    fn start(&self, flight: Option<Flight>) {
        let Some(flight) = flight else {
            return;
        };
        let span = flight.observed.span();
        let fetcher = self.fetcher.clone();
        tokio::spawn(span.instrument(async move {
            let fetched = timeout(FETCH_DEADLINE, fetcher.fetch(&flight.place)).await;
            flight.land(fetched.unwrap_or_else(|_| {
                let late = format!("no answer within {} s", FETCH_DEADLINE.as_secs());
                Err(FetchError::unreachable(late))
            }));
        }));
    }
}

impl fmt::Debug for KeySetCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySetCache").finish_non_exhaustive()
    }
}

/// Waits until a fetch is over.
async fn finished(mut over: watch::Receiver<()>) {
    // Nothing is ever sent: this ends when the sender is dropped.
    while over.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests;
