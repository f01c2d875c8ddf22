//! A time as it comes.

use std::time::SystemTime;

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

use crate::timestamp::LAWFUL_SECONDS;

/// Reads `2026-11-29T21:11:03.123Z` and what else ISO 8601 has for it: a space or a lower-case letter between
/// date and time, any number of digits of a second, none, or no seconds at all, and as zone `Z`, `+01:00`,
/// `+0100` or `+01` (AGS 2.0 §3.2.12). `None` where it is something else, or has no zone.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    let mut rest = Rest(text.trim().as_bytes());
    let year = rest.number(4)?;
    rest.skip(b"-")?;
    let month = rest.two_digits()?;
    rest.skip(b"-")?;
    let day = rest.two_digits()?;
    rest.skip(b"Tt ")?;
    let hour = rest.two_digits()?;
    rest.skip(b":")?;
    let minute = rest.two_digits()?;
    let (second, nanosecond) = rest.second()?;
    let offset = rest.offset()?;

    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    // A leap second is read as the one before it.
    let time = Time::from_hms_nano(hour, minute, second.min(59), nanosecond).ok()?;
    let time = OffsetDateTime::new_in_offset(date, time, offset);
    let lawful = LAWFUL_SECONDS.contains(&time.unix_timestamp());
    lawful.then(|| time.into())
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// So many digits.
    fn number(&mut self, digits: usize) -> Option<i32> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.iter().try_fold(0, |sum: i32, digit| {
            let digit = digit.is_ascii_digit().then(|| i32::from(digit - b'0'))?;
            Some(sum * 10 + digit)
        })
    }

    fn two_digits(&mut self) -> Option<u8> {
        u8::try_from(self.number(2)?).ok()
    }

    /// One of these characters.
    fn skip(&mut self, allowed: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        allowed.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    /// Seconds and nanoseconds, zero where there are none.
    fn second(&mut self) -> Option<(u8, u32)> {
        if self.skip(b":").is_none() {
            return Some((0, 0));
        }
        let second = self.two_digits().filter(|second| *second <= 60)?;
        if self.skip(b".,").is_none() {
            return Some((second, 0));
        }
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit());
        let (fraction, rest) = self.0.split_at(digits.count());
        self.0 = rest;
        if fraction.is_empty() {
            return None;
        }
        let digits = fraction.iter().copied().chain(std::iter::repeat(b'0'));
        let nanosecond = digits
            .take(9)
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        Some((second, nanosecond))
    }

    /// The zone, which ends the text.
    fn offset(&mut self) -> Option<UtcOffset> {
        let offset = match self.skip(b"Zz+-")? {
            b'Z' | b'z' => UtcOffset::UTC,
            sign => {
                let sign = if sign == b'-' { -1 } else { 1 };
                let hours = i32::from(self.two_digits()?);
                let minutes = if self.0.is_empty() {
                    0
                } else {
                    let _ = self.skip(b":");
                    i32::from(self.two_digits()?)
                };
                if minutes > 59 {
                    return None;
                }
                UtcOffset::from_whole_seconds(sign * (hours * 60 + minutes) * 60).ok()?
            }
        };
        self.0.is_empty().then_some(offset)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::timestamp::write;

    // AGS-15, ADV-31
    #[test]
    fn a_time_is_read_in_every_zone_and_with_any_number_of_digits() {
        for (text, expected) in [
            ("2026-11-29T21:11:03.123Z", "2026-11-29T21:11:03.123Z"),
            ("2026-11-29T21:11:03+00:00", "2026-11-29T21:11:03.000Z"),
            ("2026-11-29T21:11:03+0000", "2026-11-29T21:11:03.000Z"),
            ("2026-11-29T21:11:03+00", "2026-11-29T21:11:03.000Z"),
            ("2026-11-29T23:11:03+02:00", "2026-11-29T21:11:03.000Z"),
            ("2026-11-29T15:41:03-0530", "2026-11-29T21:11:03.000Z"),
            ("2026-11-29t21:11:03z", "2026-11-29T21:11:03.000Z"),
            (" 2026-11-29 21:11:03.5Z\n", "2026-11-29T21:11:03.500Z"),
            (
                "2026-11-29T21:11:03,123456789012Z",
                "2026-11-29T21:11:03.123Z",
            ),
            ("2026-11-29T21:11Z", "2026-11-29T21:11:00.000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
            ("2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00.000Z"),
        ] {
            assert_eq!(
                read(text).and_then(write).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    // AGS-15
    #[test]
    fn what_is_no_time_or_has_no_zone_is_not_read() {
        for text in [
            "",
            "2026",
            "2026-11-29",
            "2026-11-29T21:11:03",
            "2026-11-29T21:11:03.123",
            "2026-13-29T21:11:03Z",
            "2026-02-30T21:11:03Z",
            "2026-11-29T24:11:03Z",
            "2026-11-29T21:60:03Z",
            "2026-11-29T21:11:61Z",
            "2026-11-29T21:11:03.Z",
            "2026-11-29T21:11:03Zx",
            "2026-11-29T21:11:03+99:99",
            "2026-11-29T21:11:03+1",
            "2026-11-29T21:11:03+00:6",
            "+026-11-29T21:11:03Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "２026-11-29T21:11:03Z",
            "2026-11-29T21:11:03 Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    // ADV-31
    #[test]
    fn what_is_written_is_read_as_the_same_time() {
        for seconds in (0..4_000_000_000_u64).step_by(37_000_037) {
            let time = UNIX_EPOCH + Duration::from_millis(seconds * 1_000 + seconds % 1_000);
            assert_eq!(write(time).as_deref().and_then(read), Some(time));
        }
    }
}
