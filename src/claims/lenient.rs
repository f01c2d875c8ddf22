//! Lenient readers of optional members: `null`, an empty string and a wrong type read as absent.

use smol_str::SmolStr;

use crate::{
    claims::error::Problem,
    identifier::{MAX_ID_LEN, is_printable_ascii},
    json::{self, Json, Object},
};

/// A string that is not empty.
pub(super) fn text(object: &Object<'_>, name: &str) -> Option<SmolStr> {
    object
        .text(name)
        .filter(|text| !text.is_empty())
        .map(SmolStr::new)
}

/// An object.
pub(super) fn object<'a>(payload: &'a Object<'a>, name: &str) -> Option<&'a Object<'a>> {
    payload.get(name).and_then(Json::as_object)
}

/// The strings of an array; other elements are left out.
pub(super) fn texts(object: &Object<'_>, name: &str) -> Vec<String> {
    let array = object.get(name).and_then(Json::as_array);
    let strings = array.into_iter().flatten().filter_map(Json::as_str);
    strings.map(str::to_owned).collect()
}

/// A whole number of pixels, also as `320.0` or `"320"`.
pub(super) fn size(object: &Object<'_>, name: &str) -> Option<u32> {
    let number = match object.get(name)? {
        Json::Number(number) => json::number(number)?,
        Json::Text(text) => text.trim().parse::<f64>().ok()?,
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

pub(super) fn flag(object: &Object<'_>, name: &str) -> Option<bool> {
    object.get(name).and_then(Json::as_bool)
}

/// Whether it can be an id: 1 to 255 characters of printable ASCII, not all of them blank.
pub(super) fn is_id(text: &str) -> bool {
    is_printable_ascii(text, MAX_ID_LEN) && text.bytes().any(|byte| byte != b' ')
}

/// What keeps a string that is not empty from being an id.
pub(super) fn problem_of_id(text: &str) -> Problem {
    if text.len() > MAX_ID_LEN {
        Problem::TooLong
    } else if text.bytes().all(|byte| byte == b' ') {
        Problem::Blank
    } else {
        Problem::NotPrintableAscii
    }
}
