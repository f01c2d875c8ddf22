//! The background task that keeps the copy as the store is.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    select,
    sync::{Notify, watch},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};

use super::{
    progress::{PATIENCE, Progress},
    snapshot::Snapshot,
};
use crate::{
    observe::event,
    store::{AnyRegistrationRecords, StoreError},
};

/// The time between two looks at the store.
const PERIOD: Duration = Duration::from_secs(1);

/// The shortest time between two looks at the store for registrations that are not known.
const SPACING: Duration = Duration::from_millis(200);

/// The longest wait for a store that has to answer: two calls under way, and two more.
const LONGEST_WAIT: Duration = Duration::from_secs(45);

/// The copy, its store, and the task between them.
pub(super) struct Keeper {
    pub(super) store: AnyRegistrationRecords,
    progress: watch::Sender<Progress>,
    wanted: Arc<Wanted>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// What the task is woken by.
#[derive(Default)]
struct Wanted {
    soon: Notify,
    now: Notify,
}

impl Keeper {
    pub(super) fn new(store: AnyRegistrationRecords) -> Self {
        Self {
            store,
            progress: watch::Sender::new(Progress::default()),
            wanted: Arc::default(),
            task: Mutex::default(),
        }
    }

    pub(super) fn with_progress<T>(&self, look: impl FnOnce(&Progress) -> T) -> T {
        look(&self.progress.borrow())
    }

    /// Looks something up, in the store where the copy does not have it.
    pub(super) async fn look_up<T>(
        self: &Arc<Self>,
        look: impl Fn(&Snapshot) -> Option<T> + Send + Sync,
    ) -> Result<Option<T>, StoreError> {
        let found = self.with_progress(|progress| look(progress.fresh()?));
        if found.is_some() {
            return Ok(found);
        }
        // Boxed, so that the future of what is found is small.
        Box::pin(async {
            let next = self.with_progress(Progress::next);
            let copy = self.copy().await?;
            if let Some(found) = look(&copy) {
                return Ok(Some(found));
            }
            let is_newer = self.with_progress(|progress| progress.has_finished(next));
            if !is_newer {
                self.ask_for(next).await;
            }
            let copy = self.with_progress(Progress::usable)?;
            Ok(look(&copy))
        })
        .await
    }

    /// The copy, if need be after waiting for a newer one.
    pub(super) async fn copy(self: &Arc<Self>) -> Result<Arc<Snapshot>, StoreError> {
        self.start();
        if let Some(copy) = self.with_progress(|progress| progress.fresh().cloned()) {
            return Ok(copy);
        }
        let next = self.with_progress(Progress::next_to_finish);
        if self.with_progress(Progress::is_first) {
            self.wait(next, LONGEST_WAIT).await;
        } else {
            self.ask_for(next).await;
        }
        self.with_progress(Progress::usable)
    }

    /// What the store holds now.
    pub(super) async fn latest(self: &Arc<Self>) -> Result<Arc<Snapshot>, StoreError> {
        self.start();
        let next = self.with_progress(Progress::next);
        self.wanted.now.notify_one();
        if !self.wait(next, LONGEST_WAIT).await {
            return Err(StoreError::unavailable(std::io::Error::from(
                std::io::ErrorKind::TimedOut,
            )));
        }
        self.with_progress(Progress::latest)
    }

    /// Asks for the reading with this number and waits for it, unless there is a reason not to.
    async fn ask_for(&self, number: u64) {
        if !self.with_progress(Progress::is_futile) {
            self.wanted.soon.notify_one();
            self.wait(number, PATIENCE).await;
        }
    }

    /// Waits until the reading with this number is over, and returns whether it is.
    async fn wait(&self, number: u64, longest: Duration) -> bool {
        let mut progress = self.progress.subscribe();
        let over = progress.wait_for(|progress| progress.has_finished(number));
        if timeout(longest, over).await.is_ok() {
            return true;
        }
        // Its runtime may not run any more.
        if !self.with_progress(Progress::is_reading) {
            self.stop();
        }
        false
    }

    /// Starts the task, unless it runs.
    fn start(self: &Arc<Self>) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.as_ref().is_none_or(JoinHandle::is_finished) {
            let keeping = keep(Arc::downgrade(self), Arc::clone(&self.wanted));
            *task = Some(tokio::spawn(keeping));
        }
    }

    fn stop(&self) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            task.abort();
        }
    }

    async fn read(&self) {
        self.progress.send_modify(Progress::start);
        let read = self.read_if_changed().await.map_err(Arc::new);
        let failed = read.as_ref().err().cloned();
        let mut had_failed = false;
        self.progress
            .send_modify(|progress| had_failed = progress.finish(read));
        match failed {
            Some(error) if !had_failed => event::registrations_not_read(&*error),
            None if had_failed => event::registrations_read_again(),
            _ => {}
        }
    }

    /// A newer copy, unless nothing has changed.
    async fn read_if_changed(&self) -> Result<Option<Snapshot>, StoreError> {
        let revision = self.store.revision().await?;
        let before = self.with_progress(|progress| progress.copy().cloned());
        if before
            .as_ref()
            .is_some_and(|copy| *copy.revision() == revision)
        {
            return Ok(None);
        }
        let loaded = self.store.load().await?;
        let (snapshot, reasons) = Snapshot::read(loaded, before.as_deref()).await;
        if let Some(reason) = reasons.first() {
            event::registrations_left_out(reasons.len(), reason);
        }
        Ok(Some(snapshot))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Reads the store every second, and when it is asked to, for as long as the registrations are in use.
async fn keep(keeper: Weak<Keeper>, wanted: Arc<Wanted>) {
    while let Some(keeper) = keeper.upgrade() {
        let began = Instant::now();
        keeper.read().await;
        drop(keeper);
        let soon = async {
            wanted.soon.notified().await;
            sleep_until(began + SPACING).await;
        };
        select! {
            () = sleep_until(began + PERIOD) => {}
            () = soon => {}
            () = wanted.now.notified() => {}
        }
    }
}
