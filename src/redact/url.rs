//! URLs without what may be secret: user information, query and fragment.

use std::fmt;

use url::Url;

/// A URL as scheme, host and path: its query may hold a key, and its user part a password.
pub(crate) fn url(text: &str) -> String {
    let shown = match Url::parse(text) {
        Ok(url) if url.has_host() && url.username().is_empty() && url.password().is_none() => {
            text.to_owned()
        }
        Ok(mut url) if url.has_host() => {
            let _ = (url.set_username(""), url.set_password(None));
            url.into()
        }
        // Where its host begins nobody can tell, so that all before the last @ may be a password.
        Ok(_) | Err(_) => match (text.split_once("://"), text.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
            (None, Some((_, rest))) => rest.to_owned(),
            (_, None) => text.to_owned(),
        },
    };
    let ends = shown.find(['?', '#']).unwrap_or(shown.len());
    shown[..ends].to_owned()
}

/// A text that may quote URLs, without their user parts and queries.
pub(crate) fn without_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let ends = after
            .find(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '`' | '/' | '?' | '#' | ')' | '>')
            })
            .unwrap_or(after.len());
        rest = match after[..ends].rfind('@') {
            Some(at) => &after[at + 1..],
            None => after,
        };
    }
    shown.push_str(rest);
    cut_queries(&shown)
}

/// Leaves out what stands between each question mark and the end of the word that it is in.
fn cut_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        shown.push(character);
        if character != '?' {
            continue;
        }
        let mut left_out = false;
        while let Some(&next) = characters.peek() {
            if next.is_whitespace() || matches!(next, '"' | '`' | ')' | '>') {
                break;
            }
            left_out = true;
            characters.next();
            if next == '\\' {
                // What is escaped does not end it.
                characters.next();
            }
        }
        if left_out {
            shown.push('…');
        }
    }
    shown
}

/// A URL whose `Debug` shows scheme, host and path.
pub(crate) struct RedactedUrl<'a>(pub(crate) &'a str);

impl fmt::Debug for RedactedUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&url(self.0), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // N07
    #[test]
    fn a_url_is_shown_as_scheme_host_and_path() {
        for (given, told) in [
            (
                "https://lms.test/jwks?apikey=SECRET",
                "https://lms.test/jwks",
            ),
            ("https://lms.test/jwks#SECRET", "https://lms.test/jwks"),
            (
                "https://lms.test/~a@b/jwks?x=1",
                "https://lms.test/~a@b/jwks",
            ),
            (
                "https://user:SECRET@lms.test/jwks?SECRET",
                "https://lms.test/jwks",
            ),
            (
                "https://user:SEC/RET@lms.test/jwks",
                "https://lms.test/jwks",
            ),
            ("https:SECRET@lms.test/jwks", "https://lms.test/jwks"),
            (
                "https://us er:SECRET@lms .test/jwks?SECRET",
                "https://lms .test/jwks",
            ),
            ("//user:SECRET@lms.test/x", "lms.test/x"),
            ("user:SECRET@lms.test", "lms.test"),
            ("/jwks?SECRET", "/jwks"),
            ("", ""),
        ] {
            assert_eq!(url(given), told, "{given}");
        }
    }

    // N07
    #[test]
    fn a_text_that_quotes_a_url_is_shown_without_its_query() {
        for (given, told) in [
            (
                "error for url (https://lms.test/jwks?apikey=SECRET): refused",
                "error for url (https://lms.test/jwks?…): refused",
            ),
            (
                r#"invalid type: string "https://u:SECRET@lms.test/jwks?a=\"SECRET", expected x"#,
                r#"invalid type: string "https://lms.test/jwks?…", expected x"#,
            ),
            (
                "unknown field `lms.test/jwks?SECRET`, or",
                "unknown field `lms.test/jwks?…`, or",
            ),
            (
                "redis://:SECRET@one:1,redis://:SECRET@two:2",
                "redis://one:1,redis://two:2",
            ),
            ("what? this", "what? this"),
            ("", ""),
        ] {
            assert_eq!(without_queries(given), told, "{given}");
        }
    }
}
