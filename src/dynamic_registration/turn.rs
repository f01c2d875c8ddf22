//! How many registrations go on at once, and how many begin in a minute.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};

use crate::{
    dynamic_registration::RegistrationFailure, observe::RejectionRateLimit, tool::LtiTool,
};

/// How many ask a platform at once.
const AT_ONCE: usize = 4;

/// How many more wait for their turn.
const MOST_WAITING: usize = 64;

/// How long a turn is waited for.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(12);

const MINUTE: Duration = Duration::from_secs(60);

/// The turns of one tool, shared by all that register for it.
pub(super) struct Turns {
    running: Semaphore,
    waiting: AtomicUsize,
    begun: Mutex<VecDeque<Duration>>,
    pub(super) failures: RejectionRateLimit,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            running: Semaphore::new(AT_ONCE),
            waiting: AtomicUsize::new(0),
            begun: Mutex::default(),
            failures: RejectionRateLimit::for_kinds(RegistrationFailure::ALL.len()),
        }
    }
}

impl Turns {
    /// Counts a registration that begins.
    pub(super) fn begin(
        &self,
        tool: &LtiTool,
        most_a_minute: Option<u32>,
    ) -> Result<(), RegistrationFailure> {
        let Some(most) = most_a_minute else {
            return Ok(());
        };
        let now = tool.clock().monotonic();
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        while begun
            .front()
            .is_some_and(|before| now.saturating_sub(*before) >= MINUTE)
        {
            begun.pop_front();
        }
        if begun.len() >= most as usize {
            return Err(RegistrationFailure::TooManyRequests);
        }
        begun.push_back(now);
        Ok(())
    }

    /// Waits for a turn to ask a platform.
    pub(super) async fn take(
        &self,
        began: Instant,
    ) -> Result<SemaphorePermit<'_>, RegistrationFailure> {
        if let Ok(turn) = self.running.try_acquire() {
            return Ok(turn);
        }
        let _waiting = Waiting::begin(&self.waiting)?;
        let turn = timeout_at(began + LONGEST_WAIT, self.running.acquire()).await;
        match turn {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(RegistrationFailure::Busy),
        }
    }
}

/// One that waits, however its wait ends.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Result<Self, RegistrationFailure> {
        let guard = Self(waiting);
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        if before < MOST_WAITING {
            Ok(guard)
        } else {
            Err(RegistrationFailure::Busy)
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
