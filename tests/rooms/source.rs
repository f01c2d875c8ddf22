//! The code of a file: its modules, and the paths in it.

/// A path in a file.
#[derive(Debug, PartialEq)]
pub(crate) struct Named {
    /// Segments as they are written: `crate`, `store`, `Nonce`.
    pub(crate) path: Vec<String>,
    /// What a `use` calls it here; `None` for a path in code.
    pub(crate) name: Option<String>,
    /// Whether it is a `pub use`, of whatever reach.
    pub(crate) is_export: bool,
}

/// A file's modules in files of their own, and its paths, without what is for tests alone.
pub(crate) fn read(text: &str) -> (Vec<String>, Vec<Named>) {
    let mut words = without_tests(words(text));
    words.retain(|word| word != "$");
    let modules = words
        .windows(3)
        .filter(|three| three[0] == "mod" && three[2] == ";")
        .map(|three| three[1].clone())
        .collect();
    (modules, paths(&words))
}

/// Splits code into names, `::` and single characters. Comments and strings are left out.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = literal(rest) {
            found.push("\"\"".to_owned());
            length
        } else if rest.starts_with("::") {
            found.push("::".to_owned());
            2
        } else if is_of_a_name(first) {
            let length = rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len());
            found.push(rest[..length].to_owned());
            length
        } else {
            if !first.is_whitespace() {
                found.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of a comment, with those inside it.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest.chars().next().map_or(0, char::len_utf8);
        }
        if depth == 0 || at >= text.len() {
            return at;
        }
    }
}

/// The length of a string or a character, if the text begins with one. A lifetime is neither.
fn literal(text: &str) -> Option<usize> {
    let prefix = text.find(|c| !matches!(c, 'b' | 'c' | 'r'))?;
    let (before, quoted) = text.split_at(prefix);
    if before.contains('r') {
        let hashes = quoted.find(|c| c != '#')?;
        if quoted[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let inner = &quoted[hashes + 1..];
            return Some(prefix + hashes + 1 + inner.find(&end)? + end.len());
        }
    }
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut inner = quoted.char_indices().skip(1);
    while let Some((at, c)) = inner.next() {
        if c == '\\' {
            inner.next();
        } else if c == quote {
            return Some(prefix + at + 1);
        } else if quote == '\'' && !quoted[at + c.len_utf8()..].starts_with('\'') && at == 1 {
            return None;
        }
    }
    None
}

/// Leaves out each item with an attribute that makes it a test's.
fn without_tests(words: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if words[at] == "#" && words.get(at + 1).is_some_and(|word| word == "[") {
            let end = closing(&words, at + 1);
            if is_for_tests(&words[at + 2..end]) {
                at = end_of_item(&words, end + 1);
                continue;
            }
        }
        found.push(words[at].clone());
        at += 1;
    }
    found
}

/// `test`, `tokio::test` and `cfg(…)` that holds in tests alone.
fn is_for_tests(attribute: &[String]) -> bool {
    let is_test = |word: &String| word == "test";
    match attribute.first().map(String::as_str) {
        Some("cfg") => attribute
            .windows(2)
            .any(|two| is_test(&two[1]) && (two[0] != "(" || !attribute.contains(&"not".into()))),
        _ => attribute.last().is_some_and(is_test),
    }
}

/// Where an item ends: behind its `;` or its braces, whichever comes first, outside of parentheses.
fn end_of_item(words: &[String], start: usize) -> usize {
    let mut at = start;
    let is_use = words[start..].iter().take(6).any(|word| word == "use");
    while at < words.len() {
        match words[at].as_str() {
            ";" => return at + 1,
            "{" if !is_use => return closing(words, at) + 1,
            "(" | "[" | "{" => at = closing(words, at) + 1,
            _ => at += 1,
        }
    }
    at
}

fn closing(words: &[String], open: usize) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate().skip(open) {
        match word.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    words.len() - 1
}

/// Every `use`, and every path in code that says where it begins.
fn paths(words: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if words[at] == "use" {
            let is_export = at > 0 && matches!(words[at - 1].as_str(), "pub" | ")");
            let end = end_of_item(words, at);
            tree(&words[at + 1..end - 1], &[], is_export, &mut found);
            at = end;
            continue;
        }
        if matches!(words[at].as_str(), "crate" | "self" | "super") && is_path(words, at) {
            let mut path = vec![words[at].clone()];
            while words.get(at + 1).is_some_and(|word| word == "::") && is_name(words.get(at + 2)) {
                path.push(words[at + 2].clone());
                at += 2;
            }
            found.push(Named {
                path,
                name: None,
                is_export: false,
            });
        }
        at += 1;
    }
    found
}

fn is_path(words: &[String], at: usize) -> bool {
    let goes_on = words.get(at + 1).is_some_and(|word| word == "::");
    goes_on && (at == 0 || words[at - 1] != "::")
}

fn is_name(word: Option<&String>) -> bool {
    word.is_some_and(|word| word.chars().all(is_of_a_name))
}

/// The paths of a `use`, each with what goes before it.
fn tree(words: &[String], before: &[String], is_export: bool, found: &mut Vec<Named>) {
    let mut depth = 0;
    let parts = words.split(|word| {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        depth == 0 && word == ","
    });
    for part in parts.filter(|part| !part.is_empty()) {
        let mut path = before.to_vec();
        if let Some(open) = part.iter().position(|word| word == "{") {
            path.extend(part[..open].iter().filter(|word| *word != "::").cloned());
            tree(&part[open + 1..part.len() - 1], &path, is_export, found);
            continue;
        }
        let end = part.iter().position(|word| word == "as");
        let written = &part[..end.unwrap_or(part.len())];
        path.extend(written.iter().filter(|word| *word != "::").cloned());
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = end.map_or(path.last(), |end| part.get(end + 1)).cloned();
        found.push(Named {
            path,
            name,
            is_export,
        });
    }
}
