//! The times in HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).

use http::HeaderValue;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

/// Reads a time as seconds since 1970; the two obsolete forms are not read.
pub(crate) fn parse(value: &HeaderValue) -> Option<i64> {
    let text = value.to_str().ok()?;
    let time = OffsetDateTime::parse(text.trim(), &Rfc2822).ok()?;
    Some(time.unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_servers_write_it() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
            ("120", None),
            ("", None),
        ] {
            assert_eq!(parse(&HeaderValue::from_static(text)), expected, "{text}");
        }
    }
}
