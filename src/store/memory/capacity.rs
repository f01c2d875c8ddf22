//! How much may be kept, counted across all shards.

use super::sync::{AtomicUsize, Ordering};

/// A number of places, some of them taken.
pub(super) struct Capacity {
    places: usize,
    taken: AtomicUsize,
}

impl Capacity {
    pub(super) fn new(places: usize) -> Self {
        Self {
            places,
            taken: AtomicUsize::new(0),
        }
    }

    pub(super) fn places(&self) -> usize {
        self.places
    }

    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Takes one place, and says whether there was one.
    pub(super) fn take(&self) -> bool {
        self.taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                (taken < self.places).then_some(taken + 1)
            })
            .is_ok()
    }

    pub(super) fn give_back(&self, places: usize) {
        // Nearly every launch gives none back, and all threads meet here.
        if places > 0 {
            self.taken.fetch_sub(places, Ordering::Relaxed);
        }
    }
}
