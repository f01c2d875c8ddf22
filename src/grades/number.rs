//! Points as JSON numbers.

use serde_json::Value;

/// The largest whole number up to which all whole numbers are exact.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A number as it is sent: whole ones without a fraction, since some platforms take no other.
pub(crate) fn to_json(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= MAX_EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        return Value::from(number as i64);
    }
    Value::from(number)
}

/// A number as it comes, as text too.
pub(super) fn from_json(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}
