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
    logins: Arc<Room>,
    small: Arc<Room>,
    large: Arc<Room>,
}

impl BodyBudget {
    pub(crate) fn new(max: usize) -> Self {
        if max < MIN_DIVIDED {
            let [logins, small, large] = [(); 3].map({
                let room = Arc::new(Room::new(max));
                move |()| Arc::clone(&room)
            });
            return Self {
                logins,
                small,
                large,
            };
        }
        let (for_logins, for_large) = (max / 8, max / 2);
        Self {
            logins: Arc::new(Room::new(for_logins)),
            small: Arc::new(Room::new(max - for_logins - for_large)),
            large: Arc::new(Room::new(for_large)),
        }
    }

    /// Nothing yet of a body that announces this length, or none.
    pub(super) fn hold(&self, whose: BodyOf, announced: u64) -> HeldBytes<'_> {
        let room = match whose {
            BodyOf::Login => &self.logins,
            BodyOf::Launch if announced > SMALL as u64 => &self.large,
            BodyOf::Launch => &self.small,
        };
        HeldBytes {
            large: &self.large,
            room,
            bytes: 0,
            seat: None,
        }
    }
}

/// A part of the budget.
#[derive(Debug)]
struct Room {
    max: usize,
    held: AtomicUsize,
    /// The bodies that wait for their next bytes, the one that has been waiting longest first.
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    seats: BTreeMap<u64, Arc<Seat>>,
}

/// What a body that waits has in a room, and how it is told that it has to give way.
#[derive(Debug, Default)]
struct Seat {
    bytes: AtomicUsize,
    taken_away: Notify,
}

impl Room {
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

    /// Gives back what a seat holds.
    fn release(&self, seat: &Seat) {
        let bytes = seat.bytes.swap(0, Ordering::AcqRel);
        self.held.fetch_sub(bytes, Ordering::AcqRel);
    }

    /// Takes their room away from those who have waited longest, until the others fit. Says whether that
    /// was possible.
    fn make_room(&self) -> bool {
        while self.held.load(Ordering::Acquire) > self.max {
            let Some((_, seat)) = self.waiting().seats.pop_first() else {
                return false;
            };
            self.release(&seat);
            seat.taken_away.notify_one();
        }
        true
    }
}

/// The share of one body, given back when it is dropped.
pub(super) struct HeldBytes<'a> {
    room: &'a Room,
    large: &'a Room,
    bytes: usize,
    seat: Option<(u64, Arc<Seat>)>,
}

impl HeldBytes<'_> {
    /// Holds so many bytes more.
    pub(super) fn add(&mut self, bytes: usize) -> Result<(), LtiErrorKind> {
        self.bytes += bytes;
        self.count(bytes);
        if self.bytes > self.room.max {
            return Err(LtiErrorKind::BodiesInFlight);
        }
        if self.room.held.load(Ordering::Acquire) > self.room.max && !self.room.make_room() {
            return Err(LtiErrorKind::BodiesInFlight);
        }
        Ok(())
    }

    fn count(&self, bytes: usize) {
        self.room.held.fetch_add(bytes, Ordering::AcqRel);
        if let Some((_, seat)) = &self.seat {
            seat.bytes.fetch_add(bytes, Ordering::AcqRel);
        }
    }

    /// Moves to the room of large bodies, where this has turned out to be one.
    pub(super) fn is_large(&mut self) {
        if !std::ptr::eq(self.room, self.large) {
            self.leave();
            self.room = self.large;
            self.count(self.bytes);
        }
    }

    /// Counts as waiting from now on. Ends when another body needs the room.
    pub(super) async fn has_to_give_way(&mut self) {
        let room = self.room;
        let (_, seat) = self.seat.get_or_insert_with(|| {
            let seat = Arc::new(Seat {
                bytes: AtomicUsize::new(self.bytes),
                taken_away: Notify::new(),
            });
            let mut waiting = room.waiting();
            let number = waiting.next;
            waiting.next += 1;
            waiting.seats.insert(number, Arc::clone(&seat));
            (number, seat)
        });
        seat.taken_away.notified().await;
    }

    /// Does not wait any more: what is whole is not taken away.
    pub(super) fn is_whole(&mut self) {
        if let Some((number, seat)) = self.seat.take() {
            self.room.waiting().seats.remove(&number);
            self.bytes = seat.bytes.load(Ordering::Acquire);
        }
    }

    fn leave(&mut self) {
        match self.seat.take() {
            Some((number, seat)) => {
                self.room.waiting().seats.remove(&number);
                self.room.release(&seat);
            }
            None => {
                self.room.held.fetch_sub(self.bytes, Ordering::AcqRel);
            }
        }
    }
}

impl Drop for HeldBytes<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
