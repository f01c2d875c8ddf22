//! This tool among all that share its secret: which logins it, or its process, has begun.

use std::time::Duration;

use crate::{
    clock::Clock,
    instance::{Instance, Peers, Stamp},
    random::RandomnessError,
    tool::LtiTool,
};

/// This tool, and the others in its process.
pub(super) struct Process {
    instance: Instance,
    /// Where the store forgets at restart: the tools in this process that share what it remembers.
    peers: Option<Peers>,
}

impl Process {
    /// Joins `peers`, where there are any.
    pub(super) fn begin(clock: &dyn Clock, peers: Option<Peers>) -> Result<Self, RandomnessError> {
        let instance = Instance::begin(clock)?;
        if let Some(peers) = &peers {
            peers.add(instance.id());
        }
        Ok(Self { instance, peers })
    }
}

impl LtiTool {
    /// Marks something as done by this tool, now.
    pub(crate) fn stamp(&self) -> Stamp {
        self.0.process.instance.stamp(self.clock())
    }

    /// How long ago a stamp was made, even if the time of day was set since; `None` if another tool made it.
    pub(crate) fn age_here(&self, stamp: &Stamp) -> Option<Duration> {
        self.0.process.instance.age(stamp, self.clock())
    }

    /// How long ago something was issued, with the stamp of whoever issued it; `None` if that was in the future, by more than
    /// clocks may differ. The time of day may be set back: for what this tool issued there is a monotonic clock, too.
    #[cfg(feature = "services")]
    pub(crate) fn age_of(&self, issued_at_ms: u64, stamp: &Stamp) -> Option<Duration> {
        let now_ms = crate::clock::unix_millis(self.clock().now());
        let ahead = Duration::from_millis(issued_at_ms.saturating_sub(now_ms));
        let age = Duration::from_millis(now_ms.saturating_sub(issued_at_ms));
        let age_here = self.age_here(stamp).unwrap_or_default();
        (ahead <= self.limits().clock_skew).then(|| age.max(age_here))
    }

    /// Whether the store remembers the nonces of the tool that made this stamp. A store that forgets at restart
    /// remembers for the tools of this process alone, whatever the time of day says.
    pub(crate) fn remembers_for(&self, stamp: &Stamp) -> bool {
        let peers = self.0.process.peers.as_ref();
        peers.is_none_or(|peers| peers.include(stamp))
    }
}
