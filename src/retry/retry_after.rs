//! How long a platform asks to wait.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

use crate::{clock::unix_millis, http_date};

/// However long it asks for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// The `Retry-After` of an answer, in seconds or as a date (RFC 9110 §10.2.3), at most a minute. `None` where
/// there is none, or one that is over or makes no sense.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?;
    let text = value.to_str().ok()?.trim();
    let seconds = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than fits is as long as can be.
        text.parse().unwrap_or(u64::MAX)
    } else {
        let ours = i64::try_from(unix_millis(now) / 1_000).ok()?;
        u64::try_from(http_date::parse(value)? - ours).ok()?
    };
    let pause = Duration::from_secs(seconds).min(MAX_RETRY_AFTER);
    Some(pause).filter(|pause| !pause.is_zero())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    // S17, ADV-40
    #[test]
    fn a_pause_is_read_in_seconds_and_as_a_date_within_a_minute() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (text, seconds) in [
            ("3", Some(3)),
            (" 3 ", Some(3)),
            ("60", Some(60)),
            ("999999", Some(60)),
            ("99999999999999999999999", Some(60)),
            ("0", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 2094 08:49:37 GMT", Some(60)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            let pause = retry_after(&headers, now);
            assert_eq!(pause, seconds.map(Duration::from_secs), "{text:?}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
