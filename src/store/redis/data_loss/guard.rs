//! What this process knows of data loss, for all servers.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use super::{
    masters::{ChangedMasters, Masters},
    partition::{EpochAnswer, EpochQuery, NewEpoch, Partition, ServerData},
    server_clock::ServerClock,
    server_epoch::ServerEpoch,
    server_identity::IdentityTracker,
    server_info::ServerInfo,
};

/// Guards the partitions of the nonces: one, or many in a cluster.
#[derive(Debug)]
pub(crate) struct DataLossGuard {
    /// When the store was created, in milliseconds since 1970.
    created_ms: u64,
    server: Mutex<Server>,
    masters: Mutex<Masters>,
    partitions: Box<[Mutex<Partition>]>,
}

/// The one server, if there are not many.
#[derive(Debug, Default)]
struct Server {
    identity: IdentityTracker,
    clock: ServerClock,
    /// Whether it refuses `INFO`.
    is_info_denied: bool,
    /// Whether its data changed, and no answer has been judged by that yet.
    is_changed: bool,
}

impl DataLossGuard {
    pub(crate) fn new(partitions: usize, created_ms: u64) -> Self {
        Self {
            created_ms,
            server: Mutex::default(),
            masters: Mutex::default(),
            partitions: (0..partitions.max(1)).map(|_| Mutex::default()).collect(),
        }
    }

    /// Since when the server of this partition has lost no data, if known.
    pub(crate) fn no_data_loss_since(&self, partition: usize) -> Option<SystemTime> {
        self.partition(partition).no_data_loss_since()
    }

    /// What to read with a nonce of this partition. The server itself is checked once in an `interval`.
    pub(crate) fn query(&self, partition: usize, interval: Duration) -> EpochQuery {
        let mut query = self.partition(partition).query(Instant::now(), interval);
        query.reads_identity = query.is_check && self.reports_identity();
        query
    }

    /// Stops asking for the identity: the server refuses `INFO`.
    pub(crate) fn info_denied(&self) {
        lock(&self.server).is_info_denied = true;
    }

    /// Whether the server reports its identity.
    pub(crate) fn reports_identity(&self) -> bool {
        let server = lock(&self.server);
        server.identity.is_known() && !server.is_info_denied
    }

    /// Whether the last check of this partition is at least this long ago.
    pub(crate) fn is_check_due(&self, partition: usize, interval: Duration) -> bool {
        let now = Instant::now();
        self.partition(partition).is_check_due(now, interval)
    }

    /// Records what each master of a cluster reports.
    pub(crate) fn observe_masters(&self, infos: &BTreeMap<String, String>, asked: Instant) {
        lock(&self.masters).observe(infos, asked, Instant::now());
    }

    /// The changes of masters that are not [`settled`](Self::settle).
    pub(crate) fn changed_masters(&self) -> ChangedMasters {
        lock(&self.masters).changed()
    }

    /// Forgets changes of masters that every partition has been checked for.
    pub(crate) fn settle(&self, changed: &ChangedMasters) {
        lock(&self.masters).settle(changed);
    }

    /// [`observe`](Self::observe), by two sections of `INFO`.
    pub(crate) fn observe_sections(
        &self,
        server: Option<Vec<u8>>,
        replication: Option<Vec<u8>>,
        asked: Instant,
    ) -> ServerData {
        let (Some(mut info), Some(replication)) = (server, replication) else {
            return ServerData::NotChecked;
        };
        info.extend(replication);
        self.observe(&ServerInfo::parse(&String::from_utf8_lossy(&info)), asked)
    }

    /// Records what the one server reports, and returns whether its data is still ours, and has not expired
    /// early. A change is returned until an answer has been judged by it.
    pub(crate) fn observe(&self, info: &ServerInfo, asked: Instant) -> ServerData {
        let Some(identity) = &info.identity else {
            return ServerData::NotChecked;
        };
        let mut server = lock(&self.server);
        server.is_info_denied = false;
        let has_other_data = server.identity.observe(identity);
        if has_other_data {
            server.clock.reset();
        }
        let is_forward = info
            .time_ms
            .is_some_and(|time_ms| server.clock.was_set_forward(time_ms, asked, Instant::now()));
        server.is_changed |= has_other_data || is_forward;
        if server.is_changed {
            ServerData::Changed
        } else {
            ServerData::Same
        }
    }

    /// Whether the one server's process wrote this epoch key. A change of its replication history is
    /// [observed](Self::observe) separately, except at the first contact.
    pub(crate) fn is_written_by_process(&self, epoch: &ServerEpoch<'_>) -> bool {
        lock(&self.server).identity.is_process(epoch.server())
    }

    /// Whether this epoch key was written for the data that the one server has.
    pub(crate) fn is_written_for_data(&self, epoch: &ServerEpoch<'_>) -> bool {
        lock(&self.server).identity.has_data_of(epoch.server())
    }

    /// Judges an answer about this partition, and returns the new epoch if data was lost.
    pub(crate) fn judge(
        &self,
        partition: usize,
        query: &EpochQuery,
        answer: &EpochAnswer<'_>,
    ) -> Option<NewEpoch> {
        if answer.server == ServerData::Changed {
            lock(&self.server).is_changed = false;
        }
        let mut partition = self.partition(partition);
        partition.judge(self.created_ms, query, answer)
    }

    /// Marks the epoch key of this partition as being written, until the returned value is dropped.
    pub(crate) fn writing(&self, partition: usize) -> EpochWrite<'_> {
        EpochWrite {
            guard: self,
            partition,
            written_at_ms: None,
        }
    }

    /// Whether the one server has reported its identity.
    pub(crate) fn knows_server(&self) -> bool {
        lock(&self.server).identity.is_known()
    }

    pub(crate) fn partition(&self, partition: usize) -> MutexGuard<'_, Partition> {
        lock(&self.partitions[partition % self.partitions.len()])
    }

    /// The server's identity as it is stored in the epoch key.
    pub(crate) fn identity_text(&self) -> String {
        lock(&self.server).identity.to_text()
    }
}

/// A write of the epoch key in progress.
pub(crate) struct EpochWrite<'a> {
    guard: &'a DataLossGuard,
    partition: usize,
    /// When it succeeded, if it did.
    pub(crate) written_at_ms: Option<u64>,
}

impl Drop for EpochWrite<'_> {
    fn drop(&mut self) {
        let mut partition = self.guard.partition(self.partition);
        partition.epoch_written(self.written_at_ms);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
