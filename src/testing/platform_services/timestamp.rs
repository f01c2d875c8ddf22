//! The times of scores.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::testing::Dialect;

/// Reads a time, as this product does, into nanoseconds since 1970 UTC.
pub(super) fn read(text: &str, dialect: Dialect) -> Option<i128> {
    let strict = OffsetDateTime::parse(text, &Rfc3339);
    let read = match (strict, dialect) {
        // A time without a zone counts as UTC.
        (Err(_), Dialect::Moodle) => OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339).ok()?,
        (Ok(_), Dialect::Reference) if !is_precise(text) => return None,
        (read, _) => read.ok()?,
    };
    Some(read.unix_timestamp_nanos())
}

/// Upper case, and a fraction of a second (AGS 2.0 §3.4.9).
fn is_precise(text: &str) -> bool {
    text.contains('.') && !text.contains(['t', 'z', ' '])
}

/// Whole seconds since 1970.
pub(super) fn whole_seconds(nanoseconds: i128) -> i128 {
    nanoseconds.div_euclid(1_000_000_000)
}

/// A time of day as text, in seconds, as platforms write it in results.
pub(super) fn write(nanoseconds: i128) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
        .ok()
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}
