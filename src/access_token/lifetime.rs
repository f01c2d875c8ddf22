//! How long an access token is used.

use std::time::Duration;

use serde_json::Value;

/// Where the platform does not say.
const DEFAULT: Duration = Duration::from_secs(5 * 60);
/// However long it says.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// A token is dropped so long before it expires, or a tenth of its life where that is less.
const MARGIN: Duration = Duration::from_secs(60);

/// How long a token with this `expires_in` is used: a number or digits, less a margin. Zero is once.
pub(super) fn lifetime(expires_in: Option<&Value>) -> Duration {
    let seconds = match expires_in {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse::<f64>().ok(),
        _ => None,
    };
    let given = match seconds {
        Some(seconds) if seconds.is_finite() => {
            Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST.as_secs_f64()))
                .unwrap_or(DEFAULT)
        }
        // `1e999` reads as infinity.
        Some(seconds) if seconds == f64::INFINITY => LONGEST,
        _ => DEFAULT,
    };
    given - MARGIN.min(given / 10)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // ADV-21, OAUTH-29, S11
    #[test]
    fn a_lifetime_is_read_whatever_the_platform_writes() {
        for (expires_in, seconds) in [
            (json!(3600), 3540),
            (json!("3600"), 3540),
            (json!(" 600 "), 540),
            (json!(100), 90),
            (json!(3599.5), 3539),
            (json!(0), 0),
            (json!(-1), 0),
            (json!("-1"), 0),
            (json!(1e300), 3540),
            (json!("1e999"), 3540),
            (json!(u64::MAX), 3540),
            (json!("abc"), 270),
            (json!(""), 270),
            (json!("NaN"), 270),
            (json!(null), 270),
            (json!([3600]), 270),
        ] {
            assert_eq!(
                lifetime(Some(&expires_in)).as_secs(),
                seconds,
                "{expires_in}"
            );
        }
        assert_eq!(lifetime(None).as_secs(), 270);
    }
}
