//! A partition of the nonces, and whether the server that keeps it has lost data.
//!
//! One server keeps one partition; in a cluster each hash tag is one. Whatever a server loses, nothing we wrote
//! there is later than its last reply to us. So a launch whose login is older than that reply is rejected, and
//! every later one is accepted.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::server_epoch::{ServerEpoch, max_plausible_ms, system_time};
use crate::observe::event;

/// A canary must have this much of its lifetime left: it may expire a little early.
const CANARY_MARGIN: Duration = Duration::from_secs(60);

/// What is known of the server that keeps a partition.
#[derive(Debug, Default)]
pub(crate) struct Partition {
    /// Since when no data was lost, in milliseconds since 1970; 0 while unknown.
    since_ms: u64,
    /// When the server that has our writes last replied.
    last_reply_ms: Option<u64>,
    /// How many losses were detected.
    losses: u64,
    /// Whether the epoch key is being written.
    is_writing: bool,
    /// Whether a loss was detected before the server itself was seen to have changed.
    is_loss_ahead: bool,
    /// The number of the latest change of masters that was checked.
    pub(crate) checked_changes: u64,
    checked_at: Option<Instant>,
    /// The canary that the next check reads.
    canary: Option<Canary>,
    /// A later nonce: the canary after that check.
    next_canary: Option<Canary>,
}

/// A consumed nonce. While it exists, so does everything written before it.
#[derive(Debug)]
struct Canary {
    key: String,
    attempt: String,
    asked: Instant,
    ends: Instant,
}

/// A nonce that an answer consumed.
#[derive(Debug)]
pub(crate) struct ConsumedNonce<'a> {
    pub(crate) key: &'a str,
    pub(crate) attempt: &'a str,
    pub(crate) ttl: Duration,
}

/// What to read with a nonce, and the state in which it is asked.
#[derive(Debug)]
pub(crate) struct EpochQuery {
    pub(crate) asked: Instant,
    losses: u64,
    is_writing: bool,
    /// Whether it reads more than the epoch key.
    pub(super) is_check: bool,
    /// Whether it reads the server's identity.
    pub(crate) reads_identity: bool,
    /// The key of the canary, and its expected value.
    canary: Option<(String, String)>,
}

impl EpochQuery {
    /// The key of the canary to read, if one is.
    pub(crate) fn canary_key(&self) -> Option<&str> {
        self.canary.as_ref().map(|(key, _)| &**key)
    }

    /// Whether the canary is gone, by the value that was read.
    pub(crate) fn is_canary_gone(&self, value: Option<&[u8]>) -> bool {
        let expected = self.canary.as_ref();
        expected.is_some_and(|(_, attempt)| value != Some(attempt.as_bytes()))
    }
}

/// Whether the server has the data that we wrote, by its identity and clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerData {
    NotChecked,
    Same,
    Changed,
}

/// What a server answered to an [`EpochQuery`].
#[derive(Debug)]
pub(crate) struct EpochAnswer<'a> {
    pub(crate) epoch: Option<ServerEpoch<'a>>,
    /// Whether another server wrote the epoch key.
    pub(crate) is_foreign: bool,
    pub(crate) is_canary_gone: bool,
    pub(crate) server: ServerData,
    pub(crate) at_ms: u64,
    pub(crate) consumed: Option<ConsumedNonce<'a>>,
}

/// A new epoch, to be written to the epoch key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewEpoch {
    /// In milliseconds since 1970.
    pub(crate) since_ms: u64,
    /// Whether there was an earlier one, so that deployments may be lost, too.
    is_loss: bool,
}

impl NewEpoch {
    pub(crate) fn log(self) {
        if self.is_loss {
            event::store_memory_lost();
        } else {
            event::store_memory_began();
        }
    }
}

impl Partition {
    /// Since when no data was lost, if known.
    pub(super) fn no_data_loss_since(&self) -> Option<SystemTime> {
        (self.since_ms > 0).then(|| system_time(self.since_ms))
    }

    pub(super) fn query(&mut self, now: Instant, interval: Duration) -> EpochQuery {
        let is_check = self.is_check_due(now, interval);
        if is_check {
            self.checked_at = Some(now);
        }
        let canary = self.canary.as_ref();
        let canary = canary.filter(|canary| is_check && now < canary.ends);
        EpochQuery {
            asked: now,
            losses: self.losses,
            is_writing: self.is_writing,
            is_check,
            reads_identity: false,
            canary: canary.map(|canary| (canary.key.clone(), canary.attempt.clone())),
        }
    }

    /// Whether the last check is at least this long ago.
    pub(super) fn is_check_due(&self, now: Instant, interval: Duration) -> bool {
        let ago = self.checked_at.map(|at| now.saturating_duration_since(at));
        ago.is_none_or(|ago| ago >= interval)
    }

    /// Judges an answer, and returns the new epoch if data was lost.
    ///
    /// An answer that was asked for before the last loss was detected says nothing of a further one. The epoch
    /// key may be absent while it is being written.
    pub(super) fn judge(
        &mut self,
        created_ms: u64,
        query: &EpochQuery,
        answer: &EpochAnswer<'_>,
    ) -> Option<NewEpoch> {
        if query.losses != self.losses {
            return None;
        }
        let epoch = answer.epoch.filter(|_| !answer.is_foreign);
        if let Some(epoch) = epoch {
            self.raise_since(epoch.since_ms(), answer.at_ms);
        }
        let is_changed = answer.server == ServerData::Changed && !self.is_loss_ahead;
        let is_epoch_gone = epoch.is_none() && !query.is_writing;
        let is_lost = is_changed || is_epoch_gone || answer.is_canary_gone;
        let is_loss = self.last_reply_ms.is_some() || answer.epoch.is_some();
        if answer.server != ServerData::NotChecked {
            self.is_loss_ahead = false;
        }
        if is_lost {
            // Without an earlier reply there are no writes of ours to lose.
            let after_reply = self.last_reply_ms.map_or(created_ms, |reply| reply + 1);
            self.raise_since(after_reply.min(answer.at_ms), answer.at_ms);
            self.losses += 1;
            (self.canary, self.next_canary) = (None, None);
            self.is_writing = true;
            self.is_loss_ahead = answer.server != ServerData::Changed;
        } else if query.is_check && self.next_canary.is_some() {
            self.canary = self.next_canary.take();
        }
        if !is_lost || answer.consumed.is_some() {
            self.replied(answer.at_ms);
        }
        if let Some(consumed) = &answer.consumed {
            let slot = if query.is_check || self.canary.is_none() {
                &mut self.canary
            } else {
                &mut self.next_canary
            };
            keep(slot, query.asked, consumed);
        }
        is_lost.then_some(NewEpoch {
            since_ms: self.since_ms,
            is_loss,
        })
    }

    /// Records a reply of the server that has our writes.
    fn replied(&mut self, at_ms: u64) {
        self.last_reply_ms = self.last_reply_ms.max(Some(at_ms));
    }

    /// Records that the epoch key was written, if it was, at this time.
    pub(super) fn epoch_written(&mut self, at_ms: Option<u64>) {
        self.is_writing = false;
        if let Some(at_ms) = at_ms {
            self.replied(at_ms);
        }
    }

    /// The start of our epoch, if the epoch key has an earlier one and is not being written.
    pub(crate) fn unwritten_since(&self, epoch: &ServerEpoch<'_>) -> Option<u64> {
        (epoch.since_ms() < self.since_ms && !self.is_writing).then_some(self.since_ms)
    }

    /// Moves the start of the epoch forward. A value from a clock far ahead is replaced.
    fn raise_since(&mut self, since_ms: u64, now_ms: u64) {
        self.since_ms = if self.since_ms > max_plausible_ms(now_ms) {
            since_ms
        } else {
            self.since_ms.max(since_ms)
        };
    }
}

/// Keeps a nonce as a canary, unless there is one that was asked for later.
fn keep(slot: &mut Option<Canary>, asked: Instant, consumed: &ConsumedNonce<'_>) {
    let lifetime = consumed.ttl.checked_sub(CANARY_MARGIN);
    let Some(ends) = lifetime.and_then(|lifetime| asked.checked_add(lifetime)) else {
        return;
    };
    // Reuses the buffers: every launch passes here.
    let canary = slot.get_or_insert_with(|| Canary {
        key: String::new(),
        attempt: String::new(),
        asked,
        ends,
    });
    if canary.asked <= asked {
        canary.key.clear();
        canary.key.push_str(consumed.key);
        canary.attempt.clear();
        canary.attempt.push_str(consumed.attempt);
        (canary.asked, canary.ends) = (asked, ends);
    }
}
