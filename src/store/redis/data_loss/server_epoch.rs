//! The epoch key: which server writes here, and since when it has lost no data.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far ahead another instance's clock may be, in milliseconds. A later time comes from a wrong clock, and is
/// ignored.
const MAX_SKEW_MS: u64 = 60_000;

/// The latest time that is accepted as the start of an epoch.
pub(super) fn max_plausible_ms(now_ms: u64) -> u64 {
    now_ms.saturating_add(MAX_SKEW_MS)
}

/// The value of the epoch key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServerEpoch<'a> {
    server: &'a str,
    since_ms: u64,
}

impl<'a> ServerEpoch<'a> {
    /// The stored form: `<run_id>/<master_replid> <milliseconds since 1970>`.
    pub(crate) fn to_text(server: &str, since_ms: u64) -> String {
        format!("{server} {since_ms}")
    }

    /// Parses it; `None` if it is absent, invalid, or from the future.
    pub(crate) fn parse(text: Option<&'a [u8]>, now_ms: u64) -> Option<Self> {
        let (server, since_ms) = std::str::from_utf8(text?).ok()?.split_once(' ')?;
        let since_ms = since_ms.parse().ok()?;
        (since_ms <= max_plausible_ms(now_ms)).then_some(Self { server, since_ms })
    }

    /// The identity of the server that wrote it.
    pub(super) fn server(&self) -> &'a str {
        self.server
    }

    /// Since when no data was lost, in milliseconds since 1970.
    pub(super) fn since_ms(&self) -> u64 {
        self.since_ms
    }
}

pub(super) fn system_time(since_ms: u64) -> SystemTime {
    // Capped at the year 9999: a foreign value must not overflow the time type.
    UNIX_EPOCH + Duration::from_millis(since_ms.min(253_402_300_799_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000;

    #[test]
    fn an_epoch_reads_back() {
        let text = ServerEpoch::to_text("run-1/history-1", 17);
        let read = ServerEpoch::parse(Some(text.as_bytes()), NOW).unwrap();
        assert_eq!((read.server(), read.since_ms()), ("run-1/history-1", 17));
    }

    #[test]
    fn an_epoch_that_is_absent_invalid_or_from_the_future_is_ignored() {
        assert_eq!(ServerEpoch::parse(None, NOW), None);
        for odd in ["", "run-1", "run-1 ", "run-1 x", "run-1 -1", "run-1 1 1"] {
            assert_eq!(ServerEpoch::parse(Some(odd.as_bytes()), NOW), None, "{odd}");
        }
        for (since_ms, counts) in [
            (max_plausible_ms(NOW), true),
            (max_plausible_ms(NOW) + 1, false),
        ] {
            let text = ServerEpoch::to_text("run-1", since_ms);
            assert_eq!(
                ServerEpoch::parse(Some(text.as_bytes()), NOW).is_some(),
                counts
            );
        }
    }
}
