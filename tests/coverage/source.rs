//! The tests of a source file, with the comment above each.

/// A test function: its name, and the comment above it with its body.
pub(crate) struct Test {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Test {
    pub(crate) fn all_in(source: &str) -> Vec<Self> {
        let mut found = Vec::new();
        let mut comment = String::new();
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let (from, code) = (at, line.trim());
            at += line.len();
            if code.starts_with("//") {
                comment += line;
            } else if code == "#[test]" || code.starts_with("#[tokio::test") {
                found.extend(Self::below(&source[from..], &comment));
            } else if !code.starts_with("#[") {
                comment.clear();
            }
        }
        found
    }

    fn below(source: &str, comment: &str) -> Option<Self> {
        let (_, function) = source.split_once("fn ")?;
        let name = function.split(['(', '<']).next()?;
        Some(Self {
            name: name.to_owned(),
            text: format!("{comment}{}", first_block(function)),
        })
    }
}

/// A source up to the end of its first block. Braces in strings and comments do not count.
fn first_block(source: &str) -> &str {
    let (mut depth, mut at) = (0, 0);
    while let Some(next) = source[at..].chars().next() {
        let rest = &source[at..];
        let end = |mark: &str, from: usize| {
            let rest = rest.get(from..).unwrap_or_default();
            rest.find(mark).map_or(rest.len(), |end| end + mark.len()) + from
        };
        let hashes = rest.bytes().skip(1).take_while(|byte| *byte == b'#');
        let hashes = hashes.count();
        at += match next {
            '/' if rest.starts_with("//") => end("\n", 2),
            '/' if rest.starts_with("/*") => end("*/", 2),
            'r' if rest[1 + hashes..].starts_with('"') => {
                end(&format!("\"{}", "#".repeat(hashes)), hashes + 2)
            }
            '"' => string(rest),
            '\'' if rest.starts_with("'\\") => end("'", 3),
            '\'' if rest.chars().nth(2) == Some('\'') => {
                rest.chars().take(3).map(char::len_utf8).sum()
            }
            '{' => {
                depth += 1;
                1
            }
            '}' if depth <= 1 => return &source[..=at],
            '}' => {
                depth -= 1;
                1
            }
            other => other.len_utf8(),
        };
    }
    source
}

/// The length of a string that begins here, with its quotes.
fn string(source: &str) -> usize {
    let mut is_escaped = false;
    for (at, next) in source.char_indices().skip(1) {
        match next {
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = next == '\\' && !is_escaped,
        }
    }
    source.len()
}
