//! NumericDate (RFC 7519 §2): seconds since 1970, whole or not.

use serde_json::Number;

use super::value::Json;

/// Reads a NumericDate in seconds. Strings, negative numbers and numbers beyond any clock are none.
pub(crate) fn numeric_date(value: &Json<'_>) -> Option<f64> {
    let Json::Number(seconds) = value else {
        return None;
    };
    number(seconds).filter(|seconds| (0.0..1e20).contains(seconds))
}

/// The double nearest to a number: the same whatever features of serde_json are on.
#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest is what reading its text gives"
)]
pub(crate) fn number(number: &Number) -> Option<f64> {
    match number.as_u64() {
        Some(whole) => Some(whole as f64),
        None => number.to_string().parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // LAUNCH-62, C13, C14, C15
    #[test]
    fn only_numbers_that_are_times_are_read() {
        for (json, seconds) in [
            ("1700000000", Some(1.7e9)),
            ("1.7e9", Some(1.7e9)),
            ("1700000000.5", Some(1_700_000_000.5)),
            ("1e18", Some(1e18)),
            ("9223372036854775807", Some(9_223_372_036_854_775_807.0)),
            ("1e300", None),
            ("-1", None),
            ("\"1700000000\"", None),
            ("true", None),
            ("null", None),
            ("[1]", None),
        ] {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(numeric_date(&Json::from(&value)), seconds, "{json}");
        }
    }
}
