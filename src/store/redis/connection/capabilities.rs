//! What the server offers beyond `SET` and `GET`.
//!
//! Commands may be renamed, denied, denied within scripts, or not offered by a managed Redis. Launches need none of
//! these. What is missing is logged once for each connection.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::observe::event;

/// The pause after a deployment could not be added to its list.
const LISTING_BACKOFF: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct Capabilities {
    /// No `SET … NX GET`: Redis before 7.0.
    lacks_set_nx_get: AtomicBool,
    warned_no_scripts: AtomicBool,
    warned_no_lists: AtomicBool,
    warned_no_transactions: AtomicBool,
    /// Held while a deployment is counted and listed without a script.
    pub(crate) creation_lock: tokio::sync::Mutex<()>,
    listing: Mutex<Listing>,
}

#[derive(Default)]
struct Listing {
    is_running: bool,
    not_before: Option<Instant>,
}

impl Capabilities {
    /// Whether a value can be set and read in one command.
    pub(super) fn has_set_nx_get(&self) -> bool {
        !self.lacks_set_nx_get.load(Ordering::Relaxed)
    }

    pub(super) fn lack_set_nx_get(&self) {
        self.lacks_set_nx_get.store(true, Ordering::Relaxed);
    }

    pub(crate) fn warn_no_scripts(&self) {
        if !self.warned_no_scripts.swap(true, Ordering::Relaxed) {
            event::store_scripts_missing();
        }
    }

    pub(crate) fn warn_no_lists(&self) {
        if !self.warned_no_lists.swap(true, Ordering::Relaxed) {
            event::store_lists_missing();
        }
    }

    pub(super) fn warn_no_transactions(&self) {
        if !self.warned_no_transactions.swap(true, Ordering::Relaxed) {
            event::store_transactions_missing();
        }
    }

    /// Warns again: this is another connection.
    pub(super) fn reset_warnings(&self) {
        for warned in [
            &self.warned_no_scripts,
            &self.warned_no_lists,
            &self.warned_no_transactions,
        ] {
            warned.store(false, Ordering::Relaxed);
        }
    }

    /// Whether an unlisted deployment may be added to its list now; ended by [`end_listing`](Self::end_listing).
    pub(crate) fn begin_listing(&self) -> bool {
        let mut listing = self.listing();
        let is_too_soon = listing.not_before.is_some_and(|at| Instant::now() < at);
        let may_begin = !listing.is_running && !is_too_soon;
        listing.is_running |= may_begin;
        may_begin
    }

    pub(crate) fn end_listing(&self, is_listed: bool) {
        let mut listing = self.listing();
        listing.is_running = false;
        listing.not_before = (!is_listed).then(|| Instant::now() + LISTING_BACKOFF);
    }

    fn listing(&self) -> std::sync::MutexGuard<'_, Listing> {
        self.listing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
