//! A time as it is sent.

use std::time::SystemTime;

use time::OffsetDateTime;

use crate::timestamp::LAWFUL_SECONDS;

/// `YYYY-MM-DDThh:mm:ss.mmmZ`: UTC, and always three digits of a second, since some platforms take no other
/// number of them (AGS 2.0 §3.4.9). What is below a millisecond is cut off. `None` outside of the years 1 to 9999.
pub(crate) fn write(time: SystemTime) -> Option<String> {
    let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).ok()?,
        Err(before) => -i64::try_from(before.duration().as_secs()).ok()? - 1,
    };
    if !LAWFUL_SECONDS.contains(&seconds) {
        return None;
    }
    let time = OffsetDateTime::from(time);
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond(),
    ))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    // ADV-31, AGS-15
    #[test]
    fn a_time_is_written_in_utc_with_exactly_three_digits_of_a_second() {
        for (millis, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1, "1970-01-01T00:00:00.001Z"),
            (951_782_400_120, "2000-02-29T00:00:00.120Z"),
            (1_795_986_663_999, "2026-11-29T21:11:03.999Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_millis(millis);
            assert_eq!(write(time).as_deref(), Some(expected));
        }
        let nanos = UNIX_EPOCH + Duration::new(7, 999_999_999);
        assert_eq!(write(nanos).as_deref(), Some("1970-01-01T00:00:07.999Z"));
        let before = UNIX_EPOCH - Duration::from_millis(1);
        assert_eq!(write(before).as_deref(), Some("1969-12-31T23:59:59.999Z"));
    }

    // ADV-31
    #[test]
    fn a_time_that_four_digits_of_a_year_cannot_tell_is_not_written() {
        for seconds in [253_402_300_800, u64::from(u32::MAX) << 10, i64::MAX as u64] {
            let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
            assert_eq!(time.and_then(write), None);
        }
        let long_ago = UNIX_EPOCH.checked_sub(Duration::from_secs(70_000_000_000));
        assert_eq!(long_ago.and_then(write), None);
    }
}
