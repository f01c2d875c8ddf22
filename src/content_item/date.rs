//! Dates in items.

use time::{
    Date, OffsetDateTime, UtcOffset,
    format_description::well_known::{Iso8601, Rfc3339},
};

/// Whether a date has a time zone; `None` where it is none of ISO 8601: a day, or a day and a time, with a zone or
/// without (Deep Linking 2.0 §3.2, §3.3). Zones are less than a day, and leap seconds are at the end of a month.
pub(super) fn has_zone(text: &str) -> Option<bool> {
    // Years of more digits are by agreement alone (ISO 8601-1 §4.3.2).
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if !text.contains(['T', 't']) {
        let day = Date::parse(text, &Iso8601::PARSING).ok()?;
        return (day.year() > 0).then_some(false);
    }
    let without = || read(&format!("{text}Z"));
    read(text)
        .map(|_| true)
        .or_else(|| without().map(|_| false))
}

fn read(text: &str) -> Option<OffsetDateTime> {
    let read = OffsetDateTime::parse(text, &Iso8601::PARSING);
    let time = read
        .or_else(|_| OffsetDateTime::parse(text, &Rfc3339))
        .ok()?;
    let is_zone = |offset: UtcOffset| offset.whole_hours().abs() < 24;
    (time.year() > 0 && is_zone(time.offset())).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    // DLI-25, DLI-31
    #[test]
    fn what_iso_8601_has_is_a_date() {
        for (text, is_zoned) in [
            ("2027-01-01T00:00:00Z", true),
            ("2027-01-01t00:00:00z", true),
            ("2027-01-01T00:00Z", true),
            ("2027-01-01T00:00:00.5-0800", true),
            ("2027-01-01T00:00:00,123456789012+01", true),
            ("2027-01-01T00:00:00+23:59", true),
            ("20270101T000000Z", true),
            ("2016-12-31T23:59:60Z", true),
            ("2017-01-01T00:59:60+01:00", true),
            ("2027-01-01T00:00:00", false),
            ("2027-01-01T00:00:00.123", false),
            ("2027-01-01t00:00:00", false),
            ("2027-01-01T00:00", false),
            ("2016-12-31T23:59:60", false),
            ("2027-01-01", false),
            ("20270101", false),
            ("2027-W01-1", false),
            ("2024-366", false),
        ] {
            assert_eq!(has_zone(text), Some(is_zoned), "{text}");
        }
    }

    // DLI-25, DLI-31
    #[test]
    fn what_no_calendar_and_no_clock_shows_is_none() {
        for text in [
            "",
            "2027",
            "2027-01",
            "2027-13-01",
            "2027-02-30",
            "2027-366",
            "T10:00Z",
            "2027-01-01T",
            "2027-01-01Z",
            "2027-01-01T24:00:00Z",
            "2027-01-01T00:60:00",
            "2027-01-01T12:30:60Z",
            "2027-01-01T12:30:60",
            "2026-12-31T23:59:60+01:00",
            "2027-01-01T00:00:00+24:00",
            "2027-01-01T00:00:00-24:00",
            "2027-01-01T00:00:00+25:00",
            "2027-01-01T00:00:00+99:99",
            "2027-01-01T00:00:00ZZ",
            "2027-01-01T00:00:00+01:00Z",
            "2027-01-01T00:00:00.Z",
            "2027-01-01 00:00:00Z",
            "2027-01-01T00:00:00 Z",
            " 2027-01-01",
            "2027-01-01\n",
            "2027-01-01T00:00:00Z\n",
            "+002027-01-01",
            "-000001-01-01",
            "0000-01-01T00:00:00Z",
            "\u{ff12}027-01-01",
        ] {
            assert_eq!(has_zone(text), None, "{text}");
        }
    }
}
