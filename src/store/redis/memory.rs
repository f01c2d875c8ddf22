//! Since when the server has forgotten nothing.
//!
//! Redis can come back without what it had acknowledged: started anew without persistence, or with a
//! replica in the master's place that had not got the last writes yet. A nonce that was used up would
//! then be new again. So that nobody gains by that, a key says which server has been writing here, and
//! since when. It is read beside every nonce. Where it is gone, or names another server, and whenever an
//! instance moves from one server to another, the memory counts as having begun just now; launches whose
//! login is older are then refused.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Stands for a server that does not say which one it is, or for many: they are told apart by nothing.
pub(super) const UNKNOWN: &str = "-";

/// What the key holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Memory {
    server: String,
    began_ms: u64,
}

impl Memory {
    pub(super) fn of(server: &str, began_ms: u64) -> Self {
        Self {
            server: server.to_owned(),
            began_ms,
        }
    }

    pub(super) fn to_text(&self) -> String {
        format!("{} {}", self.server, self.began_ms)
    }

    /// When the memory of `server` began, in milliseconds since 1970, if this is about it.
    pub(super) fn began(text: Option<&[u8]>, server: &str) -> Option<u64> {
        let (by, began_ms) = std::str::from_utf8(text?).ok()?.split_once(' ')?;
        let same = by == server || by == UNKNOWN || server == UNKNOWN;
        began_ms.parse().ok().filter(|_| same)
    }
}

pub(super) fn time_of(began_ms: u64) -> SystemTime {
    // A number that was not written here must not overflow the time type.
    UNIX_EPOCH + Duration::from_millis(began_ms.min(253_402_300_799_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_that_of_the_server_that_wrote_it() {
        let text = Memory::of("run-1", 17).to_text();
        let read = |server| Memory::began(Some(text.as_bytes()), server);
        assert_eq!(read("run-1"), Some(17));
        assert_eq!(read("run-2"), None);
        assert_eq!(read(UNKNOWN), Some(17));
        assert_eq!(Memory::began(Some(b"- 17"), "run-2"), Some(17));
    }

    #[test]
    fn what_is_missing_or_damaged_began_just_now() {
        assert_eq!(Memory::began(None, "run-1"), None);
        for odd in ["", "run-1", "run-1 ", "run-1 x", "run-1 -1", "run-1 1 1"] {
            assert_eq!(Memory::began(Some(odd.as_bytes()), "run-1"), None, "{odd}");
        }
    }
}
