//! Escapes and cuts what others sent, so that it can stand in a log line.

/// The most characters that are shown of a value.
const MOST_SHOWN: usize = 64;

/// A value for a log: printable ASCII, at most 64 characters, in one line.
///
/// Of a URL neither query, fragment nor user information is shown, and of an e-mail address only its host.
pub(crate) fn log_value(text: &str) -> String {
    if is_url(text) {
        escaped(&without_secrets(text))
    } else if let Some(host) = host_of_email(text) {
        escaped(&format!("..@{host}"))
    } else {
        escaped(text)
    }
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

fn host_of_email(text: &str) -> Option<&str> {
    let (local, host) = text.rsplit_once('@')?;
    let is_email = !local.is_empty() && host.contains('.') && !host.contains([' ', '/', ':']);
    is_email.then_some(host)
}

fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(MOST_SHOWN));
    for character in text.chars() {
        let escaped = character.escape_default();
        // What is escaped is kept whole or not at all.
        if shown.len() + escaped.len() > MOST_SHOWN {
            break;
        }
        shown.extend(escaped);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("", ""),
        ] {
            assert_eq!(log_value(given), told, "{given:?}");
        }
    }
}
