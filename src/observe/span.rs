//! Our spans; nothing without the feature `tracing`.

use std::{borrow::Cow, future::Future};

#[cfg(feature = "tracing")]
use tracing::{Instrument, field::Empty};

use crate::observe::Operation;

/// A span, or nothing without the feature.
#[derive(Clone)]
pub(crate) struct Span(#[cfg(feature = "tracing")] tracing::Span);

impl Span {
    pub(super) fn login() -> Self {
        Self(
            #[cfg(feature = "tracing")]
            tracing::info_span!(
                target: "tower_lti",
                "lti.login",
                issuer = Empty,
                client_id = Empty,
                outcome = Empty,
            ),
        )
    }

    pub(super) fn launch() -> Self {
        Self(
            #[cfg(feature = "tracing")]
            tracing::info_span!(
                target: "tower_lti",
                "lti.launch",
                issuer = Empty,
                client_id = Empty,
                deployment = Empty,
                platform_error = Empty,
                outcome = Empty,
            ),
        )
    }

    pub(super) fn store(operation: Operation) -> Self {
        let operation = operation.as_str();
        #[cfg(not(feature = "tracing"))]
        let _ = operation;
        Self(
            #[cfg(feature = "tracing")]
            tracing::debug_span!(target: "tower_lti", "lti.store", operation, outcome = Empty),
        )
    }

    /// A span of its own: a fetch goes on after the launch that began it, and serves others too.
    pub(super) fn key_set(url: &str) -> Self {
        #[cfg(not(feature = "tracing"))]
        let _ = url;
        let span = Self(
            #[cfg(feature = "tracing")]
            tracing::debug_span!(
                target: "tower_lti",
                parent: None,
                "lti.key_set",
                url = Empty,
                outcome = Empty,
            ),
        );
        #[cfg(feature = "tracing")]
        span.0.follows_from(tracing::Span::current());
        span.record_with("url", || shown(without_query(url)));
        span
    }

    /// Notes a word of ours.
    pub(super) fn record(&self, field: &'static str, word: &'static str) {
        #[cfg(feature = "tracing")]
        self.0.record(field, word);
        #[cfg(not(feature = "tracing"))]
        let _ = (field, word);
    }

    /// Notes what is worked out only if somebody looks.
    pub(super) fn record_with<V: AsRef<str>>(
        &self,
        field: &'static str,
        value: impl FnOnce() -> V,
    ) {
        #[cfg(feature = "tracing")]
        if !self.0.is_disabled() {
            self.0.record(field, value().as_ref());
        }
        #[cfg(not(feature = "tracing"))]
        let _ = (field, value);
    }

    /// Enters the span whenever the future is polled, and at no other time.
    pub(crate) fn over<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        #[cfg(feature = "tracing")]
        return future.instrument(self.0);
        #[cfg(not(feature = "tracing"))]
        future
    }
}

/// Keeps what is spawned in the span that it was spawned in.
pub(crate) fn in_current_span<F: Future>(future: F) -> impl Future<Output = F::Output> {
    #[cfg(feature = "tracing")]
    return future.in_current_span();
    #[cfg(not(feature = "tracing"))]
    future
}

/// The most characters of what others chose.
const MOST_SHOWN: usize = 64;

/// Escapes and cuts what others chose, so that it can neither end a line nor fill the log.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| {
        (byte.is_ascii_graphic() || byte == b' ') && !matches!(byte, b'"' | b'\'' | b'\\')
    };
    if text.len() <= MOST_SHOWN && text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    let mut left = MOST_SHOWN;
    for character in text.chars() {
        let escaped = character.escape_debug();
        let Some(still) = left.checked_sub(escaped.len()) else {
            break;
        };
        left = still;
        shown.extend(escaped);
    }
    Cow::Owned(shown)
}

/// A URL's query may hold a password.
pub(super) fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(path, _)| path)
}

#[cfg(test)]
mod tests {
    use super::{shown, without_query};

    #[test]
    fn what_others_chose_is_one_short_line() {
        for (given, told) in [
            ("https://lms.test", "https://lms.test"),
            ("a\nb\u{202e}\"", "a\\nb\\u{202e}\\\""),
            ("tool's", "tool\\'s"),
            ("C:\\tool", "C:\\\\tool"),
            ("\u{7f}", "\\u{7f}"),
            ("Universität", "Universität"),
            (&"x".repeat(65), &*"x".repeat(64)),
            // What is escaped is kept whole or not at all.
            (&("x".repeat(63) + "\n!"), &"x".repeat(63)),
        ] {
            assert_eq!(shown(given), told, "{given:?}");
        }
        assert_eq!(
            without_query("https://lms.test/jwks?key=1"),
            "https://lms.test/jwks"
        );
    }
}
