//! Errors and other texts as part of one log line.

use std::error::Error;

use crate::redact::escape::escape;
use crate::redact::without_queries;

/// The most characters of one error in a chain.
const MAX_ERROR_CHARS: usize = 1_000;

/// The most errors of a chain.
const MAX_CAUSES: usize = 12;

/// A text as part of one line: control characters and those that turn the direction of writing are escaped,
/// and what is longer than `max` characters ends with an ellipsis.
pub(crate) fn line(text: &str, max: usize) -> String {
    let (mut line, is_cut) = escape(text, max, |character| {
        let plain = matches!(character, '"' | '\'').then_some(character);
        let escaped = plain.is_none().then(|| character.escape_debug());
        plain.into_iter().chain(escaped.into_iter().flatten())
    });
    if is_cut {
        line.push('…');
    }
    line
}

/// An error and its sources, in one line.
pub(crate) fn causes(error: &dyn Error) -> String {
    let mut chain = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        if chain.len() == MAX_CAUSES {
            chain.push("…".to_owned());
            break;
        }
        let text = without_queries(&error.to_string());
        chain.push(line(&text, MAX_ERROR_CHARS));
        next = error.source();
    }
    chain.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    // N06
    #[test]
    fn a_line_stays_one_and_has_an_end() {
        assert_eq!(
            line("a\r\nb\u{202e}\u{2066}\u{1b}[0m\"'", 99),
            "a\\r\\nb\\u{202e}\\u{2066}\\u{1b}[0m\"'"
        );
        assert_eq!(line(&"x".repeat(300), 5), "xxxxx…");
        assert_eq!(line("abc\n", 4), "abc…");
    }
}
