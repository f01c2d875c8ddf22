//! Limits the bytes of request bodies that are held in memory at once.
//!
//! Logins, small launch bodies and large ones have a share each, so that none of them starves another. In a
//! share that is full, the body that has waited longest for its next bytes is dropped (slow-loris defence): a
//! browser's arrives within moments, and one that is stalled on purpose does not.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Notify;

use crate::error::LtiErrorKind;

/// The largest body that counts as small, in bytes. Launches have some thousand.
pub(crate) const SMALL: usize = 64 * 1024;

/// A budget below this is one share for all: half of it would hold no large body.
const MIN_DIVIDED: usize = 2 * 1024 * 1024;

/// What a body is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyOf {
    Login,
    Launch,
}

/// How many bytes of bodies may be held at once, over all requests.
#[derive(Clone, Debug)]
pub(crate) struct BodyBudget {
    logins: Arc<Share>,
    small: Arc<Share>,
    large: Arc<Share>,
}

impl BodyBudget {
    pub(crate) fn new(max: usize) -> Self {
        if max < MIN_DIVIDED {
            let [logins, small, large] = [(); 3].map({
                let share = Arc::new(Share::new(max));
                move |()| Arc::clone(&share)
            });
            return Self {
                logins,
                small,
                large,
            };
        }
        let (for_logins, for_large) = (max / 8, max / 2);
        Self {
            logins: Arc::new(Share::new(for_logins)),
            small: Arc::new(Share::new(max - for_logins - for_large)),
            large: Arc::new(Share::new(for_large)),
        }
    }

    /// Nothing yet of a body that announces this length, or none.
    pub(super) fn hold(&self, whose: BodyOf, announced: u64) -> HeldBytes<'_> {
        let share = match whose {
            BodyOf::Login => &self.logins,
            BodyOf::Launch if announced > SMALL as u64 => &self.large,
            BodyOf::Launch => &self.small,
        };
        HeldBytes {
            large: &self.large,
            share,
            bytes: 0,
            waiter: None,
        }
    }
}

/// A part of the budget, which bodies of one sort share.
#[derive(Debug)]
struct Share {
    max: usize,
    held: AtomicUsize,
    /// The bodies that wait for their next bytes, the one that has been waiting longest first.
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    waiters: BTreeMap<u64, Arc<Waiter>>,
}

/// A body that waits for its next bytes: what it holds, and the signal that it was evicted.
#[derive(Debug, Default)]
struct Waiter {
    bytes: AtomicUsize,
    evicted: Notify,
}

impl Share {
    fn new(max: usize) -> Self {
        Self {
            max,
            held: AtomicUsize::new(0),
            waiting: Mutex::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives back what a waiter holds.
    fn release(&self, waiter: &Waiter) {
        let bytes = waiter.bytes.swap(0, Ordering::AcqRel);
        self.held.fetch_sub(bytes, Ordering::AcqRel);
    }

    /// Evicts those that have waited longest, until the others fit. Says whether that was possible.
    fn evict(&self) -> bool {
        while self.held.load(Ordering::Acquire) > self.max {
            let Some((_, waiter)) = self.waiting().waiters.pop_first() else {
                return false;
            };
            self.release(&waiter);
            waiter.evicted.notify_one();
        }
        true
    }
}

/// The bytes of one body, given back when it is dropped.
pub(super) struct HeldBytes<'a> {
    share: &'a Share,
    large: &'a Share,
    bytes: usize,
    waiter: Option<(u64, Arc<Waiter>)>,
}

impl HeldBytes<'_> {
    /// Holds so many bytes more.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), LtiErrorKind> {
        self.bytes += bytes;
        self.count(bytes);
        if self.bytes > self.share.max {
            return Err(LtiErrorKind::BodiesInFlight);
        }
        if self.share.held.load(Ordering::Acquire) > self.share.max && !self.share.evict() {
            return Err(LtiErrorKind::BodiesInFlight);
        }
        Ok(())
    }

    fn count(&self, bytes: usize) {
        self.share.held.fetch_add(bytes, Ordering::AcqRel);
        if let Some((_, waiter)) = &self.waiter {
            waiter.bytes.fetch_add(bytes, Ordering::AcqRel);
        }
    }

    /// Moves to the share of large bodies, once this has turned out to be one.
    pub(super) fn move_to_large(&mut self) {
        if !std::ptr::eq(self.share, self.large) {
            self.leave();
            self.share = self.large;
            self.count(self.bytes);
        }
    }

    /// Counts as waiting from now on. Ends when another body needs the bytes.
    pub(super) async fn evicted(&mut self) {
        let share = self.share;
        let (_, waiter) = self.waiter.get_or_insert_with(|| {
            let waiter = Arc::new(Waiter {
                bytes: AtomicUsize::new(self.bytes),
                evicted: Notify::new(),
            });
            let mut waiting = share.waiting();
            let number = waiting.next;
            waiting.next += 1;
            waiting.waiters.insert(number, Arc::clone(&waiter));
            (number, waiter)
        });
        waiter.evicted.notified().await;
    }

    /// Waits no longer: a complete body is not evicted.
    pub(super) fn complete(&mut self) {
        if let Some((number, waiter)) = self.waiter.take() {
            self.share.waiting().waiters.remove(&number);
            self.bytes = waiter.bytes.load(Ordering::Acquire);
        }
    }

    fn leave(&mut self) {
        match self.waiter.take() {
            Some((number, waiter)) => {
                self.share.waiting().waiters.remove(&number);
                self.share.release(&waiter);
            }
            None => {
                self.share.held.fetch_sub(self.bytes, Ordering::AcqRel);
            }
        }
    }
}

impl Drop for HeldBytes<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
