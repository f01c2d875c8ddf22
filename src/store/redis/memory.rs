//! The key that says since when the server has forgotten nothing.
//!
//! Redis can come back without what it had acknowledged: started anew without persistence, with a replica in
//! the master's place that had not got the last writes yet, or as the replica of an old copy. A nonce that was
//! used up would then be new again. So that nobody gains by that, a key says which server has been writing
//! here, and since when; it is read beside every nonce.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far a clock may be ahead of ours, in milliseconds. What is later was written by a clock that is
/// wrong, and counts for nothing.
const SKEW_MS: u64 = 60_000;

/// The latest time that a memory can have begun at.
pub(super) fn latest(now_ms: u64) -> u64 {
    now_ms.saturating_add(SKEW_MS)
}

/// What the key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Memory<'a> {
    server: &'a str,
    began_ms: u64,
}

impl<'a> Memory<'a> {
    /// What is written where the memory of a server begins.
    pub(super) fn text(server: &str, began_ms: u64) -> String {
        format!("{server} {began_ms}")
    }

    /// Reads it; nothing where it is gone, damaged, or from the future.
    pub(super) fn read(text: Option<&'a [u8]>, now_ms: u64) -> Option<Self> {
        let (server, began_ms) = std::str::from_utf8(text?).ok()?.split_once(' ')?;
        let began_ms = began_ms.parse().ok()?;
        (began_ms <= latest(now_ms)).then_some(Self { server, began_ms })
    }

    /// The server that it is about.
    pub(super) fn server(&self) -> &'a str {
        self.server
    }

    /// When it began, in milliseconds since 1970.
    pub(super) fn began_ms(&self) -> u64 {
        self.began_ms
    }
}

pub(super) fn time_of(began_ms: u64) -> SystemTime {
    // A number that was not written here must not overflow the time type.
    UNIX_EPOCH + Duration::from_millis(began_ms.min(253_402_300_799_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000;

    #[test]
    fn a_memory_reads_back() {
        let text = Memory::text("run-1/history-1", 17);
        let read = Memory::read(Some(text.as_bytes()), NOW).unwrap();
        assert_eq!((read.server(), read.began_ms()), ("run-1/history-1", 17));
    }

    #[test]
    fn what_is_missing_damaged_or_from_the_future_counts_for_nothing() {
        assert_eq!(Memory::read(None, NOW), None);
        for odd in ["", "run-1", "run-1 ", "run-1 x", "run-1 -1", "run-1 1 1"] {
            assert_eq!(Memory::read(Some(odd.as_bytes()), NOW), None, "{odd}");
        }
        for (began_ms, counts) in [(latest(NOW), true), (latest(NOW) + 1, false)] {
            let text = Memory::text("run-1", began_ms);
            assert_eq!(Memory::read(Some(text.as_bytes()), NOW).is_some(), counts);
        }
    }
}
