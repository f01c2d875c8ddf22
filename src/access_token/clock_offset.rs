//! How far a platform's clock is off, by the `Date` of its answer.

use std::time::SystemTime;

use http::{HeaderMap, header};

use crate::{clock::unix_millis, http_date};

/// A difference that nothing comes of.
const TOLERATED_SECS: i64 = 30;

/// By how many seconds the platform's clock is ahead of ours, where that is more than half a minute.
pub(super) fn clock_offset(headers: &HeaderMap, now: SystemTime) -> Option<i64> {
    exact_clock_offset(headers, now).filter(|offset| offset.abs() > TOLERATED_SECS)
}

/// The same, however little it is; negative where the platform's clock is behind.
pub(crate) fn exact_clock_offset(headers: &HeaderMap, now: SystemTime) -> Option<i64> {
    let theirs = http_date::parse(headers.get(header::DATE)?)?;
    let ours = i64::try_from(unix_millis(now) / 1_000).ok()?;
    Some(theirs - ours)
}
