//! One fetch under way.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{
    clock::Clock,
    key_set::{FetchError, FetchedKeySet, cache::Entry, place::Place},
    observe::{KeyFetch, event},
};

/// A fetch under way. It is settled when dropped, so also when the fetcher panics.
pub(super) struct Flight {
    pub(super) place: Place,
    pub(super) entry: Arc<Entry>,
    pub(super) generation: u64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) outcome: Option<Result<FetchedKeySet, FetchError>>,
    pub(super) observed: KeyFetch,
    /// Dropped after all is settled, which wakes those who wait.
    pub(super) _running: watch::Sender<()>,
}

impl Flight {
    pub(super) fn land(mut self, outcome: Result<FetchedKeySet, FetchError>) {
        self.outcome = Some(outcome);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let outcome = self
            .outcome
            .take()
            .unwrap_or_else(|| Err(FetchError::unreachable("the fetch was broken off")));
        let now = self.clock.monotonic();
        let mut state = self.entry.lock();
        let settled = state.settle(self.generation, &self.place.url, now, outcome);
        drop(state);
        self.observed.finish(&settled);
        if let Err(trouble) = settled {
            event::key_set_fetch_failed(
                self.place.url.as_str(),
                trouble.words(),
                std::error::Error::source(&*trouble),
            );
        }
    }
}
