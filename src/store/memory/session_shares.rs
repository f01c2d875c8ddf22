//! How much of the sessions in memory each registration has.

use std::collections::{BTreeMap, HashMap};

/// The sessions of each registration, by the order in which they were started.
#[derive(Default)]
pub(super) struct Shares {
    latest: u64,
    holders: HashMap<[u8; 32], Share>,
}

#[derive(Default)]
struct Share {
    bytes: usize,
    sessions: BTreeMap<u64, [u8; 32]>,
}

impl Shares {
    /// The number of a session that is started now.
    pub(super) fn next_number(&mut self) -> u64 {
        self.latest += 1;
        self.latest
    }

    pub(super) fn add(&mut self, holder: [u8; 32], number: u64, key: [u8; 32], bytes: usize) {
        let share = self.holders.entry(holder).or_default();
        share.bytes += bytes;
        share.sessions.insert(number, key);
    }

    pub(super) fn remove(&mut self, holder: &[u8; 32], number: u64, bytes: usize) {
        let Some(share) = self.holders.get_mut(holder) else {
            return;
        };
        share.bytes -= bytes;
        share.sessions.remove(&number);
        if share.sessions.is_empty() {
            self.holders.remove(holder);
        }
    }

    /// The oldest session of the registration that has most.
    pub(super) fn oldest_of_largest(&self) -> Option<[u8; 32]> {
        let largest = self.holders.values().max_by_key(|share| share.bytes)?;
        largest.sessions.values().next().copied()
    }
}
