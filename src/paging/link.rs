//! The `Link` header, as platforms write it.

use http::{HeaderMap, header};

/// The most bytes of all `Link` headers of one answer.
const MAX_BYTES: usize = 16 * 1024;

/// Typographic quotes in UTF-8, which Moodle writes: U+201C and U+201D.
const TYPOGRAPHIC_QUOTES: [&[u8]; 2] = [b"\xe2\x80\x9c", b"\xe2\x80\x9d"];

/// The links of one answer that a list needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Links {
    /// Where the list goes on, as it was written.
    pub(crate) next: Option<String>,
    /// Where changes since this answer will be told: a page gets it as an absolute URL on the list's origin.
    pub(crate) differences: Option<String>,
    /// Whether a part of the header is no link, and was left out.
    pub(crate) is_malformed: bool,
}

/// Why the `Link` headers of an answer cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkProblem {
    /// They are longer than 16 KiB.
    TooLong,
    /// Two of them name different next pages.
    TwoNextPages,
    /// They speak of a next page, and not where it is.
    NextUnreadable,
}

impl Links {
    /// Reads all `Link` headers (RFC 8288 §3). They are bytes: Moodle's are no ASCII.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, LinkProblem> {
        let mut links = Self::default();
        let mut length = 0;
        for value in headers.get_all(header::LINK) {
            length += value.len();
            if length > MAX_BYTES {
                return Err(LinkProblem::TooLong);
            }
            links.add(value.as_bytes())?;
        }
        Ok(links)
    }

    fn add(&mut self, header: &[u8]) -> Result<(), LinkProblem> {
        let mut reader = Reader(header);
        while reader.skip_separators() {
            let target = reader.target();
            if target.is_none() {
                reader.skip_to_parameters();
            }
            let rel = reader.rel().unwrap_or_default();
            let has = |wanted: &[u8]| {
                let mut types = rel.split(u8::is_ascii_whitespace);
                types.any(|one| one.eq_ignore_ascii_case(wanted))
            };
            let (is_next, is_differences) = (has(b"next"), has(b"differences"));
            self.is_malformed |= target.is_none();
            if !is_next && !is_differences {
                continue;
            }
            let Some(target) = target.and_then(text) else {
                self.is_malformed = true;
                if is_next {
                    return Err(LinkProblem::NextUnreadable);
                }
                continue;
            };
            if !is_next {
                self.differences.get_or_insert(target);
                continue;
            }
            if is_differences {
                self.differences.get_or_insert_with(|| target.clone());
            }
            match &self.next {
                Some(next) if *next != target => return Err(LinkProblem::TwoNextPages),
                _ => self.next = Some(target),
            }
        }
        Ok(())
    }
}

/// A target as text, with `&amp;` as the ampersand that Moodle means by it.
fn text(target: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(target.trim_ascii()).ok()?;
    if text.is_empty() || text.contains(|c: char| c.is_control() || c == '<') {
        return None;
    }
    Some(match text.contains("&amp;") {
        true => text.replace("&amp;", "&"),
        false => text.to_owned(),
    })
}

/// What is left of a header.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Skips to the next link; says whether there is one.
    fn skip_separators(&mut self) -> bool {
        let is_separator = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        self.take_while(is_separator);
        !self.0.is_empty()
    }

    /// What stands between angle brackets: commas do not end it.
    fn target(&mut self) -> Option<&'a [u8]> {
        let inner = self.0.strip_prefix(b"<")?;
        let end = memchr::memchr(b'>', inner)?;
        self.0 = &inner[end + 1..];
        Some(&inner[..end])
    }

    /// Reads the parameters of a link to their end. The first `rel` counts.
    fn rel(&mut self) -> Option<&'a [u8]> {
        let mut rel = None;
        loop {
            self.take_while(u8::is_ascii_whitespace);
            match self.0.first() {
                None | Some(b',') => return rel,
                Some(b';') => self.0 = &self.0[1..],
                Some(_) => {}
            }
            self.take_while(u8::is_ascii_whitespace);
            let name = self.take_while(|byte| !is_end_of_word(byte) && *byte != b'=');
            self.take_while(u8::is_ascii_whitespace);
            let Some(rest) = self.0.strip_prefix(b"=") else {
                continue;
            };
            self.0 = rest;
            self.take_while(u8::is_ascii_whitespace);
            let value = self.value();
            if rel.is_none() && name.eq_ignore_ascii_case(b"rel") {
                rel = Some(value);
            }
        }
    }

    /// A value in quotes of any kind, or a bare word.
    fn value(&mut self) -> &'a [u8] {
        if let Some(inner) = self.0.strip_prefix(b"\"") {
            return self.quoted(inner, &[b"\""]);
        }
        for quote in TYPOGRAPHIC_QUOTES {
            if let Some(inner) = self.0.strip_prefix(quote) {
                return self.quoted(inner, &TYPOGRAPHIC_QUOTES);
            }
        }
        let word = self.take_while(|byte| !is_end_of_word(byte));
        let bare = word.strip_prefix(b"'").and_then(|w| w.strip_suffix(b"'"));
        bare.unwrap_or(word)
    }

    /// What stands before the closing quote; without one, a bare word, so that no other link is lost.
    fn quoted(&mut self, inner: &'a [u8], closing: &[&[u8]]) -> &'a [u8] {
        let mut at = 0;
        while at < inner.len() {
            if inner[at] == b'\\' {
                at += 2;
                continue;
            }
            if let Some(quote) = closing.iter().find(|quote| inner[at..].starts_with(quote)) {
                self.0 = &inner[at + quote.len()..];
                return &inner[..at];
            }
            at += 1;
        }
        self.0 = inner;
        self.take_while(|byte| !is_end_of_word(byte))
    }

    fn skip_to_parameters(&mut self) {
        self.take_while(|byte| !matches!(byte, b';' | b','));
    }

    fn take_while(&mut self, belongs: impl Fn(&u8) -> bool) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !belongs(byte));
        let (taken, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        taken
    }
}

fn is_end_of_word(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b';' | b',')
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(lines: &[&[u8]]) -> Result<Links, LinkProblem> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::LINK, HeaderValue::from_bytes(line).unwrap());
        }
        Links::read(&headers)
    }

    // NRPS-06, ADV-62
    #[test]
    fn a_next_page_is_found_however_the_header_is_written() {
        let next = "https://l.test/m?a=1&p=2";
        for line in [
            r#"<https://l.test/m?a=1&p=2>; rel="next""#,
            "<https://l.test/m?a=1&p=2>;rel=next",
            "<https://l.test/m?a=1&p=2>;rel=NEXT",
            "<https://l.test/m?a=1&p=2> ; REL = \"Next\" ",
            "<https://l.test/m?a=1&amp;p=2>; rel=next",
            "< https://l.test/m?a=1&p=2 >; rel=next",
            "<https://l.test/m?a=1&p=2>; rel='next'",
            "<https://l.test/m?a=1&p=2>; rel=“next”",
            "<https://l.test/m?a=1&p=2>; rel=”next“",
            r#"<https://l.test/m?a=1&p=2>; rel="last next""#,
            r#"<https://l.test/m?a=1&p=2>; title="a, \"b\"; rel=prev <x>"; rel="next"; x"#,
            r#"<https://l.test/m?a=1&p=2>; rel=next; rel=prev; title="open"#,
            "<https://l.test/m?q=a,b;c>; rel=first, <https://l.test/m?a=1&p=2>; rel=next",
            ",, <https://l.test/m?a=1&p=2>; rel=next ,",
            "nonsense, <https://l.test/m?a=1&p=2>; rel=next",
            "<https://l.test/m>; title=\"a b, <https://l.test/m?a=1&p=2>; rel=next",
            "<https://l.test/m>; title=“a; rel=prev, <https://l.test/m?a=1&p=2>; rel=next",
            "<https://l.test/m?a=1&p=2>; rel=\"next",
            "<>; rel=prev, <https://l.test/m?a=1&p=2>; rel=next",
            "<https://l.test/m?a=1&p=2>; rel=next, <https://l.test/m?a=1&amp;p=2>; rel=next",
        ] {
            let links = read(&[line.as_bytes()]).unwrap();
            assert_eq!(links.next.as_deref(), Some(next), "{line}");
        }
        let several: [&[u8]; 2] = [
            b"<https://l.test/m>; rel=first",
            b"<https://l.test/m?p=2>; rel=next, <https://l.test/d>; rel=differences",
        ];
        let links = read(&several).unwrap();
        assert_eq!(links.next.as_deref(), Some("https://l.test/m?p=2"));
        assert_eq!(links.differences.as_deref(), Some("https://l.test/d"));
        assert!(!links.is_malformed);
    }

    // ADV-62: first, canonical, next and last of Moodle's line items.
    #[test]
    fn what_moodle_writes_is_read() {
        let line = "<http://localhost/li?type_id=5&amp;limit=2&amp;from=0>; rel=“first”, \
            <http://localhost/li?type_id=5&amp;limit=2&amp;from=0>; rel=“prev”, \
            <http://localhost/li?type_id=5&amp;limit=2&amp;from=2>; rel=“canonical”, \
            <http://localhost/li?type_id=5&amp;limit=2&amp;from=4>; rel=“next”, \
            <http://localhost/li?type_id=5&amp;limit=2&amp;from=6>; rel=“last”";
        let links = read(&[line.as_bytes()]).unwrap();
        let next = "http://localhost/li?type_id=5&limit=2&from=4";
        assert_eq!(links.next.as_deref(), Some(next));
        assert!(!links.is_malformed);
    }

    // ADV-62, S10
    #[test]
    fn what_is_no_link_is_left_out_and_noted() {
        for line in [
            &b"https://l.test/m; rel=prev"[..],
            b"<https://l.test/m; rel=prev",
            b"<>; rel=differences",
            b"<https://l.test/\xff>; rel=differences",
            b"{\"next\": 1}",
        ] {
            let links = read(&[line]).unwrap();
            assert_eq!(links.next, None, "{line:?}");
            assert!(links.is_malformed, "{line:?}");
        }
        for line in [
            "",
            ",",
            "<https://l.test/m>",
            "<https://l.test/m>; next",
            "<https://l.test/m>; rel=nextish",
            "<https://l.test/m>; rel=\"next-page\"",
            "<https://l.test/m>; rev=next",
            "<https://l.test/m>; rel=prev; rel=next",
        ] {
            assert_eq!(read(&[line.as_bytes()]).unwrap(), Links::default());
        }
    }

    // ADV-55, S10
    #[test]
    fn a_next_page_that_cannot_be_read_is_an_error_and_not_the_end() {
        for line in [
            &b"https://l.test/m; rel=next"[..],
            b"<https://l.test/m; rel=next",
            b"<https://l.test/m?a,b; rel=next",
            b"<>; rel=next",
            b"< >; rel=\"prev next\"",
            b"<https://l.test/\t/>; rel=next",
            b"<https://l.test/\xe9?page=2>; rel=\"next\"",
            b"<https://l.test, <https://l.test/m>; rel=next",
            b"<>; rel=next, <https://l.test/m>; rel=next",
        ] {
            assert_eq!(read(&[line]), Err(LinkProblem::NextUnreadable), "{line:?}");
        }
    }

    // S10
    #[test]
    fn two_next_pages_and_a_long_header_are_errors() {
        let two = b"<https://l.test/2>; rel=next, <https://l.test/3>; rel=next";
        assert_eq!(read(&[two]), Err(LinkProblem::TwoNextPages));
        let two: [&[u8]; 2] = [
            b"<https://l.test/2>; rel=next",
            b"<https://l.test/3>; rel=next",
        ];
        assert_eq!(read(&two), Err(LinkProblem::TwoNextPages));

        let link = b"<https://l.test/2>; rel=next";
        let fits = [&link[..], &vec![b','; MAX_BYTES - link.len()]].concat();
        assert!(read(&[&fits]).unwrap().next.is_some());
        assert_eq!(read(&[&fits, b","]), Err(LinkProblem::TooLong));
        assert_eq!(
            read(&[b"x".repeat(MAX_BYTES + 1).as_slice()]),
            Err(LinkProblem::TooLong)
        );
    }
}
