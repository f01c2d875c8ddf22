//! The masters of a cluster, and which of them may have forgotten something.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{inspection::Inspection, lineage::KnownLineage, server_clock::ServerClock};

/// Every master that was ever met, by its address.
#[derive(Debug, Default)]
pub(super) struct Masters {
    known: BTreeMap<String, Master>,
    /// Those whose data may not be what we told them, by their `run_id`, the latest last.
    changed: Vec<String>,
    /// How many there were before the first of those.
    settled: u64,
}

/// The masters whose data may not be what we told them, as far as that is known and not settled yet.
#[derive(Debug)]
pub(super) struct Changed {
    run_ids: Vec<String>,
    before: u64,
}

impl Changed {
    pub(super) fn is_empty(&self) -> bool {
        self.run_ids.is_empty()
    }

    /// Whether this master has changed since the change of that number.
    pub(super) fn has(&self, run_id: &str, seen: u64) -> bool {
        let numbered = (self.before + 1..).zip(&self.run_ids);
        let mut news = numbered.filter(|(number, _)| *number > seen);
        news.any(|(_, changed)| changed == run_id)
    }

    /// The number of the latest change.
    pub(super) fn number(&self) -> u64 {
        self.before + self.run_ids.len() as u64
    }
}

#[derive(Debug, Default)]
struct Master {
    lineage: KnownLineage,
    clock: ServerClock,
}

impl Masters {
    /// Takes note of what each of them says of itself.
    ///
    /// One that is new took over from another if it was a replica; if not, it was added, and what it has
    /// was moved there, slot by slot.
    pub(super) fn meet(&mut self, told: &BTreeMap<String, String>, asked: Instant, now: Instant) {
        let are_all_new = self.known.is_empty();
        for (address, told) in told {
            let inspection = Inspection::of(told);
            let Some(lineage) = inspection.lineage else {
                continue;
            };
            let is_new = !self.known.contains_key(address);
            let master = self.known.entry(address.clone()).or_default();
            let has_moved = master.lineage.meet(&lineage);
            if has_moved {
                master.clock.forget();
            }
            let is_forward = inspection
                .time_ms
                .is_some_and(|time_ms| master.clock.was_set_forward(time_ms, asked, now));
            let took_over = is_new && !are_all_new && lineage.has_forebear();
            if has_moved || is_forward || took_over {
                self.changed.push(lineage.run_id().to_owned());
            }
        }
    }

    pub(super) fn changed(&self) -> Changed {
        Changed {
            run_ids: self.changed.clone(),
            before: self.settled,
        }
    }

    /// What those changes mean is known for every share.
    pub(super) fn settle(&mut self, changed: &Changed) {
        let new = changed.number().saturating_sub(self.settled);
        let count = self.changed.len().min(new as usize);
        self.changed.drain(..count);
        self.settled += count as u64;
    }
}
