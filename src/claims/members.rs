//! The members of a JSON object, read leniently or exactly.

use serde_json::{Map, Value};
use url::Url;

use crate::registration::is_loopback;

/// The longest id, in characters of ASCII (LTI Core 1.3 §5.3).
const LONGEST_ID: usize = 255;

/// A string that says something; `null`, `""` and other types say nothing.
pub(super) fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// An absolute https address (LTI Core 1.3 §3.5), or a plain one on loopback where that is allowed.
pub(super) fn address(
    object: &Map<String, Value>,
    name: &str,
    allow_loopback_http: bool,
) -> Option<String> {
    text(object, name).filter(|text| {
        // What parsing would mend is no address as it stands.
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        let plain = !text.contains(char::is_control);
        Url::parse(text).is_ok_and(|url| {
            plain
                && url.has_host()
                && scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(url.scheme()))
                && (url.scheme() == "https"
                    || (allow_loopback_http && url.scheme() == "http" && is_loopback(&url)))
        })
    })
}

/// An object; other types are nothing.
pub(super) fn object<'a>(
    payload: &'a Map<String, Value>,
    name: &str,
) -> Option<&'a Map<String, Value>> {
    payload.get(name).and_then(Value::as_object)
}

/// The strings of an array; what is no string is left out.
pub(super) fn texts(object: &Map<String, Value>, name: &str) -> Vec<String> {
    let array = object.get(name).and_then(Value::as_array);
    let strings = array.into_iter().flatten().filter_map(Value::as_str);
    strings.map(str::to_owned).collect()
}

/// A whole number of pixels, also as `320.0` or `"320"`.
pub(super) fn size(object: &Map<String, Value>, name: &str) -> Option<u32> {
    let number = match object.get(name)? {
        Value::Number(number) => number.to_string().parse::<f64>().ok()?,
        Value::String(text) => text.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "in range"
    )]
    whole.then_some(number as u32)
}

pub(super) fn flag(object: &Map<String, Value>, name: &str) -> Option<bool> {
    object.get(name).and_then(Value::as_bool)
}

/// Whether it can be an id: 1 to 255 characters of printable ASCII, not all of them blank.
pub(super) fn is_id(text: &str) -> bool {
    (1..=LONGEST_ID).contains(&text.len())
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        && text.bytes().any(|byte| byte != b' ')
}
