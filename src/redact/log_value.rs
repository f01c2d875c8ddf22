//! A value that others sent, as a field of a log line.

use std::borrow::Cow;

use crate::redact::escape::escape;

/// The most characters of a value.
const MAX_CHARS: usize = 64;

/// What begins like a token and is shorter is none.
const MIN_TOKEN_CHARS: usize = 20;

/// A value for a log: printable ASCII, at most 64 characters, in one line.
///
/// Of a URL neither query, fragment nor user information is shown, of an e-mail address only its host, and of a
/// token (JWT) nothing, wherever they stand in it.
pub(crate) fn log_value(text: &str) -> String {
    let text = without_token(text);
    if is_url(&text) {
        let url = without_secrets(&text);
        let segments: Vec<_> = url.split('/').map(without_email).collect();
        ascii(&segments.join("/"))
    } else {
        ascii(&without_email(&text))
    }
}

/// A text up to a token in it: a JWT begins with a JSON object in base64url, a state of ours with an array.
fn without_token(text: &str) -> Cow<'_, str> {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.=".contains(c);
    let begins = text.match_indices("eyJ").chain(text.match_indices("WyJ"));
    let of_token = begins.filter(|(at, _)| {
        let word = text[*at..].chars().take_while(|c| is_of_token(*c));
        word.take(MIN_TOKEN_CHARS).count() == MIN_TOKEN_CHARS
    });
    let first = of_token.min();
    first.map_or(Cow::Borrowed(text), |(at, begins)| {
        Cow::Owned(format!("{}{begins}..", &text[..at]))
    })
}

fn is_url(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    text.trim_start().starts_with("//")
        || text.contains("://")
        || matches!(scheme, "http" | "https" | "mailto" | "data" | "javascript")
}

/// A URL up to its query or fragment, with two dots where something was left out.
fn without_secrets(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (before, behind) = url.split_at(end);
    let dots = if behind.is_empty() { "" } else { ".." };
    // The user information ends at the last @ before the path.
    let authority = before.find("//").map_or(0, |at| at + 2);
    let path = before[authority..]
        .find('/')
        .map_or(before.len(), |at| authority + at);
    match before[..path].rfind('@') {
        Some(at) => {
            let (scheme, host) = (&before[..authority], &before[at..]);
            format!("{scheme}..{host}{}{dots}", &behind[..behind.len().min(1)])
        }
        None => format!("{before}{}{dots}", &behind[..behind.len().min(1)]),
    }
}

/// A text with two dots in place of what stands around the host of an e-mail address.
fn without_email(text: &str) -> Cow<'_, str> {
    let at_signs = text.match_indices('@').chain(text.match_indices("%40"));
    for (at, sign) in at_signs {
        let behind = &text[at + sign.len()..];
        let ends = behind.find(|c: char| !c.is_alphanumeric() && c != '.' && c != '-');
        let (host, rest) = behind.split_at(ends.unwrap_or(behind.len()));
        if at > 0 && host.trim_matches('.').contains('.') {
            let dots = if rest.is_empty() { "" } else { ".." };
            return Cow::Owned(format!("..@{host}{dots}"));
        }
    }
    Cow::Borrowed(text)
}

fn ascii(text: &str) -> String {
    escape(text, MAX_CHARS, char::escape_default).0
}

#[cfg(test)]
mod tests {
    use super::*;

    // N01, N02
    #[test]
    fn a_value_is_one_short_line_without_a_query_or_a_person() {
        for (given, told) in [
            ("https://lms.test", "https://lms.test"),
            ("tool-1", "tool-1"),
            ("a\nb\u{202e}\u{2028}\"", "a\\nb\\u{202e}\\u{2028}\\\""),
            ("https://lms.t\u{435}st", "https://lms.t\\u{435}st"),
            (&"x".repeat(65), &*"x".repeat(64)),
            (&("x".repeat(63) + "\n!"), &"x".repeat(63)),
            ("https://lms.test/a?key=SECRET#x", "https://lms.test/a?.."),
            ("https://lms.test/a#SECRET", "https://lms.test/a#.."),
            (
                "https://joe:SECRET@lms.test/a?b",
                "https://..@lms.test/a?..",
            ),
            ("https://lms.test/~joe@home", "https://lms.test/~joe@home"),
            ("//joe@lms.test", "//..@lms.test"),
            ("mailto:joe@lms.test", "..@lms.test"),
            ("joe@lms.test", "..@lms.test"),
            ("block@1", "block@1"),
            ("joe@lms.test is my name", "..@lms.test.."),
            ("Joe <joe@lms.test>", "..@lms.test.."),
            ("joe@lms.test:8080", "..@lms.test.."),
            ("joe%40lms.test", "..@lms.test"),
            ("block@1 joe@lms.test", "..@lms.test"),
            (
                "https://lms.test/u/joe@lms.test/x",
                "https://lms.test/u/..@lms.test/x",
            ),
            (
                "https://lms.test/joe%40lms.test?x",
                "https://lms.test/..@lms.test..",
            ),
            ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2UifQ.x", "eyJ.."),
            (
                "https://lms.test/eyJhbGciOiJSUzI1NiJ9.e30.x?a",
                "https://lms.test/eyJ..",
            ),
            ("Bearer eyJhbGciOiJSUzI1NiJ9.e30.x", "Bearer eyJ.."),
            ("a state: WyJodHRwczovL2xtcy50ZXN0Il0.x", "a state: WyJ.."),
            ("eyJ", "eyJ"),
            ("", ""),
        ] {
            assert_eq!(log_value(given), told, "{given:?}");
        }
    }
}
