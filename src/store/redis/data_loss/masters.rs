//! The masters of a cluster, and which of them may have lost data.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{server_clock::ServerClock, server_identity::IdentityTracker, server_info::ServerInfo};

/// Every master that was ever seen, by its address.
#[derive(Debug, Default)]
pub(super) struct Masters {
    known: BTreeMap<String, Master>,
    /// The `run_id` of each master whose data may not be what we wrote, oldest first.
    changed: Vec<String>,
    /// How many changes there were before those.
    settled: u64,
}

/// The changes of masters that not all partitions have been checked for.
#[derive(Debug)]
pub(crate) struct ChangedMasters {
    run_ids: Vec<String>,
    before: u64,
}

impl ChangedMasters {
    pub(crate) fn is_empty(&self) -> bool {
        self.run_ids.is_empty()
    }

    /// Whether this master has changed after change number `seen`.
    pub(crate) fn contains(&self, run_id: &str, seen: u64) -> bool {
        let numbered = (self.before + 1..).zip(&self.run_ids);
        let mut new = numbered.filter(|(number, _)| *number > seen);
        new.any(|(_, changed)| changed == run_id)
    }

    /// The number of the latest change.
    pub(crate) fn latest(&self) -> u64 {
        self.before + self.run_ids.len() as u64
    }
}

#[derive(Debug, Default)]
struct Master {
    identity: IdentityTracker,
    clock: ServerClock,
}

impl Masters {
    /// Records the `INFO` of each master, by its address.
    ///
    /// A new master took over from another one if it was a replica. If not, it was added to the cluster, and
    /// its data was moved there slot by slot.
    pub(super) fn observe(
        &mut self,
        infos: &BTreeMap<String, String>,
        asked: Instant,
        now: Instant,
    ) {
        let are_all_new = self.known.is_empty();
        for (address, info) in infos {
            let info = ServerInfo::parse(info);
            let Some(identity) = info.identity else {
                continue;
            };
            let is_new = !self.known.contains_key(address);
            let master = self.known.entry(address.clone()).or_default();
            let has_other_data = master.identity.observe(&identity);
            if has_other_data {
                master.clock.reset();
            }
            let is_forward = info
                .time_ms
                .is_some_and(|time_ms| master.clock.was_set_forward(time_ms, asked, now));
            let took_over = is_new && !are_all_new && identity.was_replica();
            if has_other_data || is_forward || took_over {
                self.changed.push(identity.run_id().to_owned());
            }
        }
    }

    pub(super) fn changed(&self) -> ChangedMasters {
        ChangedMasters {
            run_ids: self.changed.clone(),
            before: self.settled,
        }
    }

    /// Forgets changes that every partition has been checked for.
    pub(super) fn settle(&mut self, changed: &ChangedMasters) {
        let new = changed.latest().saturating_sub(self.settled);
        let count = self.changed.len().min(new as usize);
        self.changed.drain(..count);
        self.settled += count as u64;
    }
}
