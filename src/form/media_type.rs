//! Whether a request says that it carries a plain form.

use http::{HeaderMap, header};

/// Whether the body is one `application/x-www-form-urlencoded` form in UTF-8, not encoded further.
pub(crate) fn is_plain_form(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(one), None) = (types.next(), types.next()) else {
        return false;
    };
    one.to_str().is_ok_and(is_form_type)
        && headers
            .get_all(header::CONTENT_ENCODING)
            .iter()
            .all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_form_type(value: &str) -> bool {
    let mut parts = value.split(';');
    let essence = parts.next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                let value = value.trim().trim_matches('"');
                value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
            }
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    // LAUNCH-07, H03, H06
    #[test]
    fn the_media_type_is_parsed_and_not_compared() {
        for (value, plain) in [
            ("application/x-www-form-urlencoded", true),
            (
                "Application/X-WWW-Form-Urlencoded ; Charset=\"UTF-8\"",
                true,
            ),
            (
                "application/x-www-form-urlencoded;charset=iso-8859-1",
                false,
            ),
            ("application/json", false),
            ("multipart/form-data; boundary=x", false),
            ("text/plain", false),
        ] {
            assert_eq!(is_form_type(value), plain, "{value}");
        }
    }
}
